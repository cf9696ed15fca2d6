"""Masks, and whether they count, of photos; the colour that a person picked on one"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("photo", sa.Column("mask_model", sa.String(length=200), nullable=True))
    op.add_column("photo", sa.Column("masked", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("tag", sa.Column("shade", sa.String(length=7), nullable=True))


def downgrade() -> None:
    """Take back; the masks' files stay, and are not looked at."""
    op.drop_column("tag", "shade")
    op.drop_column("photo", "masked")
    op.drop_column("photo", "mask_model")
