"""Assemble the input features of each attribute head."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

MIN_PROBABILITY = 1e-4
# Feature blocks by head. "texture" describes all maps of the mask's backbone under the mask, "fine" the first few.
BLOCKS: dict[str, tuple[str, ...]] = {
    "colour": ("pixels", "tagger.colour", "fine"),
    "pattern": ("tagger.pattern", "embedding", "texture"),
    "sleeve": ("tagger.type", "embedding", "texture"),
    "neckline": ("tagger.type", "embedding", "texture"),
    "fabric": ("tagger.type", "embedding", "texture"),
}
FINE_MAPS = 3  # finest maps of the mask's backbone


def head_features(
    head: str,
    probabilities: Mapping[str, Floats],
    embedding: Floats,
    texture: tuple[Floats, ...],
    pixels: Floats,
) -> Floats:
    """Concatenate the features (D,) of ``head``, float32.

    Args:
        head: one of :data:`BLOCKS`.
        probabilities: the tagger's, by head, (classes,) each.
        embedding: the tagger's, (E,).
        texture: means and deviations inside the mask of each map of the mask's backbone, finest first.
        pixels: from :func:`classifier.serving.attributes.colour_histogram.colour_features`.
    """
    blocks = {
        "embedding": embedding,
        "pixels": pixels,
        "texture": np.concatenate(texture),
        "fine": np.concatenate(texture[:FINE_MAPS]),
    } | {f"tagger.{name}": np.log(values + MIN_PROBABILITY) for name, values in probabilities.items()}
    return np.concatenate([blocks[block] for block in BLOCKS[head]]).astype(np.float32)
