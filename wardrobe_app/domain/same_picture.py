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
