"""Photos that were cut from one of several garments, and photos that the owner said show a single garment"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("photo", sa.Column("cut_from", sa.String(length=64), nullable=True))
    op.add_column("photo", sa.Column("whole", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("ix_photo_cut_from", "photo", ["cut_from"])


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_photo_cut_from", "photo")
    op.drop_column("photo", "whole")
    op.drop_column("photo", "cut_from")
