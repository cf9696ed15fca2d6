"""Define the tables. Portable types only: the same models serve SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.schema.base import Base

__all__ = ["Base"]


class ItemRow(Base):
    """A garment."""

    __tablename__ = "item"
    # Ids are never reused: a bookmark or an exported graph must not point to another garment.
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    notes: Mapped[str] = mapped_column(Text, default="")
    brand: Mapped[str] = mapped_column(String(200), default="", index=True)
    size: Mapped[str] = mapped_column(String(50), default="")
    price: Mapped[Decimal | None]
    purchased_on: Mapped[date | None]
    favourite: Mapped[bool] = mapped_column(default=False)
    quantity: Mapped[int] = mapped_column(default=1, server_default="1")
    condition: Mapped[str | None] = mapped_column(String(10))
    status: Mapped[str | None] = mapped_column(String(20))
    lent_to: Mapped[str] = mapped_column(String(200), default="", server_default="")
    added_at: Mapped[datetime] = mapped_column(index=True)
    archived_at: Mapped[datetime | None]
    trashed_at: Mapped[datetime | None] = mapped_column(index=True)
    # A merged garment is purged with the one it was merged into, which has its photos.
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), index=True)
    # Incremented by every change the owner makes, so that nobody overwrites changes they have not seen.
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    photos: Mapped[list[PhotoRow]] = relationship(
        back_populates="item", order_by="PhotoRow.position, PhotoRow.id", passive_deletes=True
    )
    tags: Mapped[list[TagRow]] = relationship(passive_deletes=True)


class PhotoRow(Base):
    """A stored photo. ``import_key`` is the SHA-256 of the imported bytes, with ``#n`` for a second copy on request.

    ``mask_model`` names the model that masked the background; ``masked`` is whether the owner wants the mask used.
    ``cut_from`` is the SHA-256 of the imported bytes that showed several garments, of which this photo shows one;
    ``whole`` is whether the owner said that the photo shows a single garment.
    """

    __tablename__ = "photo"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    import_key: Mapped[str] = mapped_column(String(80), unique=True)
    filename: Mapped[str] = mapped_column(String(255))
    file: Mapped[str] = mapped_column(String(100), unique=True)
    thumbnail: Mapped[str] = mapped_column(String(100), unique=True)
    width: Mapped[int]
    height: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    phash: Mapped[str] = mapped_column(String(200))
    added_at: Mapped[datetime]
    mask_model: Mapped[str | None] = mapped_column(String(200))
    masked: Mapped[bool] = mapped_column(default=True, server_default=true())
    cut_from: Mapped[str | None] = mapped_column(String(64), index=True)
    whole: Mapped[bool] = mapped_column(default=False, server_default=false())

    item: Mapped[ItemRow] = relationship(back_populates="photos")
    features: Mapped[FeaturesRow | None] = relationship(passive_deletes=True)


class FeaturesRow(Base):
    """The prediction for a photo: its embedding (little-endian float32) and its palette."""

    __tablename__ = "photo_features"

    photo_id: Mapped[int] = mapped_column(ForeignKey("photo.id", ondelete="CASCADE"), primary_key=True)
    model: Mapped[str] = mapped_column(String(200))
    embedding: Mapped[bytes] = mapped_column(LargeBinary)
    palette: Mapped[list[Any]]


_BY_OTHERS = text("source <> 'model'")


class TagRow(Base):
    """A tag: one row for each garment, kind and source. A person's row counts first, a model's last.

    ``examples`` lists the garments that a propagated tag was copied from; ``shade`` is the #rrggbb that a person
    picked.
    """

    __tablename__ = "tag"
    __table_args__ = (
        UniqueConstraint("item_id", "kind", "source"),
        CheckConstraint("confidence >= 0 AND confidence <= 1", name="confidence_range"),
        CheckConstraint("source IN ('model', 'followed', 'person')", name="source_known"),
        # Filters are counted from this index alone. By value first, so that no other query uses it.
        Index("ix_tag_value_kind_source_item_id", "value", "kind", "source", "item_id"),
        # The few tags that override others.
        Index("ix_tag_overruling", "item_id", "kind", "source", sqlite_where=_BY_OTHERS, postgresql_where=_BY_OTHERS),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20), index=True)
    source: Mapped[str] = mapped_column(String(10))
    value: Mapped[str] = mapped_column(String(100))
    confidence: Mapped[float | None]
    tier: Mapped[str | None] = mapped_column(String(10))
    model: Mapped[str | None] = mapped_column(String(200))
    candidates: Mapped[list[Any]]
    examples: Mapped[list[Any]] = mapped_column(server_default="[]")
    shade: Mapped[str | None] = mapped_column(String(7))


class CustomTypeRow(Base):
    """A type of garment that the owner made up; tags refer to it by ``name``."""

    __tablename__ = "own_type"

    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    slot: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime]


class VerdictRow(Base):
    """The owner's verdict on two garments; the smaller id comes first."""

    __tablename__ = "pair_verdict"
    __table_args__ = (CheckConstraint("a_id < b_id", name="ordered"),)

    a_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), primary_key=True)
    b_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), primary_key=True, index=True)
    verdict: Mapped[str] = mapped_column(String(20))
    decided_at: Mapped[datetime]


