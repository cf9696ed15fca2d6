"""The network that finds cloth: an ImageNet backbone and a small decoder that reads its maps from coarse to fine."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from classifier.serving.network import make_backbone, stages_of


class Refinement(nn.Module):
    """A separable convolution with a shortcut: each place looks at those around it."""

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
        """(N, width, h, w) to the same shape."""
        refined: Tensor = x + self.layers(x)
        return refined


class MaskNetwork(nn.Module):
    """Tells for each place whether it is cloth: (N, 3, H, W) to logits (N, H / 2, W / 2).

    A feature pyramid (Lin et al. 2017, https://arxiv.org/abs/1612.03144): the backbone's last map of each resolution
    is brought to ``width`` channels, and each is added to what the coarser ones say. What the picture is as a whole
    joins at the coarsest.

    Args:
        backbone: a timm model's name, of a build that :func:`classifier.models.stages_of` can part.
        width: channels of the decoder.

    Raises:
        ValueError, TypeError: there is no such backbone, or it cannot be parted.
    """

    HEAVY = "see"

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
        """The backbone's last map of each resolution, the finest first; its widening last layer is left out."""
        found: list[Tensor] = []
        for stage in stages_of(self.backbone, self.backbone_name)[: -1 if _widens(self.backbone) else None]:
            x = stage(x)
            if found and found[-1].shape[2:] == x.shape[2:]:
                found[-1] = x
            else:
                found.append(x)
        return found

    def see(self, x: Tensor) -> list[Tensor]:
        """Logits as :meth:`decode` gives them, and then what :meth:`maps` gives."""
        maps = self.maps(x)
        return [self.decode(maps), *maps]

    def forward(self, x: Tensor) -> Tensor:
        """Logits of "this is cloth", (N, H / 2, W / 2)."""
        logits = self.decode(self.maps(x))
        half = (x.shape[2] // 2, x.shape[3] // 2)
        if logits.shape[1:] == half:
            return logits
        return F.interpolate(logits[:, None], half, mode="bilinear").squeeze(1)  # a ResNet's first maps are smaller

    def decode(self, maps: list[Tensor]) -> Tensor:
        """Logits from what :meth:`maps` gave."""
        x = self.whole(maps[-1].mean((2, 3)))[:, :, None, None]
        for found, lateral, refine in reversed(list(zip(maps, self.lateral, self.refine, strict=True))):
            x = F.interpolate(x, found.shape[2:], mode="bilinear") if x.shape[2:] != (1, 1) else x
            x = refine(lateral(found) + x)
        logits: Tensor = self.answer(x).squeeze(1)
        return logits


def _widens(backbone: nn.Module) -> bool:
    """Whether the backbone ends in a convolution that only widens its last map for the classes."""
    return isinstance(getattr(backbone, "conv_head", None), nn.Conv2d)
