"""`train`: a checkpoint from a recipe and data."""

from __future__ import annotations

from typing import Annotated

import typer

from classifier.commands.options import DataOption, OutputOption
from classifier.errors import DatasetError


def train(
    data: DataOption,
    output: OutputOption,
    recipe: Annotated[str, typer.Option(help="What to train and how.")] = "wardrobe",
) -> None:
    """Train a checkpoint. Started again with the same output, it goes on where it was stopped."""
    from classifier.recipes import RECIPES

    if recipe not in RECIPES:
        raise typer.BadParameter(f"there is no recipe {recipe!r}; there are {', '.join(RECIPES)}")
    try:
        from classifier import training
    except ModuleNotFoundError as error:
        typer.echo(f"Training needs {error.name}: install requirements-dev.txt.", err=True)
        raise typer.Exit(1) from error
    try:
        typer.echo(training.train(RECIPES[recipe], data, output))
    except DatasetError as error:
        typer.echo(f"{error}", err=True)
        raise typer.Exit(1) from error
