"""Turn pictures into network inputs, the same way in training and serving. The settings travel in the checkpoint."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Annotated

import numpy as np
from PIL import Image, ImageOps
from pydantic import Field

if TYPE_CHECKING:
    from numpy.typing import NDArray

RESIZES = ("squash", "letterbox")
_Finite = Annotated[float, Field(allow_inf_nan=False)]
Triple = tuple[_Finite, _Finite, _Finite]


@dataclass(frozen=True)
class Preprocessing:
    """How to turn an upright picture into a network input. Resampling is bicubic with antialiasing.

    Raises:
        ValueError: a value is out of range.
    """

    size: int = 260  # side of the square input in pixels
    mean: Triple = (0.5, 0.5, 0.5)  # of red, green and blue, 0 to 1
    std: Triple = (0.5, 0.5, 0.5)
    resize: str = "squash"  # ignores the proportions; "letterbox" keeps them, with bars in the mean colour

    def __post_init__(self) -> None:
        if self.size < 1:
            raise ValueError(f"size must be at least 1 pixel, got {self.size}")
        if self.resize not in RESIZES:
            raise ValueError(f"resize must be one of {', '.join(RESIZES)}, got {self.resize!r}")
        if len(self.mean) != 3 or len(self.std) != 3 or min(self.std) <= 0:
            raise ValueError(f"mean and std must be three numbers, std above 0, got {self.mean} and {self.std}")

    def fit(self, image: Image.Image) -> Image.Image:
        """Resize an upright ``image`` to RGB of ``size`` x ``size`` pixels."""
        picture = image if image.mode == "RGB" else image.convert("RGB")
        side = (self.size, self.size)
        if self.resize == "squash":
            return picture.resize(side, Image.Resampling.BICUBIC)
        red, green, blue = (round(255 * value) for value in self.mean)
        return ImageOps.pad(picture, side, Image.Resampling.BICUBIC, color=(red, green, blue))

    def fit_labels(self, labels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Resize a picture's label map (h, w) as :meth:`fit` resizes the picture, to (size, size); bars are 0."""
        image, side = Image.fromarray(labels), (self.size, self.size)
        if self.resize == "squash":
            return np.array(image.resize(side, Image.Resampling.NEAREST))
        return np.array(ImageOps.pad(image, side, Image.Resampling.NEAREST, color=0))

    def unfit(self, values: NDArray[np.float32], size: tuple[int, int]) -> NDArray[np.float32]:
        """Cut from a map (H, W) over the network's input the part that shows a picture of ``size`` (w, h)."""
        if self.resize == "squash":
            return values
        height, width = values.shape
        scale = min(width / size[0], height / size[1])
        wide, high = (max(1, round(side * scale)) for side in size)
        left, top = (width - wide) // 2, (height - high) // 2
        return values[top : top + high, left : left + wide]

    def apply(self, image: Image.Image) -> NDArray[np.float32]:
        """Make the network input (3, size, size), normalised by mean and std, from an upright ``image``."""
        pixels = np.asarray(self.fit(image))
        tables = _normalised(self.mean, self.std)
        return np.stack([table[pixels[..., channel]] for channel, table in enumerate(tables)])


@cache
def _normalised(mean: Triple, std: Triple) -> NDArray[np.float32]:
    """Lookup table (3, 256): the normalised value of each 8-bit value, by channel."""
    values = np.arange(256, dtype=np.float32) / 255
    normalised = (values - np.array(mean, np.float32)[:, None]) / np.array(std, np.float32)[:, None]
    return np.asarray(normalised, np.float32)
