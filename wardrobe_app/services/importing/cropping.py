"""Cut the single garments out of a photo of several."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

Labels = NDArray[np.int32]

MARGIN_SHARE = 0.06  # of the photo's longer side, around a garment
_PREVIEW_SIDE_PX = 240
_EDGE = 5  # of labels: what is painted over of a neighbour reaches two further, to take its shadow along


def crops(image: Image.Image, labels: Labels) -> list[Image.Image]:
    """Cut out each garment of an upright RGB picture; ``labels`` (h, w) number them from 1, in its proportions.

    A crop keeps some ground around its garment. What it shows of the neighbours is painted over in the colour of the
    ground.
    """
    return [_crop(image, labels, number) for number in range(1, int(labels.max()) + 1)]


def previews(image: Image.Image, labels: Labels) -> tuple[bytes, ...]:
    """Cut out the garments as :func:`crops` does, as small JPEG files."""
    small = image.copy()
    small.thumbnail((4 * _PREVIEW_SIDE_PX, 4 * _PREVIEW_SIDE_PX), reducing_gap=2.0)
    return tuple(_jpeg(crop) for crop in crops(small, labels))


def _crop(image: Image.Image, labels: Labels, number: int) -> Image.Image:
    rows, columns = np.nonzero(labels == number)
    scale, margin = image.width / labels.shape[1], MARGIN_SHARE * max(image.size)
    box = (
        max(0, round(columns.min() * scale - margin)),
        max(0, round(rows.min() * scale - margin)),
        min(image.width, round((columns.max() + 1) * scale + margin)),
        min(image.height, round((rows.max() + 1) * scale + margin)),
    )
    cut = image.crop(box)
    others = _sized((labels > 0) & (labels != number), image).crop(box)
    if not others.getbbox():
        return cut
    ground = _colour_of(cut, np.asarray(_sized(labels > 0, image).crop(box)) == 0)
    return Image.composite(Image.new("RGB", cut.size, ground), cut, others)


def _sized(area: NDArray[np.bool_], image: Image.Image) -> Image.Image:
    grown = Image.fromarray(area).convert("L").filter(ImageFilter.MaxFilter(_EDGE))
    return grown.resize(image.size, Image.Resampling.BILINEAR)


def _colour_of(image: Image.Image, where: NDArray[np.bool_]) -> tuple[int, int, int]:
    pixels = np.asarray(image)
    red, green, blue = np.median(pixels[where] if where.any() else pixels.reshape(-1, 3), axis=0)
    return int(red), int(green), int(blue)


def _jpeg(image: Image.Image) -> bytes:
    image.thumbnail((_PREVIEW_SIDE_PX, _PREVIEW_SIDE_PX))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()
