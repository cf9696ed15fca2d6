"""Train one network: losses, augmentation, optimizer and schedule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import lightning as L
import numpy as np
import torch
from lightning.pytorch.callbacks import BaseFinetuning
from torch import Tensor, nn
from torch.nn import functional as F

from classifier.datasets.augmentation import BatchAugmentation
from classifier.datasets.samples import LabelledPictures, label_mask
from classifier.evaluation.metrics import partial_nll, top_k_right
from classifier.recipes import Recipe
from classifier.serving.network import MultiHeadNetwork

OPTIMIZERS: dict[str, Any] = {
    "adamw": torch.optim.AdamW,
    "adam": torch.optim.Adam,
    "sgd": lambda groups, **kw: torch.optim.SGD(groups, momentum=0.9, nesterov=True, **kw),
    "rmsprop": lambda groups, **kw: torch.optim.RMSprop(groups, momentum=0.9, **kw),
}


class Targets:
    """The labels of all samples as masks (N, K) by head.

    ``right`` marks right labels; in a single-label head, a row without any is not trained on. ``best`` holds the number
    of the best of them (N,), -1 where all are as good. ``unknown`` marks labels of multi-label heads whose truth is
    unknown.
    """

    def __init__(self, data: LabelledPictures) -> None:
        self.many = data.many
        self.right = {head: _mask([s.targets for s in data.samples], head, data) for head in data.heads}
        self.best = {head: _numbers([s.best.get(head) for s in data.samples], data.heads[head]) for head in data.heads}
        self.unknown = {head: _mask([s.unknown for s in data.samples], head, data) for head in data.many}


def _mask(rows: Sequence[Mapping[str, frozenset[str]]], head: str, data: LabelledPictures) -> Tensor:
    return torch.from_numpy(label_mask([row.get(head, frozenset()) for row in rows], data.heads[head]))


def _numbers(names: Sequence[str | None], labels: Sequence[str]) -> Tensor:
    """Return the number of each name among the labels, (N,); -1 where it is none."""
    place = {label: number for number, label in enumerate(labels)}
    return torch.tensor([place.get(name, -1) if name else -1 for name in names])


def contrastive_loss(first: Tensor, second: Tensor, temperature: float) -> Tensor:
    """Compute symmetric InfoNCE (van den Oord et al. 2018) of two views' unit embeddings, (N, D) each."""
    similarity = first @ second.T / temperature
    targets = torch.arange(len(first), device=first.device)
    return (F.cross_entropy(similarity, targets) + F.cross_entropy(similarity.T, targets)) / 2


