"""Read the main picture's properties from a HEIC or AVIF file: codec, colour space, crop, rotation and tiles.

The file is a tree of boxes (ISO/IEC 14496-12), whose pictures are items with properties (HEIF, ISO/IEC 23008-12). Every
loop is bounded by the length of its box.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

Properties = tuple[tuple[bytes, bytes], ...]

_MAX_ITEMS: Final = 20_000
_MAX_BOXES: Final = 20_000


@dataclass(frozen=True, slots=True)
class Crop:
    """The clean aperture in pixels of the coded picture: left, top, right, bottom."""

    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True, slots=True)
class Item:
    """A coded picture: its four-letter codec, its properties in order, and the extents of its bytes."""

    codec: bytes
    properties: Properties
    extents: tuple[tuple[int, int], ...]

    def first(self, name: bytes) -> bytes | None:
        """The payload of the first property called ``name``."""
        return next((payload for kind, payload in self.properties if kind == name), None)

    @property
    def size(self) -> tuple[int, int] | None:
        """Width and height in pixels, before rotation."""
        payload = self.first(b"ispe")
        return None if payload is None or len(payload) < 12 else struct.unpack_from(">II", payload, 4)

    @property
    def cicp(self) -> tuple[int, int] | None:
        """Colour primaries and transfer characteristics by H.273, from a ``colr`` box of type ``nclx``."""
        for kind, payload in self.properties:
            if kind == b"colr" and payload[:4] == b"nclx" and len(payload) >= 10:
                primaries, transfer = struct.unpack_from(">HH", payload, 4)
                return primaries, transfer
        return None

    @property
    def crop(self) -> Crop | None:
        """The clean aperture (``clap``), limited to the picture; None if it is missing or invalid."""
        payload, size = self.first(b"clap"), self.size
        if payload is None or size is None or len(payload) < 32:
            return None
        numbers = struct.unpack_from(">IIIIiIiI", payload)
        if not all(numbers[1::2]):
            return None
        width, height, right, down = (numbers[at] / numbers[at + 1] for at in range(0, 8, 2))
        left, top = (size[0] - width) / 2 + right, (size[1] - height) / 2 + down
        crop = Crop(
            max(0, round(left)),
            max(0, round(top)),
            min(size[0], round(left + width)),
            min(size[1], round(top + height)),
        )
        return crop if crop.left < crop.right and crop.top < crop.bottom else None


@dataclass(frozen=True, slots=True)
class Grid:
    """A picture of tiles: its size in pixels, and the tiles row by row."""

    size: tuple[int, int]
    columns: int
    tiles: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class MainPicture:
    """The primary item, its ``grid`` if it is one, and whether another item is its transparency."""

    item: Item
    grid: Grid | None
    has_alpha: bool

    @property
    def codec(self) -> bytes:
        """The codec of the pixels; of the tiles for a grid."""
        return self.grid.tiles[0].codec if self.grid else self.item.codec

    @property
    def cicp(self) -> tuple[int, int] | None:
        """The item's colour code points, or else the tiles'."""
        return self.item.cicp or (self.grid.tiles[0].cicp if self.grid else None)


@dataclass(slots=True)
class _Meta:
    primary: int = 0
    codecs: dict[int, bytes] = field(default_factory=dict)
    boxes: list[tuple[bytes, bytes]] = field(default_factory=list)
    properties: dict[int, list[int]] = field(default_factory=dict)
    references: dict[tuple[bytes, int], list[int]] = field(default_factory=dict)
    extents: dict[int, tuple[int, tuple[tuple[int, int], ...]]] = field(default_factory=dict)
    data: bytes = b""


def main_picture(data: bytes) -> MainPicture | None:
    """Find the main picture of a file of boxes; None for other files and for invalid boxes."""
    if data[4:8] != b"ftyp":
        return None
    try:
        meta = next((payload for kind, payload in top_boxes(data) if kind == b"meta"), None)
        return None if meta is None else _main(_read_meta(meta[4:]), data)
    except (struct.error, IndexError, KeyError, ValueError):
        return None


def box(kind: bytes, *parts: bytes) -> bytes:
    """Make a box of type ``kind`` around the parts."""
    payload = b"".join(parts)
    return struct.pack(">I4s", len(payload) + 8, kind) + payload


def top_boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield type and payload of each top-level box in ``data``.

    Raises:
        ValueError: a box is shorter than its header, or there are too many.
    """
    at = 0
    for _ in range(_MAX_BOXES):
        if at + 8 > len(data):
            return
        size, kind = struct.unpack_from(">I4s", data, at)
        head = 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, at + 8)
            head = 16
        size = size or len(data) - at
        if size < head:
            raise ValueError("a box is shorter than its header")
        yield kind, data[at + head : at + size]
        at += size
    raise ValueError("too many boxes")


