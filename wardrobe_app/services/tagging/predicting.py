"""Predict stored photos: the slow work of tagging again, which needs no database and may run anywhere."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from wardrobe_app.domain.batches import batched
from wardrobe_app.domain.errors import StorageFailed
from wardrobe_app.domain.garments.garment import Garment, Photo
from wardrobe_app.domain.garments.photos import PhotoPrediction
from wardrobe_app.services.storage.photo_store import EncodedMask, PhotoStore
from wardrobe_app.services.tagging.predictions import Tagging

if TYPE_CHECKING:
    from PIL import Image


@dataclass(frozen=True, slots=True)
class PredictedPhoto:
    """What a model saw in a photo, and the files of its mask, if it has one."""

    prediction: PhotoPrediction
    mask: EncodedMask | None


@dataclass(frozen=True, slots=True)
class PredictedGarment:
    """The predictions of a garment's photos by id; none, and the ``problem``, if one of them cannot be read."""

    photos: dict[int, PredictedPhoto] = field(default_factory=dict)
    problem: str = ""


class PredictionEngine(Protocol):
    """Predicts garments, in this process or elsewhere."""

    def predict_all(
        self, garments: Sequence[Garment]
    ) -> Generator[tuple[Sequence[Garment], Sequence[PredictedGarment]], None, None]:
        """Yield the garments in order, some at a time, each with its predictions.

        Raises:
            TaggingUnavailable: there is no usable checkpoint.
        """
        ...


class PhotoPredictor:
    """Predicts the photos of a wardrobe, in this process."""

    def __init__(self, store: PhotoStore, tagging: Tagging, batch_size: int = 16) -> None:
        self._store = store
        self._tagging = tagging
        self._batch_size = batch_size

    def predict_all(
        self, garments: Sequence[Garment]
    ) -> Generator[tuple[Sequence[Garment], Sequence[PredictedGarment]], None, None]:
        """Yield the garments in order, a batch at a time; raises as ``predict``."""
        yield from ((some, self.predict(some)) for some in batched(garments, self._batch_size))

    def predict(self, garments: Sequence[Garment]) -> list[PredictedGarment]:
        """Predict all photos of some garments together.

        Raises:
            TaggingUnavailable: there is no usable checkpoint.
        """
        found = [PredictedGarment() for _ in garments]
        images: dict[tuple[int, Photo], Image.Image] = {}
        for place, garment in enumerate(garments):
            try:
                images |= {(place, photo): self._store.open(photo) for photo in garment.photos}
            except StorageFailed as error:
                found[place] = PredictedGarment(problem=str(error))
        predictions = self._tagging.see(list(images.values()), [photo.masked for _, photo in images])
        for ((place, photo), image), prediction in zip(images.items(), predictions, strict=True):
            mask = None if prediction.mask is None else self._store.encode_mask(image, prediction.mask)
            found[place].photos[photo.id] = PredictedPhoto(replace(prediction, mask=None), mask)
        return found
