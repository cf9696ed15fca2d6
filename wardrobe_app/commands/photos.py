"""Several photos of one garment: added, one chosen as the cover, one removed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from wardrobe_app import startup
from wardrobe_app.commands.json_output import import_json
from wardrobe_app.commands.shared import AsJson, WithCheckpoint, opened, print_json, reporting, say
from wardrobe_app.domain.errors import NotFound
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.services.importing.importer import Outcome, source_from_path

Item = Annotated[int, typer.Argument(help="The id of a garment, as `list` shows it.", show_default=False)]
PhotoName = Annotated[
    str,
    typer.Argument(
        metavar="PHOTO", help="A photo's id, as `list --json` shows it, or its file name.", show_default=False
    ),
]


def add_photo(
    item: Item,
    paths: Annotated[list[Path], typer.Argument(help="Further photos of it.", show_default=False)],
    anyway: Annotated[bool, typer.Option("--anyway", help="Add also what is there already.")] = False,
    checkpoint: WithCheckpoint = None,
    as_json: AsJson = False,
) -> None:
    """Add photos to a garment that is there: every file is added, already there, or refused with the reason."""
    with reporting() as failures:
        results: list[dict[str, Any]] = []
        wardrobe = opened(checkpoint)
        for result in wardrobe.photos.add(item, [source_from_path(path) for path in paths], allow_duplicates=anyway):
            results.append(import_json(result))
            if result.outcome is Outcome.REFUSED:
                failures.add(result.message)
            elif not as_json:
                say(result.message)
        if as_json:
            print_json(results)


def cover(item: Item, photo: PhotoName, checkpoint: WithCheckpoint = None) -> None:
    """Choose which photo stands for a garment; the model looks at it, and what a person set stays."""
    with reporting():
        wardrobe = opened(checkpoint)
        done = wardrobe.photos.make_cover(item, _photo(wardrobe.catalogue.get(item), photo))
        say(f"{wardrobe.catalogue.get(item).title}: this photo is the cover now. {done.untagged}".strip())


def remove_photo(item: Item, photo: PhotoName) -> None:
    """Take a photo off a garment; it goes to the trash as a garment of its own."""
    with reporting():
        wardrobe = startup.build()
        done = wardrobe.photos.remove(item, _photo(wardrobe.catalogue.get(item), photo))
        say(f"{wardrobe.catalogue.get(item).title}: removed; the photo is in the trash as item {done.split_off}.")


def _photo(garment: Garment, name: str) -> int:
    found = next((one.id for one in garment.photos if name in (str(one.id), one.filename)), None)
    if found is None:
        known = ", ".join(f"{one.id} ({one.filename})" for one in garment.photos)
        raise NotFound(f"{garment.title} has no photo “{name}”; it has {known}.")
    return found
