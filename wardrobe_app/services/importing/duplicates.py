"""Tells whether a photo is in the wardrobe already: the same file, or the same picture saved again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import imagehash
from PIL import Image

from db.unit_of_work import UnitOfWork
from wardrobe_app.domain.garments.photos import KnownPhoto
from wardrobe_app.domain.similarity.perceptual_hash import Pictures

_HASH_SIDE = 16
_GRID_SIDE = 4
_ENOUGH = 400  # pixels: the hash is of 64 x 64


@dataclass(frozen=True, slots=True)
class FoundMatch:
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
        self._pictures = Pictures()
        self._item_of: list[int] = []  # of each photo learned
        for photo in known:
            self.learn(photo)

    def learn(self, photo: KnownPhoto) -> None:
        """Remember a stored photo."""
        self._files.setdefault(photo.sha256, len(self._item_of))
        self._pictures.add(len(self._item_of), photo.phash)
        self._item_of.append(photo.item_id)

    def find_file(self, sha256: str) -> FoundMatch | None:
        """The garment with this very file."""
        return FoundMatch(self._item_of[self._files[sha256]], "file") if sha256 in self._files else None

    def find(self, sha256: str, phash: str) -> FoundMatch | None:
        """The garment with this very file, else the one with the most similar picture that is similar enough."""
        if found := self.find_file(sha256):
            return found
        near = [(apart, self._item_of[place]) for apart, place in self._pictures.same_as(phash)]
        return FoundMatch(min(near)[1], "picture") if near else None


class KnownPhotos:
    """The stored photos, kept between looks at them: read anew is only what came since."""

    def __init__(self) -> None:
        self._photos: dict[int, KnownPhoto] = {}
        self._finder = DuplicateFinder()

    def finder(self, uow: UnitOfWork) -> DuplicateFinder:
        """One that knows the photos that are stored now."""
        owners = uow.garments.photo_owners()
        if any(owners.get(photo_id) != photo.item_id for photo_id, photo in self._photos.items()):
            self._photos, self._finder = {}, DuplicateFinder()  # some were deleted, or went to another garment
        new = owners.keys() - self._photos.keys()
        if new:
            found = uow.garments.known_photos(since=min(new))
            for photo_id, photo in found.items():
                if photo_id not in self._photos:
                    self._photos[photo_id] = photo
                    self._finder.learn(photo)
        return self._finder
