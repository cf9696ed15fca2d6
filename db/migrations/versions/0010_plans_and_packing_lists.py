"""How the garments of an outfit lie, outfits planned for days to come, and packing lists"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels = None
depends_on = None

_PLACEMENT = {"x": sa.Double, "y": sa.Double, "width": sa.Double, "rotation": sa.Double, "layer": sa.Integer}
_TABLES = ("packing_line", "packing_list", "plan_skip", "plan_item", "plan")


def upgrade() -> None:
    """Apply."""
    for name, kind in _PLACEMENT.items():
        op.add_column("look_item", sa.Column(name, kind(), nullable=True))
    op.create_table(
        "plan",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("starts_on", sa.Date(), nullable=False, index=True),
        sa.Column("every_days", sa.Integer(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.CheckConstraint("every_days >= 1", name="every_days_positive"),
    )
    op.create_table(
        "plan_item",
        _reference("plan_id", "plan", key=True),
        _reference("item_id", "item", key=True, index=True),
        sa.Column("position", sa.Integer(), nullable=False),
    )
    op.create_table(
        "plan_skip",
        _reference("plan_id", "plan", key=True),
        sa.Column("day", sa.Date(), primary_key=True, nullable=False),
    )
    op.create_table(
        "packing_list",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False, server_default=""),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("days >= 1", name="days_positive"),
    )
    op.create_table(
        "packing_line",
        sa.Column("id", sa.Integer(), primary_key=True),
        _reference("list_id", "packing_list", index=True),
        _reference("item_id", "item", index=True, nullable=True),
        sa.Column("text", sa.String(length=200), nullable=False, server_default=""),
        sa.Column("packed", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("position", sa.Integer(), nullable=False),
    )


def downgrade() -> None:
    """Take back; arrangements, plans and packing lists are lost."""
    for table in _TABLES:
        op.drop_table(table)
    for name in _PLACEMENT:
        op.drop_column("look_item", name)


def _reference(
    name: str, table: str, *, key: bool = False, index: bool = False, nullable: bool = False
) -> sa.Column[int]:
    target = sa.ForeignKey(f"{table}.id", ondelete="CASCADE")
    return sa.Column(name, sa.Integer(), target, primary_key=key, nullable=nullable, index=index)
