"""Tells whether a photo is in the wardrobe already: the same file, or the same picture saved again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import imagehash
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from wardrobe_app.domain.intake import KnownPhoto

SAME_PICTURE_BITS = 20
"""Up to this many of the 256 bits of two perceptual hashes differ in one picture that was saved twice.

Saving again (JPEG quality 30, a quarter of the size, WebP, HEIC, AVIF) changed 12 at most in 100 real photos; of the
3.1 million pairs that 2,500 different real photos make, none was closer than 48.
"""

SAME_COLOUR_LEVELS = 10
"""Up to this far apart, of 255 levels, are the mean colours of a sixteenth of it: saving again made 4 at most.

The perceptual hash sees light and dark only: one shirt in two colours, as a shop shows it, has the same hash.
"""

_HASH_SIDE = 16
_GRID_SIDE = 4
_HASH_LETTERS = _HASH_SIDE**2 // 4


@dataclass(frozen=True, slots=True)
class Found:
    """The garment that has the photo, and what is the ``same``: the "file" or the "picture"."""

    item_id: int
    same: str


def picture_hash(image: Image.Image) -> str:
    """What an upright RGB picture looks like: 256 bits of shape and 4 x 4 mean colours, as 160 hexadecimal digits."""
    grid = image.resize((_GRID_SIDE, _GRID_SIDE), Image.Resampling.BOX)
    return str(imagehash.phash(image, hash_size=_HASH_SIDE)) + grid.tobytes().hex()


class DuplicateFinder:
    """Knows photos by the SHA-256 of their bytes and by the hash of their picture."""

    def __init__(self, known: Iterable[KnownPhoto] = ()) -> None:
        self._files: dict[str, int] = {}
        self._pictures: list[tuple[int, str, int]] = []
        for photo in known:
            self.learn(photo)

    def learn(self, photo: KnownPhoto) -> None:
        """Remember a stored photo."""
        self._files.setdefault(photo.sha256, photo.item_id)
        self._pictures.append((_bits(photo.phash), photo.phash, photo.item_id))

    def find(self, sha256: str, phash: str) -> Found | None:
        """The garment with this very file, else the one with the most similar picture that is similar enough."""
        if sha256 in self._files:
            return Found(self._files[sha256], "file")
        bits, colours = _bits(phash), _colours(phash)
        near = [
            (distance, item_id)
            for known, known_hash, item_id in self._pictures
            if (distance := (known ^ bits).bit_count()) <= SAME_PICTURE_BITS
            and np.abs(_colours(known_hash) - colours).max() <= SAME_COLOUR_LEVELS
        ]
        return Found(min(near)[1], "picture") if near else None


def _bits(phash: str) -> int:
    return int(phash[:_HASH_LETTERS], 16)


def _colours(phash: str) -> NDArray[np.int16]:
    return np.frombuffer(bytes.fromhex(phash[_HASH_LETTERS:]), np.uint8).astype(np.int16)
