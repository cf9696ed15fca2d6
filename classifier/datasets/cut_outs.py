"""Garments cut out of product pictures on white: what of the picture is cloth, and what is the model who wears it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage
from skimage.color import rgb2ycbcr

from classifier.datasets.augmentation import foreground

Pixels = NDArray[np.uint8]
Mask = NDArray[np.bool_]

# Chai and Ngan, "Face segmentation using skin-color map" (1999), narrower: beige cloth is no skin, nor wine-red.
SKIN_CB, SKIN_CR, DARKEST_SKIN = (77, 122), (136, 163), 70
LEAST_SKIN = 0.12  # of what stands in the upper third: from here on somebody wears it
MOST_SKIN = 0.5  # of all that stands there: beyond, cloth has that colour, perhaps
HEAD, HIPS, FEET = 0.17, 0.82, 0.93  # of the height of a model who is seen down to the thighs, or from the waist down
LEAST, MOST = 0.04, 0.9  # of the picture: what a mask must cover to be believed
SOLID = 0.7  # of its closed form: a mask with more gaps has lost white cloth to the white ground
PURE_WHITE, HOLE = 244, 0.004  # the ground seen through a handle or beside an arm; of the picture
NOT_WHOLE = ("underwear", "legwear")  # shown on people who wear little else


@dataclass(frozen=True)
class CutOut:
    """A product picture (H, W, 3) with its ``cloth`` and the ``rest`` of what stands before the ground, (H, W) each.

    ``rest`` is the model's skin and head, which is no cloth; ``unsure`` what she wears besides.
    """

    pixels: Pixels
    cloth: Mask
    rest: Mask
    unsure: Mask


def cut_out(product: Image.Image, slot: str) -> CutOut | None:
    """The garment of a ``slot`` cut out of its white ground; None where that cannot be told from the garment."""
    pixels = np.asarray(product.convert("RGB"))
    mask = foreground(pixels) & ~_large_parts(pixels.min(axis=2) >= PURE_WHITE, HOLE)
    if not LEAST < mask.mean() < MOST or slot in NOT_WHOLE:
        return None
    nothing = np.zeros_like(mask)
    skin = skin_of(pixels) & mask
    if skin.sum() > MOST_SKIN * mask.sum():
        return None
    if slot not in ("upper", "lower", "full") or not _is_worn(mask, skin, slot):
        return CutOut(pixels, mask, nothing, nothing) if _is_solid(mask) else None
    top, bottom = _rows(mask)
    high = bottom - top
    row = np.arange(mask.shape[0])[:, None] - top
    if slot == "lower":
        others = mask & ((row < (1 - HIPS) * high) | (row > FEET * high)) & ~skin
        head = nothing
    else:
        head = mask & (row < HEAD * high)
        others = mask & (row > (HIPS if slot == "upper" else FEET) * high) & ~skin
    skin = _large_parts(skin)
    cloth = ndimage.binary_opening(mask & ~skin & ~head & ~others, iterations=1)
    return CutOut(pixels, cloth, skin | head, others & ~head) if cloth.mean() > LEAST and _is_solid(cloth) else None


def skin_of(pixels: Pixels) -> Mask:
    """Where an (H, W, 3) picture has the colour of skin, of whatever shade."""
    luma, cb, cr = np.moveaxis(rgb2ycbcr(pixels), 2, 0)
    found: Mask = (luma > DARKEST_SKIN) & (cb > SKIN_CB[0]) & (cb < SKIN_CB[1]) & (cr > SKIN_CR[0]) & (cr < SKIN_CR[1])
    return found


def _is_worn(mask: Mask, skin: Mask, slot: str) -> bool:
    """Whether a model wears it: a face above a top, hands or legs beside trousers."""
    top, bottom = _rows(mask)
    third = slice(top, top + max(1, (bottom - top) * 3 // 10))
    if slot == "lower":
        return bool(skin.sum() > LEAST_SKIN / 3 * mask.sum())
    return bool(skin[third].sum() > LEAST_SKIN * mask[third].sum())


def _rows(mask: Mask) -> tuple[int, int]:
    rows = np.nonzero(mask.any(axis=1))[0]
    return int(rows[0]), int(rows[-1]) + 1


def _is_solid(mask: Mask) -> bool:
    """Whether it is one piece without large gaps: cloth as pale as the ground is lost to it."""
    wide = max(3, mask.shape[0] // 6)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (wide, wide))
    closed = cv2.morphologyEx(np.pad(mask, wide).astype(np.uint8), cv2.MORPH_CLOSE, kernel)
    return bool(mask.sum() >= SOLID * closed.sum())


def _large_parts(mask: Mask, least: float = 0.002) -> Mask:
    """Without specks: a red check has pixels of the colour of skin."""
    labelled, count = ndimage.label(ndimage.binary_opening(mask, iterations=1))
    if not count:
        return np.zeros_like(mask)
    sizes = np.bincount(labelled.ravel())
    large: Mask = (sizes[labelled] > least * mask.size) & (labelled > 0)
    grown: Mask = ndimage.binary_dilation(large, iterations=1) & mask
    return grown