class RecipeModule(L.LightningModule):
    """Train a network by a recipe.

    Args:
        recipe: how.
        network: what.
        targets: the samples' labels.
        steps: number of steps per pass.
    """

    def __init__(self, recipe: Recipe, network: MultiHeadNetwork, targets: Targets, steps: int) -> None:
        super().__init__()
        self.recipe, self.network, self.targets, self.steps = recipe, network, targets, steps
        self.rate = recipe.optimization.rate  # the range test sets it
        self.start = recipe.frozen if recipe.cached else 0
        self.augment = BatchAugmentation("none" if recipe.cached else recipe.augmentation, recipe.preprocessing)
        self.projection = (
            nn.Linear(network.num_features, recipe.embedding_dim, bias=False) if recipe.embedding_dim else None
        )
        network.requires_grad_(True)
        for stage in network.stages()[: recipe.frozen]:
            stage.requires_grad_(False)

    def train(self, mode: bool = True) -> RecipeModule:
        """Set training mode, except for the batch norms of frozen stages, or for all with ``frozen_norms``."""
        super().train(mode)
        stages = self.network.stages()
        for stage in stages if self.recipe.frozen_norms else stages[: self.recipe.frozen]:
            for module in stage.modules():
                if isinstance(module, nn.BatchNorm2d):
                    module.eval()
        return self

    def training_step(self, batch: tuple[Tensor, Tensor, Tensor], _: int) -> Tensor:
        first, second, which = batch
        paired = self.recipe.contrast > 0
        x = self._inputs(torch.cat([first, second]) if paired else first)
        both = (torch.cat([which, which]) if paired else which).cpu()
        order, share = torch.arange(len(both)), 1.0
        mixed = self.recipe.mixup > 0 and bool(torch.rand(()) < 0.5)
        if mixed:
            share = float(np.random.beta(self.recipe.mixup, self.recipe.mixup))
            order = torch.randperm(len(both))
            x = share * x + (1 - share) * x[order.to(x.device)]
        out = self.network.tail_forward(x, self.start)
        loss = self._heads_loss(out, both, share)
        if mixed:
            loss = loss + self._heads_loss(out, both[order], 1 - share)
        elif paired and self.projection is not None:
            one, other = F.normalize(self.projection(out["features"]), dim=1).chunk(2)
            near = contrastive_loss(one, other, self.recipe.contrast_temperature)
            self.log("contrast", near)
            loss = loss + self.recipe.contrast * near
        self.log("loss", loss, prog_bar=True)
        return loss

    def _inputs(self, x: Tensor) -> Tensor:
        """Augment on the device: pictures by the recipe, cached activations by mirroring."""
        x = self.augment(x.float())
        if self.recipe.flip_activations and self.recipe.cached and x.ndim == 4:
            mirrored = torch.rand(len(x), device=x.device) < 0.5
            x = torch.where(mirrored[:, None, None, None], x.flip(3), x)
        return x.contiguous(memory_format=torch.channels_last)

    def _heads_loss(self, out: Mapping[str, Tensor], which: Tensor, share: float) -> Tensor:
        total = out["features"].new_zeros(())
        for head, right in self.targets.right.items():
            weight = (self.recipe.loss_weights or {}).get(head, 1.0)
            allowed = right[which].to(total.device)
            if head in self.targets.many:
                known = ~self.targets.unknown[head][which].to(total.device)
                losses = F.binary_cross_entropy_with_logits(out[head], allowed.float(), reduction="none")
                total = total + share * weight * (losses * known).sum() / known.sum().clamp(min=1)
                continue
            known = allowed.any(1)
            if known.any():
                best = self.targets.best[head][which].to(total.device)[known]
                losses = partial_nll(out[head][known], allowed[known], self.recipe.label_smoothing, best)
                total = total + share * weight * losses.sum() / len(which)
        return total

    def validation_step(self, batch: tuple[Tensor, Tensor, Tensor], _: int) -> None:
        x = batch[0].float().contiguous(memory_format=torch.channels_last)
        which = batch[2].cpu()
        out = self.network.tail_forward(x, self.start)
        self.log("val_loss", self._heads_loss(out, which, 1.0), batch_size=len(which), sync_dist=True)
        for head, right in self.targets.right.items():
            allowed = right[which].to(x.device)
            known = allowed.any(1)
            if known.any():
                found = top_k_right(out[head][known], allowed[known], 1).float().mean()
                self.log(f"val_{head}", found, batch_size=int(known.sum()), prog_bar=True, sync_dist=True)

    def configure_optimizers(self) -> Any:
        how = self.recipe.optimization
        groups = [group for group in self._groups() if group["params"]]
        rates = [group["lr"] for group in groups]
        optimizer = OPTIMIZERS[how.optimizer](groups, lr=self.rate, weight_decay=how.weight_decay)
        if how.schedule == "constant":
            return optimizer
        if how.schedule == "halving":
            return [optimizer], [torch.optim.lr_scheduler.StepLR(optimizer, how.halve_every, 0.5)]
        steps = max(2, self.steps * (self.recipe.head_passes + self.recipe.passes))
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rates, steps, pct_start=0.15, cycle_momentum=False)
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}

    def _groups(self) -> list[dict[str, Any]]:
        """Group parameters with their rates: the heads, then the stages from last to first."""
        how, network = self.recipe.optimization, self.network
        late = [*network.heads.parameters(), *network.neck.parameters()]
        late += list(self.projection.parameters()) if self.projection else []
        groups = [{"params": late, "lr": self.rate}]
        trained = network.stages()[self.recipe.frozen :]
        for behind, stage in enumerate(reversed(trained)):
            rate = self.rate * how.backbone_share * how.discriminative**behind
            groups.append({"params": list(stage.parameters()), "lr": rate})
        return groups


class HeadsFirst(BaseFinetuning):
    """Train only the heads for some passes, then everything that the recipe does not freeze."""

    def __init__(self, passes: int) -> None:
        super().__init__()
        self.passes = passes

    def freeze_before_training(self, pl_module: L.LightningModule) -> None:
        if isinstance(pl_module, RecipeModule):
            self.freeze(pl_module.network.backbone, train_bn=False)

    def finetune_function(self, pl_module: L.LightningModule, epoch: int, optimizer: torch.optim.Optimizer) -> None:
        if isinstance(pl_module, RecipeModule) and epoch >= self.passes:
            for stage in pl_module.network.stages()[pl_module.recipe.frozen :]:
                stage.requires_grad_(True)
