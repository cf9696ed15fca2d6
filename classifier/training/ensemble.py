"""Join networks that share their frozen stages: the other stages run in parallel, logits are means."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import geometric_mean
from typing import cast

import torch
from torch import Tensor, nn

from classifier.datasets import registry
from classifier.evaluation.scored_answers import ScoredAnswer
from classifier.recipes import Recipe
from classifier.serving import checkpoint
from classifier.serving.checkpoint import CheckpointConfig
from classifier.serving.inference import EMBEDDING_MEAN, EMBEDDING_PROJECTION, build_network
from classifier.serving.network import Branched, MultiHeadNetwork, branched
from classifier.training.calibration import answers_for_tiers, with_tiers


def join_variants(recipe: Recipe, members: Sequence[Path], data: Path, output: Path) -> Path:
    """Join the networks of a recipe's variants; write the checkpoint and ``metrics.json``.

    Tiers come from the members' answers on the people they were not trained on; temperatures are the members' mean.
    The joined network is right more often than its members, so both are cautious.

    Raises:
        CheckpointError: a member's file is missing or damaged.
        DatasetError: the data is missing or damaged.
        ValueError: the members have a dense layer before their heads.
    """
    path = output / f"{recipe.name}.safetensors"
    loaded = [checkpoint.load(member) for member in members]
    config, state = merge_networks(loaded, recipe.frozen)
    pooled: dict[str, list[ScoredAnswer]] = {}
    for variant, member in zip(recipe.variants.values(), members, strict=True):
        pictures = registry.load(recipe.dataset, data, variant.seed, variant.fold)
        for head, scored in answers_for_tiers(member, pictures, data).items():
            pooled.setdefault(head, []).extend(scored)
    measured = with_tiers(path, config, state, pooled)
    runs = [json.loads(member.with_name("metrics.json").read_text(encoding="utf-8")) for member in members]
    facts = {"recipe": recipe.name, "seconds": sum(run["seconds"] for run in runs), "device": runs[0]["device"]}
    (output / "metrics.json").write_text(json.dumps({**facts, "figures": measured}, indent=2), encoding="utf-8")
    return path


def merge_networks(
    members: Sequence[tuple[CheckpointConfig, dict[str, Tensor]]], shared: int
) -> tuple[CheckpointConfig, dict[str, Tensor]]:
    """Build the network whose logits are the members' mean; the members have the first ``shared`` stages in common.

    Features and embedding are the members' concatenated.

    Raises:
        ValueError: the members have a dense layer before their heads.
    """
    first = members[0][0]
    if first.hidden:
        raise ValueError("Networks with a dense layer before their heads cannot be joined.")
    config = replace(
        first,
        backbone=branched(first.backbone, len(members), shared),
        embedding_dim=first.embedding_dim and len(members) * first.embedding_dim,
        temperatures={
            head: geometric_mean([member.temperatures[head] for member, _ in members]) for head in first.temperatures
        },
    )
    networks = [_network(config, state) for config, state in members]
    whole = _network(config)
    backbone = cast(Branched, whole.backbone)
    with torch.no_grad():
        backbone.trunk.load_state_dict(nn.Sequential(*networks[0].stages()[:shared]).state_dict())
        for branch, network in zip(backbone.tails.branches, networks, strict=True):
            branch.load_state_dict(nn.Sequential(*network.stages()[shared:]).state_dict())
        for name in whole.head_names:
            own = [network.head(name) for network in networks]
            whole.head(name).weight.copy_(torch.cat([head.weight for head in own], 1) / len(own))
            whole.head(name).bias.copy_(torch.stack([head.bias for head in own]).mean(0))
    state = {name: value.contiguous() for name, value in whole.state_dict().items()}
    if first.embedding_dim:
        projections = [own[EMBEDDING_PROJECTION].float() for _, own in members]
        state[EMBEDDING_PROJECTION] = torch.block_diag(*projections)  # type: ignore[no-untyped-call]
        state[EMBEDDING_MEAN] = torch.cat([own[EMBEDDING_MEAN].float() for _, own in members])
    return config, state


def _network(config: CheckpointConfig, state: dict[str, Tensor] | None = None) -> MultiHeadNetwork:
    network = cast(MultiHeadNetwork, build_network(config))
    if state:
        own = network.state_dict().keys()
        network.load_state_dict({name: value for name, value in state.items() if name in own})
    return network
