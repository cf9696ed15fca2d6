"""One preprocessing for training and for serving; it travels in the checkpoint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image, ImageOps

if TYPE_CHECKING:
    import torch
    from numpy.typing import NDArray

RESIZES = ("squash", "letterbox")
Triple = tuple[float, float, float]


@dataclass(frozen=True)
class Preprocessing:
    """How an upright picture becomes the network's input.

    ``size`` is the side of the square input in pixels; ``mean`` and ``std`` are of red, green and blue on a scale of
    0 to 1. ``resize`` is "squash" (the whole picture, its proportions given up) or "letterbox" (proportions kept,
    bars in the mean colour). Both resample bicubically with antialiasing.
    """

    size: int = 260
    mean: Triple = (0.5, 0.5, 0.5)
    std: Triple = (0.5, 0.5, 0.5)
    resize: str = "squash"

    def __post_init__(self) -> None:
        if self.size < 1:
            raise ValueError(f"size must be at least 1 pixel, got {self.size}")
        if self.resize not in RESIZES:
            raise ValueError(f"resize must be one of {', '.join(RESIZES)}, got {self.resize!r}")
        if len(self.mean) != 3 or len(self.std) != 3 or min(self.std) <= 0:
            raise ValueError(f"mean and std must be three numbers each, std above 0, got {self.mean} and {self.std}")

    def fit(self, image: Image.Image) -> Image.Image:
        """The upright ``image`` as RGB of ``size`` x ``size`` pixels."""
        picture = image if image.mode == "RGB" else image.convert("RGB")
        side = (self.size, self.size)
        if self.resize == "squash":
            return picture.resize(side, Image.Resampling.BICUBIC)
        red, green, blue = (round(255 * value) for value in self.mean)
        return ImageOps.pad(picture, side, Image.Resampling.BICUBIC, color=(red, green, blue))

    def fit_mask(self, likely: NDArray[np.uint8]) -> NDArray[np.float32]:
        """A mask (h, w) uint8 in its picture's proportions, as :meth:`fit` lays the picture: (size, size), 0 to 1."""
        mask, side = Image.fromarray(likely), (self.size, self.size)
        if self.resize == "squash":
            laid = mask.resize(side, Image.Resampling.BILINEAR)
        else:
            laid = ImageOps.pad(mask, side, Image.Resampling.BILINEAR, color=0)
        return np.asarray(laid, np.float32) / np.float32(255)

    def apply(self, image: Image.Image) -> torch.Tensor:
        """The network's input for an upright ``image``: (3, size, size), float32, normalised by mean and std."""
        import torch  # here, so that a checkpoint's header can be read without it

        pixels = np.asarray(self.fit(image))
        tables = _normalised(self.mean, self.std)
        return torch.from_numpy(np.stack([table[pixels[..., channel]] for channel, table in enumerate(tables)]))

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Preprocessing:
        """The opposite of :meth:`to_dict`.

        Raises:
            KeyError, TypeError, ValueError: a value is missing or makes no sense.
        """
        mean, std = (tuple(float(part) for part in values[key]) for key in ("mean", "std"))
        if len(mean) != 3 or len(std) != 3:
            raise ValueError(f"mean and std must be three numbers each, got {mean} and {std}")
        return cls(int(values["size"]), mean, std, str(values["resize"]))


@cache
def _normalised(mean: Triple, std: Triple) -> NDArray[np.float32]:
    """What each of a channel's 256 values is to the network, (3, 256)."""
    values = np.arange(256, dtype=np.float32) / 255
    normalised = (values - np.array(mean, np.float32)[:, None]) / np.array(std, np.float32)[:, None]
    return np.asarray(normalised, np.float32)
