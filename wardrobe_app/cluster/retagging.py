"""Predict stored photos again in the actors of a Ray cluster."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from itertools import islice

from wardrobe_app.cluster.actor_pool import ActorPool
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.services.tagging.predicting import PhotoPredictor, PredictedGarment

_PICKED_OUT = "The program that read the photos of {title} ended each time that it was tried."


class RayPredictionEngine:
    """Predicts garments in actors, which read their photos from the photo store."""

    def __init__(self, pool: ActorPool, make_predictor: Callable[[], PhotoPredictor], batch_size: int) -> None:
        """Take ``make_predictor`` to be called in each actor."""
        self._pool = pool
        self._make_predictor = make_predictor
        self._batch_size = batch_size

    def predict_all(
        self, garments: Sequence[Garment]
    ) -> Generator[tuple[Sequence[Garment], Sequence[PredictedGarment]], None, None]:
        """Yield the garments in order, a batch at a time, each with its predictions."""
        answers = self._pool.map(garments, self._make_work, self._batch_size)
        try:
            while some := list(islice(answers, self._batch_size)):
                asked = [garments[place] for place, _ in some]
                yield asked, [found or _poisoned(one) for one, (_, found) in zip(asked, some, strict=True)]
        finally:
            answers.close()

    @property
    def _make_work(self) -> Callable[[], Callable[[Sequence[Garment]], list[PredictedGarment]]]:
        make = self._make_predictor
        return lambda: make().predict


def _poisoned(garment: Garment) -> PredictedGarment:
    return PredictedGarment(problem=_PICKED_OUT.format(title=garment.title))
