"""Fit and evaluate the weights that tell the same garment on two photos from similar ones.

    python -m benchmarks.sameness DATA [--folds 5] [--repeats 20]

DATA holds ``clothing.zip`` (or the unpacked folder) and ``redundancy_pairs.csv``; ``pairs.csv`` beside this file holds
more pairs, judged by eye in the same way, which share no photo with those. Each pair gives three scores from 0 to 1
(keypoints, picture, colour: ``wardrobe_app.domain.similarity.same_item``). A logistic regression with non-negative
weights is fitted on both sets. In each set, same and other pairs have equal total weight, and the pairs of this file
weigh ``OWN`` of the others together. Cross-validation judges each fold of the public pairs by a fit on the other folds
and the pairs of this file. Prints JSON: figures, then the weights that ``SamenessConfig`` holds.
"""

from __future__ import annotations

import argparse
import csv
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold

from classifier.datasets import clothing
from classifier.datasets.samples import PictureSource
from classifier.serving.keypoints import Keypoints, find_keypoints
from classifier.serving.tagger import full_tagger
from wardrobe_app.domain.colour import lab, palette_distance
from wardrobe_app.domain.garments.photos import PhotoPrediction
from wardrobe_app.domain.similarity.features import PALETTE_SIZE
from wardrobe_app.domain.similarity.same_item import PARTS, scores
from wardrobe_app.services.tagging.keypoint_matching import compared
from wardrobe_app.services.tagging.predictions import Tagging

OWN = 0.3
PENALTY = 0.05  # on the mean squared weight: 92 pairs do not justify large weights
FALSE_ALARMS = 0.05
LEAST = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
Array = NDArray[np.float64]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--repeats", type=int, default=20)
    arguments = parser.parse_args()
    public = _rows(arguments.data / "redundancy_pairs.csv")
    own = _rows(Path(__file__).with_name("pairs.csv"))
    seen = _seen(PictureSource(arguments.data), {image for row in public + own for image in row[:2]})
    x, y = _measured(public, seen)
    more, labels = _measured(own, seen)
    found = [_cross_validated(x, y, more, labels, arguments.folds, seed) for seed in range(arguments.repeats)]
    prior, *weights = _fit(x, y, more, labels)
    told = _told(x, prior, weights)
    figures = {
        "pairs": len(y), "same": int(y.sum()), "own_pairs": len(labels), "own_same": int(labels.sum()),
        "auc": round(float(np.mean([roc_auc_score(y, s) for s in found])), 4),
        "recall_at_5_percent_false_alarms": round(float(np.mean([_recall(y, s) for s in found])), 4),
        "auc_by_part": {name: round(float(roc_auc_score(y, x[:, at])), 4) for at, name in enumerate(PARTS)},
        "prior": round(prior, 2), "weights": dict(zip(PARTS, np.round(weights, 2).tolist(), strict=True)),
        "score_at_5_percent_false_alarms": round(float(np.quantile(told[y == 0], 1 - FALSE_ALARMS)), 3),
        "found_and_false_alarms": [_at(least, told, y, _told(more, prior, weights), labels) for least in LEAST],
    }  # fmt: skip
    print(json.dumps(figures, indent=2))


def _told(x: Array, prior: float, weights: list[float]) -> Array:
    return np.asarray(1 / (1 + np.exp(-(prior + (2 * x - 1) @ weights))))


def _at(least: float, told: Array, y: Array, more: Array, labels: Array) -> dict[str, float]:
    """Return the shares of same pairs and of others that score at least ``least``."""
    sets = {"public": (told, y), "own": (more, labels)}
    return {"score": least} | {
        f"{name}_{what}": round(float((found[of == label] >= least).mean()), 3)
        for name, (found, of) in sets.items()
        for what, label in (("found", 1), ("false_alarms", 0))
    }


def _rows(path: Path) -> list[tuple[str, str, int]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [(row["image_a"], row["image_b"], int(row["label"])) for row in csv.DictReader(file)]


def _seen(source: PictureSource, images: set[str]) -> dict[str, tuple[PhotoPrediction, Keypoints]]:
    tagging = Tagging(full_tagger)
    samples = {sample.key: sample for sample in clothing.samples(source)}
    ordered = sorted(images)
    found: dict[str, tuple[PhotoPrediction, Keypoints]] = {}
    for start in range(0, len(ordered), 16):
        batch = ordered[start : start + 16]
        pictures = [source.picture(samples[f"{clothing.ARCHIVE}/{image}"]) for image in batch]
        seen = tagging.see(pictures)
        points = [find_keypoints(picture, one.mask) for picture, one in zip(pictures, seen, strict=True)]
        found |= dict(zip(batch, zip(seen, points, strict=True), strict=True))
    return found


def _measured(
    rows: list[tuple[str, str, int]], seen: dict[str, tuple[PhotoPrediction, Keypoints]]
) -> tuple[Array, Array]:
    """Return (pairs, 3) scores, and labels: 1 for the same, 0 for others."""
    share = np.array([compared(seen[a][1], seen[b][1]).share for a, b, _ in rows])
    cosine = np.array([float(seen[a][0].embedding @ seen[b][0].embedding) for a, b, _ in rows])
    one, other = (_palettes([seen[row[side]][0] for row in rows]) for side in (0, 1))
    found = scores(share, cosine, palette_distance(*one, *other))
    return np.stack([found[name] for name in PARTS], 1), np.array([label for _, _, label in rows], dtype=np.float64)


def _palettes(seen: list[PhotoPrediction]) -> tuple[Array, Array]:
    labs, shares = np.zeros((len(seen), PALETTE_SIZE, 3)), np.zeros((len(seen), PALETTE_SIZE))
    for row, entry in enumerate(seen):
        for place, swatch in enumerate(entry.palette[:PALETTE_SIZE]):
            labs[row, place], shares[row, place] = lab(swatch.hex), swatch.share
    return labs, shares / shares.sum(axis=1, keepdims=True)


def _fit(x: Array, y: Array, more: Array, labels: Array) -> list[float]:
    """Return the maximum-likelihood prior and weights; weights are 0 or more."""
    signs = 2 * np.concatenate([x, more]) - 1
    both = np.concatenate([y, labels])
    weight = np.concatenate([_balanced(y), OWN * _balanced(labels)])

    def loss(values: Array) -> float:
        margin = np.where(both == 1, 1, -1) * (values[0] + signs @ values[1:])
        return float((weight * np.logaddexp(0, -margin)).sum() / weight.sum() + PENALTY * (values[1:] ** 2).mean() / 10)

    bounds = [(None, None)] + [(0, None)] * x.shape[1]
    return [float(value) for value in minimize(loss, np.zeros(x.shape[1] + 1), bounds=bounds).x]


def _balanced(labels: Array) -> Array:
    """Return weights that add up to 1, half of it for each label."""
    return np.where(labels == 1, 0.5 / max(labels.sum(), 1), 0.5 / max((1 - labels).sum(), 1))


def _cross_validated(x: Array, y: Array, more: Array, labels: Array, folds: int, seed: int) -> Array:
    found = np.zeros(len(y))
    for train, test in StratifiedKFold(folds, shuffle=True, random_state=seed).split(x, y):
        prior, *weights = _fit(x[train], y[train], more, labels)
        found[test] = prior + (2 * x[test] - 1) @ weights
    return found


def _recall(y: Array, found: Array) -> float:
    return float((found[y == 1] > np.quantile(found[y == 0], 1 - FALSE_ALARMS)).mean())


if __name__ == "__main__":
    main()
