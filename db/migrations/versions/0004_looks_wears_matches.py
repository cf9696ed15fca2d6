"""Looks and wears, how many there are of a garment and how worn it is, local features of photos and their matches"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels = None
depends_on = None

_TABLES = ("wear_item", "wear", "look_item", "look", "photo_match", "photo_points")


def upgrade() -> None:
    """Apply."""
    op.add_column("item", sa.Column("quantity", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("item", sa.Column("condition", sa.String(length=10), nullable=True))
    op.create_table(
        "photo_points",
        _reference("photo_id", "photo", key=True),
        sa.Column("method", sa.String(length=50), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "photo_match",
        _reference("a_id", "photo", key=True),
        _reference("b_id", "photo", key=True, index=True),
        sa.Column("method", sa.String(length=50), nullable=False),
        sa.Column("measures", sa.JSON(), nullable=False),
        sa.CheckConstraint("a_id < b_id", name="ordered"),
    )
    op.create_table(
        "look",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('saved', 'rejected')", name="state_known"),
    )
    op.create_table(
        "look_item",
        _reference("look_id", "look", key=True),
        _reference("item_id", "item", key=True, index=True),
        sa.Column("position", sa.Integer(), nullable=False),
    )
    op.create_table(
        "wear",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("worn_on", sa.Date(), nullable=False, index=True),
        sa.Column("look_id", sa.Integer(), sa.ForeignKey("look.id", ondelete="SET NULL"), nullable=True, index=True),
    )
    op.create_table(
        "wear_item",
        _reference("wear_id", "wear", key=True),
        _reference("item_id", "item", key=True, index=True),
        sa.Column("position", sa.Integer(), nullable=False),
    )


def downgrade() -> None:
    """Take back; looks, wears, quantities and conditions are lost."""
    for table in _TABLES:
        op.drop_table(table)
    op.drop_column("item", "condition")
    op.drop_column("item", "quantity")


def _reference(name: str, table: str, *, key: bool = False, index: bool = False) -> sa.Column[int]:
    target = sa.ForeignKey(f"{table}.id", ondelete="CASCADE")
    return sa.Column(name, sa.Integer(), target, primary_key=key, nullable=False, index=index)