class MergeRow(Base):
    """A merge that can be undone. ``moved`` lists ``{"item": id, "photos": [ids], "added": n}`` as before the merge.

    ``added`` is by how much it raised the quantity of the kept garment. The first entry has ``"kept"``: what was
    written about that garment ``before`` and ``after``, whose values were preferred (``prefer``), whether they are
    ``twins``, and the ``verdicts`` until then, ``[a, b, verdict, moment]``. Older rows have neither.
    """

    __tablename__ = "merge"

    id: Mapped[int] = mapped_column(primary_key=True)
    keep_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), index=True)
    moved: Mapped[list[Any]]
    merged_at: Mapped[datetime]


class DuplicateGroupRow(Base):
    """A group of the review of duplicates that began at ``started_at``; ids are the order in which they are reviewed.

    ``members`` lists ids of garments, which may be gone by now. ``decisions`` lists ``{"verdict": …, "items": [ids],
    "let_go": [ids], "merge": id or null, "decided_at": moment, "before": [[a, b, verdict, moment]]}``. ``weaker``
    groups were added at the end of the review.
    """

    __tablename__ = "duplicate_group"

    id: Mapped[int] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
    weaker: Mapped[bool]
    likeness: Mapped[str] = mapped_column(String(20))
    members: Mapped[list[Any]]
    decisions: Mapped[list[Any]]


class KeypointsRow(Base):
    """The keypoints of a photo: spots, such as a print or a label, that can be found again on another photo.

    ``data`` is packed by ``classifier.serving.keypoints``; ``method`` names how it was computed.
    """

    __tablename__ = "photo_points"

    photo_id: Mapped[int] = mapped_column(ForeignKey("photo.id", ondelete="CASCADE"), primary_key=True)
    method: Mapped[str] = mapped_column(String(50))
    data: Mapped[bytes] = mapped_column(LargeBinary)


class MatchRow(Base):
    """How far the keypoints of two photos match; the smaller id comes first. No pair is compared twice."""

    __tablename__ = "photo_match"
    __table_args__ = (CheckConstraint("a_id < b_id", name="ordered"),)

    a_id: Mapped[int] = mapped_column(ForeignKey("photo.id", ondelete="CASCADE"), primary_key=True)
    b_id: Mapped[int] = mapped_column(ForeignKey("photo.id", ondelete="CASCADE"), primary_key=True, index=True)
    method: Mapped[str] = mapped_column(String(50))
    measures: Mapped[list[Any]]


class OutfitRow(Base):
    """An outfit that the owner saved or rejected."""

    __tablename__ = "look"
    __table_args__ = (CheckConstraint("state IN ('saved', 'rejected')", name="state_known"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime]

    items: Mapped[list[OutfitItemRow]] = relationship(order_by="OutfitItemRow.position", passive_deletes=True)


class OutfitItemRow(Base):
    """A garment in an outfit, at its position from the body outwards.

    ``x`` to ``layer`` say how it lies in the picture of the outfit, for all of its garments or for none.
    """

    __tablename__ = "look_item"

    outfit_id: Mapped[int] = mapped_column("look_id", ForeignKey("look.id", ondelete="CASCADE"), primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), primary_key=True, index=True)
    position: Mapped[int]
    x: Mapped[float | None]
    y: Mapped[float | None]
    width: Mapped[float | None]
    rotation: Mapped[float | None]
    layer: Mapped[int | None]


class WearRow(Base):
    """Garments that were worn together on a day, perhaps as a saved outfit."""

    __tablename__ = "wear"

    id: Mapped[int] = mapped_column(primary_key=True)
    worn_on: Mapped[date] = mapped_column(index=True)
    outfit_id: Mapped[int | None] = mapped_column("look_id", ForeignKey("look.id", ondelete="SET NULL"), index=True)

    items: Mapped[list[WearItemRow]] = relationship(order_by="WearItemRow.position", passive_deletes=True)


class WearItemRow(Base):
    """A garment that was worn."""

    __tablename__ = "wear_item"

    wear_id: Mapped[int] = mapped_column(ForeignKey("wear.id", ondelete="CASCADE"), primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), primary_key=True, index=True)
    position: Mapped[int]


class PendingDeletionRow(Base):
    """Files of a deleted photo, listed until they are deleted too."""

    __tablename__ = "doomed_file"

    file: Mapped[str] = mapped_column(String(100), primary_key=True)
    thumbnail: Mapped[str] = mapped_column(String(100))


class StateRow(Base):
    """A single row with a token that changes with every commit."""

    __tablename__ = "state"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    token: Mapped[str] = mapped_column(String(32))
