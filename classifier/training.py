"""Training a multi-head network: the late stages and the heads, on cached activations of the frozen early stages."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import lightning as L
import numpy as np
import torch
from lightning.pytorch.callbacks import ModelCheckpoint, TQDMProgressBar
from lightning.pytorch.loggers import CSVLogger
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, Dataset, Sampler

from classifier.activations import ActivationCache
from classifier.calibration import save_calibrated
from classifier.datasets import clothing, fashion_products
from classifier.datasets.samples import PictureSource, Sample
from classifier.metrics import partial_nll, top_k_right
from classifier.models import MultiHeadNetwork, load_imagenet
from classifier.recipes import Recipe

log = logging.getLogger(__name__)
Masks = dict[str, Tensor]
STEPS_BETWEEN_STATES = 50  # what an interruption costs at most


def samples_of(data: Path) -> list[Sample]:
    """All samples of the ``wardrobe`` recipe in a folder that holds the two data sets, packed or unpacked."""
    source = PictureSource(data)
    return clothing.samples(source) + fashion_products.samples(source)


def masks_of(samples: Sequence[Sample], heads: Mapping[str, tuple[str, ...]]) -> Masks:
    """(N, K) bool a head: the labels that are right; a row without any is not trained on for that head."""
    return {
        head: torch.tensor([[label in s.targets.get(head, ()) for label in labels] for s in samples])
        for head, labels in heads.items()
    }


class Pairs(Dataset[tuple[Tensor, Tensor, int]]):
    """Two views of a sample from the cache, and its index; the same view twice where there is but one."""

    def __init__(self, cache: ActivationCache, seed: int) -> None:
        self.array = cache.array()
        self.rows: dict[int, list[int]] = {}
        for row, (which, _) in enumerate(cache.views):
            self.rows.setdefault(which, []).append(row)
        self.rng = np.random.default_rng(seed)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, which: int) -> tuple[Tensor, Tensor, int]:
        rows = self.rows[which]
        first, second = self.rng.permutation(rows)[:2] if len(rows) > 1 else (rows[0], rows[0])
        return torch.from_numpy(self.array[first].copy()), torch.from_numpy(self.array[second].copy()), which


class SenderBatches(Sampler[list[int]]):
    """Batches half of products, half of photos in runs by one sender, shuffled anew each pass."""

    def __init__(self, samples: Sequence[Sample], batch_size: int, seed: int) -> None:
        self.products = [i for i, s in enumerate(samples) if s.split == "train" and s.on_white]
        self.senders: dict[str, list[int]] = {}
        for index, sample in enumerate(samples):
            if sample.split == "train" and not sample.on_white:
                self.senders.setdefault(sample.group, []).append(index)
        self.photos = sum(map(len, self.senders.values()))
        self.batch_size, self.seed, self.passes = batch_size, seed, 0

    def __len__(self) -> int:
        return max(1, -(-(self.photos + len(self.products)) // self.batch_size))

    def __iter__(self) -> Iterator[list[int]]:
        rng = np.random.default_rng((self.seed, self.passes))
        self.passes += 1
        run = max(1, self.batch_size // 4)
        runs = []
        for members in self.senders.values():
            shuffled = rng.permutation(members)
            runs += [shuffled[start : start + run] for start in range(0, len(shuffled), run)]
        photos = np.concatenate([runs[i] for i in rng.permutation(len(runs))]) if runs else np.array([], int)
        parts = zip(
            np.array_split(photos, len(self)), np.array_split(rng.permutation(self.products), len(self)), strict=True
        )
        for first, second in parts:
            yield [int(index) for index in (*first, *second)]


def contrastive_loss(first: Tensor, second: Tensor, temperature: float) -> Tensor:
    """InfoNCE both ways (van den Oord et al. 2018) between two views' unit embeddings, (N, D) each."""
    similarity = first @ second.T / temperature
    targets = torch.arange(len(first), device=first.device)
    return (F.cross_entropy(similarity, targets) + F.cross_entropy(similarity.T, targets)) / 2


