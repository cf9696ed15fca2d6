"""Options that several commands have."""

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
    """Where the network can run."""

    CPU = "cpu"
    CUDA = "cuda"
    MPS = "mps"


DeviceOption = Annotated[Device | None, typer.Option(help="Where to compute.", show_default="the best there is")]
CheckpointOption = Annotated[Path, typer.Option(help="The checkpoint to use.", show_default="the shipped one")]
DataOption = Annotated[Path, typer.Option(help="The folder that holds the data sets, packed or unpacked.")]
OutputOption = Annotated[Path, typer.Option(help="The folder that what is written goes into.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
ChangeOption = Annotated[
    list[str] | None,
    typer.Option("--set", help="Another value of the recipe's, such as passes=1.", metavar="NAME=VALUE"),
]


def chosen_recipe(name: str, changes: Sequence[str] | None) -> Recipe:
    """The recipe that a command asks for.

    Raises:
        BadParameter: there is no such recipe, or a change makes no sense.
    """
    from classifier.recipes import recipe_named

    try:
        return recipe_named(name, changes or ())
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


@contextmanager
def needs_training() -> Iterator[None]:
    """Around an import of what only those need who train: says what to install where it is missing."""
    try:
        yield
    except ModuleNotFoundError as error:
        typer.echo(f"This needs {error.name}: install requirements-dev.txt.", err=True)
        raise typer.Exit(1) from error
