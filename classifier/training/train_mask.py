"""Train the mask decoder on composites and on people's photos with masks, with cross-entropy and Dice loss."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, cast

import lightning as L
import numpy as np
import torch
from lightning.pytorch.callbacks import Callback, Timer
from lightning.pytorch.loggers import CSVLogger
from PIL import Image
from torch import Tensor
from torch.nn import functional as F
from torch.utils.data import DataLoader, Dataset

from classifier.datasets import clothing, fashion_products, photo_masks
from classifier.datasets.composites import CLOTH, UNSURE, composite, framed, masked_photo
from classifier.datasets.cut_outs import Pixels, cut_out
from classifier.datasets.samples import PictureSource, Sample
from classifier.errors import DatasetError
from classifier.serving import checkpoint
from classifier.serving.checkpoint import SHIPPED
from classifier.serving.inference import EMBEDDING_PROJECTION, TEXTURE_PROJECTION, build_network
from classifier.serving.masks.mask_decoder import MaskDecoder
from classifier.serving.network import MultiHeadNetwork
from classifier.serving.preprocessing import Preprocessing
from classifier.taxonomy import garment_type
from classifier.training.recipes import MaskRecipe
from classifier.training.states import States
from classifier.training.texture_fit import fit_texture

MAX_GROUND_PHOTOS = 400  # whose margins serve as grounds
STEPS_BETWEEN_STATES = 100

Item = tuple[Tensor, Tensor]


class MaskPictures(Dataset[Item]):
    """Inputs (3, S, S) with labels (S, S) uint8; a pass and a number determine the picture.

    ``photo_share`` of them are people's photos with a mask, the others composites.
    """

    def __init__(self, recipe: MaskRecipe, preprocessing: Preprocessing, data: Path, split: str, count: int) -> None:
        source = PictureSource(data)
        self.preprocessing, self.source, self.count, self.epoch = preprocessing, source, count, 0
        self.products = [
            s for s in fashion_products.samples(source) if s.archive == fashion_products.LARGE and s.split == split
        ]
        photos = [s for s in clothing.samples(source) if s.split == split]
        if not self.products or not photos:
            raise DatasetError(f"{data} lacks photos or product pictures of 224 pixels for composites.")
        self.people = photos
        self.photos = photos[:: max(1, len(photos) // MAX_GROUND_PHOTOS)]
        self.masks = photo_masks.masks()
        self.masked = [s for s in photos if clothing.image_of(s) in self.masks]
        self.photo_share = recipe.photo_share if self.masked else 0.0
        self.grounds: list[Image.Image] | None = None
        self.seed = (recipe.seed, ("train", "val").index(split))

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, number: int) -> Item:
        rng = np.random.default_rng((*self.seed, self.epoch, number))
        picture, labels = self._photo(rng) if rng.random() < self.photo_share else self._composite(rng)
        fitted = self.preprocessing.fit_labels(labels)
        return torch.from_numpy(self.preprocessing.apply(picture)), torch.from_numpy(fitted)

    def _photo(self, rng: np.random.Generator) -> tuple[Image.Image, Pixels]:
        sample = self.masked[int(rng.integers(len(self.masked)))]
        return masked_photo(self.source.picture(sample), self.masks[clothing.image_of(sample)], rng)

    def _composite(self, rng: np.random.Generator) -> tuple[Image.Image, Pixels]:
        if self.grounds is None:
            self.grounds = [self.source.picture(photo) for photo in self.photos]
        garment = None
        while garment is None:
            product = self.products[int(rng.integers(len(self.products)))]
            garment = cut_out(self.source.picture(product), slot_of(product))
        return framed(*composite(garment, self.grounds, self.preprocessing.size, rng), rng)


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
    """Train a network's mask decoder on its frozen maps; ``steps`` is the number of steps per pass."""

    def __init__(self, recipe: MaskRecipe, network: MultiHeadNetwork, steps: int) -> None:
        super().__init__()
        self.recipe, self.network, self.steps = recipe, network, steps
        network.requires_grad_(False)
        self.decoder = cast(MaskDecoder, network.decoder).requires_grad_(True)

    def train(self, mode: bool = True) -> MaskModule:
        """Set training mode for the decoder alone: the frozen network keeps its batch statistics."""
        super().train(False)
        self.decoder.train(mode)
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
        """Compute logits, and reduce labels, to the finest map's resolution."""
        x, labels = batch
        with torch.no_grad():
            maps, _ = self.network.maps(x.contiguous(memory_format=torch.channels_last))
        logits = self.decoder(maps)
        step = labels.shape[1] // logits.shape[1]
        return logits, labels[:, ::step, ::step]

    def configure_optimizers(self) -> Any:
        how = self.recipe.optimization
        optimizer = torch.optim.AdamW(self.decoder.parameters(), how.rate, weight_decay=how.weight_decay)
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimizer, how.rate, self.steps * self.recipe.passes, pct_start=0.15, cycle_momentum=False
        )
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}


