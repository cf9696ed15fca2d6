"""Read the colour space from a PNG's chunks cICP, cHRM and gAMA, which Pillow ignores."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from classifier.pictures.colour import PRIMARIES, ColourSpace, by_code_points

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_USUAL_GAMMA: Final = 0.45455
_MAX_CHUNKS: Final = 1000


def colour_space(data: bytes) -> ColourSpace | None:
    """Read the colour space, in the order of precedence of the PNG specification (third edition, 4.3).

    None if an ICC profile or sRGB applies, or nothing is specified. cICP precedes a profile, so call this first.
    """
    chunks = dict(_chunks(data))
    if (points := chunks.get(b"cICP")) and len(points) == 4:
        return by_code_points(points[0], points[1], narrow=not points[3])
    if b"iCCP" in chunks or b"sRGB" in chunks:
        return None
    return _by_gamma(chunks)


def has_code_points(data: bytes) -> bool:
    """Whether cICP specifies the colour space, which then precedes an ICC profile."""
    return len(dict(_chunks(data)).get(b"cICP", b"")) == 4


def bits(data: bytes) -> int:
    """Read the bits per channel."""
    return data[24] if len(data) > 24 else 8


def _by_gamma(chunks: dict[bytes, bytes]) -> ColourSpace | None:
    chromaticities, gamma = PRIMARIES[1], 0.0
    if len(chunks.get(b"cHRM", b"")) == 32:
        wx, wy, rx, ry, gx, gy, bx, by = (value / 100_000 for value in struct.unpack(">8I", chunks[b"cHRM"]))
        chromaticities = (rx, ry, gx, gy, bx, by, wx, wy)
    if len(chunks.get(b"gAMA", b"")) == 4:
        exponent = struct.unpack(">I", chunks[b"gAMA"])[0] / 100_000
        if exponent > 0.01 and abs(exponent - _USUAL_GAMMA) > 0.005:  # the usual gamma means sRGB
            gamma = 1 / exponent
    same = all(abs(one - other) < 0.002 for one, other in zip(chromaticities, PRIMARIES[1], strict=True))
    return None if same and not gamma else ColourSpace(chromaticities, gamma=gamma)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the chunks before the pixels."""
    at = len(_SIGNATURE)
    for _ in range(_MAX_CHUNKS):
        if at + 8 > len(data):
            return
        length, kind = struct.unpack_from(">I4s", data, at)
        if kind == b"IDAT":
            return
        yield kind, data[at + 8 : at + 8 + length] if length <= 64 else b""
        at += length + 12
