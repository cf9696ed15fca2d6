"""A checkpoint, or a folder of them, measured on the data set of the recipe that it was trained by."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import mean, stdev
from typing import Any

from classifier.datasets import registry
from classifier.errors import DatasetError
from classifier.evaluation.inference import answers
from classifier.evaluation.label_metrics import figures
from classifier.recipes import RECIPES
from classifier.serving.checkpoint import SHIPPED, read_config


def evaluate_one(checkpoint: Path, data: Path, split: str, device: str | None = None) -> dict[str, Any]:
    """Each head's figures on one split of the data set.

    Raises:
        CheckpointError: the checkpoint is missing, damaged, or does not fit this program.
        DatasetError: the data is missing or broken, has no such split, or no recipe tells which data set it is.
    """
    name = read_config(checkpoint).name
    if name not in RECIPES:
        raise DatasetError(
            f"{checkpoint} was trained by a recipe {name!r} that is not known here ({', '.join(RECIPES)})."
        )
    found = answers(checkpoint, registry.load(RECIPES[name].dataset, data), split, device)
    return {result.name: figures(result) for result in found}


def checkpoints_in(folder: Path) -> list[Path]:
    """The checkpoints of a recipe that compares variants: one in each folder of ``folder``.

    Raises:
        DatasetError: there is none.
    """
    found = sorted(folder.glob("*/*.safetensors"))
    if not found:
        raise DatasetError(f"{folder} holds no folders with checkpoints.")
    return found


def evaluate_all(folder: Path, data: Path, split: str, device: str | None = None) -> dict[str, Any]:
    """Each checkpoint's figures by the name of its folder, and mean and deviation of those that differ by seed only."""
    each = {path.parent.name: evaluate_one(path, data, split, device) for path in checkpoints_in(folder)}
    variants: dict[str, list[dict[str, Any]]] = {}
    for name, found in each.items():
        variants.setdefault(re.sub(r"-\d+$", "", name), []).append(found)
    return {
        f"{variant}/{head}": _over_seeds([found[head] for found in runs])
        for variant, runs in variants.items()
        for head in runs[0]
    } | {"runs": {name: {head: of.get("top1") for head, of in found.items()} for name, found in each.items()}}


def _over_seeds(runs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    if len(runs) == 1:
        return dict(runs[0])
    numbers = [name for name, value in runs[0].items() if isinstance(value, int | float)]
    told: dict[str, Any] = {name: mean(run[name] for run in runs) for name in numbers}
    return told | {"seeds": len(runs), "top1_deviation": stdev(run["top1"] for run in runs)}


def run_facts(checkpoints: Sequence[Path]) -> tuple[float | None, str]:
    """Minutes of training in all, and device, as told by the runs' own ``metrics.json``; None where none is there."""
    files = [path.with_name("metrics.json") for path in checkpoints if path != SHIPPED]
    told = [json.loads(path.read_text(encoding="utf-8")) for path in files if path.is_file()]
    return (round(sum(run["seconds"] for run in told) / 60, 1), told[0]["device"]) if told else (None, "")
