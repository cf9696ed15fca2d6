"""Tell the garments apart that a mask shows clearly separate, laid side by side in one photo."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Mask = NDArray[np.uint8]
Labels = NDArray[np.int32]

CLOTH = 128  # of 0 to 255
SIDE_PX = 256  # longer side at which a mask is looked at
MIN_GARMENT_SHARE = 0.03  # of the picture
MIN_GAP_SHARE = 0.012  # of the longer side: garments that are nearer touch


def separate_garments(mask: Mask) -> Labels:
    """Label the garments of a mask (h, w), 0 to 255: 0 for none, then 1 to n from left to right.

    Returns:
        (H, W), longer side at most :data:`SIDE_PX`; all 0 unless there are at least two.
    """
    cloth = _reduced(mask) >= CLOTH
    gap = max(1, round(MIN_GAP_SHARE * max(cloth.shape) / 2))
    near, count = ndimage.label(_grown(cloth, gap), np.ones((3, 3)))
    labels = np.where(cloth, near, 0)
    sizes = np.bincount(labels.ravel(), minlength=count + 1)
    kept = [label for label in range(1, count + 1) if sizes[label] >= MIN_GARMENT_SHARE * cloth.size]
    found = np.zeros(cloth.shape, np.int32)
    if len(kept) < 2:
        return found
    kept.sort(key=lambda label: float(np.nonzero(labels == label)[1].mean()))
    for number, label in enumerate(kept, 1):
        found[labels == label] = number
    return found


def _reduced(mask: Mask) -> Mask:
    scale = SIDE_PX / max(mask.shape)
    if scale >= 1:
        return mask
    height, width = (max(1, round(side * scale)) for side in mask.shape)
    return np.asarray(cv2.resize(mask, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def _grown(cloth: NDArray[np.bool_], by: int) -> NDArray[np.uint8]:
    side = 2 * by + 1
    return np.asarray(cv2.dilate(cloth.astype(np.uint8), np.ones((side, side), np.uint8)), np.uint8)
