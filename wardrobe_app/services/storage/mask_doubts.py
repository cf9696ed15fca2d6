"""Tell masks that took some of the ground along from those that cut out a garment."""

from __future__ import annotations

from typing import Final

from PIL import Image, ImageChops, ImageFilter, ImageStat

_SIDE: Final = 160  # pixels at which masks are looked at
_BRUSH: Final = 7  # pixels: parts of a garment are not thinner
_RAGGED: Final = 0.013  # of a mask: so much of a sleeve, a leg or a strap may be thinner
_AT_EDGE: Final = 0.16  # of the garment's width or height: so much may lie at the photo's edge
_EDGE: Final = 2  # pixels


def is_doubtful(mask: Image.Image) -> bool:
    """Return whether a mask (``L``, 255 for the garment) is ragged, or goes over the edge of its photo.

    On 148 real garments it doubts about 30, most of which took bedclothes or a wall along; some such pass.
    """
    box = mask.getbbox()
    if box is None:
        return True
    garment = mask.crop(box)
    garment.thumbnail((_SIDE, _SIDE), Image.Resampling.BILINEAR)
    garment = garment.point([0] * 128 + [255] * 128)
    return _at_edge(garment, box, mask.size) > _AT_EDGE or _ragged(garment) > _RAGGED


def _at_edge(garment: Image.Image, box: tuple[int, int, int, int], size: tuple[int, int]) -> float:
    """Return the largest share of a side of the garment's box that lies at the photo's edge."""
    (left, top, right, bottom), (wide, high) = box, garment.size
    strips = (
        (left <= 1, (0, 0, _EDGE, high)),
        (top <= 1, (0, 0, wide, _EDGE)),
        (right >= size[0] - 1, (wide - _EDGE, 0, wide, high)),
        (bottom >= size[1] - 1, (0, high - _EDGE, wide, high)),
    )
    return max((_covered(garment.crop(strip)) for touches, strip in strips if touches), default=0.0)


def _ragged(garment: Image.Image) -> float:
    """Return the share of the garment that a round brush does not reach."""
    ground = Image.new("L", (garment.width + 2 * _BRUSH, garment.height + 2 * _BRUSH))
    ground.paste(garment, (_BRUSH, _BRUSH))
    smooth = ground.filter(ImageFilter.MinFilter(_BRUSH)).filter(ImageFilter.MaxFilter(_BRUSH))
    return _covered(ImageChops.subtract(ground, smooth)) / (_covered(ground) or 1.0)


def _covered(picture: Image.Image) -> float:
    return float(ImageStat.Stat(picture).mean[0]) / 255
