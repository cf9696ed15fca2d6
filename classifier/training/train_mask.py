"""Train the mask network on composites, with binary cross-entropy and Dice loss."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import lightning as L
import numpy as np
import torch
from lightning.pytorch.callbacks import Callback, Timer
from lightning.pytorch.loggers import CSVLogger
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, Dataset

from classifier.datasets import clothing, fashion_products
from classifier.datasets.cut_outs import cut_out
from classifier.datasets.samples import PictureSource, Sample
from classifier.errors import DatasetError
from classifier.serving.checkpoint import CheckpointConfig, save
from classifier.serving.masks.garment_mask import HEAD
from classifier.serving.masks.mask_network import MaskNetwork
from classifier.serving.network import load_imagenet, stages_of
from classifier.taxonomy import garment_type
from classifier.training.composites import CLOTH, UNSURE, composite
from classifier.training.recipes import MaskRecipe
from classifier.training.states import States

MAX_GROUND_PHOTOS = 400  # whose margins serve as grounds
STEPS_BETWEEN_STATES = 100

Item = tuple[Tensor, Tensor]


class Composites(Dataset[Item]):
    """Inputs (3, S, S) with labels (S, S) uint8; a pass and a number determine the picture."""

    def __init__(self, recipe: MaskRecipe, data: Path, split: str, count: int) -> None:
        source = PictureSource(data)
        self.recipe, self.source, self.count, self.epoch = recipe, source, count, 0
        self.products = [
            s for s in fashion_products.samples(source) if s.archive == fashion_products.LARGE and s.split == split
        ]
        photos = [s for s in clothing.samples(source) if s.split == split]
        if not self.products or not photos:
            raise DatasetError(f"{data} lacks photos or product pictures of 224 pixels for composites.")
        self.photos = photos[:: max(1, len(photos) // MAX_GROUND_PHOTOS)]
        self.grounds: list[Image.Image] | None = None
        self.seed = (recipe.seed, ("train", "val").index(split))

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, number: int) -> Item:
        if self.grounds is None:
            self.grounds = [self.source.picture(photo) for photo in self.photos]
        rng = np.random.default_rng((*self.seed, self.epoch, number))
        garment = None
        while garment is None:
            product = self.products[int(rng.integers(len(self.products)))]
            garment = cut_out(self.source.picture(product), slot_of(product))
        picture, labels = composite(garment, self.grounds, self.recipe.preprocessing.size, rng)
        return self.recipe.preprocessing.apply(picture), torch.from_numpy(labels)


def slot_of(product: Sample) -> str:
    """The slot of a product's type."""
    return garment_type(min(product.targets["type"])).slot


def mask_loss(logits: Tensor, labels: Tensor) -> Tensor:
    """Add binary cross-entropy and Dice loss (Milletari et al. 2016) of logits (N, h, w) and labels (N, h, w).

    Labels are 0 for ground, 255 for cloth, and 128 for places that do not count.
    """
    known = (labels != UNSURE).float()
    cloth = (labels == CLOTH).float()
    entropy = (F.binary_cross_entropy_with_logits(logits, cloth, reduction="none") * known).sum() / known.sum()
    likely = logits.sigmoid() * known
    dice = 1 - (2 * (likely * cloth).sum((1, 2)) + 1) / (likely.sum((1, 2)) + (cloth * known).sum((1, 2)) + 1)
    return entropy + dice.mean()


def overlap(logits: Tensor, labels: Tensor) -> Tensor:
    """Compute the intersection over union (N,) of predicted and true cloth."""
    known = labels != UNSURE
    found, there = (logits > 0) & known, (labels == CLOTH) & known
    return (found & there).sum((1, 2)) / (found | there).sum((1, 2)).clamp(min=1)


