"""Turn pictures into network inputs, the same way in training and serving. The settings travel in the checkpoint."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Annotated

import numpy as np
from PIL import Image, ImageOps
from pydantic import Field

if TYPE_CHECKING:
    import torch
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

    def fit_mask(self, likely: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Resize a picture's mask (h, w) uint8 as :meth:`fit` resizes the picture, to (size, size), 0 to 1."""
        mask, side = Image.fromarray(likely), (self.size, self.size)
        if self.resize == "squash":
            fitted = mask.resize(side, Image.Resampling.BILINEAR)
        else:
            fitted = ImageOps.pad(mask, side, Image.Resampling.BILINEAR, color=0)
        return np.asarray(fitted, np.float32) / np.float32(255)

    def apply(self, image: Image.Image) -> torch.Tensor:
        """Make the network input (3, size, size), float32, normalised by mean and std, from an upright ``image``."""
        import torch  # not at the top: reading a checkpoint's header must not load it

        pixels = np.asarray(self.fit(image))
        tables = _normalised(self.mean, self.std)
        return torch.from_numpy(np.stack([table[pixels[..., channel]] for channel, table in enumerate(tables)]))


@cache
def _normalised(mean: Triple, std: Triple) -> NDArray[np.float32]:
    """Lookup table (3, 256): the normalised value of each 8-bit value, by channel."""
    values = np.arange(256, dtype=np.float32) / 255
    normalised = (values - np.array(mean, np.float32)[:, None]) / np.array(std, np.float32)[:, None]
    return np.asarray(normalised, np.float32)
