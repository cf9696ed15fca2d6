"""Find garments on photos with the mask network, which is loaded for the first photo."""

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
HEAD = "mask"
MASK_SIDE_PX = 256  # longer side of a mask
MIN_CLOTH_SHARE = 0.01  # of the picture: with less, no garment was found
LOW_THRESHOLD, HIGH_THRESHOLD = 0.3, 0.6  # of the cloth probability: hysteresis
GROUND_THRESHOLD = 0.1  # of a hole's mean cloth probability: below, the ground shows through
MIN_HOLE_SHARE = 0.003  # of the picture
MIN_PIECE_SHARE = 0.1  # of the largest piece: a pair of shoes has two


class Masker:
    """Find the garment on pictures. Construction is cheap: find() loads torch and the weights when first called.

    Args:
        checkpoint: the safetensors file.
        device: a torch device; None chooses CUDA, else MPS, else the CPU.
        batch_size: most pictures in one forward pass.
        cache: folder for converted networks, None to keep nothing.
    """

    def __init__(
        self,
        checkpoint: Path = SHIPPED_MASKS,
        device: str | None = None,
        batch_size: int = 16,
        cache: Path | None = None,
    ) -> None:
        self.checkpoint, self.batch_size = checkpoint, batch_size
        self._device, self._cache = device, cache
        self._engine: Engine | None = None
        self._matting: Matting | None = None
        self._lock = Lock()

    @property
    def model(self) -> str:
        """Name and version of the checkpoint.

        Raises:
            CheckpointError: the file is missing, damaged, or made for something else.
        """
        config = files.read_config(self.checkpoint)
        if tuple(config.heads) != (HEAD,):
            raise CheckpointIncompatible(f"{self.checkpoint} does not find garments. Choose another checkpoint.")
        return config.model

    def find(self, images: Sequence[Image.Image], masked: Sequence[bool] | None = None) -> list[GarmentMask]:
        """Compute a mask for each upright RGB picture, in order.

        A mask's longer side is :data:`MASK_SIDE_PX`, or that of a smaller picture. The mask covers the whole picture
        where ``masked`` is False and where less than :data:`MIN_CLOTH_SHARE` is cloth.

        Raises:
            CheckpointError: see :attr:`model`.
        """
        wanted = [True] * len(images) if masked is None else masked
        masks: list[GarmentMask] = []
        with self._lock:
            engine = self._loaded()
            for start in range(0, len(images), self.batch_size):
                part = slice(start, start + self.batch_size)
                batch = _masks(engine, images[part], wanted[part])
                masks += [self._matted(mask, image) for mask, image in zip(batch, images[part], strict=True)]
        return masks

    def _matted(self, mask: GarmentMask, image: Image.Image) -> GarmentMask:
        """Replace the outline with rembg's matte, if rembg is installed and finds a garment."""
        if self._matting is None or mask.whole:
            return mask
        height, width = mask.cloth.shape
        matte = self._matting.matte(image, (width, height))
        if matte.mean() < MIN_CLOTH_SHARE * 255:
            return mask
        return replace(mask, cloth=matte, model=self._matting.model)

    def _loaded(self) -> Engine:
        if self._engine is None:
            from classifier.serving import inference

            _ = self.model  # checks the purpose before loading the weights
            self._engine = inference.open_engine(self.checkpoint, self._device, build_mask_network, self._cache)
            self._matting = installed_matting()
        return self._engine


def build_mask_network(config: CheckpointConfig) -> nn.Module:
    """Build the network that ``config`` describes, with random weights."""
    from classifier.serving.masks.mask_network import MaskNetwork

    return MaskNetwork(config.backbone, config.hidden)


def _masks(engine: Engine, images: Sequence[Image.Image], wanted: Sequence[bool]) -> list[GarmentMask]:
    import torch

    with ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as pool:  # Pillow and numpy release the GIL
        inputs = torch.stack(list(pool.map(engine.config.preprocessing.apply, images)))

    def compute(network: nn.Module, device: torch.device) -> tuple[torch.Tensor, list[torch.Tensor]]:
        with torch.inference_mode():
            logits, *maps = cast("MaskNetwork", network).logits_and_maps(engine.to_device(inputs, network))
            cloth = logits.sigmoid().float().cpu().numpy()
            masks = [close_outline(one) if want else np.ones_like(one) for one, want in zip(cloth, wanted, strict=True)]
            probability = torch.from_numpy(np.stack(masks))
            return probability, [_texture(found.float().cpu(), probability) for found in maps]

    probability, textures = engine.run_accelerated(compute, len(images))
    return [
        GarmentMask(
            _resized(probability[row].numpy(), image),
            engine.config.model,
            tuple(texture[row].numpy() for texture in textures),
            whole=bool((probability[row] == 1).all()),
        )
        for row, image in enumerate(images)
    ]


def close_outline(probability: NDArray[np.float32]) -> NDArray[np.float32]:
    """Turn cloth probabilities (h, w) into a garment with a closed outline, 0 to 1.

    Hysteresis thresholding finds the cloth. Enclosed areas such as prints and folds are filled, unless they clearly
    show the ground; small separate pieces are dropped. Returns all ones if nothing was found.
    """
    from scipy import ndimage
    from skimage.filters import apply_hysteresis_threshold

    cloth = apply_hysteresis_threshold(probability, LOW_THRESHOLD, HIGH_THRESHOLD)  # type: ignore[no-untyped-call]
    filled = ndimage.binary_fill_holes(cloth)
    holes, count = ndimage.label(filled & ~cloth)
    for hole in range(1, count + 1):
        inside = holes == hole
        if probability[inside].mean() < GROUND_THRESHOLD and inside.mean() > MIN_HOLE_SHARE:
            filled[inside] = False
    pieces, count = ndimage.label(filled)
    sizes = np.bincount(pieces.ravel())[1:]
    if not count or sizes.sum() < MIN_CLOTH_SHARE * probability.size:
        return np.ones_like(probability)
    kept = np.isin(pieces, 1 + np.nonzero(sizes >= MIN_PIECE_SHARE * sizes.max())[0])
    return np.where(kept, np.maximum(probability, 0.75), np.minimum(probability, 0.25)).astype(np.float32)


def _texture(maps: torch.Tensor, probability: torch.Tensor) -> torch.Tensor:
    """Means and standard deviations (N, 2 C) of maps (N, C, h, w) inside masks (N, H, W), 0 to 1."""
    import torch
    from torch.nn import functional as F

    share = F.interpolate(probability[:, None], maps.shape[2:], mode="area")
    share = share / share.sum((2, 3), keepdim=True).clamp(min=1e-6)
    places, weights = maps.flatten(2), share.flatten(1)[:, :, None]  # matrix products need no copy of the maps
    mean = places @ weights
    deviation = ((places - mean).square_() @ weights).sqrt()
    return torch.cat([mean, deviation], 1).squeeze(2)


def _resized(probability: NDArray[np.float32], image: Image.Image) -> NDArray[np.uint8]:
    """Resize a square mask to the proportions of ``image``, 0 to 255."""
    scale = min(1.0, MASK_SIDE_PX / max(image.size))
    width, height = (max(1, round(side * scale)) for side in image.size)
    resized = np.asarray(Image.fromarray(probability).resize((width, height), Image.Resampling.BILINEAR))
    return (255 * resized).round().astype(np.uint8)
