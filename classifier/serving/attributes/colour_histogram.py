"""Describe the colour of cloth as features for a linear model.

Whether cloth is navy or black, white or beige, depends on the light. So the pixels are described four times: as they
are, brightened, and under two estimates of the light's colour. Statistics of the scene are added.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from skimage.color import rgb2lab

from classifier.serving import palette

Floats = NDArray[np.float64]

SIDE_PX = 64  # more pixels give the same features
KERNEL_WIDTH = 9.0  # in CIELAB units: how far a pixel counts for shades near its own
MIN_VOTE = 0.01
WHITE_PATCH_PERCENTILE, MAX_GAIN = 97, 2.2
MINKOWSKI_NORM = 6  # Finlayson and Trezzi, "Shades of gray and colour constancy" (2004)
HUE_BINS = 12


def colour_features(image: Image.Image, mask: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Compute the colour features (:func:`count`,) of an upright picture's cloth.

    ``mask`` (h, w), 0 to 255, in the picture's proportions, is how likely each pixel is cloth.
    """
    small = image.convert("RGB")
    small.thumbnail((SIDE_PX, SIDE_PX), Image.Resampling.BOX, reducing_gap=2.0)
    rgb = np.asarray(small, np.float64) / 255
    cloth = palette.cloth_weights(mask, small.size)
    ground = np.where(cloth == 0, 1.0, 0.0)
    views = [rgb2lab(view) for view in (rgb, palette.brighten(rgb), white_patch(rgb), shades_of_grey(rgb))]
    plain, brightened = views[0], views[1]
    brightest = plain[plain[..., 0] >= np.percentile(plain[..., 0], 95)]
    features = [
        *(np.log(_votes(lab, cloth) + MIN_VOTE) for lab in views),
        _summary(plain, cloth),
        _summary(brightened, cloth),
        _summary(plain, ground) if ground.any() else _summary(plain, np.ones_like(ground)),
        np.percentile(plain[..., 0], (50, 90, 97)),
        brightest[:, 1:].mean(0),
        _hues(plain, cloth),
    ]
    return np.concatenate(features).astype(np.float32)


@cache
def count() -> int:
    """Number of features."""
    return len(colour_features(Image.new("RGB", (2, 2)), np.full((2, 2), 255, np.uint8)))


def white_patch(rgb: Floats) -> Floats:
    """Scale each channel of a picture (H, W, 3), 0 to 1, so that its brightest values become white."""
    brightest = np.percentile(rgb.reshape(-1, 3), WHITE_PATCH_PERCENTILE, axis=0)
    return np.clip(rgb * np.clip(1 / np.maximum(brightest, 1e-3), 1, MAX_GAIN), 0, 1)


def shades_of_grey(rgb: Floats) -> Floats:
    """Scale the channels of a picture (H, W, 3), 0 to 1, so that their Minkowski means are equal; then brighten."""
    light = np.maximum((rgb**MINKOWSKI_NORM).mean((0, 1)) ** (1 / MINKOWSKI_NORM), 1e-3)
    return palette.brighten(np.clip(rgb * light.mean() / light, 0, 1))


def _votes(lab: Floats, weights: Floats) -> Floats:
    """Compute the share of the cloth near the shades of each colour name."""
    names, shades = palette.prototypes()
    points, counts = lab[weights > 0], weights[weights > 0]
    # Squared distances without the point's own square, which cancels in the next step.
    closeness = points.astype(np.float32) @ (2 * shades.T).astype(np.float32) - (shades**2).sum(1).astype(np.float32)
    closeness -= closeness.max(1, keepdims=True)
    near = np.exp(closeness / np.float32(2 * KERNEL_WIDTH**2))
    shares = (counts / near.sum(1)).astype(np.float32) @ near / counts.sum()
    return np.array([shares[[own == name for own in names]].sum() for name in palette.PROTOTYPES])


def _summary(lab: Floats, weights: Floats) -> Floats:
    """Compute mean and deviation of the channels, and five quantiles of lightness."""
    points, counts = lab[weights > 0], weights[weights > 0] / weights.sum()
    mean = counts @ points
    deviation = np.sqrt(counts @ (points - mean) ** 2)
    order = np.argsort(points[:, 0])
    reached = np.searchsorted(np.cumsum(counts[order]), (0.1, 0.3, 0.5, 0.7, 0.9)).clip(max=len(order) - 1)
    return np.concatenate([mean, deviation, points[order][reached, 0]])


def _hues(lab: Floats, weights: Floats) -> Floats:
    """Compute a hue histogram, weighted by chroma, and four percentiles of chroma."""
    points, counts = lab[weights > 0], weights[weights > 0] / weights.sum()
    chroma = np.hypot(points[:, 1], points[:, 2])
    hue = np.arctan2(points[:, 2], points[:, 1])
    strength = counts * np.minimum(chroma / 20, 1)
    found, _ = np.histogram(hue, HUE_BINS, (-np.pi, np.pi), weights=strength)
    return np.concatenate([found, np.percentile(chroma, (20, 50, 80, 95))])
