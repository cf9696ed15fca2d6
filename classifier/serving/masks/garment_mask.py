"""Masks for photos: the trained network at work, loaded with the first photo."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from classifier.errors import CheckpointIncompatible
from classifier.prediction import GarmentMask
from classifier.serving import checkpoint as files
from classifier.serving.checkpoint import CheckpointConfig
from classifier.serving.masks.matting import Matting, installed_matting

if TYPE_CHECKING:
    import torch
    from torch import nn

    from classifier.serving.inference import Engine
    from classifier.serving.masks.mask_network import MaskNetwork

SHIPPED_MASKS = files.SHIPPED.with_name("garment-mask.safetensors")
SIDE = 256  # pixels: the longer side of a mask
HEAD = "mask"
LEAST_CLOTH = 0.01  # of the picture: with less nothing was found
LIKELY, SURELY, GROUND = 0.3, 0.6, 0.1  # of what the network says
LEAST_HOLE = 0.003  # of the picture
LEAST_PIECE = 0.1  # of the largest: a pair of shoes has two


class Masker:
    """Finds the garment on pictures. Making one costs nothing: torch and the weights are loaded by the first find().

    Args:
        checkpoint: the safetensors file.
        device: a torch device; None picks CUDA, then MPS, then the CPU.
        batch_size: the most pictures in one forward pass.
        cache: a folder where what makes it fast is kept from one start to the next; None to keep nothing.
    """

    def __init__(
        self,
        checkpoint: Path = SHIPPED_MASKS,
        device: str | None = None,
        batch_size: int = 16,
        cache: Path | None = None,
    ) -> None:
        self.checkpoint, self.batch_size = checkpoint, batch_size
        self._cache = cache
        self._device = device
        self._engine: Engine | None = None
        self._matting: Matting | None = None
        self._lock = Lock()

    @property
    def model(self) -> str:
        """Name and version of the checkpoint.

        Raises:
            CheckpointError: it is missing, damaged, or not one that finds garments.
        """
        config = files.read_config(self.checkpoint)
        if tuple(config.heads) != (HEAD,):
            raise CheckpointIncompatible(f"{self.checkpoint} does not find garments. Choose another checkpoint.")
        return config.model

    def find(self, images: Sequence[Image.Image], masked: Sequence[bool] | None = None) -> list[GarmentMask]:
        """A mask for each upright RGB picture, in their order; where ``masked`` says no, all of the picture.

        The longer side of a mask is :data:`SIDE`, or that of a smaller picture. A picture on which less than
        :data:`LEAST_CLOTH` is cloth counts as a whole, too.

        Raises:
            CheckpointError: as :attr:`model`.
        """
        wanted = [True] * len(images) if masked is None else masked
        found: list[GarmentMask] = []
        with self._lock:
            engine = self._loaded()
            for start in range(0, len(images), self.batch_size):
                part = slice(start, start + self.batch_size)
                found += [
                    self._matted(mask, image)
                    for mask, image in zip(_masks(engine, images[part], wanted[part]), images[part], strict=True)
                ]
        return found

    def _matted(self, mask: GarmentMask, image: Image.Image) -> GarmentMask:
        """With rembg's matte in place of the network's outline, where there is rembg and it finds something."""
        if self._matting is None or mask.whole:
            return mask
        high, wide = mask.likely.shape
        matte = self._matting.matte(image, (wide, high))
        if matte.mean() < LEAST_CLOTH * 255:
            return mask
        return replace(mask, likely=matte, model=self._matting.model)

    def _loaded(self) -> Engine:
        if self._engine is None:
            from classifier.serving import inference

            _ = self.model  # what it is for is looked at before the weights are
            self._engine = inference.open_engine(self.checkpoint, self._device, build_mask_network, self._cache)
            self._matting = installed_matting()
        return self._engine


def build_mask_network(config: CheckpointConfig) -> nn.Module:
    """The network that ``config`` describes, its weights still random."""
    from classifier.serving.masks.mask_network import MaskNetwork

    return MaskNetwork(config.backbone, config.hidden)


def _masks(engine: Engine, images: Sequence[Image.Image], wanted: Sequence[bool]) -> list[GarmentMask]:
    import torch

    with ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as pool:  # Pillow and numpy let other threads run
        inputs = torch.stack(list(pool.map(engine.config.preprocessing.apply, images)))

    def work(network: nn.Module, device: torch.device) -> tuple[torch.Tensor, list[torch.Tensor]]:
        masks = cast("MaskNetwork", network)
        with torch.inference_mode():
            logits, *maps = masks.see(engine.laid_out(inputs, network))
            answers = logits.sigmoid().float().cpu().numpy()
            likely = torch.from_numpy(
                np.stack([in_one_piece(a) if w else np.ones_like(a) for a, w in zip(answers, wanted, strict=True)])
            )
            return likely, [_inside(found.float().cpu(), likely) for found in maps]

    likely, textures = engine.serve(work, len(images))
    return [
        GarmentMask(
            _at_proportions(likely[row].numpy(), image),
            engine.config.model,
            tuple(texture[row].numpy() for texture in textures),
            whole=bool((likely[row] == 1).all()),
        )
        for row, image in enumerate(images)
    ]


def in_one_piece(likely: NDArray[np.float32]) -> NDArray[np.float32]:
    """The garment whole, (h, w), 0 to 1: prints and folds of which the network is unsure belong to it, crumbs do not.

    What is likely and what hangs on to it counts, what it encloses too unless the ground surely shows there. All ones
    where nothing was found.
    """
    from scipy import ndimage
    from skimage.filters import apply_hysteresis_threshold

    found = apply_hysteresis_threshold(likely, LIKELY, SURELY)  # type: ignore[no-untyped-call]
    filled = ndimage.binary_fill_holes(found)
    holes, count = ndimage.label(filled & ~found)
    for hole in range(1, count + 1):
        within = holes == hole
        if likely[within].mean() < GROUND and within.mean() > LEAST_HOLE:
            filled[within] = False
    pieces, count = ndimage.label(filled)
    sizes = np.bincount(pieces.ravel())[1:]
    if not count or sizes.sum() < LEAST_CLOTH * likely.size:
        return np.ones_like(likely)
    cloth = np.isin(pieces, 1 + np.nonzero(sizes >= LEAST_PIECE * sizes.max())[0])
    return np.where(cloth, np.maximum(likely, 0.75), np.minimum(likely, 0.25)).astype(np.float32)


def _inside(found: torch.Tensor, likely: torch.Tensor) -> torch.Tensor:
    """Means and deviations (N, 2 C) of a map (N, C, h, w) inside masks (N, H, W), 0 to 1."""
    import torch
    from torch.nn import functional as F

    share = F.interpolate(likely[:, None], found.shape[2:], mode="area")
    share = share / share.sum((2, 3), keepdim=True).clamp(min=1e-6)
    places, weights = found.flatten(2), share.flatten(1)[:, :, None]  # products of matrices: a pass each, and no copy
    mean = places @ weights
    spread = ((places - mean).square_() @ weights).sqrt()
    return torch.cat([mean, spread], 1).squeeze(2)


def _at_proportions(likely: NDArray[np.float32], image: Image.Image) -> NDArray[np.uint8]:
    scale = min(1.0, SIDE / max(image.size))
    width, height = (max(1, round(side * scale)) for side in image.size)
    resized = np.asarray(Image.fromarray(likely).resize((width, height), Image.Resampling.BILINEAR))
    return (255 * resized).round().astype(np.uint8)
