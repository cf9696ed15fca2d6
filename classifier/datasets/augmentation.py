"""Augment training pictures: other framing and light for photos, other grounds for products on white.

Batches can be augmented on the training device. Product pictures are cut out of their white ground and laid on grounds
from the margins of people's photos, or drawn ones, so that the network learns from the garment, not from the ground.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import kornia.augmentation as K
import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageFilter
from scipy import ndimage
from torch import Tensor, nn
from torchvision.transforms import v2

from classifier.serving.preprocessing import Preprocessing

MIN_WHITE = 238  # of every channel of a product's ground
MARGIN_SHARE = 0.13  # of a photo, from each side, that shows its ground

PRESIZE = 1.3  # factor by which pictures are larger before rotation and cropping

Pixels = NDArray[np.uint8]


def photo_view(preprocessing: Preprocessing) -> v2.Transform:
    """Make the augmentation of people's photos: crop, mirror, rotate, relight. Maps a PIL image to one of ``size``.

    A letterboxed network keeps nearly true proportions, because a dress is a long tee.
    """
    steps: list[Any] = [
        v2.RandomApply([v2.RandomRotation(15, interpolation=v2.InterpolationMode.BILINEAR, fill=128)], p=0.5),
        v2.RandomApply([v2.RandomChoice([v2.RandomRotation((turn, turn)) for turn in (90, 180, 270)])], p=0.08),
    ]
    ratio = (0.7, 1.4)
    if preprocessing.resize == "letterbox":
        steps.insert(0, v2.Lambda(replace(preprocessing, size=round(PRESIZE * preprocessing.size)).fit))
        ratio = (0.87, 1.15)
    return v2.Compose(
        [
            *steps,
            v2.RandomResizedCrop(preprocessing.size, scale=(0.6, 1.0), ratio=ratio, antialias=True),
            v2.RandomHorizontalFlip(),
            v2.ColorJitter(brightness=0.35, contrast=0.3, saturation=0.35, hue=0.04),
        ]
    )


def foreground(product: Pixels) -> NDArray[np.bool_]:
    """Mask (H, W) everything but the white ground of a product picture (H, W, 3)."""
    near_white = product.min(axis=2) >= MIN_WHITE
    labelled, _ = ndimage.label(near_white)
    margin = np.concatenate([labelled[0], labelled[-1], labelled[:, 0], labelled[:, -1]])
    ground = np.isin(labelled, np.unique(margin[margin > 0]))
    filled: NDArray[np.bool_] = ndimage.binary_fill_holes(ndimage.binary_opening(~ground, iterations=1))
    return filled


def soften(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Blur every fourth picture to a lower resolution, so that the resolution is no sign of the type."""
    if rng.random() > 0.25:
        return image
    side = int(rng.integers(64, 180))
    return image.resize((side, side), Image.Resampling.BICUBIC).resize(image.size, Image.Resampling.BICUBIC)


def ground_from_photo(photo: Image.Image, size: int, rng: np.random.Generator) -> Image.Image:
    """Make a ground of ``size`` from one margin of a photo, extended by reflection."""
    width, height = photo.size
    deep_x, deep_y = max(8, int(width * MARGIN_SHARE)), max(8, int(height * MARGIN_SHARE))
    boxes = [
        (0, 0, deep_x, height),
        (width - deep_x, 0, width, height),
        (0, 0, width, deep_y),
        (0, height - deep_y, width, height),
    ]
    strip = np.asarray(photo.crop(boxes[rng.integers(4)]))
    grow_y, grow_x = max(0, size - strip.shape[0]), max(0, size - strip.shape[1])
    ground = np.pad(strip, ((0, grow_y), (0, grow_x), (0, 0)), mode="symmetric")
    return Image.fromarray(ground).resize((size, size), Image.Resampling.BILINEAR)


def drawn_ground(size: int, rng: np.random.Generator) -> Image.Image:
    """Draw a plain ground of a random colour with uneven light and grain."""
    colour = rng.uniform(20, 245, 3)
    slope = np.linspace(-1, 1, size) * rng.uniform(-40, 40)
    grain = rng.normal(0, rng.uniform(1, 12), (size, size, 1))
    plane = slope[:, None, None] if rng.random() < 0.5 else slope[None, :, None]
    return Image.fromarray(np.clip(colour + plane + grain, 0, 255).astype(np.uint8))


