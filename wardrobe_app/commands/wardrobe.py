"""Add photos, list and retag garments, and list the models that can tag."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any

import typer

from wardrobe_app import startup, wiring
from wardrobe_app.commands.engines import Address, ChosenEngine, EngineName, import_engine, prediction_engine
from wardrobe_app.commands.json_output import files, garment_json
from wardrobe_app.commands.shared import (
    AllowDuplicates,
    AsJson,
    WithCheckpoint,
    answer,
    fail,
    opened,
    report_import,
    say,
)
from wardrobe_app.domain.errors import WardrobeError
from wardrobe_app.domain.garments.models import Checkpoint, tagged_by
from wardrobe_app.domain.secrets import without_secrets
from wardrobe_app.services.importing.importer import ImportResult, Outcome, Source
from wardrobe_app.services.importing.sources import named_contents


def import_(
    places: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH|URI...", help="Photos, folders to search, and addresses of stores.", show_default=False
        ),
    ],
    allow_duplicates: AllowDuplicates = False,
    engine: ChosenEngine = EngineName.LOCAL,
    address: Address = None,
    checkpoint: WithCheckpoint = None,
    as_json: AsJson = False,
) -> None:
    """Add photos. Each file is added, already there, or refused with the reason.

    Run the same command again to resume an interrupted import.
    """
    wardrobe = opened(checkpoint)
    sources: list[Source] = []
    for place in places:
        try:
            found = named_contents(place)
            sources += found.sources
            if found.sentence and not as_json:
                say(f"{without_secrets(place)}: {found.sentence}")
        except WardrobeError as error:
            fail(str(error))
    with import_engine(wardrobe, engine, address) as elsewhere:
        results = wardrobe.importing.importer.add(
            sources, asked=places, allow_duplicates=allow_duplicates, engine=elsewhere
        )
        report_import(results if elsewhere else _with_offers(wardrobe, results, as_json), as_json)


def _with_offers(wardrobe: wiring.Runtime, results: Iterable[ImportResult], as_json: bool) -> Iterator[ImportResult]:
    """Say after each result whether the photo seems to show several garments."""
    for result in results:
        yield result
        garment = result.garment if result.outcome is Outcome.ADDED else None
        offer = wardrobe.importing.splitting.offer(garment) if garment else None
        if offer and not as_json:
            say(f"  It may show {offer.count} garments: wardrobe-graph split {offer.item_id}")


def list_(
    archived: Annotated[bool, typer.Option("--archived", help="Include archived garments.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the garments, oldest first."""
    wardrobe = startup.build()
    garments = wardrobe.catalogue.garments(include_archived=archived)
    currency = wardrobe.preferences.currency
    lines = (f"{garment.id}\t{garment.title}\t{', '.join(files(garment))}" for garment in garments)
    answer(as_json, [garment_json(garment, currency) for garment in garments], lines)


def retag(
    items: Annotated[list[int] | None, typer.Argument(help="Ids of garments. Default: all.")] = None,
    engine: ChosenEngine = EngineName.LOCAL,
    address: Address = None,
    checkpoint: WithCheckpoint = None,
    as_json: AsJson = False,
) -> None:
    """Tag garments again with the model; your own tags stay."""
    wardrobe = opened(checkpoint)
    garments = []
    with prediction_engine(wardrobe, engine, address) as elsewhere:
        for garment in wardrobe.catalogue.retag(items or None, elsewhere):
            garments.append(garment)
            if not as_json:
                say(f"{garment.id}\t{garment.title}")
    currency = wardrobe.preferences.currency
    answer(as_json, [garment_json(garment, currency) for garment in garments], ())


def models(as_json: AsJson = False) -> None:
    """List the checkpoints that can tag, which one is in use, and how many garments each has tagged."""
    wardrobe = startup.build()
    used = wardrobe.tagging.models.in_use()
    tagged = tagged_by(wardrobe.catalogue.garments(include_archived=True))
    listed = [_model_json(entry, entry.key == used.key, tagged) for entry in wardrobe.tagging.models.all()]
    answer(as_json, listed, map(_model_line, listed))
    if used.problem:
        fail(used.problem)


def _model_json(entry: Checkpoint, in_use: bool, tagged: Mapping[str | None, int]) -> dict[str, Any]:
    header = entry.header
    return {
        "model": entry.title,
        "file": entry.file,
        "origin": entry.origin,
        "in_use": in_use,
        "types": header.types if header else None,
        "backbone": header.backbone if header else None,
        "figures": header.figures if header else {},
        "garments": tagged.get(entry.title, 0) if header else 0,
        "problem": entry.problem or None,
    }


def _model_line(entry: Mapping[str, Any]) -> str:
    state = entry["problem"] or f"{entry['types']} types, {entry['garments']} garments tagged, {entry['origin']}"
    return f"{'*' if entry['in_use'] else ' '} {entry['model']}\t{state}\t{entry['file']}"
