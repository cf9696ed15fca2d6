"""Find garments by their photos: by content (SHA-256, or the short code made of it) or by file name."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Final

from wardrobe_app.domain.garments.garment import Garment, Photo

_CODE_LENGTH: Final = 12


def photo_code(photo: Photo) -> str:
    """A short name of a photo's content, the same in every wardrobe; the letter keeps spreadsheets from reading it as
    a number."""
    return f"p{photo.sha256[:_CODE_LENGTH]}"


def photo_names(filename: str) -> tuple[str, ...]:
    """A file's name without folders, capitals and composed accents: as it is, and without its ending."""
    name = unicodedata.normalize("NFC", filename.replace("\\", "/").rpartition("/")[2]).casefold()
    stem = name.rpartition(".")[0]
    return (name, stem) if stem else (name,)


class PhotoIndex:
    """The garments of a wardrobe by their photos. Several garments may have the same photo."""

    def __init__(self, garments: Iterable[Garment]) -> None:
        self.by_id = {garment.id: garment for garment in garments}
        self._by_content: dict[str, dict[int, Garment]] = {}
        self._by_name: dict[str, dict[int, Garment]] = {}
        for garment in self.by_id.values():
            for photo in garment.photos:
                for key in (photo.sha256, photo_code(photo)):
                    self._by_content.setdefault(key, {})[garment.id] = garment
                for name in photo_names(photo.filename):
                    self._by_name.setdefault(name, {})[garment.id] = garment

    def with_content(self, *keys: str) -> dict[int, Garment]:
        """The garments with a photo of one of these SHA-256 or codes, by id, in the order of the keys."""
        return {item: one for key in keys for item, one in self._by_content.get(key, {}).items()}

    def with_file(self, filename: str) -> dict[int, Garment]:
        """The garments with a photo of this name, by id.

        The whole name counts before the one without its ending: "a.jpg" and "a.png" may be two garments.
        """
        return next((self._by_name[name] for name in photo_names(filename) if name in self._by_name), {})
