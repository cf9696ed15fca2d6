"""Convert rows to domain objects and back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from sys import intern
from typing import Any, Final

import numpy as np

from db.schema.tables import FeaturesRow, ItemRow, PhotoRow, TagRow
from wardrobe_app.domain.garments.availability import Status
from wardrobe_app.domain.garments.garment import Candidate, Condition, Garment, Photo, Swatch, Tag, TagKind, TagSource
from wardrobe_app.domain.garments.photos import NewPhoto, PhotoPrediction
from wardrobe_app.domain.garments.vocabulary import Vocabulary

# The columns a garment is built from, in this order; the first is the key to look them up by.
ITEM: Final = (
    ItemRow.id, ItemRow.name, ItemRow.notes, ItemRow.brand, ItemRow.size, ItemRow.price, ItemRow.purchased_on,
    ItemRow.favourite, ItemRow.quantity, ItemRow.condition, ItemRow.status, ItemRow.lent_to, ItemRow.added_at,
    ItemRow.archived_at, ItemRow.trashed_at, ItemRow.version,
)  # fmt: skip
PHOTO: Final = (
    PhotoRow.item_id, PhotoRow.id, PhotoRow.filename, PhotoRow.file, PhotoRow.thumbnail, PhotoRow.width,
    PhotoRow.height, PhotoRow.sha256, PhotoRow.phash, PhotoRow.added_at, PhotoRow.mask_model, PhotoRow.masked,
    PhotoRow.cut_from, PhotoRow.whole,
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
    """Build a garment from rows with the columns above: item, photos, tags, and features of the first photo."""
    by_source: dict[TagSource, dict[TagKind, Tag]] = {source: {} for source in TagSource}
    for row in tags:
        tag = tag_of(row)
        if tag.kind is TagKind.TYPE and tag.value in vocabulary.merged:  # of a model that has the older types
            tag = replace(tag, value=vocabulary.merged[tag.value])
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
    """Build a tag from a row with the columns ``TAG``; JSON columns are text."""
    _, kind, value, source, confidence, tier, model, candidates, examples, shade = row
    return Tag(
        _KINDS[kind],
        intern(value),  # few values, many tags
        _SOURCES[source],
        confidence,
        intern(tier) if tier else None,
        intern(model) if model else None,
        () if candidates == "[]" else tuple([Candidate(**entry) for entry in json.loads(candidates)]),
        () if examples == "[]" else tuple(json.loads(examples)),
        shade,
    )


def photo_row(photo: NewPhoto, added_at: Any) -> PhotoRow:
    """Build the row of a photo to store."""
    return PhotoRow(**asdict(photo), added_at=added_at)


def tag_row(item_id: int, tag: Tag) -> TagRow:
    """Build the row of a garment's tag."""
    return TagRow(
        item_id=item_id,
        kind=tag.kind.value,
        source=tag.source.value,
        value=tag.value,
        confidence=tag.confidence,
        tier=tag.tier,
        model=tag.model,
        candidates=[asdict(candidate) for candidate in tag.candidates],
        examples=list(tag.examples),
        shade=tag.shade,
    )


def features_row(photo_id: int, prediction: PhotoPrediction) -> FeaturesRow:
    """Build the row of a photo's prediction."""
    return FeaturesRow(
        photo_id=photo_id,
        model=prediction.model,
        embedding=np.ascontiguousarray(prediction.embedding, dtype="<f4").tobytes(),
        palette=[asdict(swatch) for swatch in prediction.palette],
    )
