"""JPEG XL, by an optional Pillow plugin. The size is read here, because the plugin decodes on opening."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Final

from classifier.pictures.boxes import top_boxes
from classifier.pictures.limits import KindNotSupported, PictureDamaged

PACKAGE: Final = "pillow-jxl-plugin"
COST: Final = 4.0
"""Memory per pixel, relative to a picture decoded at reduced size: libjxl decodes to floats."""

_CODESTREAM: Final = b"\xff\x0a"
_RATIOS: Final = ((1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))
_LENGTHS: Final = (9, 13, 18, 30)


def require() -> None:
    """Register JPEG XL with Pillow.

    Raises:
        KindNotSupported: the package is missing.
    """
    try:
        importlib.import_module("pillow_jxl")  # registers itself
    except ModuleNotFoundError as error:
        advice = f"Install {PACKAGE} to have it read, or save it as JPEG or PNG and add that."
        raise KindNotSupported("a JPEG XL picture", advice) from error


def size(data: bytes) -> tuple[int, int]:
    """Read width and height in pixels from the header (ISO/IEC 18181-1, SizeHeader).

    Raises:
        PictureDamaged: the header is missing.
    """
    try:
        return _size(_codestream(data))
    except (ValueError, IndexError) as error:
        raise PictureDamaged from error


def _codestream(data: bytes) -> bytes:
    if data.startswith(_CODESTREAM):
        return data
    for kind, payload in top_boxes(data):
        if kind in (b"jxlc", b"jxlp"):
            return payload[0 if kind == b"jxlc" else 4 :]
    raise ValueError("no codestream")


def _size(stream: bytes) -> tuple[int, int]:
    if not stream.startswith(_CODESTREAM):
        raise ValueError("no codestream")
    bits = _Bits(int.from_bytes(stream[2:18], "little"))
    small = bits.take(1)
    height = _length(bits, small)
    ratio = bits.take(3)
    if ratio == 0:
        return _length(bits, small), height
    across, down = _RATIOS[ratio - 1]
    return height * across // down, height


def _length(bits: _Bits, small: int) -> int:
    return 8 * (1 + bits.take(5)) if small else 1 + bits.take(_LENGTHS[bits.take(2)])


@dataclass(slots=True)
class _Bits:
    left: int

    def take(self, count: int) -> int:
        value = self.left & ((1 << count) - 1)
        self.left >>= count
        return value