class WardrobeModule(L.LightningModule):
    """The late stages, the heads and the embedding of one network, as a training job."""

    def __init__(self, recipe: Recipe, network: MultiHeadNetwork, masks: Masks, steps: int) -> None:
        super().__init__()
        self.recipe, self.network, self.masks, self.steps = recipe, network, masks, steps
        self.projection = nn.Linear(network.num_features, recipe.embedding_dim, bias=False)
        for parameter in network.parameters():
            parameter.requires_grad = True
        trunk = network._staged()
        for frozen in (trunk.conv_stem, trunk.bn1, trunk.blocks[: recipe.frozen_stages]):
            frozen.requires_grad_(False)

    def train(self, mode: bool = True) -> WardrobeModule:
        """Training mode but for batch norm: statistics of ImageNet outlast batches by one sender."""
        super().train(mode)
        for module in self.network.backbone.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.eval()
        return self

    def training_step(self, batch: tuple[Tensor, Tensor, Tensor], _: int) -> Tensor:
        first, second, which = batch
        x = torch.cat([first, second]).float().contiguous(memory_format=torch.channels_last)
        both = torch.cat([which, which]).cpu()
        order, share = torch.arange(len(both)), 1.0
        mixed = self.recipe.mixup > 0 and bool(torch.rand(()) < 0.5)
        if mixed:
            share = float(np.random.beta(self.recipe.mixup, self.recipe.mixup))
            order = torch.randperm(len(both))
            x = share * x + (1 - share) * x[order.to(x.device)]
        out = self.network.tail_forward(x, self.recipe.frozen_stages)
        loss = self._heads_loss(out, both, share)
        if mixed:
            loss = loss + self._heads_loss(out, both[order], 1 - share)
        else:
            embedded = F.normalize(self.projection(out["features"]), dim=1)
            one, other = embedded.chunk(2)
            near = contrastive_loss(one, other, self.recipe.contrast_temperature)
            self.log("contrast", near, prog_bar=True)
            loss = loss + self.recipe.contrast * near
        self.log("loss", loss, prog_bar=True)
        return loss

    def _heads_loss(self, out: dict[str, Tensor], which: Tensor, share: float) -> Tensor:
        total = out["features"].new_zeros(())
        for head, weight in self.recipe.loss_weights.items():
            allowed = self.masks[head][which].to(total.device)
            known = allowed.any(1)
            if known.any():
                losses = partial_nll(out[head][known], allowed[known])
                total = total + share * weight * losses.sum() / len(which)
        return total

    def validation_step(self, batch: tuple[Tensor, Tensor, Tensor], _: int) -> None:
        first, which = batch[0], batch[2]
        x = first.float().contiguous(memory_format=torch.channels_last)
        out = self.network.tail_forward(x, self.recipe.frozen_stages)
        for head in self.recipe.heads:
            allowed = self.masks[head][which.cpu()].to(x.device)
            known = allowed.any(1)
            if known.any():
                right = top_k_right(out[head][known], allowed[known], 1).float().mean()
                self.log(f"val_{head}", right, on_epoch=True, batch_size=int(known.sum()), prog_bar=head == "type")

    def configure_optimizers(self) -> Any:
        early = [p for n, p in self.network.named_parameters() if n.startswith("backbone") and p.requires_grad]
        late = [*self.network.heads.parameters(), *self.projection.parameters()]
        rate, decay = self.recipe.learning_rate, self.recipe.weight_decay
        groups = [{"params": early, "lr": rate / 4}, {"params": late, "lr": rate}]
        optimizer = torch.optim.AdamW(groups, weight_decay=decay)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, [rate / 4, rate], self.steps, pct_start=0.15)
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}


def train(recipe: Recipe, data: Path, output: Path) -> Path:
    """Trains a recipe and writes ``RECIPE.safetensors``, ``metrics.json`` and logs into ``output``.

    Started again on the same ``output`` it goes on where it was stopped.

    Raises:
        DatasetError: the data is missing or broken.
    """
    L.seed_everything(recipe.seed, verbose=False)
    samples = samples_of(data)
    network = MultiHeadNetwork(
        recipe.backbone, {head: len(labels) for head, labels in recipe.heads.items()}, recipe.dropout
    )
    load_imagenet(network)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    cache = ActivationCache(output / "activations", samples, recipe, data)
    cache.fill(network, device)
    module = _fit(recipe, network.cpu(), samples, cache, output)
    path = output / f"{recipe.name}.safetensors"
    measured = save_calibrated(path, recipe, module.network, module.projection.weight.detach().T, samples, cache)
    (output / "metrics.json").write_text(json.dumps({"recipe": asdict(recipe), "metrics": measured}, indent=2))
    return path


def _fit(
    recipe: Recipe, network: MultiHeadNetwork, samples: Sequence[Sample], cache: ActivationCache, output: Path
) -> WardrobeModule:
    pairs = Pairs(cache, recipe.seed)
    batches = SenderBatches(samples, recipe.batch_size, recipe.seed)
    module = WardrobeModule(recipe, network, masks_of(samples, recipe.heads), len(batches) * recipe.epochs)
    held_out = [index for index, sample in enumerate(samples) if sample.split != "train"]
    states = output / "states"
    trainer = L.Trainer(
        accelerator="auto",
        devices="auto",
        precision="bf16-mixed" if torch.cuda.is_available() else "32-true",
        max_epochs=recipe.epochs,
        gradient_clip_val=1.0,
        logger=CSVLogger(output, name="logs"),
        callbacks=[
            ModelCheckpoint(states, filename="step-{step}", every_n_train_steps=STEPS_BETWEEN_STATES),
            ModelCheckpoint(states, filename="pass-{epoch}", save_on_train_epoch_end=True),
            TQDMProgressBar(refresh_rate=20),
        ],
        num_sanity_val_steps=0,
        enable_model_summary=False,
    )
    newest = max(states.glob("*.ckpt"), key=lambda path: path.stat().st_mtime_ns, default=None)
    trainer.fit(
        module,
        DataLoader(pairs, batch_sampler=batches),
        DataLoader(pairs, batch_size=64, sampler=held_out),
        ckpt_path=str(newest) if newest else None,
        weights_only=True,
    )
    return module
