"""`find-lr`: run a recipe's learning rate range test."""

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
    recipe: Annotated[str, typer.Option(help="The recipe; `recipes` lists them.")] = "wardrobe",
    change: ChangeOption = None,
    steps: Annotated[int, typer.Option(min=10, help="Number of rates to try.")] = 100,
    as_json: JsonOption = False,
) -> None:
    """Find a learning rate: raise it step by step to where the loss falls fastest, and draw the curve."""
    chosen = chosen_recipe(recipe, change)
    with needs_training():
        from classifier.training import lr_range_test
    try:
        rate = lr_range_test.find_rate(chosen, data, output, steps)
    except (DatasetError, ValueError) as error:
        typer.echo(f"{error}", err=True)
        raise typer.Exit(1) from error
    curve = str(output / lr_range_test.CURVE)
    result = {"recipe": recipe, "rate": rate, "curve": curve}
    typer.echo(json.dumps(result, indent=2) if as_json else f"{rate:.2g}, see {curve}")
