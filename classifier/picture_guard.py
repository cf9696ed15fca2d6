"""What is looked at in a picture file before a decoder is let at it: files that would keep it busy for hours.

The limits of size and frames hold what a file says of itself. A file can also be built of so many parts that walking
them takes a minute, or tell a decoder to go over the same pixels thousands of times; no photo is like that.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_SCANS: Final = 100
"""Passes over the picture in a JPEG file; a progressive one has about ten, and libtiff draws the line here, too."""

_MOST_SEGMENTS, _MOST_EXIF = 20_000, 32
_MOST_STRIPS: Final = 100_000  # as many as tiles of 32 x 32 in 100 million pixels
_LARGE_TILE: Final = 4096 * 4096
_READS, _BYTES_A_READ = 20_000, 64  # GIF files, which are read in the smallest pieces, have 255 bytes in two reads
_NO_MARKERS: Final = np.isin(np.arange(256), (0x00, 0xFF, *range(0xD0, 0xD8)))  # stuffing, filling, restarts
_START, _END, _SCAN, _APP1 = 0xD8, 0xD9, 0xDA, 0xE1
_WIDTH, _HEIGHT, _TILE_WIDTH, _TILE_HEIGHT = 256, 257, 322, 323
_STRIPS: Final = frozenset({273, 279, 324, 325})
_INTEGERS: Final = {1: "B", 3: "H", 4: "I", 16: "Q"}


class TooManyParts(Exception):
    """A file that is built of more parts than any photo."""


class Measured(io.BytesIO):
    """A file in memory that may be read in only so many pieces, more of them where it is long.

    Raises :class:`TooManyParts` from ``read`` beyond that.
    """

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self._left = _READS + len(data) // _BYTES_A_READ

    def read(self, size: int | None = -1, /) -> bytes:
        """As of any file."""
        self._left -= 1
        if self._left < 0:
            raise TooManyParts
        return super().read(size)


@dataclass(frozen=True, slots=True)
class _Directory:
    """A page of a TIFF file: its tags with how many values each has and the first one, and where the next page is."""

    tags: dict[int, tuple[int, int]]
    following: int


def check_parts(data: bytes) -> None:
    """Refuse what is built to keep a decoder busy.

    Raises:
        TooManyParts: it is.
    """
    if data.startswith(b"\xff\xd8"):
        _check_jpeg(data)
    elif data.startswith((b"II", b"MM")):
        for directory, _ in zip(_directories(data), range(1), strict=False):
            _check_directory(directory)


def tiff_pages(data: bytes, most: int) -> int:
    """How many pages a TIFF file has; counting ends with the first beyond ``most``. 0 for a file that has none.

    Pillow compares each page with all others before it, so that a million of them would take it a day.
    """
    return sum(1 for _ in zip(_directories(data), range(most + 1), strict=False))


def _check_jpeg(data: bytes) -> None:
    """Walks the segments like libjpeg: rubbish between them is passed over, and the first picture's end is the end."""
    markers, at = _markers(data), 2
    place = segments = scans = exif = 0
    while (place := int(np.searchsorted(markers, at))) < len(markers):
        kind, at = data[markers[place] + 1], int(markers[place]) + 2
        if kind == _END:
            return
        segments += 1
        scans += kind == _SCAN
        exif += kind == _APP1 and data.startswith(b"Exif", at + 2)
        if segments > _MOST_SEGMENTS or scans > MOST_SCANS or exif > _MOST_EXIF:
            raise TooManyParts
        if kind >= 0xC0 and kind != _START:  # what is below has no length
            at += int.from_bytes(data[at : at + 2], "big")


def _markers(data: bytes) -> NDArray[np.int64]:
    """Where a marker may be, in order: the byte before its kind. Ten times as fast as ``re``."""
    values = np.frombuffer(data, np.uint8)
    before = np.flatnonzero(values[:-1] == 0xFF)
    return before[~_NO_MARKERS[values[before + 1]]]


def _check_directory(page: _Directory) -> None:
    if max((count for tag, (count, _) in page.tags.items() if tag in _STRIPS), default=0) > _MOST_STRIPS:
        raise TooManyParts
    width, height, tile_width, tile_height = (
        page.tags.get(tag, (0, 0))[1] for tag in (_WIDTH, _HEIGHT, _TILE_WIDTH, _TILE_HEIGHT)
    )
    if tile_width * tile_height > max(_LARGE_TILE, width * height):
        raise TooManyParts


def _directories(data: bytes) -> Iterator[_Directory]:
    """The pages of a TIFF or BigTIFF file, each once, until one cannot be read."""
    order = "<" if data.startswith(b"II") else ">"
    big = data[2:4] in (b"+\0", b"\0+")
    seen: set[int] = set()
    try:
        at = struct.unpack_from(f"{order}Q" if big else f"{order}I", data, 8 if big else 4)[0]
        while at and at not in seen:
            seen.add(at)
            directory = _directory(data, at, order, big)
            yield directory
            at = directory.following
    except struct.error:
        return


def _directory(data: bytes, at: int, order: str, big: bool) -> _Directory:
    head, entry, link = ("Q", "HHQ8s", "Q") if big else ("H", "HHI4s", "I")
    (count,) = struct.unpack_from(order + head, data, at)
    start, step = at + struct.calcsize(order + head), struct.calcsize(order + entry)
    if count > 65_535:
        raise TooManyParts
    (following,) = struct.unpack_from(order + link, data, start + step * count)
    tags: dict[int, tuple[int, int]] = {}
    for tag, kind, values, cell in struct.iter_unpack(order + entry, data[start : start + step * count]):
        first = struct.unpack_from(order + _INTEGERS[kind], cell)[0] if values and kind in _INTEGERS else 0
        tags.setdefault(tag, (values, first))
    return _Directory(tags, following)
