"""`train`: a checkpoint from a recipe and data."""

from __future__ import annotations

from typing import Annotated

import typer

from classifier.commands.options import ChangeOption, DataOption, OutputOption, chosen_recipe, needs_training
from classifier.errors import DatasetError


def train(
    data: DataOption,
    output: OutputOption,
    recipe: Annotated[str, typer.Option(help="What to train and how; `recipes` lists them.")] = "wardrobe",
    backbone: Annotated[str | None, typer.Option(help="Another backbone than the recipe's.")] = None,
    change: ChangeOption = None,
) -> None:
    """Train a checkpoint. Started again with the same output, it goes on where it was stopped."""
    chosen = chosen_recipe(recipe, [*(change or []), *([f"backbone={backbone}"] if backbone else [])])
    with needs_training():
        from classifier import training
    try:
        for path in training.train(chosen, data, output):
            typer.echo(path)
    except (DatasetError, ValueError) as error:
        typer.echo(f"{error}", err=True)
        raise typer.Exit(1) from error
