"""Define what services need from a tagger, and convert its predictions to tags."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from threading import Lock
from typing import TYPE_CHECKING, Protocol

from wardrobe_app.domain.errors import TaggingUnavailable
from wardrobe_app.domain.garments.garment import Candidate, Swatch, Tag, TagKind, TagSource
from wardrobe_app.domain.garments.photos import PhotoPrediction
from wardrobe_app.services.observation import observer

if TYPE_CHECKING:
    from PIL.Image import Image

    from classifier.prediction import Answer, Explanation, Prediction


_log = logging.getLogger(__name__)


class TaggerLike(Protocol):
    """Tags pictures; ``model`` is cheap to read."""

    @property
    def model(self) -> str:
        """Return name and version of the model."""
        ...

    def tag(self, images: Sequence[Image], masked: Sequence[bool] | None = None) -> list[Prediction]:
        """Predict each upright RGB picture, in order; where ``masked`` is False, the background counts too."""
        ...

    def explain(self, image: Image, type_name: str | None = None) -> Explanation:
        """Show where a type was seen in an upright RGB picture; the best type, if none or an unknown one is named."""
        ...


class Tagging:
    """Asks a tagger, which is created when it is first needed."""

    def __init__(self, make: Callable[[], TaggerLike], unusable: tuple[type[Exception], ...] = ()) -> None:
        """Take the errors by which the tagger reports that it has no usable checkpoint as ``unusable``."""
        self._make = make
        self._unusable = unusable
        self._tagger: TaggerLike | None = None
        self._making = Lock()

    def see(self, images: Sequence[Image], masked: Sequence[bool] | None = None) -> list[PhotoPrediction]:
        """Predict each picture, in order.

        Where ``masked`` is False, the background is not masked: the whole picture counts.

        Raises:
            TaggingUnavailable: there is no usable checkpoint.
        """
        if not images:
            return []
        began = time.monotonic()
        try:
            predictions = self._made().tag(images, masked)
        except self._unusable as error:
            raise TaggingUnavailable(str(error)) from error
        except Exception as error:  # a failing model must not cost anybody their photos
            _log.exception("the model failed on %d pictures", len(images))
            raise TaggingUnavailable(f"The model failed on these photos ({type(error).__name__}).") from error
        observer().tagged(len(images), time.monotonic() - began)
        return [prediction_of(prediction) for prediction in predictions]

    @property
    def model(self) -> str:
        """Return name and version of the model; raises as :meth:`see`."""
        try:
            return self._made().model
        except self._unusable as error:
            raise TaggingUnavailable(str(error)) from error

    def explain(self, image: Image, type_name: str | None) -> Explanation:
        """Show where the model sees a type, or its best one, in an upright RGB picture; raises as :meth:`see`."""
        try:
            return self._made().explain(image, type_name)
        except self._unusable as error:
            raise TaggingUnavailable(str(error)) from error

    def _made(self) -> TaggerLike:
        with self._making:
            if self._tagger is None:
                self._tagger = self._make()
            return self._tagger


def prediction_of(prediction: Prediction) -> PhotoPrediction:
    """Convert a prediction to tags; attributes unknown to a wardrobe are left out."""
    known = {kind.value for kind in TagKind}
    attributes = {kind: answer for kind, answer in prediction.attributes.items() if kind in known}
    candidates = tuple(Candidate(entry.name, entry.score) for entry in prediction.types)
    return PhotoPrediction(
        model=prediction.model,
        tags=(
            _tag(TagKind.TYPE, prediction.type, prediction.model, candidates),
            _tag(TagKind.COLOUR, prediction.colour, prediction.model),
            _tag(TagKind.PATTERN, prediction.pattern, prediction.model),
            *(_tag(TagKind(kind), answer, prediction.model) for kind, answer in attributes.items()),
        ),
        palette=tuple(Swatch(entry.name, entry.hex, float(entry.share)) for entry in prediction.palette),
        embedding=prediction.embedding,
        mask=prediction.mask.cloth if prediction.mask else None,
        mask_model=prediction.mask.model if prediction.mask else None,
    )


def _tag(kind: TagKind, answer: Answer, model: str, candidates: tuple[Candidate, ...] = ()) -> Tag:
    # A rounded float32 may be slightly above 1, which the database refuses.
    confidence = min(1.0, max(0.0, float(answer.confidence)))
    return Tag(kind, answer.value, TagSource.MODEL, confidence, answer.tier.value, model, candidates)
