"""Run a learning rate range test (Smith 2017): find the rate at which the loss falls fastest."""

from __future__ import annotations

from pathlib import Path

import lightning as L
from lightning.pytorch.tuner.tuning import Tuner
from matplotlib.ticker import StrMethodFormatter

from classifier.datasets import registry
from classifier.errors import DatasetError
from classifier.evaluation.plots import drawing
from classifier.recipes import Recipe
from classifier.training.data_module import RecipeData
from classifier.training.lightning_module import RecipeModule, Targets
from classifier.training.trainer import make_trainer, new_network

CURVE = "find-lr.png"


def find_rate(recipe: Recipe, data: Path, output: Path, steps: int = 100) -> float:
    """Raise the rate exponentially from 1e-6 to 1 over ``steps`` steps; draw the curve to ``output``, return the rate.

    Raises:
        DatasetError: the data is missing or damaged, or the loss never falls.
    """
    L.seed_everything(recipe.seed, verbose=False)
    pictures = registry.load(recipe.dataset, data, recipe.seed)
    network = new_network(recipe, pictures)
    loading = RecipeData(recipe, pictures, network, output / "activations")
    module = RecipeModule(recipe, network, Targets(pictures), len(loading.batches()))
    trainer = make_trainer(recipe, output, [], logger=False, enable_checkpointing=False)
    finder = Tuner(trainer).lr_find(
        module, datamodule=loading, min_lr=1e-6, max_lr=1.0, num_training=steps, attr_name="rate", update_attr=False
    )
    rate = finder.suggestion() if finder else None
    if finder is None or rate is None:
        raise DatasetError("The loss never fell, so there is no rate to choose. Is there enough data to train on?")
    with drawing(7.2, 4.2) as (figure, out):
        axis = figure.subplots()
        finder.plot(suggest=True, ax=axis)
        axis.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
        axis.set_ylim(top=2 * finder.results["loss"][0])  # a diverging loss would flatten the curve
    output.mkdir(parents=True, exist_ok=True)
    (output / CURVE).write_bytes(out.getvalue())
    return rate
