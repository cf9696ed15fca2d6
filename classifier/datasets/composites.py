"""Lay cut-out garments on other grounds, which gives pictures with known masks."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from classifier.datasets.augmentation import ground_from_photo, relight, soften
from classifier.datasets.cut_outs import CutOut, Mask, Pixels

Floats = NDArray[np.float32]
CLOTH, UNSURE = 255, 128  # values of label pictures; 0 is ground


def composite(
    garment: CutOut, grounds: Sequence[Image.Image], size: int, rng: np.random.Generator
) -> tuple[Image.Image, Pixels]:
    """Lay a garment on another ground, under other light; return the picture and its labels, (size, size) uint8."""
    pixels, labels, alpha = _dressed(garment, rng)
    placed, labels, alpha = _placed(pixels, labels, alpha, size, rng)
    ground = _ground(grounds, size, placed, labels == CLOTH, rng)
    shade = cv2.GaussianBlur(alpha, (0, 0), size / 50) * rng.uniform(0, 0.5)
    moved = np.roll(shade, (int(rng.integers(-size // 50, size // 30)), int(rng.integers(-6, 7))), (0, 1))
    ground = ground * (1 - moved[..., None])
    if rng.random() < 0.35:
        ground = ground * crumples(size, rng)
    soft = cv2.GaussianBlur(alpha, (0, 0), rng.uniform(0.4, 1.2))[..., None]
    image = Image.fromarray(np.clip(placed * soft + ground * (1 - soft), 0, 255).astype(np.uint8))
    return relight(soften(image, rng), rng), labels


def framed(
    image: Image.Image, labels: Pixels, rng: np.random.Generator, most: float = 1.6
) -> tuple[Image.Image, Pixels]:
    """Crop a picture and its labels to other proportions, up to ``most`` times as long as wide or the reverse."""
    ratio = np.exp(rng.uniform(-np.log(most), np.log(most)))
    width, height = image.size
    wide, high = round(width * min(1.0, ratio)), round(height * min(1.0, 1 / ratio))
    left, top = int(rng.integers(width - wide + 1)), int(rng.integers(height - high + 1))
    return image.crop((left, top, left + wide, top + high)), labels[top : top + high, left : left + wide]


def masked_photo(photo: Image.Image, mask: Mask, rng: np.random.Generator) -> tuple[Image.Image, Pixels]:
    """Vary a person's photo and its mask (h, w): mirror, turn, crop, other light; return the picture and its labels."""
    labels = np.where(mask, CLOTH, 0).astype(np.uint8)
    edge = cv2.morphologyEx(labels, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)) > 0
    labels[edge] = UNSURE  # a pixel's error is not worth learning
    pixels = np.asarray(photo)
    if rng.random() < 0.5:
        pixels, labels = pixels[:, ::-1], labels[:, ::-1]
    turns = int(rng.integers(1, 4)) if rng.random() < 0.15 else 0
    pixels, labels = np.rot90(pixels, turns), np.rot90(labels, turns)
    height, width = labels.shape
    share = rng.uniform(0.75, 1.0) if rng.random() < 0.5 else 1.0
    high, wide = max(1, round(height * share)), max(1, round(width * share))
    top, left = int(rng.integers(height - high + 1)), int(rng.integers(width - wide + 1))
    area = (slice(top, top + high), slice(left, left + wide))
    image = Image.fromarray(np.ascontiguousarray(pixels[area]))
    return relight(image, rng), np.ascontiguousarray(labels[area])


def _dressed(garment: CutOut, rng: np.random.Generator) -> tuple[Floats, Pixels, Floats]:
    """Choose pixels, labels and opacity: the cloth, sometimes with the model who wears it, sometimes recoloured."""
    with_model = bool(garment.rest.any()) and rng.random() < 0.3
    labels = np.where(garment.cloth, CLOTH, 0).astype(np.uint8)
    shown: Mask = garment.cloth
    if with_model:
        labels[garment.unsure] = UNSURE
        shown = garment.cloth | garment.rest | garment.unsure
    pixels = garment.pixels.astype(np.float32)
    if rng.random() < 0.45:
        pixels[garment.cloth] = _dyed(garment.pixels, garment.cloth, rng)
    return pixels, labels, shown.astype(np.float32)


def _dyed(pixels: Pixels, cloth: Mask, rng: np.random.Generator) -> Floats:
    """Recolour the cloth's pixels (N, 3), half of the time to white, because white products cannot be cut out."""
    lab = cv2.cvtColor(pixels[cloth][None].astype(np.float32) / 255, cv2.COLOR_RGB2LAB)[0]
    mean = lab.mean(0)
    if rng.random() < 0.5:
        aim = np.array([rng.uniform(82, 96), rng.normal(0, 2), rng.normal(3, 4)])
        spread = rng.uniform(0.2, 0.5)
    else:
        aim = np.array([rng.uniform(12, 90), rng.normal(0, 28), rng.normal(0, 28)])
        spread = rng.uniform(0.6, 1.0)
    other = ((lab - mean) * spread + aim).astype(np.float32)
    return np.asarray(255 * np.clip(cv2.cvtColor(other[None], cv2.COLOR_LAB2RGB)[0], 0, 1), np.float32)