class MaskModule(L.LightningModule):
    """Train the mask network; ``steps`` is the number of steps per pass."""

    def __init__(self, recipe: MaskRecipe, network: MaskNetwork, steps: int) -> None:
        super().__init__()
        self.recipe, self.network, self.steps = recipe, network, steps
        for stage in self._stages()[: recipe.frozen]:
            stage.requires_grad_(False)

    def _stages(self) -> list[nn.Sequential]:
        return stages_of(self.network.backbone, self.network.backbone_name)

    def train(self, mode: bool = True) -> MaskModule:
        """Set training mode, except for the backbone's batch norms, which keep their statistics."""
        super().train(mode)
        self.network.backbone.eval()
        return self

    def training_step(self, batch: Item, _: int) -> Tensor:
        logits, labels = self._answers(batch)
        loss = mask_loss(logits, labels)
        self.log("loss", loss, prog_bar=True)
        return loss

    def validation_step(self, batch: Item, _: int) -> None:
        logits, labels = self._answers(batch)
        self.log("val_overlap", overlap(logits, labels).mean(), prog_bar=True, batch_size=len(labels))

    def _answers(self, batch: Item) -> Item:
        """Compute logits, and reduce labels, to (N, S / 2, S / 2)."""
        x, labels = batch
        logits = self.network(x.contiguous(memory_format=torch.channels_last))
        return logits, labels[:, ::2, ::2]

    def configure_optimizers(self) -> Any:
        how = self.recipe.optimization
        early = [p for p in self.network.backbone.parameters() if p.requires_grad]
        late = [p for name, p in self.network.named_parameters() if not name.startswith("backbone.")]
        rates = [how.rate, how.rate * how.backbone_share] if early else [how.rate]
        groups = [{"params": group, "lr": rate} for group, rate in zip([late, early], rates, strict=False)]
        optimizer = torch.optim.AdamW(groups, weight_decay=how.weight_decay)
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimizer, rates, self.steps * self.recipe.passes, pct_start=0.15, cycle_momentum=False
        )
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}


class NewPictures(Callback):
    """Set the composites' pass, so that each pass has new pictures, also after resuming."""

    def __init__(self, composites: Composites) -> None:
        self.composites = composites

    def on_train_epoch_start(self, trainer: L.Trainer, pl_module: L.LightningModule) -> None:
        self.composites.epoch = trainer.current_epoch


def train_mask(recipe: MaskRecipe, data: Path, output: Path) -> Path:
    """Train the network; write ``garment-mask.safetensors``, ``metrics.json``, states and logs to ``output``.

    Called again with the same ``output``, it resumes where it stopped.

    Raises:
        DatasetError: the data is missing or damaged.
    """
    L.seed_everything(recipe.seed, verbose=False)
    network = MaskNetwork(recipe.backbone, recipe.width)
    if recipe.initial != "random":
        load_imagenet(network)
    composites = Composites(recipe, data, "train", recipe.pictures)
    batches = DataLoader(composites, recipe.batch_size, num_workers=1)
    held_back = DataLoader(Composites(recipe, data, "val", recipe.held_back), 32, num_workers=1)
    module = MaskModule(recipe, network, len(batches))
    states, timer = States(output / "states", STEPS_BETWEEN_STATES, "val_overlap"), Timer()
    callbacks = [*states.callbacks, NewPictures(composites), timer]
    trainer = L.Trainer(
        max_epochs=recipe.passes, callbacks=callbacks, logger=CSVLogger(output, name="logs"), num_sanity_val_steps=0,
        enable_model_summary=False, gradient_clip_val=recipe.optimization.clip, default_root_dir=output,
    )  # fmt: skip
    trainer.fit(module, batches, held_back, ckpt_path=states.newest, weights_only=True)
    states.load_best(module)
    config = CheckpointConfig(
        recipe.name, recipe.version, recipe.backbone, recipe.preprocessing, {HEAD: ("cloth",)}, hidden=recipe.width
    )
    path = output / f"{recipe.name}.safetensors"
    save(path, config, {name: value.contiguous() for name, value in module.network.state_dict().items()})
    facts = {"recipe": asdict(recipe), "seconds": timer.time_elapsed("train"),
             "figures": {"overlap": float(states.best.best_model_score or 0)}}  # fmt: skip
    (output / "metrics.json").write_text(json.dumps(facts, indent=2, default=str), encoding="utf-8")
    return path
