"""One network out of several: the average of their weights."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import geometric_mean

import torch

from classifier import checkpoint
from classifier.calibration import judged_for_tiers, with_tiers
from classifier.datasets import catalogue
from classifier.evaluation import Judged
from classifier.recipes import Recipe


def souped(recipe: Recipe, members: Sequence[Path], data: Path, output: Path) -> Path:
    """Averages the weights of networks that started alike (model soups, Wortsman et al. 2022); writes the checkpoint.

    Tiers come from each member's answers about the people whom it did not see, pooled; temperatures are the members'
    mean. A soup is right more often than its members, so both err on the careful side.

    Raises:
        CheckpointError: a member's file is missing or damaged.
        DatasetError: the data is missing or broken.
    """
    path = output / f"{recipe.name}.safetensors"
    loaded = [checkpoint.load(member) for member in members]
    config = loaded[0][0]
    state = {
        name: torch.stack([weights[name].float() for _, weights in loaded]).mean(0)
        if value.is_floating_point()
        else value
        for name, value in loaded[0][1].items()
    }
    heat = {head: geometric_mean([c.temperatures[head] for c, _ in loaded]) for head in config.temperatures}
    pooled: dict[str, list[Judged]] = {}
    for variant, member in zip(recipe.variants.values(), members, strict=True):
        pictures = catalogue.load(recipe.dataset, data, variant.seed, variant.fold)
        for head, judged in judged_for_tiers(member, pictures, data).items():
            pooled.setdefault(head, []).extend(judged)
    measured = with_tiers(path, replace(config, temperatures=heat), state, pooled)
    told = [json.loads(member.with_name("metrics.json").read_text(encoding="utf-8")) for member in members]
    facts = {"recipe": recipe.name, "seconds": sum(t["seconds"] for t in told), "device": told[0]["device"]}
    (output / "metrics.json").write_text(json.dumps({**facts, "figures": measured}, indent=2), encoding="utf-8")
    return path
