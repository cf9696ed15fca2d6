"""Turn the network's cloth probabilities into masks: closed outlines, refined on the photo, doubtful ones marked."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from classifier.prediction import GarmentMask
from classifier.serving.masks.separate import Labels, separate_garments

Floats = NDArray[np.float32]
MASK_SIDE_PX = 512  # longer side of a mask, at most
MIN_CLOTH_SHARE = 0.01  # of the picture: with less, no garment was found
LOW_THRESHOLD, HIGH_THRESHOLD = 0.3, 0.6  # of the cloth probability: hysteresis
GROUND_THRESHOLD = 0.1  # of a hole's mean cloth probability: below, the ground shows through
MIN_HOLE_SHARE = 0.003  # of the picture
MIN_PIECE_SHARE = 0.1  # of the largest piece: a pair of shoes has two
# The guided filter, He et al. 2010 (https://doi.org/10.1007/978-3-642-15549-9_1): window and smoothing. Its
# coefficients are smooth, so a smaller picture gives them too (He and Sun 2015, https://arxiv.org/abs/1505.00996).
RADIUS_SHARE, SMOOTHING = 0.012, 1e-4  # of the longer side; of squared intensity, 0 to 1
COEFFICIENTS_SIDE_PX = 224  # longer side of that picture
EDGE_SHARPNESS = 4.0  # slope of the opacity at an edge
# A mask is doubtful if the network hesitates on much of it, or if it falls into pieces.
MAX_HESITANT_SHARE, MAX_PIECES = 0.3, 3
HESITANT = (0.25, 0.75)


@dataclass(frozen=True)
class Found:
    """A garment on a picture: ``mask`` as people see it, and whether its outline is ``doubtful``."""

    mask: GarmentMask
    doubtful: bool


def find_mask(probability: Floats, picture: Image.Image, model: str) -> Found | None:
    """Make the mask of a picture from cloth probabilities (h, w), 0 to 1; None if no garment was found.

    The mask's longer side is :data:`MASK_SIDE_PX`, or that of a smaller picture.
    """
    closed = close_outline(probability)
    if closed is None:
        return None
    garments = separate_garments(_as_mask(probability))
    if garments.max() > separate_garments(_as_mask(closed)).max():  # what is merely likely joined them
        closed = _kept_apart(closed, garments)
    doubtful = is_doubtful(probability, closed, int(garments.max()))
    return Found(GarmentMask(refine(closed, picture), model), doubtful)


def _as_mask(probability: Floats) -> NDArray[np.uint8]:
    return np.asarray((255 * np.clip(probability, 0, 1)).round(), np.uint8)


def _kept_apart(closed: Floats, garments: Labels) -> Floats:
    """Take from a closed outline (h, w) what joins several garments, numbered from 1."""
    height, width = closed.shape
    inside = cv2.resize(garments, (width, height), interpolation=cv2.INTER_NEAREST) > 0
    return np.where(inside, np.maximum(closed, 0.75), np.minimum(closed, 0.25)).astype(np.float32)


def close_outline(probability: Floats) -> Floats | None:
    """Turn cloth probabilities (h, w) into a garment with a closed outline, 0 to 1; None if there is none.

    Hysteresis thresholding finds the cloth. Enclosed areas such as prints and folds are filled, unless they clearly
    show the ground; small separate pieces are dropped.
    """
    cloth = _connected_to(probability > LOW_THRESHOLD, probability > HIGH_THRESHOLD)
    filled = ndimage.binary_fill_holes(cloth)
    holes, count = ndimage.label(filled & ~cloth)
    for hole in range(1, count + 1):
        inside = holes == hole
        if probability[inside].mean() < GROUND_THRESHOLD and inside.mean() > MIN_HOLE_SHARE:
            filled[inside] = False
    pieces, count = ndimage.label(filled)
    sizes = np.bincount(pieces.ravel())[1:]
    if not count or sizes.sum() < MIN_CLOTH_SHARE * probability.size:
        return None
    kept = np.isin(pieces, 1 + np.nonzero(sizes >= MIN_PIECE_SHARE * sizes.max())[0])
    return np.where(kept, np.maximum(probability, 0.75), np.minimum(probability, 0.25)).astype(np.float32)


def _connected_to(mask: NDArray[np.bool_], seeds: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Keep the pieces of ``mask`` (h, w) that contain a seed."""
    pieces, _ = ndimage.label(mask)
    kept = np.unique(pieces[seeds & mask])
    found: NDArray[np.bool_] = np.isin(pieces, kept[kept > 0])
    return found


