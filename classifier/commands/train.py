"""`train`: train a checkpoint from a recipe and data."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from classifier.commands.options import ChangeOption, DataOption, OutputOption, chosen_recipe, needs_training
from classifier.errors import DatasetError
from classifier.recipes import Recipe, changed, parse_changes
from classifier.serving.checkpoint import SHIPPED
from classifier.training.recipes import GARMENT_ATTRIBUTES, GARMENT_MASK

Job = Callable[[Path, Path], list[Path]]
OLD_NAMES = {"garment-looks": GARMENT_ATTRIBUTES.name}  # until 0.3.0


def train(
    data: DataOption,
    output: OutputOption,
    recipe: Annotated[str, typer.Option(help="What to train; `recipes` lists the recipes.")] = "wardrobe",
    backbone: Annotated[str | None, typer.Option(help="Another backbone than the recipe's.")] = None,
    change: ChangeOption = None,
) -> None:
    """Train a checkpoint. Started again with the same output, it resumes where it stopped."""
    changes = [*(change or []), *([f"backbone={backbone}"] if backbone else [])]
    name = OLD_NAMES.get(recipe, recipe)
    special = {GARMENT_MASK.name: _masks, GARMENT_ATTRIBUTES.name: _attributes}
    job = special[name](changes) if name in special else _classifier(chosen_recipe(name, changes))
    try:
        for path in job(data, output):
            typer.echo(path)
    except (DatasetError, ValueError) as error:
        typer.echo(f"{error}", err=True)
        raise typer.Exit(1) from error


def _classifier(recipe: Recipe) -> Job:
    with needs_training():
        from classifier.training import trainer
    return partial(trainer.train, recipe)


def _masks(changes: list[str]) -> Job:
    parsed = parse_changes(changes)
    base = Path(parsed.pop("base", SHIPPED))
    try:
        recipe = changed(GARMENT_MASK, parsed)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    with needs_training():
        from classifier.training import train_mask
    return lambda data, output: [train_mask.train_mask(recipe, data, output, base)]


def _attributes(changes: list[str]) -> Job:
    if changes:
        raise typer.BadParameter(f"{GARMENT_ATTRIBUTES.name} has no values to change.")
    with needs_training():
        from classifier.training import train_attributes
    return lambda data, output: [train_attributes.train_attributes(GARMENT_ATTRIBUTES, data, output)]
