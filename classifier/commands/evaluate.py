"""`evaluate`: how good a checkpoint is."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated

import typer

from classifier.checkpoint import SHIPPED
from classifier.commands.options import CheckpointOption, DataOption, DeviceOption, JsonOption
from classifier.errors import CheckpointError, DatasetError
from classifier.tagger import Tagger


class Split(StrEnum):
    """What a checkpoint can be measured on."""

    SMALL_TEST = "small-test"
    HELD_OUT = "held-out"
    VALIDATION = "validation"
    UNNAMED = "unnamed"
    PRODUCTS = "products"
    LOOKS = "looks"


def evaluate(
    data: DataOption,
    split: Annotated[Split, typer.Option(help="What to measure on.")] = Split.HELD_OUT,
    checkpoint: CheckpointOption = SHIPPED,
    as_json: JsonOption = False,
    device: DeviceOption = None,
) -> None:
    """Measure a checkpoint on labelled photos, through the very path that tags the user's."""
    try:
        from classifier import evaluation
    except ModuleNotFoundError as error:
        typer.echo(f"Measuring needs {error.name}: install requirements-dev.txt.", err=True)
        raise typer.Exit(1) from error
    try:
        figures = evaluation.evaluate(Tagger(checkpoint, device), data, split.value)
    except (CheckpointError, DatasetError) as error:
        typer.echo(f"{error}", err=True)
        raise typer.Exit(1) from error
    typer.echo(json.dumps(figures, indent=2) if as_json else "\n".join(f"{k}: {v}" for k, v in figures.items()))
