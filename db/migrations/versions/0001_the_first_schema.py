"""The first schema"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "doomed_file",
        sa.Column("file", sa.String(length=100), nullable=False),
        sa.Column("thumbnail", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("file", name="pk_doomed_file"),
    )
    op.create_table(
        "item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("brand", sa.String(length=200), nullable=False),
        sa.Column("size", sa.String(length=50), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=True),
        sa.Column("purchased_on", sa.Date(), nullable=True),
        sa.Column("favourite", sa.Boolean(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trashed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["item.id"], name="fk_item_merged_into_id_item", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_item"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_item_added_at", "item", ["added_at"])
    op.create_index("ix_item_brand", "item", ["brand"])
    op.create_index("ix_item_merged_into_id", "item", ["merged_into_id"])
    op.create_index("ix_item_trashed_at", "item", ["trashed_at"])

    op.create_table(
        "merge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("keep_id", sa.Integer(), nullable=False),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["keep_id"], ["item.id"], name="fk_merge_keep_id_item", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_merge"),
    )
    op.create_index("ix_merge_keep_id", "merge", ["keep_id"])

    op.create_table(
        "pair_verdict",
        sa.Column("a_id", sa.Integer(), nullable=False),
        sa.Column("b_id", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("a_id < b_id", name=op.f("ck_pair_verdict_ordered")),
        sa.ForeignKeyConstraint(["a_id"], ["item.id"], name="fk_pair_verdict_a_id_item", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["b_id"], ["item.id"], name="fk_pair_verdict_b_id_item", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("a_id", "b_id", name="pk_pair_verdict"),
    )
    op.create_index("ix_pair_verdict_b_id", "pair_verdict", ["b_id"])

    op.create_table(
        "photo",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("import_key", sa.String(length=80), nullable=False),
        sa.Column("filename", sa.String(length=255), nullable=False),
        sa.Column("file", sa.String(length=100), nullable=False),
        sa.Column("thumbnail", sa.String(length=100), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("phash", sa.String(length=200), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name="fk_photo_item_id_item", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_photo"),
        sa.UniqueConstraint("file", name="uq_photo_file"),
        sa.UniqueConstraint("import_key", name="uq_photo_import_key"),
        sa.UniqueConstraint("thumbnail", name="uq_photo_thumbnail"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_photo_item_id", "photo", ["item_id"])
    op.create_index("ix_photo_sha256", "photo", ["sha256"])

    op.create_table(
        "tag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("value", sa.String(length=100), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=True),
        sa.Column("tier", sa.String(length=10), nullable=True),
        sa.Column("model", sa.String(length=200), nullable=True),
        sa.Column("candidates", sa.JSON(), nullable=False),
        sa.CheckConstraint("source IN ('model', 'person')", name=op.f("ck_tag_source_known")),
        sa.CheckConstraint("confidence >= 0 AND confidence <= 1", name=op.f("ck_tag_confidence_range")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name="fk_tag_item_id_item", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_tag"),
        sa.UniqueConstraint("item_id", "kind", "source", name="uq_tag_item_id_kind_source"),
    )
    op.create_index("ix_tag_kind", "tag", ["kind"])

    op.create_table(
        "photo_features",
        sa.Column("photo_id", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(length=200), nullable=False),
        sa.Column("embedding", sa.LargeBinary(), nullable=False),
        sa.Column("palette", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["photo_id"], ["photo.id"], name="fk_photo_features_photo_id_photo", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("photo_id", name="pk_photo_features"),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("photo_features")
    op.drop_table("tag")
    op.drop_table("photo")
    op.drop_table("pair_verdict")
    op.drop_table("merge")
    op.drop_table("item")
    op.drop_table("doomed_file")
