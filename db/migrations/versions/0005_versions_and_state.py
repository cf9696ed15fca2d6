"""A version of each garment, and one text that says whether anything changed"""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("item", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    state = op.create_table(
        "state",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.CheckConstraint("id = 1", name="one_row"),
    )
    op.bulk_insert(state, [{"id": 1, "token": uuid.uuid4().hex}])


def downgrade() -> None:
    """Take back."""
    op.drop_table("state")
    op.drop_column("item", "version")
