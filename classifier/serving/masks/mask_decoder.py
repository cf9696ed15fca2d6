"""The decoder that segments garments: a small feature pyramid on a backbone's maps."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn
from torch.nn import functional as F


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


class MaskDecoder(nn.Module):
    """Map a backbone's maps to logits of "cloth", at the finest map's resolution.

    A feature pyramid (Lin et al. 2017, https://arxiv.org/abs/1612.03144): the last map of each resolution is reduced to
    ``width`` channels and added to the enlarged result of the coarser maps. The mean of the coarsest map starts the
    sum.

    Args:
        channels: of each map, finest first.
        width: channels of the decoder.
    """

    def __init__(self, channels: Sequence[int], width: int = 48) -> None:
        super().__init__()
        self.lateral = nn.ModuleList(nn.Conv2d(count, width, 1) for count in channels)
        self.refine = nn.ModuleList(Refinement(width) for _ in channels)
        self.whole = nn.Linear(channels[-1], width)
        self.answer = nn.Conv2d(width, 1, 1)

    def forward(self, maps: Sequence[Tensor]) -> Tensor:
        """Compute logits (N, h, w) from maps (N, C, h, w), finest first, each half the size of the one before."""
        x = self.whole(maps[-1].mean((2, 3)))[:, :, None, None]
        for found, lateral, refine in reversed(list(zip(maps, self.lateral, self.refine, strict=True))):
            if x.shape[2:] != (1, 1):
                x = F.interpolate(x, scale_factor=2.0, mode="bilinear")
            x = refine(lateral(found) + x)
        logits: Tensor = self.answer(x).squeeze(1)
        return logits