def relight(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Relight a picture: exposure, and warm or cool gains that do not change the colour's name."""
    warmth = rng.normal(0, 0.07)
    gains = rng.uniform(0.65, 1.15) * np.array([1 + warmth, 1 + rng.normal(0, 0.02), 1 - warmth])
    pixels = 255 * (np.asarray(image, dtype=np.float32) / 255) ** rng.uniform(0.85, 1.2) * gains
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def _placed(cut_out: Image.Image, size: int, rng: np.random.Generator) -> Image.Image:
    """Mirror, rotate and scale an RGBA cut-out, and place it on a transparent canvas."""
    if rng.random() < 0.5:
        cut_out = cut_out.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    turn = rng.normal(0, 8) + (90 * rng.integers(1, 4) if rng.random() < 0.06 else 0)
    cut_out = cut_out.rotate(turn, resample=Image.Resampling.BICUBIC, expand=True)
    box = cut_out.getbbox()
    cut_out = cut_out.crop(box) if box else cut_out
    scale = size * rng.uniform(0.6, 1.05) / max(cut_out.size)
    stretch = rng.uniform(0.9, 1.1)
    wide, high = max(8, int(cut_out.width * scale * stretch)), max(8, int(cut_out.height * scale / stretch))
    cut_out = cut_out.resize((wide, high), Image.Resampling.BICUBIC)
    canvas = Image.new("RGBA", (size, size))
    x = int((size - wide) * rng.uniform(0.3, 0.7))
    y = int((size - high) * rng.uniform(0.3, 0.7))
    canvas.paste(cut_out, (x, y))
    return canvas


def product_view(
    product: Image.Image, grounds: Sequence[Image.Image], size: int, rng: np.random.Generator
) -> Image.Image:
    """Lay a product picture on another ground, under other light; sometimes on white."""
    pixels = np.asarray(product)
    mask = foreground(pixels)
    if not 0.04 < mask.mean() < 0.96:
        return relight(product.resize((size, size), Image.Resampling.BICUBIC), rng)
    alpha = Image.fromarray((mask * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(0.7))
    cut_out = product.copy()
    cut_out.putalpha(alpha)
    placed = _placed(cut_out, size, rng)
    choice = rng.random()
    if choice < 0.7 and grounds:
        ground = ground_from_photo(grounds[int(rng.integers(len(grounds)))], size, rng)
    else:
        ground = drawn_ground(size, rng) if choice < 0.88 else Image.new("RGB", (size, size), "white")
    shade = placed.getchannel("A").filter(ImageFilter.GaussianBlur(5)).point(lambda value: int(value * 0.45))
    ground.paste((20, 18, 16), (int(rng.integers(-4, 5)), int(rng.integers(0, 7))), shade)
    ground.paste(placed, (0, 0), placed)
    return relight(soften(ground, rng), rng)


class BatchAugmentation(nn.Module):
    """Augment a batch of normalised inputs (N, 3, H, W), each differently, to (N, 3, size, size).

    ``kind``: "none"; "flip"; "flip-shift" (mirror, shift by a tenth); "shear-zoom-flip" (mirror, shear by 10 degrees,
    zoom by a tenth); "presized" (mirror, rotate, warp, crop and relight pictures larger by :data:`PRESIZE`, so that
    rotation leaves no empty corners: Howard and Gugger 2020, fast.ai).
    """

    def __init__(self, kind: str, preprocessing: Preprocessing) -> None:
        super().__init__()
        self.kind, self.preprocessing = kind, preprocessing
        size = (preprocessing.size, preprocessing.size)
        steps: dict[str, list[Any]] = {
            "none": [],
            "photos": [],  # each picture on its own: see photo_view and product_view
            "flip": [K.RandomHorizontalFlip()],
            "flip-shift": [
                K.RandomHorizontalFlip(),
                K.RandomAffine(0, translate=(0.1, 0.1), scale=(0.92, 1.08), padding_mode="border", p=0.8),
                K.RandomErasing((0.02, 0.15), p=0.25),
            ],
            "shear-zoom-flip": [
                K.RandomHorizontalFlip(),
                K.RandomAffine(8, scale=(0.85, 1.25), shear=(-10, 10), padding_mode="border", p=0.9),
            ],
            "presized": [
                K.RandomHorizontalFlip(),
                K.RandomAffine(10, shear=(-6, 6), padding_mode="border", p=0.75),
                K.RandomResizedCrop(size, scale=(0.5, 1.0), ratio=(0.85, 1.18), cropping_mode="resample"),
            ],
        }
        self.steps = K.AugmentationSequential(*steps[kind]) if steps[kind] else nn.Identity()
        self.light = K.AugmentationSequential(K.ColorJiggle(0.2, 0.2, 0.1, 0.0, p=0.75)) if kind == "presized" else None
        self.mean: Tensor
        self.std: Tensor
        self.register_buffer("mean", torch.tensor(preprocessing.mean).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("std", torch.tensor(preprocessing.std).view(1, 3, 1, 1), persistent=False)

    @property
    def inputs(self) -> Preprocessing:
        """The preprocessing of the pictures before augmentation."""
        if self.kind != "presized":
            return self.preprocessing
        return replace(self.preprocessing, size=round(PRESIZE * self.preprocessing.size))

    @torch.no_grad()
    def forward(self, x: Tensor) -> Tensor:
        """Augment each picture of the batch."""
        x = self.steps(x)
        if self.light is None:
            return x
        result: Tensor = (self.light((x * self.std + self.mean).clamp(0, 1)) - self.mean) / self.std
        return result
