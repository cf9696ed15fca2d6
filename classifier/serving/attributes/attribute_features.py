"""Assemble the input features of each attribute head."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

MIN_PROBABILITY = 1e-4
# Feature blocks by head. "texture" describes all maps of the network under the mask, "fine" the first few.
BLOCKS: dict[str, tuple[str, ...]] = {
    "colour": ("pixels", "tagger.colour", "fine"),
    "pattern": ("tagger.pattern", "texture"),
    "sleeve": ("tagger.type", "tagger.sleeve", "texture"),
    "neckline": ("tagger.type", "texture"),
    "fabric": ("tagger.type", "texture"),
}
FINE_VALUES = 2 * (16 + 24 + 48)  # of the three finest maps of EfficientNet-Lite2


def head_features(
    head: str,
    probabilities: Mapping[str, Floats],
    texture: Floats,
    pixels: Floats,
) -> Floats:
    """Concatenate the features (D,) of ``head``, float32.

    Args:
        head: one of :data:`BLOCKS`.
        probabilities: the tagger's, by head, (classes,) each.
        texture: means and deviations inside the mask of each map of the network, finest first, (T,).
        pixels: from :func:`classifier.serving.attributes.colour_histogram.colour_features`.
    """
    blocks = {
        "pixels": pixels,
        "texture": texture,
        "fine": texture[:FINE_VALUES],
    } | {f"tagger.{name}": np.log(values + MIN_PROBABILITY) for name, values in probabilities.items()}
    return np.concatenate([blocks[block] for block in BLOCKS[head]]).astype(np.float32)
