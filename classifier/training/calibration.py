"""Temperatures and tiers of a trained network, from pictures that it was not trained on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional as F

from classifier.datasets import clothing
from classifier.datasets.samples import LabelledPictures, Sample
from classifier.evaluation.inference import answers
from classifier.evaluation.label_metrics import figures as label_figures
from classifier.evaluation.metrics import (
    expected_calibration_error,
    fitted_temperature,
    threshold_for,
    top_k_right,
)
from classifier.recipes import Recipe
from classifier.serving import checkpoint
from classifier.serving.checkpoint import CheckpointConfig, Thresholds
from classifier.serving.inference import ACCEPTABLE
from classifier.serving.outputs import TYPE_HEAD
from classifier.serving.tagger import UNCALIBRATED
from classifier.training.lightning_module import Targets

TYPE = TYPE_HEAD
SURE_PRECISION = 0.96  # of sure answers; the people whom they are chosen on are harder than most
MAX_UNKNOWN_PRECISION = 0.5  # of unknown answers
PRIOR_PHOTOS = 3.0  # without an alternative, for each type: a few photos say little of what else is acceptable


def calibrate(
    path: Path,
    config: CheckpointConfig,
    state: dict[str, Tensor],
    recipe: Recipe,
    data: LabelledPictures,
) -> dict[str, float]:
    """Write the checkpoint with temperatures and, for our own network, tiers; return these and the figures.

    Temperatures are fitted on the validation pictures; for our own network also on the photos of
    ``clothing.FAMILY_OF_SMALL_TEST``, who are held out of training and not reported on.
    """
    checkpoint.save(path, config, state)
    if recipe.dataset == "wardrobe":
        return _calibrate_by_person(path, config, state, data)
    if not data.indices("val"):
        return {}
    temperatures = _temperatures(path, config, data, [head for head in config.heads if head not in config.many])
    config = replace(config, temperatures=temperatures)
    checkpoint.save(path, config, state)
    found = {result.name: label_figures(result) for result in answers(path, data, "val")}
    flat = {f"val_{head}_{k}": v for head, of in found.items() for k, v in of.items() if isinstance(v, int | float)}
    checkpoint.save(path, replace(config, metrics=flat), state)
    return {**_thresholds_and_temperatures(config), **flat}


def _calibrate_by_person(
    path: Path, config: CheckpointConfig, state: dict[str, Tensor], data: LabelledPictures
) -> dict[str, float]:
    people = [s for s in data.samples if s.split == "val" or s.group in clothing.FAMILY_OF_SMALL_TEST]
    chosen = replace(data, samples=[replace(sample, split="val") for sample in people])
    targets, measured = Targets(chosen), dict[str, float]()
    temperatures, tiers = dict[str, float](), dict[str, Thresholds]()
    acceptable = acceptable_answers([sample for sample in data.samples if sample.split == "train"], config.heads[TYPE])
    for found in answers(path, chosen, "val"):
        known = targets.right[found.name].any(1)
        allowed, best = targets.right[found.name][known], targets.best[found.name][known]
        if not len(allowed):
            continue
        logits = torch.from_numpy(found.probabilities).clamp(min=1e-9).log()[known]
        answer = logits.argmax(1)
        right = allowed.gather(1, answer[:, None]).squeeze(1)
        accepted = acceptable if found.name == TYPE else torch.eye(logits.shape[1])
        temperatures[found.name] = fitted_confidence(logits, answer, right, accepted)
        confidence = confidences(logits / temperatures[found.name], answer, accepted)
        tiers[found.name] = thresholds_of(confidence, right)
        sure = confidence >= tiers[found.name].sure
        figures = {
            "photos": len(right),
            "strict": float((answer == best).float().mean()),
            "lenient": float(right.float().mean()),
            "lenient_top3": float(top_k_right(logits, allowed, 3).float().mean()),
            "sure_share": float(sure.float().mean()),
            "sure_right": float(right[sure].float().mean()) if sure.any() else 1.0,
            "calibration_error": expected_calibration_error(confidence, right),
        }
        measured |= {f"{found.name}_{name}": float(value) for name, value in figures.items()}
    tiers = {head: tiers.get(head, UNCALIBRATED) for head in config.heads}
    config = replace(config, temperatures=temperatures, tiers=tiers, metrics=measured)
    checkpoint.save(path, config, state | {ACCEPTABLE: acceptable})
    return {**_thresholds_and_temperatures(config), **measured}


def confidences(logits: Tensor, answer: Tensor, accepted: Tensor) -> Tensor:
    """Compute how likely each answer (N,) is acceptable, (N,), given how often each label is for each other, (K, K)."""
    shares = logits.softmax(1) @ accepted.T
    return shares.gather(1, answer[:, None]).squeeze(1).clamp(max=1)


def fitted_confidence(logits: Tensor, answer: Tensor, right: Tensor, accepted: Tensor) -> float:
    """Find the temperature, 0.25 to 4, at which confidences predict best (least cross-entropy) what is right."""
    candidates = torch.logspace(-2, 2, 161, base=2.0)
    losses = [
        F.binary_cross_entropy(confidences(logits / t, answer, accepted).clamp(1e-6, 1 - 1e-6), right.float())
        for t in candidates
    ]
    return float(candidates[torch.stack(losses).argmin()])


def acceptable_answers(samples: Sequence[Sample], labels: Sequence[str]) -> Tensor:
    """Estimate how often each type is an acceptable answer for a garment whose best type is another, (K, K), 0 to 1.

    Row: the answer; column: the best type. A type is always acceptable for itself.
    """
    place = {label: number for number, label in enumerate(labels)}
    counts, photos = torch.zeros(len(labels), len(labels)), torch.full((len(labels),), PRIOR_PHOTOS)
    for sample in samples:
        if (best := sample.best.get(TYPE)) in place:
            photos[place[best]] += 1
            for other in sample.targets[TYPE]:
                counts[place[other], place[best]] += 1
    return (counts / photos).fill_diagonal_(1.0)


def _temperatures(
    path: Path, config: CheckpointConfig, data: LabelledPictures, heads: Sequence[str]
) -> dict[str, float]:
    """Fit a temperature for each of ``heads`` on the pictures in ``val``."""
    fitted: dict[str, float] = {}
    labelled = [s for s in data.samples if s.split == "val" and any(s.targets.get(head) for head in heads)]
    for result in answers(path, replace(data, samples=labelled), "val") if labelled else []:
        known = torch.from_numpy(result.truth.any(1))
        if result.name in heads and known.any():
            logits = torch.from_numpy(result.probabilities).clamp(min=1e-9).log()[known]
            fitted[result.name] = fitted_temperature(logits, torch.from_numpy(result.truth)[known])
    return fitted


def thresholds_of(confidence: Tensor, right: Tensor) -> Thresholds:
    """Choose the thresholds from confidences (N,), 0 to 1, and whether the answers are right (N,)."""
    sure = threshold_for(confidence, right, SURE_PRECISION)
    order = confidence.argsort()
    running = right[order].float().cumsum(0) / torch.arange(1, len(order) + 1)
    doubtful = (running <= MAX_UNKNOWN_PRECISION).nonzero()
    check = float(confidence[order[int(doubtful[-1])]]) if len(doubtful) else 0.0
    return Thresholds(sure=max(sure, check), check=min(sure, check))


def _thresholds_and_temperatures(config: CheckpointConfig) -> dict[str, float]:
    result = {f"temperature of {head}": value for head, value in config.temperatures.items()}
    for head, tier in config.tiers.items():
        result |= {f"{head} sure from": tier.sure, f"{head} unknown below": tier.check}
    return result
