"""Rows to domain objects and back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from sys import intern
from typing import Any, Final

import numpy as np

from db.schema.tables import FeaturesRow, ItemRow, PhotoRow, TagRow
from wardrobe_app.domain.garments.availability import Status
from wardrobe_app.domain.garments.garment import Candidate, Condition, Garment, Photo, Swatch, Tag, TagKind, TagSource
from wardrobe_app.domain.garments.photos import NewPhoto, PhotoPrediction
from wardrobe_app.domain.garments.vocabulary import Vocabulary

# The columns that a garment is made of, in this order; the first is what they are found by.
ITEM: Final = (
    ItemRow.id, ItemRow.name, ItemRow.notes, ItemRow.brand, ItemRow.size, ItemRow.price, ItemRow.purchased_on,
    ItemRow.favourite, ItemRow.quantity, ItemRow.condition, ItemRow.status, ItemRow.lent_to, ItemRow.added_at,
    ItemRow.archived_at, ItemRow.trashed_at, ItemRow.version,
)  # fmt: skip
PHOTO: Final = (
    PhotoRow.item_id, PhotoRow.id, PhotoRow.filename, PhotoRow.file, PhotoRow.thumbnail, PhotoRow.width,
    PhotoRow.height, PhotoRow.sha256, PhotoRow.phash, PhotoRow.added_at, PhotoRow.mask_model, PhotoRow.masked,
)  # fmt: skip
FEATURES: Final = (FeaturesRow.photo_id, FeaturesRow.model, FeaturesRow.embedding, FeaturesRow.palette)
TAG: Final = (
    TagRow.item_id, TagRow.kind, TagRow.value, TagRow.source, TagRow.confidence, TagRow.tier, TagRow.model,
    TagRow.candidates, TagRow.examples, TagRow.shade,
)  # fmt: skip

_KINDS: Final = {kind.value: kind for kind in TagKind}
_SOURCES: Final = {source.value: source for source in TagSource}


def garment_of(
    item: Sequence[Any],
    photos: Sequence[Sequence[Any]],
    tags: Sequence[Sequence[Any]],
    features: Sequence[Any] | None,
    vocabulary: Vocabulary,
) -> Garment:
    """The garment of rows with the columns above: its own, its photos', its tags', and its first photo's features."""
    by_source: dict[TagSource, dict[TagKind, Tag]] = {source: {} for source in TagSource}
    for row in tags:
        tag = tag_of(row)
        by_source[tag.source][tag.kind] = tag
    suggestions = by_source[TagSource.MODEL]
    merged = {**suggestions, **by_source[TagSource.PROPAGATED], **by_source[TagSource.PERSON]}
    found = {kind: merged[kind] for kind in TagKind if kind in merged}
    type_name = found[TagKind.TYPE].value if TagKind.TYPE in found else None
    item_id, name, notes, brand, size, price, purchased, favourite, quantity, condition, *rest = item
    status, lent_to, *moments, version = rest
    return Garment(
        id=item_id,
        photos=tuple([Photo(*row[1:]) for row in photos]),
        tags=found,
        type_label=vocabulary.label(type_name),
        slot=vocabulary.slot(type_name),
        palette=tuple([Swatch(**swatch) for swatch in json.loads(features[3])]) if features else (),
        suggestions=suggestions,
        embedding=np.frombuffer(features[2], dtype="<f4") if features else None,
        embedding_model=intern(features[1]) if features else None,
        name=name,
        notes=notes,
        brand=brand,
        size=size,
        price=price,
        purchased_on=purchased,
        favourite=favourite,
        quantity=quantity,
        condition=Condition(condition) if condition else None,
        status=Status(status) if status else None,
        lent_to=lent_to,
        added_at=moments[0],
        archived_at=moments[1],
        trashed_at=moments[2],
        version=version,
    )


def tag_of(row: Sequence[Any]) -> Tag:
    """The tag of a row with the columns ``TAG``, of which those in JSON are text."""
    _, kind, value, source, confidence, tier, model, candidates, examples, shade = row
    return Tag(
        _KINDS[kind],
        intern(value),  # a wardrobe has few values, and many tags
        _SOURCES[source],
        confidence,
        intern(tier) if tier else None,
        intern(model) if model else None,
        () if candidates == "[]" else tuple([Candidate(**entry) for entry in json.loads(candidates)]),
        () if examples == "[]" else tuple(json.loads(examples)),
        shade,
    )


def photo_row(photo: NewPhoto, added_at: Any) -> PhotoRow:
    """The row of a photo to be stored."""
    return PhotoRow(
        import_key=photo.import_key,
        filename=photo.filename,
        file=photo.file,
        thumbnail=photo.thumbnail,
        width=photo.width,
        height=photo.height,
        sha256=photo.sha256,
        phash=photo.phash,
        added_at=added_at,
    )


def tag_row(item_id: int, tag: Tag) -> TagRow:
    """The row of a garment's tag."""
    return TagRow(
        item_id=item_id,
        kind=tag.kind.value,
        source=tag.source.value,
        value=tag.value,
        confidence=tag.confidence,
        tier=tag.tier,
        model=tag.model,
        candidates=[{"value": entry.value, "confidence": entry.confidence} for entry in tag.candidates],
        examples=list(tag.examples),
        shade=tag.shade,
    )


def features_row(photo_id: int, seen: PhotoPrediction) -> FeaturesRow:
    """The row of what a model saw in a photo."""
    return FeaturesRow(
        photo_id=photo_id,
        model=seen.model,
        embedding=np.ascontiguousarray(seen.embedding, dtype="<f4").tobytes(),
        palette=[{"name": entry.name, "hex": entry.hex, "share": entry.share} for entry in seen.palette],
    )
