"""Where a garment is when it is away, and who has it"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("item", sa.Column("status", sa.String(length=20), nullable=True))
    op.add_column("item", sa.Column("lent_to", sa.String(length=200), nullable=False, server_default=""))


def downgrade() -> None:
    """Take back."""
    op.drop_column("item", "lent_to")
    op.drop_column("item", "status")
