"""Find the photo in a TIFF file: the largest picture of full resolution, not a thumbnail."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from classifier.pictures.guard import TooManyParts

MAX_DIRECTORIES: Final = 100
"""Pictures of a file that are checked."""

WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC = 256, 257, 258, 259, 262
TILE_WIDTH, TILE_HEIGHT = 322, 323
STRIPS: Final = frozenset({273, 279, 324, 325})
_KIND, _OLD_KIND, _SUB_DIRECTORIES, _DNG = 254, 255, 330, 50706
_REDUCED, _MASK, _OLD_REDUCED = 1, 4, 2
_SENSOR: Final = frozenset({32803, 34892})  # raw data: a colour filter's mosaic, and a processed one
_MAX_STRIPS: Final = 100_000  # tiles of 32 x 32 in 100 million pixels
_MAX_TILE_PX: Final = 4096 * 4096
_INTEGERS: Final = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}
_MAX_SUB_DIRECTORIES: Final = 32


@dataclass(frozen=True, slots=True)
class Directory:
    """One picture of a TIFF file: its offset, and by tag the number of values and the first value."""

    offset: int
    tags: dict[int, tuple[int, int]]
    following: int
    subs: tuple[int, ...]

    def first(self, tag: int, missing: int = 0) -> int:
        """The first value of a tag."""
        return self.tags.get(tag, (0, missing))[1]

    @property
    def pixels(self) -> int:
        """Width times height."""
        return self.first(WIDTH) * self.first(HEIGHT)

    @property
    def is_whole(self) -> bool:
        """Whether the picture has full resolution, and is neither a thumbnail nor a mask."""
        reduced = self.first(_KIND) & (_REDUCED | _MASK) or self.first(_OLD_KIND) == _OLD_REDUCED
        return not reduced and self.first(PHOTOMETRIC) != 4 and self.pixels > 0

    @property
    def is_raw(self) -> bool:
        """Whether the picture is raw sensor data, or belongs to such a file."""
        return _DNG in self.tags or self.first(PHOTOMETRIC) in _SENSOR


def is_tiff(data: bytes) -> bool:
    """Whether the file begins like TIFF or BigTIFF."""
    return data[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


def directories(data: bytes) -> Iterator[Directory]:
    """Yield the pictures of a TIFF or BigTIFF file, each once, a page before its sub-pictures, until one is damaged."""
    order = "<" if data.startswith(b"II") else ">"
    big = data[2:4] in (b"+\0", b"\0+")
    seen: set[int] = set()
    try:
        waiting = [struct.unpack_from(f"{order}Q" if big else f"{order}I", data, 8 if big else 4)[0]]
        while waiting:
            at = waiting.pop()
            if at and at not in seen:
                seen.add(at)
                found = _directory(data, at, order, big)
                yield found
                waiting += [found.following, *reversed(found.subs)]
    except struct.error:
        return


def photo(data: bytes) -> bytes:
    """Move the photo to the front: the largest picture of full resolution, the first of several equal ones.

    Raises:
        TooManyParts: the photo has too many parts.
    """
    found = list(islice(directories(data), MAX_DIRECTORIES))
    chosen = max((one for one in found if one.is_whole), key=lambda one: one.pixels, default=None)
    if chosen is None:
        chosen = found[0] if found else None
    if chosen is None:
        return data
    _check(chosen)
    return data if chosen is found[0] else _beginning_with(data, chosen.offset)


def is_raw(data: bytes) -> bool:
    """Whether a TIFF file is a camera's raw file."""
    return any(one.is_raw for one in islice(directories(data), MAX_DIRECTORIES))


def _beginning_with(data: bytes, offset: int) -> bytes:
    order = "<" if data.startswith(b"II") else ">"
    if data[2:4] in (b"+\0", b"\0+"):
        return data[:8] + struct.pack(f"{order}Q", offset) + data[16:]
    return data[:4] + struct.pack(f"{order}I", offset) + data[8:]


def _check(page: Directory) -> None:
    if max((count for tag, (count, _) in page.tags.items() if tag in STRIPS), default=0) > _MAX_STRIPS:
        raise TooManyParts
    if page.first(TILE_WIDTH) * page.first(TILE_HEIGHT) > max(_MAX_TILE_PX, page.pixels):
        raise TooManyParts


def _directory(data: bytes, at: int, order: str, big: bool) -> Directory:
    head, entry, link = ("Q", "HHQ8s", "Q") if big else ("H", "HHI4s", "I")
    (count,) = struct.unpack_from(order + head, data, at)
    start, step = at + struct.calcsize(order + head), struct.calcsize(order + entry)
    if count > 65_535:
        raise TooManyParts
    (following,) = struct.unpack_from(order + link, data, start + step * count)
    tags: dict[int, tuple[int, int]] = {}
    subs: tuple[int, ...] = ()
    for tag, kind, values, cell in struct.iter_unpack(order + entry, data[start : start + step * count]):
        first = struct.unpack_from(order + _INTEGERS[kind], cell)[0] if values and kind in _INTEGERS else 0
        tags.setdefault(tag, (values, first))
        if tag == _SUB_DIRECTORIES and kind in _INTEGERS:
            subs = _numbers(data, order + link, _INTEGERS[kind], values, cell)
    return Directory(at, tags, following, subs)


def _numbers(data: bytes, link: str, letter: str, count: int, cell: bytes) -> tuple[int, ...]:
    """Read a tag's values from its cell if they fit, else from where the cell points to."""
    form = f"{link[0]}{min(count, _MAX_SUB_DIRECTORIES)}{letter}"
    if struct.calcsize(f"{link[0]}{count}{letter}") <= len(cell):
        return struct.unpack_from(form, cell)
    return struct.unpack_from(form, data, struct.unpack_from(link, cell)[0])
