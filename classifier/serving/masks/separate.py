"""Tell the garments apart that lie clearly separate in one photo."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Floats = NDArray[np.float32]
Labels = NDArray[np.int32]

CLOTH = 0.5  # of the likelihood of cloth
SIDE_PX = 256  # longer side at which garments are told apart
MIN_GARMENT_SHARE = 0.03  # of the picture
BRIDGE_SHARE = 0.02  # of the longer side, half the width: what joins two garments and is narrower is none of them
GAP_SHARE = 0.008  # of the longer side, half the width: a narrower gap, as under a belt, parts nothing
MAX_CUT = 0.5  # of the square root of its area: what the picture's edge cuts further is ground, or no whole garment


def separate_garments(likelihood: NDArray[np.uint8]) -> Labels:
    """Label the garments of a mask (h, w), the likelihood of cloth, 0 to 255: 0 for none, then 1 to n, left to right.

    Returns:
        (H, W), longer side :data:`SIDE_PX`; all 0 unless there are at least two garments.
    """
    scale = SIDE_PX / max(likelihood.shape)
    height, width = (max(1, round(side * scale)) for side in likelihood.shape)
    resized = cv2.resize(likelihood, (width, height), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    cloth = np.asarray(ndimage.binary_fill_holes(resized >= 255 * CLOTH), np.uint8)
    joined = cv2.morphologyEx(cloth, cv2.MORPH_CLOSE, _disc(GAP_SHARE))
    cores, count = ndimage.label(cv2.morphologyEx(joined, cv2.MORPH_OPEN, _disc(BRIDGE_SHARE)))
    if count < 2:
        return np.zeros(cloth.shape, np.int32)
    whole = _grown(cores, cloth)
    large = [core for core in range(1, count + 1) if _is_garment(whole == core)]
    if len(large) < 2:
        return np.zeros(cloth.shape, np.int32)
    return _numbered(_grown(np.where(np.isin(cores, large), cores, 0), cloth), large)


def _is_garment(part: NDArray[np.bool_]) -> bool:
    """Whether a part of the cloth is large enough, and all in the picture."""
    area, edges = int(part.sum()), (part[0], part[-1], part[:, 0], part[:, -1])
    return area >= MIN_GARMENT_SHARE * part.size and sum(int(edge.sum()) for edge in edges) <= MAX_CUT * area**0.5


def _grown(cores: Labels, cloth: NDArray[np.uint8]) -> Labels:
    """Give the rest of the cloth to the nearest of the ``cores``, with a gap between them."""
    _, nearest = ndimage.distance_transform_edt(cores == 0, return_indices=True)
    owner = cores[tuple(nearest)].astype(np.uint16)
    border = cv2.dilate(owner, _disc(GAP_SHARE)) != cv2.erode(owner, _disc(GAP_SHARE))
    return np.asarray(np.where((cloth > 0) & ~border, owner, 0), np.int32)


def _numbered(labels: Labels, wanted: list[int]) -> Labels:
    wanted.sort(key=lambda label: float(np.nonzero(labels == label)[1].mean()))
    found = np.zeros(labels.shape, np.int32)
    for number, label in enumerate(wanted, 1):
        found[labels == label] = number
    return found


def _disc(share: float) -> NDArray[np.uint8]:
    radius = max(1, round(share * SIDE_PX))
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1)), np.uint8)