class NewPictures(Callback):
    """Set the pictures' pass, so that each pass has new ones, also after resuming."""

    def __init__(self, pictures: MaskPictures) -> None:
        self.pictures = pictures

    def on_train_epoch_start(self, trainer: L.Trainer, pl_module: L.LightningModule) -> None:
        self.pictures.epoch = trainer.current_epoch


def train_mask(recipe: MaskRecipe, data: Path, output: Path, base: Path = SHIPPED) -> Path:
    """Train a decoder for the network of ``base``; write the checkpoint with both, and ``mask-metrics.json``.

    Called again with the same ``output``, it resumes where it stopped.

    Raises:
        DatasetError: the data is missing or damaged.
        CheckpointError: ``base`` is missing or damaged.
    """
    L.seed_everything(recipe.seed, verbose=False)
    config, state = checkpoint.load(base)
    config = replace(config, mask_width=recipe.width)
    network = cast(MultiHeadNetwork, build_network(config))
    network.load_state_dict({k: v for k, v in state.items() if not k.startswith("decoder.")}, strict=False)
    pictures = MaskPictures(recipe, config.preprocessing, data, "train", recipe.pictures)
    batches = DataLoader(pictures, recipe.batch_size, num_workers=1)
    held_back = DataLoader(MaskPictures(recipe, config.preprocessing, data, "val", recipe.held_back), 32, num_workers=1)
    module = MaskModule(recipe, network, len(batches))
    states, timer = States(output / "mask-states", STEPS_BETWEEN_STATES, "val_overlap"), Timer()
    trainer = L.Trainer(
        max_epochs=recipe.passes, callbacks=[*states.callbacks, NewPictures(pictures), timer],
        logger=CSVLogger(output, name="mask-logs"), num_sanity_val_steps=0, enable_model_summary=False,
        gradient_clip_val=recipe.optimization.clip, default_root_dir=output,
    )  # fmt: skip
    trainer.fit(module, batches, held_back, ckpt_path=states.newest, weights_only=True)
    states.load_best(module)
    path = output / f"{config.name}.safetensors"
    own = {name: value.contiguous() for name, value in network.state_dict().items() if name.startswith("decoder.")}
    own |= fit_texture(network, config.preprocessing, pictures.source, pictures.people)
    if config.embedding_dim:
        config = replace(config, embedding_dim=state[EMBEDDING_PROJECTION].shape[1] + own[TEXTURE_PROJECTION].shape[1])
    checkpoint.save(path, config, state | own)
    facts = {"recipe": asdict(recipe), "seconds": timer.time_elapsed("train"), "masked_photos": len(pictures.masked),
             "figures": {"overlap": float(states.best.best_model_score or 0)}}  # fmt: skip
    (output / "mask-metrics.json").write_text(json.dumps(facts, indent=2, default=str), encoding="utf-8")
    return path
