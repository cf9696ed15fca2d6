"""Cut garments out of product pictures on white, and separate them from the model who wears them."""

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

# Chai and Ngan, "Face segmentation using skin-color map" (1999), narrowed to exclude beige and wine-red cloth.
SKIN_CB, SKIN_CR, MIN_SKIN_LUMA = (77, 122), (136, 163), 70
MIN_SKIN_SHARE = 0.12  # of the upper third's foreground: from here on, a model wears it
MAX_SKIN_SHARE = 0.5  # of the foreground: above, the cloth may have this colour
HEAD, HIPS, FEET = 0.17, 0.82, 0.93  # of the height of a model shown down to the thighs, or from the waist down
MIN_SHARE, MAX_SHARE = 0.04, 0.9  # of the picture, that a plausible mask covers
MIN_SOLIDITY = 0.7  # of the closed mask: one with more gaps has lost white cloth to the ground
PURE_WHITE, MIN_HOLE_SHARE = 244, 0.004  # of the ground seen through a handle or beside an arm; of the picture
UNUSED_SLOTS = ("underwear", "legwear")  # shown on people who wear little else


@dataclass(frozen=True)
class CutOut:
    """A product picture (H, W, 3) with masks (H, W) of its parts."""

    pixels: Pixels
    cloth: Mask
    rest: Mask  # the model's skin and head
    unsure: Mask  # other clothes of the model


def cut_out(product: Image.Image, slot: str) -> CutOut | None:
    """Cut a garment of a ``slot`` out of its white ground; None if the two cannot be separated."""
    pixels = np.asarray(product.convert("RGB"))
    mask = foreground(pixels) & ~_large_parts(pixels.min(axis=2) >= PURE_WHITE, MIN_HOLE_SHARE)
    if not MIN_SHARE < mask.mean() < MAX_SHARE or slot in UNUSED_SLOTS:
        return None
    nothing = np.zeros_like(mask)
    skin = skin_of(pixels) & mask
    if skin.sum() > MAX_SKIN_SHARE * mask.sum():
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
    return CutOut(pixels, cloth, skin | head, others & ~head) if cloth.mean() > MIN_SHARE and _is_solid(cloth) else None


def skin_of(pixels: Pixels) -> Mask:
    """Mask the places of a picture (H, W, 3) that have the colour of skin, of any shade."""
    luma, cb, cr = np.moveaxis(rgb2ycbcr(pixels), 2, 0)
    found: Mask = (luma > MIN_SKIN_LUMA) & (cb > SKIN_CB[0]) & (cb < SKIN_CB[1]) & (cr > SKIN_CR[0]) & (cr < SKIN_CR[1])
    return found


def _is_worn(mask: Mask, skin: Mask, slot: str) -> bool:
    """Whether a model wears the garment: a face above a top, hands or legs beside trousers."""
    top, bottom = _rows(mask)
    third = slice(top, top + max(1, (bottom - top) * 3 // 10))
    if slot == "lower":
        return bool(skin.sum() > MIN_SKIN_SHARE / 3 * mask.sum())
    return bool(skin[third].sum() > MIN_SKIN_SHARE * mask[third].sum())


def _rows(mask: Mask) -> tuple[int, int]:
    rows = np.nonzero(mask.any(axis=1))[0]
    return int(rows[0]), int(rows[-1]) + 1


def _is_solid(mask: Mask) -> bool:
    """Whether a mask has no large gaps, which pale cloth leaves."""
    wide = max(3, mask.shape[0] // 6)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (wide, wide))
    closed = cv2.morphologyEx(np.pad(mask, wide).astype(np.uint8), cv2.MORPH_CLOSE, kernel)
    return bool(mask.sum() >= MIN_SOLIDITY * closed.sum())


def _large_parts(mask: Mask, least: float = 0.002) -> Mask:
    """Remove specks: a red check has pixels of the colour of skin."""
    labelled, count = ndimage.label(ndimage.binary_opening(mask, iterations=1))
    if not count:
        return np.zeros_like(mask)
    sizes = np.bincount(labelled.ravel())
    large: Mask = (sizes[labelled] > least * mask.size) & (labelled > 0)
    grown: Mask = ndimage.binary_dilation(large, iterations=1) & mask
    return grown
