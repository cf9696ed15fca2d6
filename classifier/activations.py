"""Activations of the frozen part of a network, computed once for several views of each picture and kept on disk."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch.utils.data import DataLoader, Dataset
from tqdm import tqdm

from classifier.augmentation import photo_view, product_view
from classifier.datasets.samples import PictureSource, Sample
from classifier.models import MultiHeadNetwork
from classifier.recipes import Recipe

log = logging.getLogger(__name__)
BATCH = 32
GROUNDS = 500  # photos whose margins serve as grounds


class Views(Dataset[torch.Tensor]):
    """The network's inputs, one a view; view 0 of a photo, and the only one of what is not trained on, is plain."""

    def __init__(
        self, samples: Sequence[Sample], views: Sequence[tuple[int, int]], folder: Path, recipe: Recipe
    ) -> None:
        self.samples, self.views, self.folder, self.recipe = samples, views, folder, recipe
        self.source: PictureSource | None = None
        self.grounds: list[Image.Image] = []

    def __len__(self) -> int:
        return len(self.views)

    def __getitem__(self, index: int) -> torch.Tensor:
        if self.source is None:  # opened in the process that reads: a ZIP file handle cannot be shared
            self.source = PictureSource(self.folder)
            photos = [s for s in self.samples if not s.on_white and s.split == "train"]
            self.grounds = [self.source.picture(s) for s in photos[:: max(1, len(photos) // GROUNDS)]]
        which, view = self.views[index]
        return self.recipe.preprocessing.apply(self._view(self.samples[which], which, view))

    def _view(self, sample: Sample, which: int, view: int) -> Image.Image:
        assert self.source is not None  # noqa: S101 - set by the only caller
        picture = self.source.picture(sample)
        size = self.recipe.preprocessing.size
        rng = np.random.default_rng((self.recipe.seed, which, view))
        if sample.on_white:
            return product_view(picture, self.grounds, size, rng)
        if view == 0:
            return picture
        torch.manual_seed(int(rng.integers(2**31)))
        augmented: Image.Image = photo_view(size)(picture)
        return augmented


def views_of(samples: Sequence[Sample], recipe: Recipe) -> list[tuple[int, int]]:
    """(sample index, view number) for everything that is computed: several views of what is trained on, else one."""

    def count(sample: Sample) -> int:
        if sample.split != "train":
            return 1
        return recipe.product_views if sample.on_white else recipe.photo_views

    return [(index, view) for index, sample in enumerate(samples) for view in range(count(sample))]


class ActivationCache:
    """A float16 array (views, C, h, w) on disk, filled in order; an interrupted fill goes on where it stopped."""

    def __init__(self, folder: Path, samples: Sequence[Sample], recipe: Recipe, data: Path) -> None:
        self.samples, self.recipe, self.data = samples, recipe, data
        self.views = views_of(samples, recipe)
        description = json.dumps(
            [recipe.backbone, recipe.preprocessing.to_dict(), recipe.frozen_stages, recipe.photo_views,
             recipe.product_views, recipe.seed, [sample.key for sample in samples]]
        )  # fmt: skip
        name = hashlib.sha256(description.encode()).hexdigest()[:16]
        folder.mkdir(parents=True, exist_ok=True)
        self.file, self.progress = folder / f"{name}.npy", folder / f"{name}.json"

    @property
    def done(self) -> int:
        """How many views are on disk."""
        if not (self.progress.exists() and self.file.exists()):
            return 0
        return int(json.loads(self.progress.read_text())["done"])

    def fill(self, network: MultiHeadNetwork, device: torch.device) -> None:
        """Computes what is missing, in bfloat16 where the device has it."""
        start = self.done
        if start >= len(self.views):
            return
        remaining = Views(self.samples, self.views[start:], self.data, self.recipe)
        loader = DataLoader(remaining, batch_size=BATCH, num_workers=1, prefetch_factor=4)
        network = network.eval().to(device=device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        array: np.memmap[Any, Any] | None = np.load(self.file, mmap_mode="r+") if start else None
        for batch in tqdm(loader, desc="Activations of the frozen stages", mininterval=5):
            with torch.inference_mode(), torch.autocast(device.type, dtype=torch.bfloat16):
                pixels = batch.to(device, memory_format=torch.channels_last)
                out = network.stem_forward(pixels, self.recipe.frozen_stages).float().cpu().numpy()
            if array is None:
                shape = (len(self.views), *out.shape[1:])
                array = np.lib.format.open_memmap(self.file, mode="w+", dtype=np.float16, shape=shape)
            array[start : start + len(out)] = out
            start += len(out)
            if start % (BATCH * 20) < BATCH or start == len(self.views):
                array.flush()
                self.progress.write_text(json.dumps({"done": start}))

    def array(self) -> NDArray[np.float16]:
        """All activations, memory-mapped."""
        loaded: NDArray[np.float16] = np.load(self.file, mmap_mode="r")
        return loaded
