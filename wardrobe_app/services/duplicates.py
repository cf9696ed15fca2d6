"""Tells whether a photo is in the wardrobe already: the same file, or the same picture saved again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import imagehash
from PIL import Image

from wardrobe_app.domain.intake import KnownPhoto
from wardrobe_app.domain.same_picture import bits_apart, is_same_picture

_HASH_SIDE = 16
_GRID_SIDE = 4
_ENOUGH = 400  # pixels: the hash is of 64 x 64


@dataclass(frozen=True, slots=True)
class Found:
    """The garment that has the photo, and what is the ``same``: the "file" or the "picture"."""

    item_id: int
    same: str


def picture_hash(image: Image.Image) -> str:
    """What an upright RGB picture looks like: 256 bits of shape and 4 x 4 mean colours, as 160 hexadecimal digits."""
    small = image.reduce(max(1, max(image.size) // _ENOUGH))
    grid = small.resize((_GRID_SIDE, _GRID_SIDE), Image.Resampling.BOX)
    return str(imagehash.phash(small, hash_size=_HASH_SIDE)) + grid.tobytes().hex()


class DuplicateFinder:
    """Knows photos by the SHA-256 of their bytes and by the hash of their picture."""

    def __init__(self, known: Iterable[KnownPhoto] = ()) -> None:
        self._files: dict[str, int] = {}
        self._pictures: list[tuple[str, int]] = []
        for photo in known:
            self.learn(photo)

    def learn(self, photo: KnownPhoto) -> None:
        """Remember a stored photo."""
        self._files.setdefault(photo.sha256, photo.item_id)
        self._pictures.append((photo.phash, photo.item_id))

    def find(self, sha256: str, phash: str) -> Found | None:
        """The garment with this very file, else the one with the most similar picture that is similar enough."""
        if sha256 in self._files:
            return Found(self._files[sha256], "file")
        near = [
            (bits_apart(known, phash), item_id) for known, item_id in self._pictures if is_same_picture(known, phash)
        ]
        return Found(min(near)[1], "picture") if near else None
