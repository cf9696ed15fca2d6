"""Evaluate masks on photos of held-out people whose mask is right by eye."""

from __future__ import annotations

from statistics import fmean
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from classifier.datasets import clothing, photo_masks
from classifier.datasets.samples import PictureSource
from classifier.errors import DatasetError
from classifier.evaluation.scored_answers import predictions

if TYPE_CHECKING:
    from classifier.serving.tagger import Tagger

Mask = NDArray[np.bool_]
BOUNDARY_SHARE = 0.02  # of the diagonal: width of the boundary
POOR = 0.85  # intersection over union below which a cut-out looks damaged


def overlap(one: Mask, other: Mask) -> float:
    """Compute the intersection over union of two masks (h, w); 1 if both are empty."""
    union = (one | other).sum()
    return float((one & other).sum() / union) if union else 1.0


def boundary(mask: Mask) -> Mask:
    """Mark the part of a mask (h, w) that is near its contour (Cheng et al. 2021, https://arxiv.org/abs/2103.16562)."""
    wide = max(1, round(BOUNDARY_SHARE * float(np.hypot(*mask.shape))))
    padded = cv2.copyMakeBorder(mask.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    inner = cv2.erode(padded, np.ones((3, 3), np.uint8), iterations=wide)[1:-1, 1:-1]
    return np.asarray(mask & ~inner.astype(bool))


def evaluate_masks(tagger: Tagger, source: PictureSource) -> dict[str, Any]:
    """Compute the mean overlap of masks and of their boundaries; a photo without a mask counts as a whole one.

    Raises:
        DatasetError: no photo of a held-out person has a mask.
    """
    truths = photo_masks.masks()
    samples = [s for s in clothing.samples(source) if s.split == "test" and clothing.image_of(s) in truths]
    if not samples:
        raise DatasetError("No photo of held-out people has a mask to compare with; is clothing.zip complete?")
    scores, edges, kept = [], [], 0
    for sample, found in zip(samples, predictions(tagger, source, samples), strict=True):
        truth = truths[clothing.image_of(sample)]
        kept += found.mask is not None
        shape = (truth.shape[1], truth.shape[0])
        cloth = np.asarray(Image.fromarray(found.mask.cloth).resize(shape)) > 127 if found.mask else np.ones_like(truth)
        scores.append(overlap(cloth, truth))
        edges.append(overlap(boundary(cloth), boundary(truth)))
    return {
        "photos": len(samples),
        "with_cut_out": kept / len(samples),
        "iou": fmean(scores),
        "boundary_iou": fmean(edges),
        "poor": fmean(score < POOR for score in scores),
    }
