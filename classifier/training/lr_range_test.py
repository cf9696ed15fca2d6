"""The learning rate range test: from which rate does the loss fall fastest, before it blows up?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import lightning as L
from lightning.pytorch.tuner.tuning import Tuner

from classifier.datasets import registry
from classifier.errors import DatasetError
from classifier.evaluation.plots import rate_range
from classifier.recipes import Recipe
from classifier.training.data_module import RecipeData
from classifier.training.lightning_module import RecipeModule, Targets
from classifier.training.trainer import make_trainer, new_network

CURVE = "find-lr.png"


@dataclass(frozen=True)
class RangeTest:
    """Losses by rate, and the rate at the steepest fall."""

    rates: tuple[float, ...]
    losses: tuple[float, ...]
    chosen: float


def find_rate(recipe: Recipe, data: Path, output: Path, steps: int = 100) -> RangeTest:
    """Raises the rate exponentially from 1e-6 to 1 over ``steps`` steps (Smith 2017); draws the curve into ``output``.

    Raises:
        DatasetError: the data is missing or broken, or the loss never falls.
    """
    L.seed_everything(recipe.seed, verbose=False)
    pictures = registry.load(recipe.dataset, data, recipe.seed)
    network = new_network(recipe, pictures)
    loading = RecipeData(recipe, pictures, network, output / "activations")
    module = RecipeModule(recipe, network, Targets(pictures), len(loading.batches()))
    trainer = make_trainer(recipe, output, [], logger=False, enable_checkpointing=False)
    found = Tuner(trainer).lr_find(
        module, datamodule=loading, min_lr=1e-6, max_lr=1.0, num_training=steps, attr_name="rate", update_attr=False
    )
    chosen = found.suggestion() if found else None
    if found is None or chosen is None:
        raise DatasetError("The loss never fell: there is no rate to choose. Is there enough to train on?")
    test = RangeTest(tuple(found.results["lr"]), tuple(found.results["loss"]), chosen)
    output.mkdir(parents=True, exist_ok=True)
    (output / CURVE).write_bytes(rate_range(test.rates, test.losses, test.chosen))
    return test
