"""Advise on a photo of something not bought yet: tag it and compare it with the wardrobe, without storing it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from db.unit_of_work import Units
from wardrobe_app.domain.errors import ImageRefused
from wardrobe_app.domain.garments.availability import staying
from wardrobe_app.domain.garments.garment import Garment, Tag, TagKind, TagSource
from wardrobe_app.domain.garments.photos import PhotoPrediction
from wardrobe_app.domain.garments.vocabulary import Vocabulary
from wardrobe_app.domain.insights import purchase_advice, removal_cost
from wardrobe_app.domain.insights.purchase_advice import Advice, PurchaseAdvice
from wardrobe_app.domain.insights.removal_cost import Standing
from wardrobe_app.services.importing.decoding import Limits, check_size, read_photo
from wardrobe_app.services.importing.duplicates import KnownPhotos
from wardrobe_app.services.importing.sources import Source, source_from_bytes, source_from_path
from wardrobe_app.services.outfits.scoring_rules import Rules, normal_rules
from wardrobe_app.services.storage.thumbnails import small_jpeg
from wardrobe_app.services.tagging.keypoint_matching import KeypointMatching, PhotoKeypoints
from wardrobe_app.services.tagging.predictions import Tagging

__all__ = ["Advice", "Newcomer", "PurchaseAdvice", "PurchaseAdvisor", "source_from_bytes", "source_from_path"]

NOT_STORED = 0
"""The id of a garment that is not in the wardrobe; stored ones begin at 1."""


@dataclass(frozen=True, slots=True, eq=False)
class Newcomer:
    """A garment that is not stored, a ``picture`` of it (JPEG, upright), and the owned one with the same photo.

    ``phash`` is the picture's hash.
    """

    garment: Garment
    picture: bytes = field(repr=False)
    keypoints: PhotoKeypoints = field(repr=False)
    same_picture: int | None = None
    phash: str = ""


class PurchaseAdvisor:
    """Compares photos with the garments in use. Nothing of these photos is stored."""

    def __init__(
        self,
        uow_factory: Units,
        tagging: Tagging,
        limits: Limits,
        matching: KeypointMatching,
        rules: Callable[[], Rules] = normal_rules,
    ) -> None:
        self._uow = uow_factory
        self._rules = rules
        self._matching = matching
        self._tagging = tagging
        self._limits = limits

    def look_at(self, source: Source) -> Newcomer:
        """Predict the garment in a photo.

        Raises:
            ImageRefused: it cannot be read, is not a picture, is damaged, or exceeds the limits.
            TaggingUnavailable: there is no usable checkpoint.
        """
        if source.size is not None:
            check_size(source.size, source.name, self._limits)
        photo = read_photo(_bytes_of(source), source.name, self._limits)
        (seen,) = self._tagging.see([photo.image])
        with self._uow() as uow:
            found = KnownPhotos().finder(uow).find(photo.sha256, photo.phash)
            garment = _garment(seen, uow.vocabulary)
        keypoints = PhotoKeypoints(photo.image, seen.mask)
        same = found.item_id if found else None
        return Newcomer(garment, small_jpeg(photo.image), keypoints, same, photo.phash)

    def corrected(self, newcomer: Newcomer, kind: TagKind, value: str) -> Newcomer:
        """Set the tag of this ``kind`` by a person; custom types count, too."""
        tags = {**newcomer.garment.tags, kind: Tag(kind, value, TagSource.PERSON)}
        with self._uow() as uow:
            return replace(newcomer, garment=_named(replace(newcomer.garment, tags=tags), uow.vocabulary))

    def weigh(self, newcomer: Newcomer, state: Standing | None = None) -> PurchaseAdvice:
        """Return what it would do for the wardrobe; ``state`` is the wardrobe's standing, if known."""
        if state is None:
            with self._uow() as uow:
                state = removal_cost.standing(staying(uow.garments.all()), uow.verdicts.all(), *self._rules())
        owned = (*state.garments, *state.others)
        same = next((item for item in owned if item.id == newcomer.same_picture), None)
        matches = self._matching.matches_of(newcomer.garment, newcomer.keypoints, owned)
        return purchase_advice.evaluate_purchase(newcomer.garment, state, same, matches=matches)


def _bytes_of(source: Source) -> bytes:
    try:
        return source.read()
    except OSError as error:
        raise ImageRefused(f"{source.name}: the file could not be read: {error.strerror or error}.") from error


def _garment(seen: PhotoPrediction, vocabulary: Vocabulary) -> Garment:
    tags = {tag.kind: tag for tag in seen.tags}
    bare = Garment(
        id=NOT_STORED,
        photos=(),
        tags=tags,
        type_label="",
        slot=None,
        palette=seen.palette,
        suggestions=tags,
        embedding=seen.embedding,
        embedding_model=seen.model,
    )
    return _named(bare, vocabulary)


def _named(garment: Garment, vocabulary: Vocabulary) -> Garment:
    return replace(garment, type_label=vocabulary.label(garment.type), slot=vocabulary.slot(garment.type))
