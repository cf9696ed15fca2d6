"""What the pixels of the cloth say of its colour, as numbers that a linear model can weigh.

Whether cloth is navy or black, white or beige, depends on the light. So the same pixels are read four times: as they
are, brightened, and under two guesses of the light's colour. What the scene is like besides goes along.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from skimage.color import rgb2lab

from classifier.serving import palette

Floats = NDArray[np.float64]

SPREAD = 9.0  # CIELAB units over which a pixel is shared out among the shades near it
LEAST_VOTE = 0.01
WHITE_PATCH, MOST_GAIN = 97, 2.2
NORM = 6  # Finlayson and Trezzi, "Shades of gray and colour constancy" (2004)
HUES = 12


def pixel_numbers(image: Image.Image, likely: NDArray[np.uint8]) -> NDArray[np.float32]:
    """What an upright picture's cloth looks like, (:func:`count`,).

    ``likely`` (h, w) uint8 is how likely each place is cloth, 0 to 255, in the picture's proportions.
    """
    small = image.convert("RGB")
    small.thumbnail((palette.SIDE, palette.SIDE), Image.Resampling.BOX)
    rgb = np.asarray(small, np.float64) / 255
    cloth = palette.cloth_of(likely, small.size)
    ground = np.where(cloth == 0, 1.0, 0.0)
    readings = [rgb2lab(reading) for reading in (rgb, palette.exposed(rgb), white_patch(rgb), shades_of_grey(rgb))]
    plain, brightened = readings[0], readings[1]
    brightest = plain[plain[..., 0] >= np.percentile(plain[..., 0], 95)]
    numbers = [
        *(np.log(_votes(lab, cloth) + LEAST_VOTE) for lab in readings),
        _summary(plain, cloth),
        _summary(brightened, cloth),
        _summary(plain, ground) if ground.any() else _summary(plain, np.ones_like(ground)),
        np.percentile(plain[..., 0], (50, 90, 97)),
        brightest[:, 1:].mean(0),
        _hues(plain, cloth),
    ]
    return np.concatenate(numbers).astype(np.float32)


@cache
def count() -> int:
    """How many numbers there are."""
    return len(pixel_numbers(Image.new("RGB", (2, 2)), np.full((2, 2), 255, np.uint8)))


def white_patch(rgb: Floats) -> Floats:
    """An (H, W, 3) picture, 0 to 1, as if what is brightest in each channel were white."""
    brightest = np.percentile(rgb.reshape(-1, 3), WHITE_PATCH, axis=0)
    return np.clip(rgb * np.clip(1 / np.maximum(brightest, 1e-3), 1, MOST_GAIN), 0, 1)


def shades_of_grey(rgb: Floats) -> Floats:
    """An (H, W, 3) picture, 0 to 1, as if the sixth-power mean of its channels were grey; then brightened."""
    light = np.maximum((rgb**NORM).mean((0, 1)) ** (1 / NORM), 1e-3)
    return palette.exposed(np.clip(rgb * light.mean() / light, 0, 1))


def _votes(lab: Floats, weights: Floats) -> Floats:
    """By name of a colour, the share of the cloth that lies near one of its shades."""
    names, shades = palette.prototypes()
    points, counts = lab[weights > 0], weights[weights > 0]
    # Squared distances but for the point's own square, which the nearest one takes away again.
    closeness = points.astype(np.float32) @ (2 * shades.T).astype(np.float32) - (shades**2).sum(1).astype(np.float32)
    closeness -= closeness.max(1, keepdims=True)
    near = np.exp(closeness / np.float32(2 * SPREAD**2))
    shares = (counts / near.sum(1)).astype(np.float32) @ near / counts.sum()
    return np.array([shares[[own == name for own in names]].sum() for name in palette.PROTOTYPES])


def _summary(lab: Floats, weights: Floats) -> Floats:
    """Mean and deviation of the three channels, and how light it is from its darkest tenth to its palest."""
    points, counts = lab[weights > 0], weights[weights > 0] / weights.sum()
    mean = counts @ points
    deviation = np.sqrt(counts @ (points - mean) ** 2)
    order = np.argsort(points[:, 0])
    reached = np.searchsorted(np.cumsum(counts[order]), (0.1, 0.3, 0.5, 0.7, 0.9)).clip(max=len(order) - 1)
    return np.concatenate([mean, deviation, points[order][reached, 0]])


def _hues(lab: Floats, weights: Floats) -> Floats:
    """How much of each hue there is, pale cloth counting little; and how strong the colours are."""
    points, counts = lab[weights > 0], weights[weights > 0] / weights.sum()
    chroma = np.hypot(points[:, 1], points[:, 2])
    hue = np.arctan2(points[:, 2], points[:, 1])
    strength = counts * np.minimum(chroma / 20, 1)
    found, _ = np.histogram(hue, HUES, (-np.pi, np.pi), weights=strength)
    return np.concatenate([found, np.percentile(chroma, (20, 50, 80, 95))])
