"""Train a recipe: load the data, train the network, calibrate it, and write the checkpoint and the report."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import lightning as L
import torch
from lightning.pytorch.callbacks import (
    Callback,
    EarlyStopping,
    LearningRateMonitor,
    Timer,
)
from lightning.pytorch.loggers import CSVLogger
from PIL import Image
from torch import Tensor

from classifier.datasets import registry
from classifier.datasets.samples import LabelledPictures
from classifier.evaluation.inference import answers
from classifier.evaluation.label_metrics import HeadResult
from classifier.evaluation.run_report import METRICS, RunFacts, write_report
from classifier.recipes import Recipe
from classifier.serving import checkpoint
from classifier.serving.checkpoint import CheckpointConfig
from classifier.serving.inference import EMBEDDING_MEAN, EMBEDDING_PROJECTION
from classifier.serving.network import MultiHeadNetwork, load_imagenet
from classifier.training.calibration import calibrate
from classifier.training.data_module import RecipeData
from classifier.training.head_refit import refit
from classifier.training.lightning_module import HeadsFirst, RecipeModule, Targets
from classifier.training.malloc import keep_freed_memory
from classifier.training.states import States

STEPS_BETWEEN_STATES = 50  # an interruption loses at most these


def train(recipe: Recipe, data: Path, output: Path) -> list[Path]:
    """Train a recipe; write ``RECIPE.safetensors``, ``report.html``, ``metrics.json``, states and logs to ``output``.

    Called again with the same ``output``, it resumes where it stopped. Each variant of a recipe has its own folder in
    ``output``. Returns the checkpoints.

    Raises:
        DatasetError: the data is missing or damaged.
        ValueError: the recipe's backbone or initial weights do not fit.
    """
    keep_freed_memory()
    cache = output / "activations"
    return [train_one(variant, data, output / name, cache) for name, variant in recipe.variants.items()]


def train_one(recipe: Recipe, data: Path, output: Path, cache: Path) -> Path:
    """Train a recipe without variants as :func:`train` does; skips a complete run."""
    path = output / f"{recipe.name}.safetensors"
    if path.is_file() and _settings_of(output) == _settings(recipe):
        return path
    module, loading, trainer, timer = _fitted(recipe, data, output, cache)
    if trainer.is_global_zero:
        pictures = loading.data
        if recipe.refit and loading.cache is not None:
            refit(module, loading.cache, "type", recipe.refit)
        config, state = _packed(recipe, pictures, module)
        tiers = calibrate(path, config, state, recipe, pictures)
        facts = RunFacts(
            recipe=recipe.name,
            settings=_settings(recipe),
            sizes=Counter(sample.split for sample in pictures.samples),
            split=recipe.reported,
            heads=_answers(path, recipe, pictures),
            seconds=timer.time_elapsed("train"),
            device=_device(trainer),
            figures={"passes": float(trainer.current_epoch), **tiers},
            curves=_curves(output),
            picture=_picture_of(pictures, recipe.reported),
            published=", ".join(f"{name} {value:.1%}" for name, value in (recipe.published or {}).items()),
        )
        write_report(output, facts)
    return path


def _fitted(recipe: Recipe, data: Path, output: Path, cache: Path) -> tuple[RecipeModule, RecipeData, L.Trainer, Timer]:
    """Train a recipe's network."""
    L.seed_everything(recipe.seed, verbose=False)
    pictures = registry.load(recipe.dataset, data, recipe.seed)
    network = new_network(recipe, pictures)
    loading = RecipeData(recipe, pictures, network, cache)
    module = RecipeModule(recipe, network, Targets(pictures), len(loading.batches()))
    L.seed_everything(recipe.seed, verbose=False)
    timer = Timer()
    return module, loading, fit(recipe, module, loading, output, timer), timer


def _answers(path: Path, recipe: Recipe, pictures: LabelledPictures) -> list[HeadResult]:
    """Answer the report's split."""
    return answers(path, pictures, recipe.reported) if pictures.indices(recipe.reported) else []


def _settings(recipe: Recipe) -> dict[str, str]:
    values = asdict(recipe) | asdict(recipe.optimization)
    left_out = {"optimization", "published", "at_least", "compared", "about"}
    return {name: str(value) for name, value in values.items() if name not in left_out}


def _settings_of(output: Path) -> dict[str, str] | None:
    """Read the settings of a complete run; None without one."""
    file = output / METRICS
    settings: dict[str, str] | None = (
        json.loads(file.read_text(encoding="utf-8")).get("settings") if file.is_file() else None
    )
    return settings


