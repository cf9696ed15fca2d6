"""`python -m classifier ...`, thin: parse, call, print."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer
from PIL import Image

from classifier.checkpoint import SHIPPED
from classifier.errors import CheckpointError, DatasetError
from classifier.pictures import PictureRefused, read_picture
from classifier.prediction import Prediction
from classifier.tagger import Tagger

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


class Device(StrEnum):
    """Where the network can run."""

    CPU = "cpu"
    CUDA = "cuda"
    MPS = "mps"


class Split(StrEnum):
    """What a checkpoint can be measured on."""

    SMALL_TEST = "small-test"
    HELD_OUT = "held-out"
    UNNAMED = "unnamed"
    PRODUCTS = "products"
    LOOKS = "looks"


@app.callback()
def main() -> None:
    """Recognise garments on photos."""


@app.command()
def predict(
    paths: Annotated[list[Path], typer.Argument(help="Photos, or folders of photos.", show_default=False)],
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON list, one object per file.")] = False,
    checkpoint: Annotated[
        Path, typer.Option(help="The checkpoint to tag with.", show_default="the shipped one")
    ] = SHIPPED,
    device: Annotated[Device | None, typer.Option(help="Where to compute.", show_default="the best there is")] = None,
    batch_size: Annotated[int, typer.Option(min=1, help="Photos in one forward pass.")] = 16,
) -> None:
    """Say what garment is on each photo: its type, colour, pattern and more.

    The exit status is 0 only when every file was predicted.
    """
    tagger = Tagger(checkpoint, device, batch_size)
    found: list[dict[str, Any]] = []
    try:
        for path, result in predictions(tagger, list(files_in(paths))):
            found.append({"path": _readable(path), **_fields(result)})
            if isinstance(result, str):
                typer.echo(f"{_readable(path)}: {result}", err=True)
    except CheckpointError as error:
        typer.echo(f"{error}", err=True)
        raise typer.Exit(1) from error
    typer.echo(json.dumps(found, indent=2) if as_json else table(found))
    if not all("type" in entry for entry in found):
        raise typer.Exit(1)


@app.command()
def train(
    data: Annotated[Path, typer.Option(help="The folder that holds the data sets, packed or unpacked.")],
    output: Annotated[Path, typer.Option(help="Where the checkpoint, the figures and the states go.")],
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


@app.command()
def evaluate(
    data: Annotated[Path, typer.Option(help="The folder that holds the data sets, packed or unpacked.")],
    split: Annotated[Split, typer.Option(help="What to measure on.")] = Split.HELD_OUT,
    checkpoint: Annotated[
        Path, typer.Option(help="The checkpoint to measure.", show_default="the shipped one")
    ] = SHIPPED,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
    device: Annotated[Device | None, typer.Option(help="Where to compute.", show_default="the best there is")] = None,
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


def files_in(paths: Sequence[Path]) -> Iterator[Path]:
    """The files among ``paths`` and in its folders, less hidden ones; a path that leads nowhere stays in."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        inside = sorted(file for file in path.rglob("*") if file.is_file() and not _is_hidden(file.relative_to(path)))
        yield from inside or [path]


def predictions(tagger: Tagger, paths: Sequence[Path]) -> Iterator[tuple[Path, Prediction | str]]:
    """Each path with what is on it, or with a sentence that says why it could not be read; read batch by batch.

    Raises:
        CheckpointError: the tagger has nothing to tag with.
    """
    rest = iter(paths)
    _ = tagger.model  # a bad checkpoint shows before any picture is read
    while chunk := list(islice(rest, tagger.batch_size)):
        read = [_read(path) for path in chunk]
        tagged = iter(tagger.tag([picture for picture in read if isinstance(picture, Image.Image)]))
        for path, picture in zip(chunk, read, strict=True):
            yield path, picture if isinstance(picture, str) else next(tagged)


def table(entries: Sequence[dict[str, Any]]) -> str:
    """What was predicted, one line a file in aligned columns; files that could not be read are left out."""
    head = ("file", "type", "how sure", "colour", "pattern")
    rows = [
        (entry["path"], entry["type"], f"{entry['confidence']:.0%} {entry['tier']}", entry["colour"], entry["pattern"])
        for entry in entries
        if "type" in entry
    ]
    if not rows:
        return "Nothing was predicted."
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in [head, *rows])
    return "\n".join(line.rstrip() for line in lines)


def _read(path: Path) -> Image.Image | str:
    try:
        return read_picture(path)
    except PictureRefused as error:
        return "The folder holds no files." if path.is_dir() else str(error)


def _fields(result: Prediction | str) -> dict[str, Any]:
    return {"error": result} if isinstance(result, str) else result.as_json()


def _is_hidden(inside: Path) -> bool:
    return any(part.startswith(".") for part in inside.parts)


def _readable(path: Path) -> str:
    """The path as text that any terminal and JSON reader takes, also where its name is not valid UTF-8."""
    return os.fsencode(path).decode("utf-8", errors="replace")
