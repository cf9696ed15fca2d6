"""The network that segments garments: an ImageNet backbone and a small feature pyramid."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from classifier.serving.network import make_backbone, stages_of


class Refinement(nn.Module):
    """A depthwise separable convolution with a residual connection."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(width, width, 5, padding=2, groups=width, bias=False),
            nn.BatchNorm2d(width),
            nn.Conv2d(width, width, 1, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(inplace=True),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, width, h, w) to the same shape."""
        refined: Tensor = x + self.layers(x)
        return refined


class MaskNetwork(nn.Module):
    """Segment garments: map pictures (N, 3, H, W) to logits of "cloth" (N, H / 2, W / 2).

    A feature pyramid (Lin et al. 2017, https://arxiv.org/abs/1612.03144): the backbone's last map of each resolution
    is reduced to ``width`` channels and added to the enlarged result of the coarser maps. The mean of the coarsest
    map starts the sum.

    Args:
        backbone: a timm model whose stages :func:`classifier.serving.network.stages_of` knows.
        width: channels of the decoder.

    Raises:
        ValueError, TypeError: the backbone is unknown, or its stages are.
    """

    ACCELERATED_METHOD = "logits_and_maps"

    def __init__(self, backbone: str, width: int = 48) -> None:
        super().__init__()
        self.backbone_name = backbone
        self.backbone = make_backbone(backbone)
        channels = [x.shape[1] for x in self.maps(torch.zeros(1, 3, 64, 64))]
        self.lateral = nn.ModuleList(nn.Conv2d(count, width, 1) for count in channels)
        self.refine = nn.ModuleList(Refinement(width) for _ in channels)
        self.whole = nn.Linear(channels[-1], width)
        self.answer = nn.Conv2d(width, 1, 1)

    def maps(self, x: Tensor) -> list[Tensor]:
        """Compute the backbone's last map of each resolution, finest first, without its final widening layer."""
        maps: list[Tensor] = []
        for stage in stages_of(self.backbone, self.backbone_name)[: -1 if _widens(self.backbone) else None]:
            x = stage(x)
            if maps and maps[-1].shape[2:] == x.shape[2:]:
                maps[-1] = x
            else:
                maps.append(x)
        return maps

    def logits_and_maps(self, x: Tensor) -> list[Tensor]:
        """Compute the logits of :meth:`decode`, followed by the maps of :meth:`maps`."""
        maps = self.maps(x)
        return [self.decode(maps), *maps]

    def forward(self, x: Tensor) -> Tensor:
        """Compute the logits (N, H / 2, W / 2)."""
        logits = self.decode(self.maps(x))
        half = (x.shape[2] // 2, x.shape[3] // 2)
        if logits.shape[1:] == half:
            return logits
        return F.interpolate(logits[:, None], half, mode="bilinear").squeeze(
            1
        )  # the first maps of a ResNet are smaller

    def decode(self, maps: list[Tensor]) -> Tensor:
        """Compute logits (N, h, w) from the maps of :meth:`maps`, at the finest map's resolution."""
        x = self.whole(maps[-1].mean((2, 3)))[:, :, None, None]
        for found, lateral, refine in reversed(list(zip(maps, self.lateral, self.refine, strict=True))):
            x = F.interpolate(x, found.shape[2:], mode="bilinear") if x.shape[2:] != (1, 1) else x
            x = refine(lateral(found) + x)
        logits: Tensor = self.answer(x).squeeze(1)
        return logits


def _widens(backbone: nn.Module) -> bool:
    """Whether the backbone ends in a convolution that only adds channels for the classifier."""
    return isinstance(getattr(backbone, "conv_head", None), nn.Conv2d)
