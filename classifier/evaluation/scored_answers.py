"""Score the tagger's answers, and compute figures from scored answers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from classifier.datasets.samples import PictureSource, Sample
from classifier.errors import DatasetError
from classifier.evaluation.label_metrics import binned
from classifier.evaluation.metrics import expected_calibration_error
from classifier.prediction import Answer, Prediction, Tier

if TYPE_CHECKING:
    from classifier.serving.tagger import Tagger

BATCH_PHOTOS = 64
MOST_CONFUSED = 8
COMMONEST = 20


@dataclass(frozen=True)
class ScoredAnswer:
    """One answer about one photo: whether it, or one of the best three, is acceptable, and whether it is the best."""

    group: str
    truth: str
    answer: Answer
    right: bool
    right_in_three: bool
    strict: bool = False


def predictions(tagger: Tagger, source: PictureSource, samples: Sequence[Sample]) -> Iterator[Prediction]:
    """Tag the samples' pictures, in order."""
    for start in range(0, len(samples), BATCH_PHOTOS):
        yield from tagger.tag([source.picture(sample) for sample in samples[start : start + BATCH_PHOTOS]])


def type_figures(scored: Sequence[ScoredAnswer]) -> dict[str, float]:
    """Compute accuracy, calibration error, and the share and accuracy of tiers; 0 to 1, except ``photos``.

    ``strict`` counts the best label alone, ``top1`` and ``top3`` also acceptable alternatives.

    Raises:
        DatasetError: there are no photos.
    """
    if not scored:
        raise DatasetError("The data has no photos of the people to evaluate on; is clothing.zip complete?")
    confidence = torch.tensor([entry.answer.confidence for entry in scored])
    right = torch.tensor([entry.right for entry in scored])
    figures = {
        "photos": len(scored),
        "strict": fmean(entry.strict for entry in scored),
        "top1": float(right.float().mean()),
        "top3": fmean(entry.right_in_three for entry in scored),
        "calibration_error": expected_calibration_error(confidence, right),
    }
    for tier in (Tier.SURE, Tier.UNKNOWN):
        members = [entry.right for entry in scored if entry.answer.tier is tier]
        figures |= {f"{tier}_share": len(members) / len(scored), f"{tier}_right": sum(members) / max(1, len(members))}
    return figures


def type_reliability(scored: Sequence[ScoredAnswer]) -> dict[str, dict[str, float]]:
    """By bin of confidence, 0 to 14, without empty ones: mean confidence, accuracy, number of photos."""
    bins = binned(np.array([e.answer.confidence for e in scored]), np.array([e.right for e in scored]))
    rows = zip(bins.confidence.tolist(), bins.accuracy.tolist(), bins.count.tolist(), strict=True)
    return {
        str(number): {"confidence": round(confidence, 4), "right": round(right, 4), "photos": count}
        for number, (confidence, right, count) in enumerate(rows)
        if count
    }


def most_confused(scored: Sequence[ScoredAnswer]) -> list[list[Any]]:
    wrong = Counter((entry.truth, entry.answer.value) for entry in scored if not entry.right)
    return [[*pair, count] for pair, count in wrong.most_common(MOST_CONFUSED)]


def confusion_of_commonest(scored: Sequence[ScoredAnswer]) -> dict[str, dict[str, int]]:
    """Count the answers to the commonest truths, each with its answers by frequency."""
    commonest = [truth for truth, _ in Counter(entry.truth for entry in scored).most_common(COMMONEST)]
    return {
        truth: dict(Counter(entry.answer.value for entry in scored if entry.truth == truth).most_common())
        for truth in commonest
    }


def accuracy_by(scored: Sequence[ScoredAnswer], key: Callable[[ScoredAnswer], str]) -> dict[str, float]:
    groups: dict[str, list[bool]] = defaultdict(list)
    for entry in scored:
        groups[key(entry)].append(entry.right)
    return {name: round(fmean(right), 4) for name, right in sorted(groups.items())}
