"""Indexes that filters of large wardrobes are counted by"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels = None
depends_on = None

_OVERRULES = sa.text("source <> 'model'")


def upgrade() -> None:
    """Apply."""
    op.create_index("ix_tag_value_kind_source_item_id", "tag", ["value", "kind", "source", "item_id"])
    op.create_index(
        "ix_tag_overruling",
        "tag",
        ["item_id", "kind", "source"],
        sqlite_where=_OVERRULES,
        postgresql_where=_OVERRULES,
    )


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_tag_overruling", "tag")
    op.drop_index("ix_tag_value_kind_source_item_id", "tag")
