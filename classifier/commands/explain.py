"""`explain`: draw why the network answers as it does."""

from __future__ import annotations

import difflib
import io
import json
import re
from collections.abc import Iterator
from enum import StrEnum
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from classifier.commands.options import CheckpointOption, DeviceOption, JsonOption, OutputOption
from classifier.commands.predict import files_in, readable
from classifier.errors import CheckpointError
from classifier.pictures import PictureRefused, read_picture
from classifier.serving.checkpoint import SHIPPED, CheckpointConfig, read_config
from classifier.serving.heads import type_head

if TYPE_CHECKING:
    from PIL import Image

    from classifier.serving.inference import Engine


class Method(StrEnum):
    """Ways to explain a network."""

    GRAD_CAM = "grad-cam"
    ACTIVATIONS = "activations"
    FILTERS = "filters"


def explain(
    output: OutputOption,
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Photos, or folders of photos; filters needs none.", show_default=False)
    ] = None,
    checkpoint: CheckpointOption = SHIPPED,
    method: Annotated[
        Method,
        typer.Option(help="A heat map, the maps of each stage, or the first filters and their outputs."),
    ] = Method.GRAD_CAM,
    head: Annotated[str | None, typer.Option(help="The head to explain.", show_default="the type")] = None,
    label: Annotated[str | None, typer.Option(help="The label to explain.", show_default="the best one")] = None,
    device: DeviceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Draw why the network answers as it does: one picture per photo, with the label and its probability.

    No file is overwritten. The exit status is 0 only if every photo could be explained.
    """
    if not paths and method is not Method.FILTERS:
        raise typer.BadParameter("give at least one photo or folder.", param_hint="PATH")
    written: list[dict[str, Any]] = []
    try:
        config = read_config(checkpoint)
        head = _head(config, head)
        _check_label(config, head, label)
        output.mkdir(parents=True, exist_ok=True)
        for entry in _explained(checkpoint, device, list(files_in(paths or [])), output, method, head, label):
            written.append(entry)
            if "error" in entry:
                typer.echo(f"{entry['path']}: {entry['error']}", err=True)
            elif not as_json:
                typer.echo(_line(entry))
    except CheckpointError as error:
        typer.echo(f"{error}", err=True)
        raise typer.Exit(1) from error
    except OSError as error:
        typer.echo(f"{output} cannot be written ({error.strerror}). Choose another folder.", err=True)
        raise typer.Exit(1) from error
    if as_json:
        typer.echo(json.dumps(written, indent=2))
    if any("error" in entry for entry in written):
        raise typer.Exit(1)


def _explained(
    checkpoint: Path,
    device: str | None,
    photos: list[Path],
    output: Path,
    method: Method,
    head: str,
    label: str | None,
) -> Iterator[dict[str, Any]]:
    from classifier.serving.inference import open_engine

    engine = open_engine(checkpoint, device)
    if not photos:
        path = _write(_bare_filters(engine), output, engine.config.name, method)
        yield {"path": readable(checkpoint), "output": readable(path), "method": method.value}
    for photo in photos:
        try:
            image = read_picture(photo)
        except PictureRefused as error:
            yield {"path": readable(photo), "error": "The folder holds no files." if photo.is_dir() else str(error)}
            continue
        picture, name, probability = _picture(engine, image, method, head, label)
        yield {
            "path": readable(photo),
            "output": readable(_write(picture, output, photo.stem, method)),
            "method": method.value,
            "head": head,
            "label": name,
            "probability": round(probability, 4),
        }


def _picture(
    engine: Engine, image: Image.Image, method: Method, head: str, label: str | None
) -> tuple[Image.Image, str, float]:
    """Draw the explanation; return it with its label and the label's probability."""
    from classifier.serving import contact_sheets, explanation

    if method is Method.GRAD_CAM:
        found = explanation.explain(engine, image, head, label)
        picture, name, probability = found.picture, found.label, found.score
        note = "bright areas support it" if found.heat.any() else "no area of the photo supports it"
    else:
        scores = explanation.score_image(engine, image, head)
        name = label or max(scores, key=scores.__getitem__)
        probability = scores[name]
        if method is Method.ACTIVATIONS:
            rows, note = contact_sheets.stage_rows(explanation.activations(engine, image)), "the maps of each stage"
        else:
            rows = contact_sheets.filter_rows(explanation.filters(engine), explanation.responses(engine, image))
            note = "each filter and its output"
        shown = engine.config.preprocessing.fit(image)
        picture = contact_sheets.contact_sheet([("The network's input", [shown]), *rows])
    title = f"{head}: {name}, {probability:.1%}"
    return contact_sheets.captioned(picture, title, f"{method.value}, {engine.config.model}: {note}"), name, probability


def _bare_filters(engine: Engine) -> Image.Image:
    from classifier.serving import contact_sheets, explanation

    kernels = explanation.filters(engine)
    note = f"{len(kernels)} filters of the first convolution"
    return contact_sheets.captioned(
        contact_sheets.contact_sheet(contact_sheets.filter_rows(kernels), 64), engine.config.model, note
    )


def _write(picture: Image.Image, folder: Path, name: str, method: Method) -> Path:
    """Write a PNG to ``folder`` under an unused name."""
    data = io.BytesIO()
    picture.save(data, "PNG", optimize=True)
    stem = re.sub(r"[^\w.-]+", "_", name)[:50]
    for number in count(1):
        path = folder / (f"{stem}-{method.value}.png" if number == 1 else f"{stem}-{method.value}-{number}.png")
        try:
            with path.open("xb") as file:
                file.write(data.getvalue())
        except FileExistsError:
            continue
        break
    return path


def _head(config: CheckpointConfig, name: str | None) -> str:
    if name is None:
        return type_head(config) or next(iter(config.heads))
    if name not in config.heads:
        raise typer.BadParameter(
            f"{config.model} has no head {name!r}; it has {', '.join(config.heads)}.", param_hint="--head"
        )
    return name


def _check_label(config: CheckpointConfig, head: str, label: str | None) -> None:
    labels = config.heads[head]
    if label is None or label in labels:
        return
    similar = difflib.get_close_matches(label, labels, 5) or [*labels[:5], "..."]
    raise typer.BadParameter(
        f"the head {head} of {config.model} has no label {label!r}; it has {', '.join(similar)}.", param_hint="--label"
    )


def _line(entry: dict[str, Any]) -> str:
    text = f"{entry['label']} {entry['probability']:.1%}, " if "label" in entry else ""
    return f"{entry['path']}: {text}{entry['output']}"
