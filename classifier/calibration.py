"""Temperatures and tiers of a freshly trained network, from pictures that training did not see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from classifier import checkpoint
from classifier.checkpoint import CheckpointConfig, Thresholds
from classifier.datasets import clothing
from classifier.datasets.samples import LabelledPictures, PictureSource, Sample
from classifier.evaluation import Judged, judge_looks, judge_types, validation_people
from classifier.judging import answers
from classifier.metrics import expected_calibration_error, fitted_temperature, threshold_for
from classifier.recipes import Recipe
from classifier.results import figures
from classifier.tagger import UNCALIBRATED, Tagger
from classifier.taxonomy import types_for_clothing_label

SURE_IS_RIGHT = 0.975  # of the answers called sure, so many are right on the people it is set on: 0.97 on others
UNKNOWN_IS_RIGHT = 0.5  # of the answers called unknown, at most this share is right


def calibrated(
    path: Path,
    config: CheckpointConfig,
    state: dict[str, Tensor],
    recipe: Recipe,
    data: LabelledPictures,
    folder: Path,
) -> dict[str, Any]:
    """Writes the checkpoint with temperatures and, for the wardrobe's, tiers; returns what was measured on the way.

    Temperatures come from the validation pictures; a head of which those say nothing gets its own from the test
    pictures, whose order of answers a temperature leaves as it is.
    """
    checkpoint.save(path, config, state)
    scored = _as_scored(data, folder) if recipe.dataset == "wardrobe" else data
    config = replace(config, temperatures=_temperatures(path, config, scored))
    checkpoint.save(path, config, state)
    if recipe.dataset != "wardrobe":
        results = answers(path, data, "val") if data.indices("val") else []
        found = {result.name: figures(result) for result in results}
        flat = {f"val_{head}_{k}": v for head, of in found.items() for k, v in of.items() if isinstance(v, int | float)}
        checkpoint.save(path, replace(config, metrics=flat), state)
        return {"temperatures": config.temperatures, "val": found}
    return _with_tiers(path, config, state, folder)


def _temperatures(path: Path, config: CheckpointConfig, data: LabelledPictures) -> dict[str, float]:
    """One a head. The type's of people's photos accepts every type that a photo's label allows."""
    fitted: dict[str, float] = {}
    for split in ("val", "test"):
        wanted = [head for head in config.heads if head not in fitted and head not in config.many]
        told = [index for index in data.indices(split) if any(data.samples[index].targets.get(h) for h in wanted)]
        if not wanted or not told:
            continue
        for result in answers(path, replace(data, samples=[data.samples[i] for i in told]), split):
            known = torch.from_numpy(result.truth.any(1))
            if result.name in wanted and known.any():
                logits = torch.from_numpy(result.probabilities).clamp(min=1e-9).log()[known]
                fitted[result.name] = fitted_temperature(logits, torch.from_numpy(result.truth)[known])
    return fitted


def _as_scored(data: LabelledPictures, folder: Path) -> LabelledPictures:
    """The wardrobe's data, with every type that a person's label allows: as it is scored, not only as it is trained."""
    source = PictureSource(folder)
    labels = {f"{clothing.ARCHIVE}/{row['image']}": row["label"] for row in clothing.rows(source)}

    def scored(sample: Sample) -> Sample:
        if sample.key not in labels or "type" not in sample.targets:
            return sample
        return replace(
            sample, targets={**sample.targets, "type": frozenset(types_for_clothing_label(labels[sample.key]))}
        )

    return replace(data, samples=[scored(sample) for sample in data.samples])


def thresholds(judged: Sequence[Judged]) -> Thresholds:
    """From which confidence answers are sure, and below which they are unknown."""
    confidence = torch.tensor([entry.answer.confidence for entry in judged])
    right = torch.tensor([entry.right for entry in judged])
    sure = threshold_for(confidence, right, SURE_IS_RIGHT)
    order = confidence.argsort()
    running = right[order].float().cumsum(0) / torch.arange(1, len(order) + 1)
    doubtful = (running <= UNKNOWN_IS_RIGHT).nonzero()
    check = float(confidence[order[int(doubtful[-1])]]) if len(doubtful) else 0.0
    return Thresholds(sure=max(sure, check), check=min(sure, check))


def _with_tiers(path: Path, config: CheckpointConfig, state: dict[str, Tensor], folder: Path) -> dict[str, Any]:
    """Tiers come from the tagger's own answers, so the file is there already, without them."""
    source = PictureSource(folder)
    tagger = Tagger(path)
    judged = {"type": judge_types(tagger, source, validation_people(source))}
    for head, entries in judge_looks(tagger, source, folder).items():  # an answer that is also acceptable is right
        judged[head] = [replace(entry, right=entry.right_in_three) for entry in entries]
    tiers = {head: thresholds(entries) for head, entries in judged.items()}
    measured = {head: _figures(entries) for head, entries in judged.items()}
    flat = {f"{head}_{name}": value for head, figures in measured.items() for name, value in figures.items()}
    tiers = {head: tiers.get(head, UNCALIBRATED) for head in config.heads}
    checkpoint.save(path, replace(config, tiers=tiers, metrics=flat), state)
    return {"temperatures": config.temperatures, **measured}


def _figures(judged: Sequence[Judged]) -> dict[str, float]:
    confidence = torch.tensor([entry.answer.confidence for entry in judged])
    right = torch.tensor([entry.right for entry in judged])
    return {
        "photos": len(judged),
        "right": float(right.float().mean()),
        "calibration_error": expected_calibration_error(confidence, right),
    }
