"""Load training batches: pictures or cached activations, shuffled or grouped by the photos' senders."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

import lightning as L
import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, Sampler

from classifier.datasets.augmentation import BatchAugmentation
from classifier.datasets.samples import LabelledPictures, Sample
from classifier.recipes import Recipe
from classifier.serving.network import MultiHeadNetwork
from classifier.training.activation_cache import ActivationCache

Item = tuple[Tensor, Tensor, int]
WORKERS = 2


class Pairs(Dataset[Item]):
    """Two views of a sample from the cache, and its index; the same view twice if there is only one."""

    def __init__(self, cache: ActivationCache, seed: int) -> None:
        self.array = cache.array()
        self.rows: dict[int, list[int]] = {}
        for row, (which, _) in enumerate(cache.views):
            self.rows.setdefault(which, []).append(row)
        self.rng = np.random.default_rng(seed)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, which: int) -> Item:
        rows = self.rows[which]
        first, second = self.rng.permutation(rows)[:2] if len(rows) > 1 else (rows[0], rows[0])
        return torch.from_numpy(self.array[first].copy()), torch.from_numpy(self.array[second].copy()), which


class Plain(Dataset[Item]):
    """The first view of each sample from the cache, and its index."""

    def __init__(self, cache: ActivationCache) -> None:
        self.array = cache.array()
        self.rows = {which: row for row, (which, view) in enumerate(cache.views) if view == 0}

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, which: int) -> Item:
        plain = torch.from_numpy(self.array[self.rows[which]].copy())
        return plain, plain, which


class PictureInputs(Dataset[Item]):
    """Network inputs (3, H, W) from the pictures, and the sample's index; the device augments them."""

    def __init__(self, data: LabelledPictures, recipe: Recipe, augmented: bool) -> None:
        self.data = data
        kind = recipe.augmentation if augmented else "none"
        self.preprocessing = BatchAugmentation(kind, recipe.preprocessing).inputs

    def __len__(self) -> int:
        return len(self.data.samples)

    def __getitem__(self, which: int) -> Item:
        pixels = torch.from_numpy(self.preprocessing.apply(self.data.pictures.picture(self.data.samples[which])))
        return pixels, pixels, which


class TrainingBatches(Sampler[list[int]]):
    """Batches of training samples, shuffled anew each pass and distributed over ``world`` processes.

    A pass uses every sample once. With ``product_share``, this share of each batch are products on white, and a pass
    uses every photo once. With ``by_sender``, photos come in runs by one person.
    """

    def __init__(self, samples: Sequence[Sample], recipe: Recipe, rank: int = 0, world: int = 1) -> None:
        self.recipe, self.rank, self.world, self.epoch = recipe, rank, world, 0
        members = _chosen(samples, recipe)
        separate = recipe.product_share > 0
        self.products = [index for index in members if separate and samples[index].on_white]
        self.senders: dict[str, list[int]] = {}
        for index in members:
            if not (separate and samples[index].on_white):
                self.senders.setdefault(samples[index].group if recipe.by_sender else "", []).append(index)
        self.photos = sum(map(len, self.senders.values()))
        share = recipe.product_share if self.products and self.photos else float(not self.photos)
        self.products_each = round(recipe.batch_size * share) if separate else 0
        a_pass = self.photos if self.photos else len(self.products)
        self.batches = max(1, -(-a_pass // max(1, recipe.batch_size - self.products_each * bool(self.photos))))

    def __len__(self) -> int:
        return math.ceil(self.batches / self.world)

    def set_epoch(self, epoch: int) -> None:
        """Set the next pass. Lightning calls this, so that a resumed run does not repeat the first pass."""
        self.epoch = epoch

    def __iter__(self) -> Iterator[list[int]]:
        rng = np.random.default_rng((self.recipe.seed, self.epoch))
        photos = np.array_split(self._photos(rng), self.batches)
        wanted = self.products_each * self.batches
        rounds = -(-wanted // max(1, len(self.products))) if self.products else 0
        stream = (
            np.concatenate([rng.permutation(self.products) for _ in range(rounds)])[:wanted]
            if rounds
            else photos[0][:0]
        )
        parts = list(zip(photos, np.array_split(stream, self.batches), strict=True))
        for number in range(len(self)):  # every process makes equally many steps: the last ones may start over
            first, second = parts[(number * self.world + self.rank) % self.batches]
            yield [int(index) for index in (*first, *second)]

    def _photos(self, rng: np.random.Generator) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        run = max(1, self.recipe.batch_size // 4) if self.recipe.by_sender else self.photos
        runs = []
        for members in self.senders.values():
            shuffled = rng.permutation(members)
            runs += [shuffled[start : start + run] for start in range(0, len(shuffled), run)]
        return np.concatenate([runs[i] for i in rng.permutation(len(runs))]) if runs else np.array([], np.int64)


def _chosen(samples: Sequence[Sample], recipe: Recipe) -> list[int]:
    """Choose the samples to train on: at most ``per_class`` of each class of the first head, drawn by the seed."""
    members = [index for index, sample in enumerate(samples) if sample.split == "train"]
    if recipe.per_class is None:
        return members
    shuffled = np.random.default_rng(recipe.seed).permutation(members)
    kept: list[int] = []
    counts: dict[frozenset[str], int] = {}
    for index in map(int, shuffled):
        label = next(iter(samples[index].targets.values()), frozenset())
        counts[label] = counts.get(label, 0) + 1
        if counts[label] <= recipe.per_class:
            kept.append(index)
    return sorted(kept)


class RecipeData(L.LightningDataModule):
    """A recipe's data for Lightning; one process alone fills the activation cache."""

    def __init__(self, recipe: Recipe, data: LabelledPictures, network: MultiHeadNetwork, cache: Path) -> None:
        super().__init__()
        self.recipe, self.data, self._network = recipe, data, network
        self.cache = ActivationCache(cache, data, recipe) if recipe.cached else None
        self.validation = data.indices("val")

    def prepare_data(self) -> None:
        if self.cache is not None:
            device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
            self.cache.fill(self._network, device)
            self._network.cpu()

    def batches(self, rank: int = 0, world: int = 1) -> TrainingBatches:
        """Make the batches of one process."""
        return TrainingBatches(self.data.samples, self.recipe, rank, world)

    def train_dataloader(self) -> DataLoader[Item]:
        trainer = self.trainer
        rank, world = (trainer.global_rank, trainer.world_size) if trainer else (0, 1)
        batches = self.batches(rank, world)
        if self.cache is not None:
            return DataLoader(Pairs(self.cache, self.recipe.seed + rank), batch_sampler=batches)
        inputs = PictureInputs(self.data, self.recipe, augmented=True)
        return DataLoader(inputs, batch_sampler=batches, num_workers=WORKERS, persistent_workers=True)

    def val_dataloader(self) -> DataLoader[Item] | list[DataLoader[Item]]:
        if not self.validation:
            return []
        if self.cache is not None:
            return DataLoader(Plain(self.cache), batch_size=64, sampler=self.validation)
        inputs = PictureInputs(self.data, self.recipe, augmented=False)
        return DataLoader(inputs, batch_size=128, sampler=self.validation, num_workers=WORKERS, persistent_workers=True)
