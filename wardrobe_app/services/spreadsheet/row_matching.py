"""Which garment a row of the table speaks of."""

from __future__ import annotations

import unicodedata
import zlib
from collections.abc import Iterable
from typing import Final

from wardrobe_app.domain.errors import InvalidEdit
from wardrobe_app.domain.garments.garment import Garment, Photo
from wardrobe_app.services.catalogue.amounts import read_whole_number
from wardrobe_app.services.spreadsheet.reader import Column, Row
from wardrobe_app.services.storage.csv_cells import given_back

BETWEEN_PHOTOS: Final = " | "
_ADD_FIRST: Final = "a garment begins with its photo here: add the photo first, then import this table again"


def photo_code(photo: Photo) -> str:
    """A short name of a photo's content, the same in every wardrobe; a letter comes first, so that it stays text."""
    return f"p{photo.sha256[:12]}"


def version_of(garment: Garment) -> str:
    """A short text that is another one as soon as anything that the table says of its tags and fields may be.

    The garment's own version counts what its owner says; a model may change the tags without her.
    """
    tags = "\n".join(f"{kind.value}={tag.value}" for kind, tag in garment.tags.items())
    return f"v{garment.version}-{zlib.crc32(tags.encode()):08x}"


class Finder:
    """Finds garments by their number, checked by a photo, or by a photo alone."""

    def __init__(self, garments: Iterable[Garment]) -> None:
        self._by_id: dict[int, Garment] = {}
        self._by_code: dict[str, dict[int, Garment]] = {}
        self._by_name: dict[str, dict[int, Garment]] = {}
        for garment in garments:
            self._by_id[garment.id] = garment
            for photo in garment.photos:
                self._by_code.setdefault(photo_code(photo), {})[garment.id] = garment
                for name in _names(photo.filename):
                    self._by_name.setdefault(name, {})[garment.id] = garment

    def garment(self, row: Row) -> Garment:
        """The garment of a row.

        Raises:
            InvalidEdit: there is none, or not one alone, or another one than the row's photo shows.
        """
        written, code = row.cells.get(Column.ID, ""), row.cells.get(Column.PHOTO_CODE, "").casefold()
        if written:
            return self._numbered(written, code, row)
        if code:
            return _only(self._by_code.get(code, {}), f"no photo here has the code {code}; {_ADD_FIRST}")
        return self._pictured(row)

    def _numbered(self, written: str, code: str, row: Row) -> Garment:
        try:
            garment = self._by_id.get(read_whole_number(written))
        except InvalidEdit as error:
            raise InvalidEdit("the id of a garment is a whole number; leave it empty to go by the photo") from error
        if garment is None:
            raise InvalidEdit("no such garment in the wardrobe; it may be in the trash, or in another wardrobe")
        named = {name for text in _listed(row) for name in _names(text)}
        if not code and not named:
            raise InvalidEdit(f"beside the id, “{Column.PHOTO_CODE}” or “{Column.PHOTO}” has to tell it")
        same = (
            code in {photo_code(photo) for photo in garment.photos}
            if code
            else bool(named & {name for photo in garment.photos for name in _names(photo.filename)})
        )
        if not same:
            others = self._by_code.get(code, {})
            hint = f"its photo is now that of garment {next(iter(others))}" if others else "is it another wardrobe's?"
            raise InvalidEdit(f"garment {garment.id} has another photo than this row: {hint}")
        return garment

    def _pictured(self, row: Row) -> Garment:
        texts = _listed(row)
        if not texts:
            raise InvalidEdit(f"the row names no photo; {_ADD_FIRST}, with the photo's file name in “{Column.PHOTO}”")
        found: dict[int, Garment] = {}
        for text in texts:
            # The whole name before the one without its ending: "a.jpg" and "a.png" may be two garments.
            found |= next((self._by_name[name] for name in _names(text) if name in self._by_name), {})
        return _only(found, f"no garment has a photo called “{texts[0][:60]}”; {_ADD_FIRST}")


def _only(found: dict[int, Garment], missing: str) -> Garment:
    if not found:
        raise InvalidEdit(missing)
    if len(found) > 1:
        ids = ", ".join(str(item_id) for item_id in sorted(found)[:5])
        raise InvalidEdit(f"several garments have this photo ({ids}); write which one into “{Column.ID}”")
    return next(iter(found.values()))


def _listed(row: Row) -> list[str]:
    """The photos that a row names."""
    return [text.strip() for text in given_back(row.cells.get(Column.PHOTO, "")).split("|") if text.strip()]


def _names(filename: str) -> tuple[str, ...]:
    """A file's name without folders and capitals, as it is and without its ending; accents as letters of their own."""
    name = unicodedata.normalize("NFC", filename.replace("\\", "/").rpartition("/")[2]).casefold()
    stem = name.rpartition(".")[0]
    return (name, stem) if stem else (name,)
