"""Evaluate the tagger on manual labels: colours, patterns, and pairs of the same or only similar garments."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, precision_recall_curve, roc_auc_score

from classifier.datasets import clothing
from classifier.datasets.samples import PictureSource
from classifier.errors import DatasetError
from classifier.evaluation.scored_answers import ScoredAnswer, most_confused, predictions
from classifier.prediction import Tier

if TYPE_CHECKING:
    from classifier.serving.tagger import Tagger


def manual_labels(data: Path, name: str) -> list[dict[str, str]]:
    """Read a table of manual labels.

    ``colour_labels.csv``: image, label, colour, alt, pattern, pattern_alt, unsure. ``redundancy_pairs.csv``: image_a,
    image_b, label (1 the same or practically identical, 0 only similar), note.

    Raises:
        DatasetError: the file cannot be read.
    """
    path = data / name
    try:
        return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    except OSError as error:
        raise DatasetError(f"{path}: the labels cannot be read ({error}).") from error


def score_attributes(tagger: Tagger, source: PictureSource, data: Path) -> dict[str, list[ScoredAnswer]]:
    """Score colour and pattern of manually labelled photos; ``right_in_three`` also accepts the alternatives."""
    rows = manual_labels(data, "colour_labels.csv")
    samples = {sample.key: sample for sample in clothing.samples(source)}
    chosen = [samples[f"{clothing.ARCHIVE}/{row['image']}"] for row in rows]
    scored: dict[str, list[ScoredAnswer]] = {"colour": [], "pattern": []}
    for row, sample, found in zip(rows, chosen, predictions(tagger, source, chosen), strict=True):
        for head, alternatives, answer in (("colour", "alt", found.colour), ("pattern", "pattern_alt", found.pattern)):
            if row[head]:
                main = answer.value == row[head]
                either = main or answer.value in row[alternatives].split("|")
                scored[head].append(ScoredAnswer(sample.group, row[head], answer, main, either))
    return scored


def evaluate_attributes(tagger: Tagger, source: PictureSource, data: Path) -> dict[str, Any]:
    """Compute accuracy, tiers and confusion of colour and pattern."""
    figures: dict[str, Any] = {}
    for head, scored in score_attributes(tagger, source, data).items():
        sure = [e.right_in_three for e in scored if e.answer.tier is Tier.SURE]
        figures[head] = {
            "photos": len(scored),
            "main": fmean(e.right for e in scored),
            "either": fmean(e.right_in_three for e in scored),
            "sure_share": len(sure) / len(scored),
            "sure_either": sum(sure) / max(1, len(sure)),
            "most_confused": most_confused(scored),
            "confusion": confusion(scored),
        }
    return figures


def confusion(scored: Sequence[ScoredAnswer]) -> dict[str, dict[str, int]]:
    """Count the answers by truth, the commonest first."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for entry in scored:
        counts[entry.truth][entry.answer.value] += 1
    return {truth: dict(answers.most_common()) for truth, answers in sorted(counts.items())}


def pair_figures(same: NDArray[np.bool_], similarity: NDArray[np.float64]) -> dict[str, float]:
    """Compute area under the ROC curve, average precision, and recall at 95 % precision of ``same`` pairs."""
    precision, recall, _ = precision_recall_curve(same, similarity)
    return {
        "pairs": len(same),
        "auc": float(roc_auc_score(same, similarity)),
        "average_precision": float(average_precision_score(same, similarity)),
        "found_at_95_precision": float(max(recall[precision >= 0.95], default=0.0)),
    }


def evaluate_pairs(tagger: Tagger, source: PictureSource, data: Path) -> dict[str, Any]:
    """Compute how well embeddings separate equal from similar garments, with masks and for whole pictures."""
    rows = manual_labels(data, "redundancy_pairs.csv")
    samples = {sample.key: sample for sample in clothing.samples(source)}
    images = sorted({row[side] for row in rows for side in ("image_a", "image_b")})
    pictures = [source.picture(samples[f"{clothing.ARCHIVE}/{image}"]) for image in images]
    same = np.array([row["label"] == "1" for row in rows])
    figures: dict[str, Any] = {}
    for name, masked in (("garment", True), ("whole_picture", False)):
        found = tagger.tag(pictures, [masked] * len(pictures))
        of = dict(zip(images, (entry.embedding for entry in found), strict=True))
        figures[name] = pair_figures(same, np.array([of[row["image_a"]] @ of[row["image_b"]] for row in rows]))
    return figures
