from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn

from classifier.serving.checkpoint import CheckpointConfig, Thresholds, save
from classifier.serving.network import MultiHeadNetwork
from classifier.serving.preprocessing import Preprocessing

# Small enough to be made anew by every test; it has learnt nothing.
BACKBONE = "mobilenetv3_small_050"
HEADS = {
    "type": ("Tee", "Jeans", "Dress", "Blouse", "Shorts", "Skirt"),
    "colour": ("red", "green", "blue"),
    "pattern": ("solid", "striped"),
    "season": ("summer", "winter"),
}


def a_config(**changes: object) -> CheckpointConfig:
    values: dict[str, object] = {
        "name": "tiny",
        "version": "3",
        "backbone": BACKBONE,
        "preprocessing": Preprocessing(size=32),
        "heads": HEADS,
        "temperatures": {"type": 1.5},
        "tiers": {"type": Thresholds(sure=0.9, check=0.4)},
        "metrics": {"top1": 0.25},
    }
    return CheckpointConfig(**{**values, **changes})  # type: ignore[arg-type]


def a_network(config: CheckpointConfig) -> MultiHeadNetwork:
    torch.manual_seed(0)
    return MultiHeadNetwork(config.backbone, {head: len(labels) for head, labels in config.heads.items()})


def a_checkpoint(path: Path, **changes: object) -> Path:
    config = a_config(**changes)
    save(path, config, a_network(config).state_dict())
    return path


# Answers by the strongest of red, green and blue, and so shows whether answers and pictures stay together.
class StrongestChannel(nn.Module):
    def __init__(self, config: CheckpointConfig) -> None:
        super().__init__()
        self.gain = nn.Parameter(torch.tensor(20.0))
        self.classes = {head: len(labels) for head, labels in config.heads.items()}

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        channels = x.mean(dim=(2, 3))
        spread = [
            nn.functional.pad(self.gain * channels, (0, max(0, n - 3)), value=-50.0) for n in self.classes.values()
        ]
        answers = {head: logits[:, :n] for (head, n), logits in zip(self.classes.items(), spread, strict=True)}
        return answers | {"features": channels}


def a_channel_checkpoint(path: Path, **changes: object) -> Path:
    config = a_config(**changes)
    save(path, config, StrongestChannel(config).state_dict())
    return path
