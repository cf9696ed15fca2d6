"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from classifier.recipes import Recipe


class Device(StrEnum):
    """Devices that the network can run on."""

    CPU = "cpu"
    CUDA = "cuda"
    MPS = "mps"


DeviceOption = Annotated[Device | None, typer.Option(help="Device to compute on.", show_default="the fastest")]
CheckpointOption = Annotated[Path, typer.Option(help="The checkpoint to use.", show_default="the shipped one")]
DataOption = Annotated[Path, typer.Option(help="Folder with the data sets, zipped or unpacked.")]
OutputOption = Annotated[Path, typer.Option(help="Folder to write to.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
ChangeOption = Annotated[
    list[str] | None,
    typer.Option("--set", help="Change a value of the recipe, such as passes=1.", metavar="NAME=VALUE"),
]


def chosen_recipe(name: str, changes: Sequence[str] | None) -> Recipe:
    """Look up a recipe and change values.

    Raises:
        BadParameter: the recipe is unknown, or a change is invalid.
    """
    from classifier.recipes import recipe_named

    try:
        return recipe_named(name, changes or ())
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


@contextmanager
def needs_training() -> Iterator[None]:
    """Turn a failed import of a training dependency into a message that says what to install."""
    try:
        yield
    except ModuleNotFoundError as error:
        typer.echo(f"This needs {error.name}: install requirements-dev.txt.", err=True)
        raise typer.Exit(1) from error
