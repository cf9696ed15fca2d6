from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from PIL import Image

from classifier.errors import CheckpointMissing
from classifier.prediction import Answer, Explanation, GarmentMask, Prediction, Score, Swatch, Tier
from classifier.taxonomy import garment_type

NAMED: dict[str, tuple[int, int, int]] = {
    "black": (20, 20, 20),
    "white": (240, 240, 240),
    "grey": (128, 128, 128),
    "red": (200, 30, 40),
    "yellow": (230, 200, 50),
    "green": (60, 140, 70),
    "blue": (60, 90, 200),
    "navy": (30, 40, 90),
    "pink": (220, 120, 170),
    "brown": (110, 70, 40),
}
TYPES = ("Tee", "Blouse", "Jeans", "Skirt", "Dress", "Blazer")


class FakeTagger:
    """Says the colour in the middle of the picture, and a type that depends on it: the same for the same picture."""

    def __init__(self, model: str = "fake 1") -> None:
        self.model = model
        self.batches: list[int] = []
        self.explained: list[str | None] = []

    def tag(self, images: Sequence[Image.Image], masked: Sequence[bool] | None = None) -> list[Prediction]:
        self.batches.append(len(images))
        return [self._one(image, wanted) for image, wanted in zip(images, masked or [True] * len(images), strict=True)]

    def explain(self, image: Image.Image, type_name: str | None = None) -> Explanation:
        self.explained.append(type_name)
        types = self._one(image).types
        found = next((entry for entry in types if entry.name == type_name), types[0])
        return Explanation(found.name, found.score, np.ones((4, 4), np.float32), image.convert("L").convert("RGB"))

    def _one(self, image: Image.Image, masked: bool = True) -> Prediction:
        assert image.mode == "RGB"
        middle = tuple(int(part) for part in _middle(image))
        colour = min(NAMED, key=lambda name: sum((a - b) ** 2 for a, b in zip(NAMED[name], middle, strict=True)))
        kind = TYPES[list(NAMED).index(colour) % len(TYPES)]
        others = [name for name in TYPES if name != kind][:4]
        confidence, tier = (0.4, Tier.UNKNOWN) if colour == "black" else (0.93, Tier.SURE)
        return Prediction(
            type=Answer(kind, confidence, tier),
            types=(Score(kind, confidence), *(Score(name, 0.01) for name in others)),
            slot=garment_type(kind).slot,
            colour=Answer(colour, 0.9, Tier.SURE),
            palette=(Swatch(colour, "#{:02x}{:02x}{:02x}".format(*middle), 1.0),),
            pattern=Answer("solid", 0.8, Tier.CHECK),
            attributes={"season": Answer("summer", 0.7, Tier.CHECK)},
            embedding=_embedding(image),
            model=self.model,
            mask=GarmentMask(_middle_of(image), "fake masks 1") if masked else None,
        )


class GroundTagger(FakeTagger):
    """Masks everything that differs from the colour of the top left corner."""

    def _one(self, image: Image.Image, masked: bool = True) -> Prediction:
        found = super()._one(image, masked)
        pixels = np.asarray(image, np.int16)
        cloth = np.where(np.abs(pixels - pixels[0, 0]).max(axis=2) > 30, 255, 0).astype(np.uint8)
        return replace(found, mask=GarmentMask(cloth, "fake masks 1") if masked and cloth.any() else None)


class NoTagger:
    model = "none"

    def tag(self, images: Sequence[Image.Image], masked: Sequence[bool] | None = None) -> list[Prediction]:
        raise CheckpointMissing("There is no checkpoint.")

    def explain(self, image: Image.Image, type_name: str | None = None) -> Explanation:
        raise CheckpointMissing("There is no checkpoint.")


class BrokenTagger:
    model = "broken"

    def tag(self, images: Sequence[Image.Image], masked: Sequence[bool] | None = None) -> list[Prediction]:
        raise RuntimeError("out of order")


def _middle(image: Image.Image) -> tuple[int, ...]:
    width, height = image.size
    centre = image.crop(
        (width // 3, height // 3, max(width // 3 + 1, 2 * width // 3), max(height // 3 + 1, 2 * height // 3))
    )
    pixel = centre.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    assert isinstance(pixel, tuple)
    return pixel


def _middle_of(image: Image.Image) -> np.ndarray:
    mask = np.zeros((image.height // 4, image.width // 4), np.uint8)
    mask[mask.shape[0] // 4 : -mask.shape[0] // 4, mask.shape[1] // 4 : -mask.shape[1] // 4] = 255
    return mask


def _embedding(image: Image.Image) -> np.ndarray:
    values = np.asarray(image.convert("L").resize((8, 4), Image.Resampling.BOX), np.float32).ravel() + 1
    return values / np.linalg.norm(values)
