"""Cache on disk the activations of a network's frozen stages, for several augmented views of each picture."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch.utils.data import DataLoader, Dataset
from tqdm import tqdm

from classifier.datasets.augmentation import BatchAugmentation, photo_view, product_view
from classifier.datasets.samples import LabelledPictures, Sample
from classifier.recipes import Recipe
from classifier.serving.network import MultiHeadNetwork

BATCH_VIEWS = 32
FLUSH_BATCHES = 20  # an interruption loses at most these
MAX_GROUND_PHOTOS = 500  # whose margins serve as grounds


class Views(Dataset[torch.Tensor]):
    """Network inputs, one per view; view 0 of a photo is not augmented."""

    def __init__(self, data: LabelledPictures, views: Sequence[tuple[int, int]], recipe: Recipe) -> None:
        self.data, self.views, self.recipe = data, views, recipe
        self.grounds: list[Image.Image] | None = None

    def __len__(self) -> int:
        return len(self.views)

    def __getitem__(self, index: int) -> torch.Tensor:
        which, view = self.views[index]
        sample = self.data.samples[which]
        picture = self.data.pictures.picture(sample)
        if self.recipe.augmentation == "photos":
            picture = self._view(picture, sample, which, view)
        return torch.from_numpy(self.recipe.preprocessing.apply(picture))

    def _view(self, picture: Image.Image, sample: Sample, which: int, view: int) -> Image.Image:
        rng = np.random.default_rng((self.recipe.seed, which, view))
        if sample.on_white:
            return product_view(picture, self._grounds(), self.recipe.preprocessing.size, rng)
        if view == 0:
            return picture
        torch.manual_seed(int(rng.integers(2**31)))
        augmented: Image.Image = photo_view(self.recipe.preprocessing)(picture)
        return augmented

    def _grounds(self) -> list[Image.Image]:
        if self.grounds is None:
            photos = [s for s in self.data.samples if not s.on_white and s.split != "test"]
            self.grounds = [self.data.pictures.picture(s) for s in photos[:: max(1, len(photos) // MAX_GROUND_PHOTOS)]]
        return self.grounds


def views_of(samples: Sequence[Sample], recipe: Recipe) -> list[tuple[int, int]]:
    """List (sample index, view number) of the views to cache: several per picture, none of the test pictures.

    Validation pictures have several too, so that one cache serves all folds.
    """

    def count(sample: Sample) -> int:
        if sample.split == "test":
            return 0
        return recipe.product_views if sample.on_white and recipe.product_views else recipe.cached_views

    return [(index, view) for index, sample in enumerate(samples) for view in range(count(sample))]


class ActivationCache:
    """A float16 array (views, C, h, w) on disk. An interrupted fill resumes where it stopped."""

    def __init__(self, folder: Path, data: LabelledPictures, recipe: Recipe) -> None:
        self.data, self.recipe = data, recipe
        self.views = views_of(data.samples, recipe)
        description = json.dumps(
            [recipe.backbone, recipe.initial, asdict(recipe.preprocessing), recipe.frozen, recipe.augmentation,
             recipe.seed, self.views, [(sample.key, sample.box) for sample in data.samples]]
        )  # fmt: skip
        name = hashlib.sha256(description.encode()).hexdigest()[:16]
        folder.mkdir(parents=True, exist_ok=True)
        self.file, self.progress = folder / f"{name}.npy", folder / f"{name}.json"

    @property
    def done(self) -> int:
        """Number of cached views."""
        if not (self.progress.exists() and self.file.exists()):
            return 0
        return int(json.loads(self.progress.read_text())["done"])

    def fill(self, network: MultiHeadNetwork, device: torch.device) -> None:
        """Compute the missing views in bfloat16."""
        start = self.done
        if start >= len(self.views):
            return
        loader = DataLoader(
            Views(self.data, self.views[start:], self.recipe), batch_size=BATCH_VIEWS, num_workers=1, prefetch_factor=4
        )
        network = network.eval().to(device=device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        augment = BatchAugmentation(self.recipe.augmentation, self.recipe.preprocessing).to(device)
        array: np.memmap[Any, Any] | None = np.load(self.file, mmap_mode="r+") if start else None
        for batch in tqdm(loader, desc="Activations of the frozen stages", mininterval=5):
            pixels = self._augmented(batch.to(device), start, augment).contiguous(memory_format=torch.channels_last)
            with torch.inference_mode(), torch.autocast(device.type, dtype=torch.bfloat16):
                out = network.stem_forward(pixels, self.recipe.frozen).float().cpu().numpy()
            if array is None:
                shape = (len(self.views), *out.shape[1:])
                array = np.lib.format.open_memmap(self.file, mode="w+", dtype=np.float16, shape=shape)
            array[start : start + len(out)] = out
            start += len(out)
            if start % (BATCH_VIEWS * FLUSH_BATCHES) < BATCH_VIEWS or start == len(self.views):
                array.flush()
                self.progress.write_text(json.dumps({"done": start}))

    def _augmented(self, pixels: torch.Tensor, start: int, augment: BatchAugmentation) -> torch.Tensor:
        """Augment ``pixels`` (N, 3, H, W), except each picture's first view."""
        if self.recipe.augmentation in ("none", "photos"):
            return pixels
        torch.manual_seed(hash((self.recipe.seed, start)))
        later = torch.tensor([view > 0 for _, view in self.views[start : start + len(pixels)]], device=pixels.device)
        if later.any():
            pixels[later] = augment(pixels[later])
        return pixels

    def array(self) -> NDArray[np.float16]:
        """Memory-map all activations."""
        loaded: NDArray[np.float16] = np.load(self.file, mmap_mode="r")
        return loaded