def _curves(output: Path) -> list[Path]:
    """List the logs, oldest first: a resumed run writes a new one."""
    return sorted((output / "logs").rglob("metrics.csv"), key=lambda path: path.stat().st_mtime_ns)


def _picture_of(pictures: LabelledPictures, split: str) -> Callable[[int], Image.Image]:
    samples = [pictures.samples[index] for index in pictures.indices(split)]
    return lambda row: pictures.pictures.picture(samples[row])


def new_network(recipe: Recipe, pictures: LabelledPictures) -> MultiHeadNetwork:
    """Build the network with the recipe's initial weights in the backbone, and random heads."""
    heads = {head: len(labels) for head, labels in pictures.heads.items()}
    network = MultiHeadNetwork(recipe.backbone, heads, recipe.dropout, recipe.hidden, mirrored=recipe.mirrored)
    if recipe.initial.endswith(".safetensors"):
        config, state = checkpoint.load(Path(recipe.initial))
        network.start_from(state, config.heads, pictures.heads)
    elif recipe.initial != "random":
        load_imagenet(network, None if recipe.initial == "imagenet" else Path(recipe.initial))
    return network


def make_trainer(recipe: Recipe, output: Path, callbacks: list[Callback], **more: Any) -> L.Trainer:
    """Make Lightning's trainer; under torchrun it uses all started processes."""
    local, world = int(os.environ.get("LOCAL_WORLD_SIZE", "0")), int(os.environ.get("WORLD_SIZE", "1"))
    several = world > 1 or torch.cuda.device_count() > 1
    return L.Trainer(
        accelerator="auto",
        devices=local or "auto",
        num_nodes=world // local if local else 1,
        # With head passes, most parameters are at first not part of the loss.
        strategy="ddp_find_unused_parameters_true" if several else "auto",
        use_distributed_sampler=False,
        precision="bf16-mixed" if torch.cuda.is_available() else "32-true",
        max_epochs=recipe.head_passes + recipe.passes,
        gradient_clip_val=recipe.optimization.clip,
        callbacks=callbacks,
        num_sanity_val_steps=0,
        enable_model_summary=False,
        log_every_n_steps=10,
        default_root_dir=output,
        **more,
    )


def fit(recipe: Recipe, module: RecipeModule, loading: RecipeData, output: Path, timer: Timer) -> L.Trainer:
    """Train ``module``, resuming from the newest state in ``output``, and load the best pass's weights."""
    chooses = loading.validation and recipe.kept == "best"
    watched = f"val_{next(iter(loading.data.heads))}" if chooses else None
    states = States(output / "states", STEPS_BETWEEN_STATES, watched)
    callbacks: list[Callback] = [*states.callbacks, LearningRateMonitor("step"), timer]
    if recipe.head_passes:
        callbacks.append(HeadsFirst(recipe.head_passes))
    if watched and recipe.optimization.patience is not None:
        callbacks.append(EarlyStopping(watched, mode="max", patience=recipe.optimization.patience))
    trainer = make_trainer(recipe, output, callbacks, logger=CSVLogger(output, name="logs"))
    trainer.fit(module, datamodule=loading, ckpt_path=states.newest, weights_only=True)
    if watched:
        states.load_best(module)
    return trainer


def _packed(
    recipe: Recipe, pictures: LabelledPictures, module: RecipeModule
) -> tuple[CheckpointConfig, dict[str, Tensor]]:
    """Collect the checkpoint's content, without temperatures and figures."""
    state = {name: value.contiguous() for name, value in module.network.cpu().state_dict().items()}
    if module.projection is not None:
        projection = module.projection.weight.detach().cpu().T.contiguous()
        state |= {EMBEDDING_PROJECTION: projection, EMBEDDING_MEAN: torch.zeros(projection.shape[0])}
    config = CheckpointConfig(
        name=recipe.name, version=recipe.version, backbone=recipe.backbone, preprocessing=recipe.preprocessing,
        heads=dict(pictures.heads), embedding_dim=recipe.embedding_dim or None, many=tuple(sorted(pictures.many)),
        hidden=recipe.hidden, mirrored=recipe.mirrored,
    )  # fmt: skip
    return config, state


def _device(trainer: L.Trainer) -> str:
    kind = trainer.strategy.root_device.type
    if kind == "cuda":
        return f"{trainer.world_size} x {torch.cuda.get_device_name()}"
    return f"{trainer.world_size} x {kind}, {torch.get_num_threads()} threads"
