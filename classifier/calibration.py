"""Temperatures and tiers of a freshly trained network, from people whom training never saw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from classifier import checkpoint
from classifier.activations import ActivationCache
from classifier.checkpoint import CheckpointConfig, Thresholds
from classifier.datasets import clothing
from classifier.datasets.samples import PictureSource, Sample
from classifier.evaluation import Judged, held_out, judge_looks, judge_types
from classifier.metrics import expected_calibration_error, fitted_temperature, threshold_for
from classifier.models import MultiHeadNetwork
from classifier.recipes import Recipe
from classifier.tagger import UNCALIBRATED, Tagger
from classifier.taxonomy import types_for_clothing_label

SURE_IS_RIGHT = 0.97  # of the answers called sure, at least this share is right
UNKNOWN_IS_RIGHT = 0.5  # of the answers called unknown, at most this share is right


def held_out_logits(
    recipe: Recipe, network: MultiHeadNetwork, samples: Sequence[Sample], cache: ActivationCache
) -> tuple[list[int], dict[str, Tensor]]:
    """Sample indices that training did not see, and their logits (N, K) by head, from the cached activations."""
    array = cache.array()
    rows = [(row, which) for row, (which, _) in enumerate(cache.views) if samples[which].split != "train"]
    outputs: dict[str, list[Tensor]] = {head: [] for head in recipe.heads}
    network.eval()
    with torch.inference_mode():
        for start in range(0, len(rows), 64):
            batch = np.stack([array[row] for row, _ in rows[start : start + 64]])
            found = network.tail_forward(torch.from_numpy(batch).float(), recipe.frozen_stages)
            for head in recipe.heads:
                outputs[head].append(found[head])
    return [which for _, which in rows], {head: torch.cat(parts) for head, parts in outputs.items()}


def temperatures(
    recipe: Recipe, samples: Sequence[Sample], indices: Sequence[int], logits: dict[str, Tensor], source: PictureSource
) -> dict[str, float]:
    """One temperature a head; the type's from people's photos, accepting every type that their label allows."""
    labels = {f"{clothing.ARCHIVE}/{row['image']}": row["label"] for row in clothing.rows(source)}
    fitted = {}
    for head, names in recipe.heads.items():
        accepted = []
        for index in indices:
            sample = samples[index]
            right = sample.targets.get(head, frozenset())
            if head == "type":
                right = frozenset(types_for_clothing_label(labels.get(sample.key, ""))) if right else right
            accepted.append([name in right for name in names])
        allowed = torch.tensor(accepted)
        known = allowed.any(1)
        fitted[head] = fitted_temperature(logits[head][known], allowed[known])
    return fitted


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


def cross_fitted(judged: Sequence[Judged]) -> dict[str, float]:
    """What the tiers are worth on people whose photos did not set them: halves by sender, each
    judged by the tiers of the other.
    """
    senders = sorted({entry.group for entry in judged})
    halves = ([e for e in judged if e.group == "204"], [e for e in judged if e.group != "204"])
    if not all(halves):
        halves = tuple([e for e in judged if (senders.index(e.group) % 2) == odd] for odd in (0, 1))  # type: ignore[assignment]
    right = sure = unknown = unknown_right = 0
    for fitted_on, judged_on in (halves, halves[::-1]):
        limits = thresholds(fitted_on)
        for entry in judged_on:
            if entry.answer.confidence >= limits.sure:
                sure, right = sure + 1, right + entry.right
            elif entry.answer.confidence < limits.check:
                unknown, unknown_right = unknown + 1, unknown_right + entry.right
    return {
        "sure_share_cross_fitted": sure / len(judged),
        "sure_right_cross_fitted": right / max(1, sure),
        "unknown_share_cross_fitted": unknown / len(judged),
        "unknown_right_cross_fitted": unknown_right / max(1, unknown),
    }


def save_calibrated(
    path: Path,
    recipe: Recipe,
    network: MultiHeadNetwork,
    projection: Tensor,
    samples: Sequence[Sample],
    cache: ActivationCache,
) -> dict[str, Any]:
    """Writes the checkpoint with temperatures and tiers, and returns what was measured on the way.

    ``projection`` is (C, D). Tiers come from the tagger's own answers, so the file is first written without them.
    """
    source = PictureSource(cache.data)
    indices, logits = held_out_logits(recipe, network, samples, cache)
    heat = temperatures(recipe, samples, indices, logits, source)
    state = {name: value.contiguous() for name, value in network.state_dict().items()}
    state["embedding.projection"] = projection.contiguous()
    state["embedding.mean"] = torch.zeros(projection.shape[0])

    def config(tiers: dict[str, Thresholds], figures: dict[str, float]) -> CheckpointConfig:
        return CheckpointConfig(
            name=recipe.name, version=recipe.version, backbone=recipe.backbone, preprocessing=recipe.preprocessing,
            heads=recipe.heads, temperatures=heat, tiers=tiers, embedding_dim=recipe.embedding_dim, metrics=figures,
        )  # fmt: skip

    checkpoint.save(path, config({}, {}), state)
    tagger = Tagger(path)
    judged = {"type": judge_types(tagger, source, held_out(source))}
    for head, entries in judge_looks(tagger, source, cache.data).items():  # an answer that is also acceptable is right
        judged[head] = [replace(entry, right=entry.right_in_three) for entry in entries]
    tiers = {head: thresholds(entries) for head, entries in judged.items()}
    measured = {head: _figures(entries) for head, entries in judged.items()}
    flat = {f"{head}_{name}": value for head, figures in measured.items() for name, value in figures.items()}
    checkpoint.save(path, config({head: tiers.get(head, UNCALIBRATED) for head in recipe.heads}, flat), state)
    return {"temperatures": heat, **measured}


def _figures(judged: Sequence[Judged]) -> dict[str, float]:
    confidence = torch.tensor([entry.answer.confidence for entry in judged])
    right = torch.tensor([entry.right for entry in judged])
    return {
        "right": float(right.float().mean()),
        "calibration_error": expected_calibration_error(confidence, right),
        **cross_fitted(judged),
    }
