"""Recognise photos that are in the wardrobe already: the same file, or the same picture saved again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count

import imagehash
from PIL import Image

from db.unit_of_work import UnitOfWork
from wardrobe_app.domain.garments.photos import KnownPhoto
from wardrobe_app.domain.similarity.perceptual_hash import PictureIndex

_HASH_SIDE = 16  # bits
_GRID_SIDE = 4  # cells
_REDUCED_SIDE_PX = 400  # enough for the hash, which is of 64 x 64


@dataclass(frozen=True, slots=True)
class Duplicate:
    """The garment that has the photo, and what is the ``same``: the "file" or the "picture"."""

    item_id: int
    same: str


def picture_hash(image: Image.Image) -> str:
    """Hash an upright RGB picture: 256 bits of shape and 4 x 4 mean colours, as 160 hexadecimal digits."""
    small = image.reduce(max(1, max(image.size) // _REDUCED_SIDE_PX))
    grid = small.resize((_GRID_SIDE, _GRID_SIDE), Image.Resampling.BOX)
    return str(imagehash.phash(small, hash_size=_HASH_SIDE)) + grid.tobytes().hex()


def free_key(sha256: str, known: Iterable[KnownPhoto]) -> str:
    """Return the import key of another photo with this SHA-256, beside the ``known`` ones that have it."""
    taken = {photo.import_key for photo in known}
    keys = (sha256 if number == 1 else f"{sha256}#{number}" for number in count(1))
    return next(key for key in keys if key not in taken)


class DuplicateFinder:
    """Finds photos by the SHA-256 of their bytes and by picture hash."""

    def __init__(self, known: Iterable[KnownPhoto] = ()) -> None:
        self._files: dict[str, int] = {}
        self._pictures = PictureIndex()
        self._item_of: list[int] = []  # of each photo learned
        for photo in known:
            self.learn(photo)

    def learn(self, photo: KnownPhoto) -> None:
        """Add a stored photo; it stands for the file that it was cut from as well."""
        for sha256 in filter(None, (photo.sha256, photo.cut_from)):
            self._files.setdefault(sha256, len(self._item_of))
        self._pictures.add(len(self._item_of), photo.phash)
        self._item_of.append(photo.item_id)

    def files(self) -> frozenset[bytes]:
        """Return the SHA-256 of every file that it knows."""
        return frozenset(map(bytes.fromhex, self._files))

    def find_file(self, sha256: str) -> Duplicate | None:
        """Return the garment with the same file."""
        return Duplicate(self._item_of[self._files[sha256]], "file") if sha256 in self._files else None

    def find(self, sha256: str, phash: str) -> Duplicate | None:
        """Return the garment with the same file, else the one with the most similar picture, if similar enough."""
        if found := self.find_file(sha256):
            return found
        near = [(apart, self._item_of[place]) for apart, place in self._pictures.same_as(phash)]
        return Duplicate(min(near)[1], "picture") if near else None


class KnownPhotos:
    """Caches the stored photos; only new ones are read again."""

    def __init__(self) -> None:
        self._photos: dict[int, KnownPhoto] = {}
        self._finder = DuplicateFinder()

    def finder(self, uow: UnitOfWork) -> DuplicateFinder:
        """Return a finder that knows the photos stored now."""
        owners = uow.garments.photo_owners()
        if any(owners.get(photo_id) != photo.item_id for photo_id, photo in self._photos.items()):
            self._photos, self._finder = {}, DuplicateFinder()  # some were deleted, or moved to another garment
        if new := owners.keys() - self._photos.keys():
            for photo_id, photo in uow.garments.known_photos(since=min(new)).items():
                if photo_id in new:
                    self._photos[photo_id] = photo
                    self._finder.learn(photo)
        return self._finder
