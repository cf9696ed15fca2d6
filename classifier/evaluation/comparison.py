"""Evaluate a checkpoint, or a folder of them, on the data set of the recipe that trained it."""

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
    """Compute each head's figures on one split of the data set.

    Raises:
        CheckpointError: the checkpoint is missing, damaged, or does not fit this program.
        DatasetError: the data is missing or damaged, lacks the split, or the checkpoint's recipe is unknown.
    """
    name = read_config(checkpoint).name
    if name not in RECIPES:
        raise DatasetError(f"{checkpoint} was trained by an unknown recipe {name!r}; known are {', '.join(RECIPES)}.")
    results = answers(checkpoint, registry.load(RECIPES[name].dataset, data), split, device)
    return {result.name: figures(result) for result in results}


def checkpoints_in(folder: Path) -> list[Path]:
    """List the checkpoints of a recipe that compares variants: one in each subfolder.

    Raises:
        DatasetError: there is none.
    """
    paths = sorted(folder.glob("*/*.safetensors"))
    if not paths:
        raise DatasetError(f"{folder} has no subfolders with checkpoints.")
    return paths


def evaluate_all(folder: Path, data: Path, split: str, device: str | None = None) -> dict[str, Any]:
    """Compute mean and deviation over variants that differ only by seed, and each checkpoint's top-1 as "runs"."""
    each = {path.parent.name: evaluate_one(path, data, split, device) for path in checkpoints_in(folder)}
    variants: dict[str, list[dict[str, Any]]] = {}
    for name, heads in each.items():
        variants.setdefault(re.sub(r"-\d+$", "", name), []).append(heads)
    return {
        f"{variant}/{head}": _over_seeds([heads[head] for heads in runs])
        for variant, runs in variants.items()
        for head in runs[0]
    } | {"runs": {name: {head: of.get("top1") for head, of in heads.items()} for name, heads in each.items()}}


def _over_seeds(runs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    if len(runs) == 1:
        return dict(runs[0])
    numbers = [name for name, value in runs[0].items() if isinstance(value, int | float)]
    means: dict[str, Any] = {name: mean(run[name] for run in runs) for name in numbers}
    return means | {"seeds": len(runs), "top1_deviation": stdev(run["top1"] for run in runs)}


def run_facts(checkpoints: Sequence[Path]) -> tuple[float | None, str]:
    """Read the total minutes of training and the device from the runs' ``metrics.json``; None without any."""
    files = [path.with_name("metrics.json") for path in checkpoints if path != SHIPPED]
    runs = [json.loads(path.read_text(encoding="utf-8")) for path in files if path.is_file()]
    return (round(sum(run["seconds"] for run in runs) / 60, 1), runs[0]["device"]) if runs else (None, "")
