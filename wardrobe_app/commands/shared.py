"""What all commands share: their options, and how they report and print."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from wardrobe_app import startup, wiring
from wardrobe_app.config import Settings
from wardrobe_app.domain.errors import WardrobeError
from wardrobe_app.domain.text import shown

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
WithCheckpoint = Annotated[
    Path | None, typer.Option("--checkpoint", help="The checkpoint to tag with.", show_default="the one in use")
]


class Failures:
    """Prints each failure on one line of stderr as it happens, and counts them."""

    def __init__(self) -> None:
        self.count = 0

    def add(self, message: str) -> None:
        """Something that was asked for was not done; why, in a sentence."""
        self.count += 1
        say(" ".join(message.split()), err=True)


@contextmanager
def reporting() -> Iterator[Failures]:
    """Turns what goes wrong into lines of stderr, and any failure into the exit status 1."""
    failures = Failures()
    try:
        yield failures
    except WardrobeError as error:
        failures.add(str(error))
    if failures.count:
        raise typer.Exit(1)


def opened(checkpoint: Path | None) -> wiring.Runtime:
    """The wardrobe, with a checkpoint to tag with if one is named."""
    return startup.build(Settings() if checkpoint is None else Settings(checkpoint=checkpoint))


def say(line: str, *, err: bool = False) -> None:
    """Print a line to read; names in it cannot steer the terminal."""
    typer.echo(shown(line), err=err)


def progress(line: str) -> None:
    """Put a line on the terminal in place of the one before; "" takes it away."""
    typer.echo(f"\r{shown(line)}\033[K", err=True, nl=False)


def print_json(value: Any) -> None:
    """Print a value as JSON to read."""
    typer.echo(json.dumps(value, indent=2))
