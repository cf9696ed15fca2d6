"""Match a spreadsheet row to a garment."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Final

from wardrobe_app.domain.errors import InvalidEdit
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.services.catalogue.amounts import read_whole_number
from wardrobe_app.services.catalogue.photo_matching import PhotoIndex, photo_code, photo_names
from wardrobe_app.services.spreadsheet.reader import Column, Row
from wardrobe_app.services.storage.csv_cells import given_back

BETWEEN_PHOTOS: Final = " | "
_ADD_FIRST: Final = "add the photo first, then import this table again"


def version_of(garment: Garment) -> str:
    """A short text that changes with every tag and field in the table, also where a model changed a tag."""
    tags = "\n".join(f"{kind.value}={tag.value}" for kind, tag in garment.tags.items())
    return f"v{garment.version}-{zlib.crc32(tags.encode()):08x}"


def garment_of(row: Row, index: PhotoIndex) -> Garment:
    """Find the garment of a row by its id, which a photo has to confirm, or by a photo alone.

    Raises:
        InvalidEdit: no garment or several fit, or the garment has another photo than the row.
    """
    written, code = row.cells.get(Column.ID, ""), row.cells.get(Column.PHOTO_CODE, "").casefold()
    listed = [text.strip() for text in given_back(row.cells.get(Column.PHOTO, "")).split("|") if text.strip()]
    if written:
        return _numbered(written, code, {name for text in listed for name in photo_names(text)}, index)
    if code:
        return _only(index.with_content(code), f"no photo here has the code {code}; {_ADD_FIRST}")
    if not listed:
        raise InvalidEdit(f"the row names no photo; {_ADD_FIRST}, with the photo's file name in “{Column.PHOTO}”")
    found: dict[int, Garment] = {}
    for text in listed:
        found |= index.with_file(text)
    return _only(found, f"no garment has a photo called “{listed[0][:60]}”; {_ADD_FIRST}")


def _numbered(written: str, code: str, names: set[str], index: PhotoIndex) -> Garment:
    try:
        garment = index.by_id.get(read_whole_number(written))
    except InvalidEdit as error:
        raise InvalidEdit("the id of a garment is a whole number; leave it empty to match by photo") from error
    if garment is None:
        raise InvalidEdit("no such garment in the wardrobe; it may be in the trash, or in another wardrobe")
    if not code and not names:
        raise InvalidEdit(f"beside the id, “{Column.PHOTO_CODE}” or “{Column.PHOTO}” is needed to confirm the garment")
    codes = {photo_code(photo) for photo in garment.photos}
    own_names = {name for photo in garment.photos for name in photo_names(photo.filename)}
    if code not in codes if code else own_names.isdisjoint(names):
        others = index.with_content(code)
        hint = f"its photo is now that of garment {next(iter(others))}" if others else "is it another wardrobe's?"
        raise InvalidEdit(f"garment {garment.id} has another photo than this row: {hint}")
    return garment


def _only(found: Mapping[int, Garment], missing: str) -> Garment:
    if not found:
        raise InvalidEdit(missing)
    if len(found) > 1:
        ids = ", ".join(str(item_id) for item_id in sorted(found)[:5])
        raise InvalidEdit(f"several garments have this photo ({ids}); write which one into “{Column.ID}”")
    return next(iter(found.values()))