def _read_meta(data: bytes) -> _Meta:
    meta = _Meta()
    for kind, payload in top_boxes(data):
        match kind:
            case b"pitm":
                meta.primary = int.from_bytes(payload[4:8] if payload[0] else payload[4:6], "big")
            case b"iinf":
                meta.codecs = _codecs(payload)
            case b"iprp":
                _read_properties(meta, payload)
            case b"iref":
                meta.references = _references(payload)
            case b"iloc":
                meta.extents = _extents(payload)
            case b"idat":
                meta.data = payload
    return meta


def _codecs(payload: bytes) -> dict[int, bytes]:
    found = {}
    for _, entry in top_boxes(payload[8:] if payload[0] else payload[6:]):
        if entry[0] >= 2:
            wide = entry[0] >= 3
            item, _, codec = struct.unpack_from(">IH4s" if wide else ">HH4s", entry, 4)
            found[item] = codec
        if len(found) > _MAX_ITEMS:
            raise ValueError("too many items")
    return found


def _read_properties(meta: _Meta, payload: bytes) -> None:
    for kind, inner in top_boxes(payload):
        if kind == b"ipco":
            meta.boxes = list(top_boxes(inner))
        elif kind == b"ipma":
            _read_associations(meta, inner)


def _read_associations(meta: _Meta, payload: bytes) -> None:
    wide_items, wide_indices = payload[0] >= 1, payload[3] & 1
    (count,) = struct.unpack_from(">I", payload, 4)
    at = 8
    for _ in range(min(count, _MAX_ITEMS)):
        item, number = struct.unpack_from(">IB" if wide_items else ">HB", payload, at)
        at += 5 if wide_items else 3
        indices = struct.unpack_from(f">{number}{'H' if wide_indices else 'B'}", payload, at)
        at += number * (2 if wide_indices else 1)
        meta.properties[item] = [index & (0x7FFF if wide_indices else 0x7F) for index in indices]


def _references(payload: bytes) -> dict[tuple[bytes, int], list[int]]:
    letter = "I" if payload[0] else "H"
    found: dict[tuple[bytes, int], list[int]] = {}
    for kind, inner in top_boxes(payload[4:]):
        source, count = struct.unpack_from(f">{letter}H", inner)
        found[kind, source] = list(struct.unpack_from(f">{count}{letter}", inner, struct.calcsize(f">{letter}H")))
    return found


def _extents(payload: bytes) -> dict[int, tuple[int, tuple[tuple[int, int], ...]]]:
    """Read by item what its offsets refer to (0: the file, 1: ``idat``), and offset and length of each part."""
    version = payload[0]
    sizes = payload[4] >> 4, payload[4] & 15, payload[5] >> 4, payload[5] & 15 if version else 0
    offset_size, length_size, base_size, index_size = sizes
    reader = _Reader(payload, 6)
    found = {}
    for _ in range(min(reader.number(2 if version < 2 else 4), _MAX_ITEMS)):
        item = reader.number(2 if version < 2 else 4)
        method = reader.number(2) & 15 if version else 0
        reader.number(2)
        base = reader.number(base_size)
        parts = []
        for _ in range(min(reader.number(2), _MAX_ITEMS)):
            reader.number(index_size)
            parts.append((base + reader.number(offset_size), reader.number(length_size)))
        found[item] = method, tuple(parts)
    return found


@dataclass(slots=True)
class _Reader:
    data: bytes
    at: int

    def number(self, size: int) -> int:
        if self.at + size > len(self.data):
            raise ValueError("truncated")
        self.at += size
        return int.from_bytes(self.data[self.at - size : self.at], "big")


def _main(meta: _Meta, data: bytes) -> MainPicture:
    grid = _grid(meta, data) if meta.codecs[meta.primary] == b"grid" else None
    masks = {source for (kind, source), ends in meta.references.items() if kind == b"auxl" and meta.primary in ends}
    alpha = any(_is_alpha(_item(meta, mask)) for mask in masks)
    return MainPicture(_item(meta, meta.primary), grid, alpha)


def _is_alpha(mask: Item) -> bool:
    kind = mask.first(b"auxC") or b""
    return b"alpha" in kind or b"hevc:2015:auxid:1" in kind


def _item(meta: _Meta, number: int) -> Item:
    properties = tuple(meta.boxes[index - 1] for index in meta.properties.get(number, []) if index)
    method, extents = meta.extents.get(number, (2, ()))
    return Item(meta.codecs[number], properties, extents if method == 0 else ())


def _grid(meta: _Meta, data: bytes) -> Grid:
    method, extents = meta.extents[meta.primary]
    offset, length = extents[0]
    payload = (meta.data if method == 1 else data)[offset : offset + length]
    wide = payload[1] & 1
    width, height = struct.unpack_from(">II" if wide else ">HH", payload, 4)
    tiles = tuple(_item(meta, number) for number in meta.references[b"dimg", meta.primary])
    rows, columns = payload[2] + 1, payload[3] + 1
    if len(tiles) != rows * columns:
        raise ValueError("a grid lacks tiles")
    return Grid((width, height), columns, tiles)
