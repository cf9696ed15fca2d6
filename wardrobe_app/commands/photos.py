"""Several photos of one garment: add them, choose the cover, remove one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from wardrobe_app import startup
from wardrobe_app.commands.shared import (
    AllowDuplicates,
    AsJson,
    ItemId,
    WithCheckpoint,
    opened,
    report_import,
    say,
)
from wardrobe_app.domain.errors import NotFound
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.services.importing.importer import source_from_path

PhotoName = Annotated[
    str,
    typer.Argument(
        metavar="PHOTO", help="A photo's id, as shown by `list --json`, or its file name.", show_default=False
    ),
]


def add_photo(
    item: ItemId,
    paths: Annotated[list[Path], typer.Argument(help="Photos of the same garment.", show_default=False)],
    allow_duplicates: AllowDuplicates = False,
    checkpoint: WithCheckpoint = None,
    as_json: AsJson = False,
) -> None:
    """Add photos to a garment. Each file is added, already there, or refused with the reason."""
    sources = [source_from_path(path) for path in paths]
    results = opened(checkpoint).photos.add(item, sources, allow_duplicates=allow_duplicates)
    report_import(results, as_json)


def set_cover(item: ItemId, photo: PhotoName, checkpoint: WithCheckpoint = None) -> None:
    """Make a photo the cover of a garment. The model tags it; your own tags stay."""
    wardrobe = opened(checkpoint)
    done = wardrobe.photos.make_cover(item, _photo_id(wardrobe.catalogue.get(item), photo))
    say(f"{wardrobe.catalogue.get(item).title}: this photo is now the cover. {done.untagged}".strip())


def remove_photo(item: ItemId, photo: PhotoName) -> None:
    """Remove a photo from a garment; it goes to the trash as a separate garment."""
    wardrobe = startup.build()
    done = wardrobe.photos.remove(item, _photo_id(wardrobe.catalogue.get(item), photo))
    say(f"{wardrobe.catalogue.get(item).title}: removed; the photo is in the trash as item {done.split_off}.")


def _photo_id(garment: Garment, name: str) -> int:
    for photo in garment.photos:
        if name in (str(photo.id), photo.filename):
            return photo.id
    known = ", ".join(f"{one.id} ({one.filename})" for one in garment.photos)
    raise NotFound(f"{garment.title} has no photo “{name}”. Its photos are {known}.")