def _placed(
    pixels: Floats, labels: Pixels, alpha: Floats, size: int, rng: np.random.Generator
) -> tuple[Floats, Pixels, Floats]:
    """Mirror, rotate, stretch and shift all three onto a square of ``size``; parts may lie outside."""
    ys, xs = np.nonzero(alpha > 0)
    centre = np.array([(xs.min() + xs.max()) / 2, (ys.min() + ys.max()) / 2])
    longest = max(np.ptp(xs), np.ptp(ys)) + 1
    scale = size * rng.uniform(0.5, 1.15) / longest
    stretch = np.exp(rng.normal(0, 0.15))
    turn = rng.normal(0, 0.2) + (np.pi / 2 * rng.integers(1, 4) if rng.random() < 0.12 else 0)
    cos, sin = np.cos(turn), np.sin(turn)
    shear = rng.normal(0, 0.06)
    mirror = -1 if rng.random() < 0.5 else 1
    linear = np.array([[cos, -sin], [sin, cos]]) @ np.array([[scale * stretch * mirror, shear], [0, scale / stretch]])
    reach = max(0.0, 1 - scale * longest / size) / 2 + 0.06
    aim = size * (0.5 + rng.uniform(-reach, reach, 2))
    matrix = np.column_stack([linear, aim - linear @ centre])
    shape = (size, size)
    return (
        np.asarray(cv2.warpAffine(pixels, matrix, shape, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE), "f4"),
        np.asarray(cv2.warpAffine(labels, matrix, shape, flags=cv2.INTER_NEAREST), np.uint8),
        np.asarray(cv2.warpAffine(alpha, matrix, shape, flags=cv2.INTER_LINEAR), "f4"),
    )


def _ground(grounds: Sequence[Image.Image], size: int, placed: Floats, cloth: Mask, rng: np.random.Generator) -> Floats:
    if grounds and rng.random() < 0.65:
        ground = np.asarray(ground_from_photo(grounds[int(rng.integers(len(grounds)))], size, rng), np.float32)
        if rng.random() < 0.5:
            ground = np.ascontiguousarray(np.rot90(ground, int(rng.integers(4))))
    else:
        ground = drawn_texture(size, rng)
    if cloth.any() and rng.random() < 0.2:  # like navy on navy, where only the edge shows the garment
        ground = ground + (placed[cloth].mean(0) - ground.mean((0, 1))) * rng.uniform(0.6, 0.95)
    return np.clip(ground, 0, 255)


def crumples(size: int, rng: np.random.Generator) -> Floats:
    """Draw the light and shade of crumpled cloth, such as a bedspread, (size, size, 1) around 1."""
    shade = np.zeros((size, size), np.float32)
    for _ in range(int(rng.integers(3, 9))):
        few = int(rng.integers(3, 14))
        waves = cv2.resize(rng.normal(0, 1, (few, few)).astype(np.float32), (size, size), interpolation=cv2.INTER_CUBIC)
        shade += np.tanh(3 * waves) / few
    return np.asarray(1 + rng.uniform(0.1, 0.45) * shade[..., None] / max(1e-6, float(np.abs(shade).max())), np.float32)


def drawn_texture(size: int, rng: np.random.Generator) -> Floats:
    """Draw a ground: plain, planks, stripes, checks or blotches, with uneven light and grain."""
    first, second = rng.uniform(10, 250, (2, 3))
    if rng.random() < 0.5:
        second = first + rng.normal(0, 18, 3)
    y, x = np.mgrid[0 : 1 : size * 1j, 0 : 1 : size * 1j]
    turn = rng.uniform(0, np.pi)
    along, across = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
    often = rng.uniform(3, 30)
    kind = rng.integers(5)
    if kind == 0:
        mixed = np.zeros((size, size))
    elif kind == 1:  # planks of different shades with dark joints
        board = np.floor(along * often / 3)
        mixed = rng.random(64)[board.astype(int) % 64] * 0.7 + 0.3 * (np.abs(along * often / 3 - board) < 0.04)
    elif kind == 2:
        mixed = (np.sin(2 * np.pi * along * often) > rng.uniform(-0.8, 0.8)).astype(float)
    elif kind == 3:
        mixed = ((np.sin(2 * np.pi * along * often) > 0.3) * 0.5) + (np.sin(2 * np.pi * across * often) > 0.3) * 0.5
    else:
        few = int(rng.integers(4, 40))
        blotches = cv2.resize(rng.random((few, few)), (size, size), interpolation=cv2.INTER_CUBIC)
        mixed = np.asarray(blotches, np.float64)
    light = 1 + (x - 0.5) * rng.uniform(-0.5, 0.5) + (y - 0.5) * rng.uniform(-0.5, 0.5)
    ground = (first + mixed[..., None] * (second - first)) * light[..., None]
    grain = rng.normal(0, rng.uniform(1, 10), (size, size, 1))
    return np.asarray(np.clip(ground + grain, 0, 255), np.float32)
