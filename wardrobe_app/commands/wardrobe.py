"""Photos in, garments listed and tagged again, and the models that tag."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from wardrobe_app import startup, wiring
from wardrobe_app.commands.json_output import files, garment_json, import_json
from wardrobe_app.commands.shared import AsJson, WithCheckpoint, opened, print_json, reporting, say
from wardrobe_app.domain.errors import WardrobeError
from wardrobe_app.domain.garments.models import Checkpoint, tagged_by
from wardrobe_app.services.importing.folders import is_folder
from wardrobe_app.services.importing.importer import Outcome, Source, source_from_path


def add(
    paths: Annotated[list[Path], typer.Argument(help="Photos, and folders to walk.", show_default=False)],
    anyway: Annotated[bool, typer.Option("--anyway", help="Add also what is there already.")] = False,
    checkpoint: WithCheckpoint = None,
    as_json: AsJson = False,
) -> None:
    """Add photos: every file is added, already there, or refused with the reason.

    An import that was cut off goes on where it stopped when the same command is given again.
    """
    with reporting() as failures:
        wardrobe = opened(checkpoint)
        sources: list[Source] = []
        for path in paths:
            try:
                found, left_out = _sources(wardrobe, path)
                sources += found
                if left_out and not as_json:
                    say(f"{path}: {left_out}")
            except WardrobeError as error:
                failures.add(str(error))
        results: list[dict[str, Any]] = []
        try:
            for result in wardrobe.importer.add(sources, asked=paths, allow_duplicates=anyway):
                results.append(import_json(result))
                if result.outcome is Outcome.REFUSED or result.untagged:
                    failures.add(result.message)
                elif not as_json:
                    say(result.message)
        finally:  # also when it is interrupted: what was done stays done
            if as_json:
                print_json(results)


def list_(
    archived: Annotated[bool, typer.Option("--archived", help="With the archived ones.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the garments, oldest first."""
    with reporting():
        wardrobe = startup.build()
        garments = wardrobe.catalogue.garments(include_archived=archived)
        if as_json:
            currency = wardrobe.preferences.currency
            print_json([garment_json(garment, currency) for garment in garments])
        for garment in () if as_json else garments:
            say(f"{garment.id}\t{garment.title}\t{', '.join(files(garment))}")


def retag(
    items: Annotated[list[int] | None, typer.Argument(help="Ids of garments; all, if none is given.")] = None,
    checkpoint: WithCheckpoint = None,
    as_json: AsJson = False,
) -> None:
    """Let the model tag garments again; what a person set stays."""
    with reporting():
        results = []
        wardrobe = opened(checkpoint)
        currency = wardrobe.preferences.currency
        for garment in wardrobe.catalogue.retag(items or None):
            results.append(garment_json(garment, currency))
            if not as_json:
                say(f"{garment.id}\t{garment.title}")
        if as_json:
            print_json(results)


def models(as_json: AsJson = False) -> None:
    """List the checkpoints that can tag: the one in use, and how many garments each has tagged."""
    with reporting() as failures:
        wardrobe = startup.build()
        used = wardrobe.models.in_use()
        tagged = tagged_by(wardrobe.catalogue.garments(include_archived=True))
        listed = [_model_json(entry, entry.key == used.key, tagged) for entry in wardrobe.models.all()]
        for entry in () if as_json else listed:
            told = entry["problem"] or f"{entry['types']} types, {entry['garments']} garments tagged, {entry['origin']}"
            say(f"{'*' if entry['in_use'] else ' '} {entry['model']}\t{told}\t{entry['file']}")
        if as_json:
            print_json(listed)
        if used.problem:
            failures.add(used.problem)


def _sources(wardrobe: wiring.Runtime, path: Path) -> tuple[list[Source], str]:
    """What to add of a path, and a sentence about what was left out, "" for nothing."""
    if not is_folder(path):
        return [source_from_path(path)], ""
    found = wardrobe.importer.contents_of(path)
    return [replace(source, name=str(path / source.name)) for source in found.sources], found.sentence


def _model_json(entry: Checkpoint, in_use: bool, tagged: Mapping[str | None, int]) -> dict[str, Any]:
    header = entry.header
    return {
        "model": entry.title,
        "file": entry.file,
        "origin": entry.origin.value,
        "in_use": in_use,
        "types": header.types if header else None,
        "backbone": header.backbone if header else None,
        "figures": dict(header.figures) if header else {},
        "garments": tagged.get(entry.title, 0) if header else 0,
        "problem": entry.problem or None,
    }
