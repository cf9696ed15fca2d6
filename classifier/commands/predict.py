"""`predict`: predict the garment on each photo."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer
from PIL import Image

from classifier.commands.options import CheckpointOption, DeviceOption, JsonOption
from classifier.errors import CheckpointError
from classifier.pictures import PictureRefused, read_picture
from classifier.prediction import Prediction
from classifier.serving import contact_sheets
from classifier.serving.checkpoint import SHIPPED
from classifier.serving.tagger import Tagger, full_tagger


def predict(
    paths: Annotated[list[Path], typer.Argument(help="Photos, or folders of photos.", show_default=False)],
    as_json: JsonOption = False,
    checkpoint: CheckpointOption = SHIPPED,
    device: DeviceOption = None,
    batch_size: Annotated[int, typer.Option(min=1, help="Photos per forward pass.")] = 16,
    sheet: Annotated[Path | None, typer.Option(help="PNG file to write: photos, cut-outs, palettes and tags.")] = None,
) -> None:
    """Predict the garment on each photo: type, colour, pattern and more.

    The exit status is 0 only if every file could be read.
    """
    tagger = full_tagger(checkpoint, device, batch_size)
    entries: list[dict[str, Any]] = []
    cards: list[Image.Image] = []
    try:
        for path, result in predictions(tagger, list(files_in(paths))):
            entries.append({"path": readable(path), **_fields(result)})
            if isinstance(result, str):
                typer.echo(f"{readable(path)}: {result}", err=True)
            elif sheet:
                cards.append(contact_sheets.tagged_card(read_picture(path), result))
    except CheckpointError as error:
        typer.echo(f"{error}", err=True)
        raise typer.Exit(1) from error
    if sheet and cards:
        contact_sheets.cards_sheet(cards).save(sheet, "PNG")
    typer.echo(json.dumps(entries, indent=2) if as_json else table(entries))
    if not all("type" in entry for entry in entries):
        raise typer.Exit(1)


def files_in(paths: Sequence[Path]) -> Iterator[Path]:
    """List the files in ``paths`` and in its folders, without hidden ones; keeps paths that do not exist."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        inside = sorted(file for file in path.rglob("*") if file.is_file() and not _is_hidden(file.relative_to(path)))
        yield from inside or [path]


def predictions(tagger: Tagger, paths: Sequence[Path]) -> Iterator[tuple[Path, Prediction | str]]:
    """Yield each path with its prediction, or with the reason why it could not be read; works in batches.

    Raises:
        CheckpointError: the checkpoint is unusable.
    """
    rest = iter(paths)
    _ = tagger.model  # reports a bad checkpoint before reading any picture
    while batch := list(islice(rest, tagger.batch_size)):
        pictures = [_read(path) for path in batch]
        tagged = iter(tagger.tag([picture for picture in pictures if isinstance(picture, Image.Image)]))
        for path, picture in zip(batch, pictures, strict=True):
            yield path, picture if isinstance(picture, str) else next(tagged)


def table(entries: Sequence[dict[str, Any]]) -> str:
    """Format predictions as aligned columns, one line per file, without files that could not be read."""
    header = ("file", "type", "confidence", "colour", "pattern")
    rows = [
        (entry["path"], entry["type"], f"{entry['confidence']:.0%} {entry['tier']}", entry["colour"], entry["pattern"])
        for entry in entries
        if "type" in entry
    ]
    if not rows:
        return "There are no predictions."
    widths = [max(len(row[column]) for row in [header, *rows]) for column in range(len(header))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in [header, *rows])
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


def readable(path: Path) -> str:
    """Convert a path to valid UTF-8 text."""
    return os.fsencode(path).decode("utf-8", errors="replace")
