"""One coded picture of a HEIC or AVIF file as a file of its own, with nothing in it but what a decoder needs."""

from __future__ import annotations

from typing import Final

from classifier.pictures.boxes import Item, Properties, box

_BRANDS: Final = {b"hvc1": b"heic", b"av01": b"avif"}
_KEPT: Final = frozenset({b"hvcC", b"av1C", b"ispe", b"colr", b"pixi"})
_ESSENTIAL: Final = 0x80


def standalone(data: bytes, item: Item, colours: Properties = ()) -> bytes:
    """A file of one item of the file ``data``; ``colours`` are its colour spaces where it has none itself.

    Crop, turn and transparency are left out.
    """
    pixels = b"".join(data[offset : offset + length] for offset, length in item.extents)
    wanted = item.properties if item.first(b"colr") else (*item.properties, *colours)
    kept = tuple((kind, payload) for kind, payload in wanted if kind in _KEPT)
    brand = _BRANDS.get(item.codec, b"mif1")
    start = box(b"ftyp", brand, b"\0\0\0\0mif1miaf", brand)
    length = len(_meta(item.codec, kept, 0, len(pixels)))
    return start + _meta(item.codec, kept, len(start) + length + 8, len(pixels)) + box(b"mdat", pixels)


def _meta(codec: bytes, properties: Properties, offset: int, length: int) -> bytes:
    indices = [
        number | (_ESSENTIAL if kind in (b"hvcC", b"av1C") else 0) for number, (kind, _) in enumerate(properties, 1)
    ]
    return box(
        b"meta",
        b"\0\0\0\0",
        box(b"hdlr", b"\0" * 8 + b"pict" + b"\0" * 13),
        box(b"pitm", b"\0\0\0\0\0\1"),
        box(b"iloc", b"\0\0\0\0\x44\0\0\1", b"\0\1\0\0\0\1", offset.to_bytes(4, "big"), length.to_bytes(4, "big")),
        box(b"iinf", b"\0\0\0\0\0\1", box(b"infe", b"\2\0\0\0\0\1\0\0", codec, b"\0")),
        box(
            b"iprp",
            box(b"ipco", *(box(kind, payload) for kind, payload in properties)),
            box(b"ipma", b"\0\0\0\0\0\0\0\1\0\1", bytes([len(indices), *indices])),
        ),
    )