def refine(closed: Floats, picture: Image.Image) -> NDArray[np.uint8]:
    """Fit a coarse mask (h, w), 0 to 1, to the edges of its RGB picture; return the opacity (H, W), 0 to 255."""
    scale = min(1.0, MASK_SIDE_PX / max(picture.size))
    width, height = (max(1, round(side * scale)) for side in picture.size)
    shown = picture.resize((width, height), Image.Resampling.BOX, reducing_gap=2.0)
    scale = min(1.0, COEFFICIENTS_SIDE_PX / max(width, height))
    coarse = _resized(closed, max(1, round(width * scale)), max(1, round(height * scale)))
    smooth = guided_filter(np.asarray(shown, np.float32) / np.float32(255), coarse)
    opacity = np.clip(0.5 + EDGE_SHARPNESS * (smooth - 0.5), 0, 1)
    return np.asarray((255 * opacity).round(), np.uint8)


def guided_filter(guide: Floats, coarse: Floats) -> Floats:
    """Filter ``coarse`` (h, w) so that its edges follow those of the colour picture ``guide`` (H, W, 3), 0 to 1.

    Returns:
        (H, W), about 0 to 1.
    """
    small = _resized(guide, coarse.shape[1], coarse.shape[0], cv2.INTER_AREA)
    slopes, offset = (_resized(part, guide.shape[1], guide.shape[0]) for part in _coefficients(small, coarse))
    return np.asarray(np.einsum("hwc,hwc->hw", slopes, guide) + offset, np.float32)


def _resized(values: Floats, width: int, height: int, interpolation: int = cv2.INTER_LINEAR) -> Floats:
    return np.asarray(cv2.resize(values, (width, height), interpolation=interpolation), np.float32)


def _coefficients(guide: Floats, coarse: Floats) -> tuple[Floats, Floats]:
    """Compute the smoothed slopes (h, w, 3) and offsets (h, w) of each place's linear model of the guide's colours.

    The covariance of each window's colours is inverted in closed form.
    """
    side = 2 * max(2, round(RADIUS_SHARE * max(coarse.shape))) + 1

    def mean(values: Floats) -> Floats:
        return np.asarray(cv2.blur(values, (side, side), borderType=cv2.BORDER_REFLECT), np.float32)

    means, mean_coarse = mean(guide), mean(coarse)
    a_r, a_g, a_b = cv2.split(mean(guide * coarse[..., None]) - means * mean_coarse[..., None])
    rr, gg, bb = cv2.split(mean(guide * guide) - means * means + SMOOTHING)
    rg, gb, rb = cv2.split(mean(guide * guide[..., [1, 2, 0]]) - means * means[..., [1, 2, 0]])
    cofactors = (gg * bb - gb * gb, gb * rb - rg * bb, rg * gb - gg * rb)
    determinant = rr * cofactors[0] + rg * cofactors[1] + rb * cofactors[2]
    slopes = np.stack(
        [
            cofactors[0] * a_r + cofactors[1] * a_g + cofactors[2] * a_b,
            cofactors[1] * a_r + (rr * bb - rb * rb) * a_g + (rg * rb - rr * gb) * a_b,
            cofactors[2] * a_r + (rg * rb - rr * gb) * a_g + (rr * gg - rg * rg) * a_b,
        ],
        axis=2,
    )
    slopes = (slopes / determinant[..., None]).astype(np.float32)
    return mean(slopes), mean(mean_coarse - (slopes * means).sum(2))


def is_doubtful(probability: Floats, closed: Floats, garments: int = 0) -> bool:
    """Whether a mask is likely to look torn: the network hesitates on much of it, or it is in many pieces.

    Several separate ``garments`` are no sign of that, nor is what it suspects between them.
    """
    inside = closed >= 0.5
    hesitant = (probability > HESITANT[0]) & (probability < HESITANT[1])
    if garments:
        hesitant &= inside
    _, pieces = ndimage.label(inside)
    return bool(hesitant.sum() > MAX_HESITANT_SHARE * inside.sum() or pieces > max(MAX_PIECES, garments))
