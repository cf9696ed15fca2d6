"""Refuse picture files that would keep a decoder busy for hours.

The size limits apply to what a file declares. A file can also have so many parts that reading them takes a minute, or
make a decoder process the same pixels thousands of times, which no photo does.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAX_SCANS: Final = 100
"""Scans in a JPEG file; a progressive one has about ten, and libtiff has the same limit."""

_MAX_SEGMENTS, _MAX_EXIF_BLOCKS = 20_000, 32
_MIN_READS, _BYTES_PER_READ = 20_000, 64  # GIF files need two reads per 255 bytes
_MAX_BMP_READS: Final = 2_500_000  # a run-length coded BMP is read byte by byte, in some seconds
_NO_MARKERS: Final = np.isin(np.arange(256), (0x00, 0xFF, *range(0xD0, 0xD8)))  # stuffing, fill bytes, restarts
_START, _END, _SCAN, _APP1 = 0xD8, 0xD9, 0xDA, 0xE1


class TooManyParts(Exception):
    """A file with more parts than any photo."""


class LimitedReads(io.BytesIO):
    """A file in memory with a limited number of reads, in proportion to its length.

    ``read`` raises :class:`TooManyParts` beyond the limit.
    """

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self._left = _MIN_READS + (
            min(len(data), _MAX_BMP_READS) if data[:2] == b"BM" else len(data) // _BYTES_PER_READ
        )

    def read(self, size: int | None = -1, /) -> bytes:
        """Read as from any file."""
        self._left -= 1
        if self._left < 0:
            raise TooManyParts
        return super().read(size)


def check_parts(data: bytes) -> None:
    """Refuse a file made to keep a decoder busy.

    Raises:
        TooManyParts: the file has too many parts.
    """
    if data.startswith(b"\xff\xd8"):
        jpeg_scans(data)


def jpeg_scans(data: bytes) -> int:
    """Count the scans in a JPEG file, one in an ordinary photo.

    Follows the segments like libjpeg: skips garbage between them, and stops at the first picture's end.

    Raises:
        TooManyParts: there are more scans, segments or EXIF blocks than in any photo.
    """
    markers, at = _markers(data), 2
    place = segments = scans = exif = 0
    while (place := int(np.searchsorted(markers, at))) < len(markers):
        kind, at = data[markers[place] + 1], int(markers[place]) + 2
        if kind == _END:
            break
        segments += 1
        scans += kind == _SCAN
        exif += kind == _APP1 and data.startswith(b"Exif", at + 2)
        if segments > _MAX_SEGMENTS or scans > MAX_SCANS or exif > _MAX_EXIF_BLOCKS:
            raise TooManyParts
        if kind >= 0xC0 and kind != _START:  # lower kinds have no length
            at += int.from_bytes(data[at : at + 2], "big")
    return scans


def _markers(data: bytes) -> NDArray[np.int64]:
    """Find the possible markers, in order: the byte before the kind. Ten times faster than ``re``."""
    values = np.frombuffer(data, np.uint8)
    before = np.flatnonzero(values[:-1] == 0xFF)
    return before[~_NO_MARKERS[values[before + 1]]]
