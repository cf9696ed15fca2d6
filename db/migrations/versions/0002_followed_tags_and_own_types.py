"""Tags that follow from a person's corrections, and types of her own"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels = None
depends_on = None

_BEFORE = "source IN ('model', 'person')"
_AFTER = "source IN ('model', 'followed', 'person')"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "own_type",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("slot", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_own_type"),
    )
    with op.batch_alter_table("tag", copy_from=_tag(_BEFORE)) as batch:
        batch.drop_constraint(op.f("ck_tag_source_known"), type_="check")
        batch.create_check_constraint(op.f("ck_tag_source_known"), sa.text(_AFTER))
        batch.add_column(_examples())


def downgrade() -> None:
    """Take back; what followed was computed, and goes."""
    op.execute("DELETE FROM tag WHERE source = 'followed'")
    with op.batch_alter_table("tag", copy_from=_tag(_AFTER, _examples())) as batch:
        batch.drop_constraint(op.f("ck_tag_source_known"), type_="check")
        batch.create_check_constraint(op.f("ck_tag_source_known"), sa.text(_BEFORE))
        batch.drop_column("examples")
    op.drop_table("own_type")


def _examples() -> sa.Column[object]:
    return sa.Column("examples", sa.JSON(), nullable=False, server_default="[]")


def _tag(sources: str, *more: sa.Column[object]) -> sa.Table:
    """The table as it is before. SQLite's is written anew, and not every version reads checks from the old one."""
    return sa.Table(
        "tag",
        sa.MetaData(),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("value", sa.String(length=100), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=True),
        sa.Column("tier", sa.String(length=10), nullable=True),
        sa.Column("model", sa.String(length=200), nullable=True),
        sa.Column("candidates", sa.JSON(), nullable=False),
        *more,
        sa.CheckConstraint(sources, name=op.f("ck_tag_source_known")),
        sa.CheckConstraint("confidence >= 0 AND confidence <= 1", name=op.f("ck_tag_confidence_range")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name="fk_tag_item_id_item", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_tag"),
        sa.UniqueConstraint("item_id", "kind", "source", name="uq_tag_item_id_kind_source"),
        sa.Index("ix_tag_kind", "kind"),
    )
