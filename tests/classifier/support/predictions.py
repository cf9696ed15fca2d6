"""Predictions made by hand, in which only the type and the embedding mean something."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from classifier.prediction import Answer, Prediction, Score, Tier


def a_prediction(types: tuple[Score, ...], tier: Tier, embedding: NDArray[np.float32]) -> Prediction:
    return Prediction(
        type=Answer(types[0].name, types[0].score, tier),
        types=types,
        slot="upper",
        colour=Answer("red", 1.0, Tier.SURE),
        palette=(),
        pattern=Answer("solid", 1.0, Tier.SURE),
        attributes={},
        embedding=embedding,
        model="by colour 1",
    )
