"""Rows to domain objects and back."""

from __future__ import annotations

from typing import Any

import numpy as np

from db.models import FeaturesRow, ItemRow, PhotoRow, TagRow
from wardrobe_app.domain.garment import Candidate, Condition, Garment, Photo, Swatch, Tag, TagKind, TagSource
from wardrobe_app.domain.intake import NewPhoto, Seen
from wardrobe_app.domain.vocabulary import Vocabulary


def garment_of(row: ItemRow, vocabulary: Vocabulary) -> Garment:
    """The garment of a row whose photos (with features) and tags are loaded."""
    given = [tag_of(tag) for tag in row.tags]
    by_source = {source: {tag.kind: tag for tag in given if tag.source is source} for source in TagSource}
    suggestions = by_source[TagSource.MODEL]
    merged = {**suggestions, **by_source[TagSource.FOLLOWED], **by_source[TagSource.PERSON]}
    tags = {kind: merged[kind] for kind in TagKind if kind in merged}
    type_name = tags[TagKind.TYPE].value if TagKind.TYPE in tags else None
    features = row.photos[0].features if row.photos else None
    return Garment(
        id=row.id,
        photos=tuple(photo_of(photo) for photo in row.photos),
        tags=tags,
        type_label=vocabulary.label(type_name),
        slot=vocabulary.slot(type_name),
        palette=tuple(Swatch(**swatch) for swatch in features.palette) if features else (),
        suggestions=suggestions,
        embedding=np.frombuffer(features.embedding, dtype="<f4") if features else None,
        embedding_model=features.model if features else None,
        name=row.name,
        notes=row.notes,
        brand=row.brand,
        size=row.size,
        price=row.price,
        purchased_on=row.purchased_on,
        favourite=row.favourite,
        quantity=row.quantity,
        condition=Condition(row.condition) if row.condition else None,
        added_at=row.added_at,
        archived_at=row.archived_at,
        trashed_at=row.trashed_at,
        version=row.version,
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


def features_row(photo_id: int, seen: Seen) -> FeaturesRow:
    """The row of what a model saw in a photo."""
    return FeaturesRow(
        photo_id=photo_id,
        model=seen.model,
        embedding=np.ascontiguousarray(seen.embedding, dtype="<f4").tobytes(),
        palette=[{"name": entry.name, "hex": entry.hex, "share": entry.share} for entry in seen.palette],
    )


def tag_of(row: TagRow) -> Tag:
    """The tag of a row."""
    return Tag(
        kind=TagKind(row.kind),
        value=row.value,
        source=TagSource(row.source),
        confidence=row.confidence,
        tier=row.tier,
        model=row.model,
        candidates=tuple(Candidate(**entry) for entry in row.candidates),
        examples=tuple(row.examples),
        shade=row.shade,
    )


def photo_of(row: PhotoRow) -> Photo:
    """The photo of a row."""
    return Photo(
        id=row.id,
        filename=row.filename,
        file=row.file,
        thumbnail=row.thumbnail,
        width=row.width,
        height=row.height,
        sha256=row.sha256,
        phash=row.phash,
        added_at=row.added_at,
        mask_model=row.mask_model,
        masked=row.masked,
    )
