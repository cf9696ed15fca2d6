"""`train`: a checkpoint from a recipe and data."""

from __future__ import annotations

from typing import Annotated

import typer

from classifier.commands.options import DataOption, OutputOption
from classifier.errors import DatasetError


def train(
    data: DataOption,
    output: OutputOption,
    recipe: Annotated[str, typer.Option(help="What to train and how; `recipes` lists them.")] = "wardrobe",
    backbone: Annotated[str | None, typer.Option(help="Another backbone than the recipe's.")] = None,
    change: Annotated[
        list[str] | None, typer.Option("--set", help="Another value of the recipe's, such as passes=1.")
    ] = None,
) -> None:
    """Train a checkpoint. Started again with the same output, it goes on where it was stopped."""
    from classifier.recipes import recipe_named

    changes = [*(change or []), *([f"backbone={backbone}"] if backbone else [])]
    try:
        chosen = recipe_named(recipe, changes)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    try:
        from classifier import training
    except ModuleNotFoundError as error:
        typer.echo(f"Training needs {error.name}: install requirements-dev.txt.", err=True)
        raise typer.Exit(1) from error
    try:
        typer.echo(training.train(chosen, data, output))
    except (DatasetError, ValueError) as error:
        typer.echo(f"{error}", err=True)
        raise typer.Exit(1) from error
