"""Temperatures and tiers of a trained network, from pictures that it was not trained on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from classifier.datasets import clothing
from classifier.datasets.samples import LabelledPictures, PictureSource, Sample
from classifier.evaluation.evaluate import score_types, validation_people
from classifier.evaluation.inference import answers
from classifier.evaluation.label_metrics import HeadResult, figures
from classifier.evaluation.manual_labels import score_attributes
from classifier.evaluation.metrics import expected_calibration_error, fitted_temperature, threshold_for
from classifier.evaluation.scored_answers import ScoredAnswer
from classifier.recipes import Recipe
from classifier.serving import checkpoint
from classifier.serving.checkpoint import CheckpointConfig, Thresholds
from classifier.serving.label_grouping import group_probability, grouped_scores
from classifier.serving.tagger import UNCALIBRATED, Tagger
from classifier.taxonomy import garment_type, types_for_clothing_label

SURE_PRECISION = 0.975  # of sure answers on the validation people, which gives 0.97 on others
MIN_SURE = 0.9  # lowest threshold of "sure", because the validation photos are few
MAX_UNKNOWN_PRECISION = 0.5  # of unknown answers


def calibrate(
    path: Path,
    config: CheckpointConfig,
    state: dict[str, Tensor],
    recipe: Recipe,
    data: LabelledPictures,
    folder: Path,
) -> dict[str, float]:
    """Write the checkpoint with temperatures and, for our own network, tiers; return these and the figures.

    Temperatures are fitted on the validation pictures. Our own network's are people's photos, which only have type and
    gender labels: its other heads are calibrated on products that it was not trained on.
    """
    checkpoint.save(path, config, state)
    if recipe.dataset == "wardrobe":
        temperatures = _wardrobe_temperatures(path, config, data, folder)
    else:
        temperatures = _temperatures(path, config, data, [head for head in config.heads if head not in config.many])
    config = replace(config, temperatures=temperatures)
    checkpoint.save(path, config, state)
    if recipe.dataset != "wardrobe":
        results = answers(path, data, "val") if data.indices("val") else []
        found = {result.name: figures(result) for result in results}
        flat = {f"val_{head}_{k}": v for head, of in found.items() for k, v in of.items() if isinstance(v, int | float)}
        checkpoint.save(path, replace(config, metrics=flat), state)
        return {**_thresholds_and_temperatures(config), **flat}
    return with_tiers(path, config, state, answers_for_tiers(path, data, folder))


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


def _wardrobe_temperatures(
    path: Path, config: CheckpointConfig, data: LabelledPictures, folder: Path
) -> dict[str, float]:
    """Fit the type's temperature on people's photos, the other heads' on products that were not trained on."""
    people = _temperatures(path, config, with_everyday_labels(data, folder), ["type"])
    products = [replace(s, split="val") for s in data.samples if s.split == "test" and s.on_white]
    others = [head for head in config.heads if head != "type"]
    return people | _temperatures(path, config, replace(data, samples=products), others)


def with_everyday_labels(data: LabelledPictures, folder: Path) -> LabelledPictures:
    """Accept every type that a photo's everyday label includes, as in scoring; training accepts fewer."""
    source = PictureSource(folder)
    labels = {f"{clothing.ARCHIVE}/{row['image']}": row["label"] for row in clothing.rows(source)}

    def scored(sample: Sample) -> Sample:
        if sample.key not in labels or "type" not in sample.targets:
            return sample
        return replace(
            sample, targets={**sample.targets, "type": frozenset(types_for_clothing_label(labels[sample.key]))}
        )

    return replace(data, samples=[scored(sample) for sample in data.samples])


def with_grouped_types(head: HeadResult) -> HeadResult:
    """Rank types as the tagger does, with the confidence of their groups."""
    if head.name != "type":
        return head
    rows = [dict(zip(head.labels, row.tolist(), strict=True)) for row in head.probabilities]
    scores = [grouped_scores(row) for row in rows]
    confidence = [
        group_probability(row, max(score, key=score.__getitem__)) for row, score in zip(rows, scores, strict=True)
    ]
    return replace(
        head,
        probabilities=np.array([list(score.values()) for score in scores], np.float32),
        confidence=np.array(confidence, np.float32),
        groups={label: garment_type(label).slot for label in head.labels},
    )


def thresholds(scored: Sequence[ScoredAnswer]) -> Thresholds:
    """Choose the thresholds of the tiers from scored answers."""
    confidence = torch.tensor([entry.answer.confidence for entry in scored])
    return thresholds_of(confidence, torch.tensor([entry.right for entry in scored]))


def thresholds_of(confidence: Tensor, right: Tensor) -> Thresholds:
    """Choose the thresholds from confidences (N,), 0 to 1, and whether the answers are right (N,)."""
    sure = threshold_for(confidence, right, SURE_PRECISION)
    order = confidence.argsort()
    running = right[order].float().cumsum(0) / torch.arange(1, len(order) + 1)
    doubtful = (running <= MAX_UNKNOWN_PRECISION).nonzero()
    check = float(confidence[order[int(doubtful[-1])]]) if len(doubtful) else 0.0
    return Thresholds(sure=max(sure, check, MIN_SURE), check=min(sure, check))


def answers_for_tiers(path: Path, data: LabelledPictures, folder: Path) -> dict[str, list[ScoredAnswer]]:
    """Score the tagger's answers, by head, to the photos that the tiers are chosen on."""
    source = PictureSource(folder)
    tagger = Tagger(path)
    own = {sample.key for sample in data.samples if sample.split == "val"}
    people = [(sample, row) for sample, row in validation_people(source) if sample.key in own]
    scored = {"type": score_types(tagger, source, people)}
    for head, entries in score_attributes(tagger, source, folder).items():  # an alternative answer is right
        scored[head] = [replace(entry, right=entry.right_in_three) for entry in entries]
    return scored


def with_tiers(
    path: Path, config: CheckpointConfig, state: Mapping[str, Tensor], scored: Mapping[str, Sequence[ScoredAnswer]]
) -> dict[str, float]:
    """Write the checkpoint with tiers chosen from ``scored``; return these and the figures."""
    tiers = {head: thresholds(entries) for head, entries in scored.items()}
    measured = {head: _figures(entries) for head, entries in scored.items()}
    flat = {f"{head}_{name}": value for head, figures in measured.items() for name, value in figures.items()}
    tiers = {head: tiers.get(head, UNCALIBRATED) for head in config.heads}
    config = replace(config, tiers=tiers, metrics=flat)
    checkpoint.save(path, config, state)
    return {**_thresholds_and_temperatures(config), **flat}


def _thresholds_and_temperatures(config: CheckpointConfig) -> dict[str, float]:
    result = {f"temperature of {head}": value for head, value in config.temperatures.items()}
    for head, tier in config.tiers.items():
        result |= {f"{head} sure from": tier.sure, f"{head} unknown below": tier.check}
    return result


def _figures(scored: Sequence[ScoredAnswer]) -> dict[str, float]:
    confidence = torch.tensor([entry.answer.confidence for entry in scored])
    right = torch.tensor([entry.right for entry in scored])
    return {
        "photos": len(scored),
        "right": float(right.float().mean()),
        "calibration_error": expected_calibration_error(confidence, right),
    }
