"""What each head of the looks is read from."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

LEAST = 1e-4
# By head: what the tagger thinks, what the pixels say, how the cloth is made (by the fine maps under the mask, or all).
BLOCKS: dict[str, tuple[str, ...]] = {
    "colour": ("pixels", "tagger.colour", "fine"),
    "pattern": ("tagger.pattern", "embedding", "texture"),
    "sleeve": ("tagger.type", "embedding", "texture"),
    "neckline": ("tagger.type", "embedding", "texture"),
    "fabric": ("tagger.type", "embedding", "texture"),
}
FINE_MAPS = 3  # of the mask's backbone, the finest first


def numbers_of(
    head: str,
    probabilities: Mapping[str, Floats],
    embedding: Floats,
    texture: tuple[Floats, ...],
    pixels: Floats,
) -> Floats:
    """What ``head`` is read from, (D,) float32.

    Args:
        head: one of :data:`BLOCKS`.
        probabilities: the tagger's, by its heads, (classes,) each.
        embedding: the tagger's, (E,).
        texture: means and deviations inside the mask of each map of the mask's backbone, the finest first.
        pixels: from :func:`classifier.looks.pixels.pixel_numbers`.
    """
    known = {"embedding": embedding, "pixels": pixels, "texture": np.concatenate(texture),
             "fine": np.concatenate(texture[:FINE_MAPS])}  # fmt: skip
    known |= {f"tagger.{name}": np.log(values + LEAST) for name, values in probabilities.items()}
    return np.concatenate([known[block] for block in BLOCKS[head]]).astype(np.float32)
