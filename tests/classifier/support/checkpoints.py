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
    heads = {head: len(labels) for head, labels in config.heads.items()}
    return MultiHeadNetwork(config.backbone, heads, hidden=config.hidden, mask_width=config.mask_width)


def a_checkpoint(path: Path, **changes: object) -> Path:
    config = a_config(**changes)
    save(path, config, a_network(config).state_dict())
    return path


# A network with a mask decoder, of two maps.
MASKING = {"backbone": "conv_8_16", "preprocessing": Preprocessing(size=32, resize="letterbox"), "mask_width": 8}


# With all that can be between a network and its answers: a projection, a temperature, many labels at once, acceptable
# types. Answers and masks differ from picture to picture.
def a_full_checkpoint(path: Path, **changes: object) -> Path:
    config = a_config(**{**MASKING, "embedding_dim": 8, "many": ("season",), **changes})
    state = a_network(config).state_dict()
    generator = torch.Generator().manual_seed(0)
    for head in config.heads:
        state[f"heads.{head}_head.weight"] *= 20
    width, types = state["heads.type_head.weight"].shape[1], len(config.heads["type"])
    state |= {
        "decoder.answer.weight": state["decoder.answer.weight"] * 20,
        "embedding.mean": torch.randn(width, generator=generator) * 1e-3,
        "embedding.projection": torch.randn(width, 8, generator=generator),
        "acceptable": torch.rand(types, types, generator=generator).fill_diagonal_(1),
    }
    save(path, config, state)
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


# Takes all that is not black for cloth, and describes the garment by another vector than the picture.
class LightIsCloth(StrongestChannel):
    def forward(self, x: Tensor) -> dict[str, Tensor]:
        answers, cloth = super().forward(x), self.likely(x.max(dim=1).values[:, ::2, ::2])
        garment = answers["features"].roll(1, 1)
        return answers | {"cloth": cloth, "garment": garment, "map_statistics": torch.cat([garment, garment], 1)}

    def likely(self, light: Tensor) -> Tensor:
        return ((light + 1) / 2).clamp(0.01, 0.99)


def a_channel_checkpoint(path: Path, **changes: object) -> Path:
    config = a_config(**changes)
    save(path, config, StrongestChannel(config).state_dict())
    return path
