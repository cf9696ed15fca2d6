"""`find-lr`: the learning rate range test of a recipe."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from classifier.commands.options import (
    ChangeOption,
    DataOption,
    JsonOption,
    OutputOption,
    chosen_recipe,
    needs_training,
)
from classifier.errors import DatasetError


def find_lr(
    data: DataOption,
    output: OutputOption,
    recipe: Annotated[str, typer.Option(help="Whose rate; `recipes` lists them.")] = "wardrobe",
    change: ChangeOption = None,
    steps: Annotated[int, typer.Option(min=10, help="How many rates are tried.")] = 100,
    as_json: JsonOption = False,
) -> None:
    """Find a learning rate: raise it step by step and see where the loss falls fastest. Draws the curve."""
    chosen = chosen_recipe(recipe, change)
    with needs_training():
        from classifier.training import lr_range_test
    try:
        found = lr_range_test.find_rate(chosen, data, output, steps)
    except (DatasetError, ValueError) as error:
        typer.echo(f"{error}", err=True)
        raise typer.Exit(1) from error
    told = {"recipe": recipe, "rate": found.chosen, "curve": str(output / lr_range_test.CURVE)}
    typer.echo(json.dumps(told, indent=2) if as_json else f"{found.chosen:.2g}, see {told['curve']}")
