"""Several photos of one garment: add them, choose the cover, remove one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from wardrobe_app import startup
from wardrobe_app.commands.json_output import brief, named
from wardrobe_app.commands.shared import (
    AllowDuplicates,
    AsJson,
    ItemId,
    WithCheckpoint,
    answer,
    fail,
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


def split(
    item: ItemId,
    undo: Annotated[bool, typer.Option("--undo", help="Take a split back.")] = False,
    checkpoint: WithCheckpoint = None,
    as_json: AsJson = False,
) -> None:
    """Split a garment whose photo shows several; it goes to the trash, and each becomes a garment."""
    wardrobe = opened(checkpoint)
    if undo:
        wardrobe.importing.splitting.undo(item)
        garment = wardrobe.catalogue.get(item)
        answer(as_json, [named(garment)], [f"{garment.title}: back in the wardrobe; its parts are in the trash."])
        return
    done = wardrobe.importing.splitting.split(item)
    answer(as_json, [brief(piece) for piece in done.pieces], [f"{piece.id}\t{piece.title}" for piece in done.pieces])
    if done.untagged:
        fail(done.untagged)


def _photo_id(garment: Garment, name: str) -> int:
    for photo in garment.photos:
        if name in (str(photo.id), photo.filename):
            return photo.id
    known = ", ".join(f"{one.id} ({one.filename})" for one in garment.photos)
    raise NotFound(f"{garment.title} has no photo “{name}”. Its photos are {known}.")
