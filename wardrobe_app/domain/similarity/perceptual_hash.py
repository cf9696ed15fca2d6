"""Whether two hashes are of one picture, saved again perhaps, by what ``services/duplicates.py`` computes."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SAME_PICTURE_BITS: Final = 20
"""Up to this many of the 256 bits of two perceptual hashes differ in one picture that was saved twice.

Saving again (JPEG quality 30, a quarter of the size, WebP, HEIC, AVIF) changed 12 at most in 100 real photos; of the
3.1 million pairs that 2,500 different real photos make, none was closer than 48.
"""

SAME_COLOUR_LEVELS: Final = 10
"""Up to this far apart, of 255 levels, are the mean colours of a sixteenth of it: saving again made 4 at most.

The perceptual hash sees light and dark only: one shirt in two colours, as a shop shows it, has the same hash.
"""

_SHAPE_LETTERS: Final = 64  # of 256 bits
_LETTERS: Final = 160  # and of 4 x 4 colours
_WORDS: Final = _SHAPE_LETTERS // 4  # of 16 bits
_TINTS: Final = (_LETTERS - _SHAPE_LETTERS) // 2
_ONES: Final = np.array([number.bit_count() for number in range(1 << 16)], dtype=np.uint8)


def is_same_picture(one: str, other: str) -> bool:
    """Whether two picture hashes (160 hexadecimal digits) are of one picture; others are never."""
    if len(one) != _LETTERS or len(other) != _LETTERS or bits_apart(one, other) > SAME_PICTURE_BITS:
        return False
    return bool(np.abs(_colours(one) - _colours(other)).max() <= SAME_COLOUR_LEVELS)


def bits_apart(one: str, other: str) -> int:
    """How many of the 256 bits of shape differ."""
    return (_bits(one) ^ _bits(other)).bit_count()


@lru_cache(maxsize=1 << 16)
def _bits(phash: str) -> int:
    return int(phash[:_SHAPE_LETTERS], 16)


@lru_cache(maxsize=1 << 16)
def _colours(phash: str) -> NDArray[np.int16]:
    return np.frombuffer(bytes.fromhex(phash[_SHAPE_LETTERS:]), np.uint8).astype(np.int16)


class Pictures:
    """Picture hashes, to be asked many times which of them are of one picture with another: a look at all takes
    a millisecond for 10,000.
    """

    def __init__(self) -> None:
        self._keys: list[int] = []
        self._hashes: list[bytes] = []
        self._shapes: NDArray[np.uint16] = np.zeros((0, _WORDS), np.uint16)
        self._tints: NDArray[np.int16] = np.zeros((0, _TINTS), np.int16)

    def add(self, key: int, phash: str) -> None:
        """Remember a hash under a number; one of another length is like no other."""
        if len(phash) == _LETTERS:
            self._keys.append(key)
            self._hashes.append(bytes.fromhex(phash))

    def same_as(self, phash: str) -> list[tuple[int, int]]:
        """Those of the same picture: how many bits of shape differ, and the number, the most similar first."""
        if len(phash) != _LETTERS or not self._keys:
            return []
        self._arrange()
        shape, tints = _parts(bytes.fromhex(phash))
        apart = _ONES[self._shapes ^ shape].sum(axis=1, dtype=np.int64)
        near = np.flatnonzero(apart <= SAME_PICTURE_BITS)
        near = near[np.abs(self._tints[near] - tints).max(axis=1, initial=0) <= SAME_COLOUR_LEVELS]
        return sorted((int(apart[row]), self._keys[row]) for row in near.tolist())

    def _arrange(self) -> None:
        if len(self._shapes) < len(self._hashes):
            parts = [_parts(data) for data in self._hashes[len(self._shapes) :]]
            self._shapes = np.concatenate([self._shapes, np.stack([shape for shape, _ in parts])])
            self._tints = np.concatenate([self._tints, np.stack([tints for _, tints in parts])])


def _parts(data: bytes) -> tuple[NDArray[np.uint16], NDArray[np.int16]]:
    half = _SHAPE_LETTERS // 2
    return np.frombuffer(data[:half], np.uint16), np.frombuffer(data[half:], np.uint8).astype(np.int16)
