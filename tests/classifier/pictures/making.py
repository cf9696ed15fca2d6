from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Sequence

import pillow_heif
from PIL import Image

from classifier.pictures.boxes import Item, box, main_picture

# Small picture files of kinds that no library writes.
pillow_heif.register_heif_opener()
Colour = tuple[int, int, int]


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    written = io.BytesIO()
    image.save(written, kind, **options)
    return written.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(image: Image.Image, *chunks: bytes) -> bytes:
    data = encoded(image, "PNG")
    return data[:33] + b"".join(chunks) + data[33:]


def raw_png(size: tuple[int, int], bits: int, colour: int, rows: Sequence[bytes], *chunks: bytes) -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", *size, bits, colour, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(b"".join(b"\0" + row for row in rows)))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks) + pixels + chunk(b"IEND", b"")


def nclx(primaries: int, transfer: int, matrix: int = 6) -> bytes:
    return box(b"colr", b"nclx", struct.pack(">HHHB", primaries, transfer, matrix, 0x80))


def with_property(data: bytes, made: bytes, essential: bool = True) -> bytes:
    # Adds a property to the main picture; all that lies behind moves.
    at = data.index(b"ipma") - 4
    count = len(properties(data))
    changed = data[:at] + made + data[at:]
    return _associated(_grown(changed, len(made), (b"meta", b"iprp", b"ipco")), count + 1 | 0x80 * essential)


def properties(data: bytes) -> list[bytes]:
    at = data.index(b"ipco") - 4
    end, place, found = at + struct.unpack_from(">I", data, at)[0], at + 8, []
    while place < end:
        size, kind = struct.unpack_from(">I4s", data, place)
        found.append(kind)
        place += size
    return found


def _grown(data: bytes, by: int, names: tuple[bytes, ...]) -> bytes:
    changed = bytearray(data)
    for name in names:
        place = data.index(name) - 4
        struct.pack_into(">I", changed, place, struct.unpack_from(">I", data, place)[0] + by)
    return _moved(bytes(changed), by)


def _associated(data: bytes, number: int) -> bytes:
    # The first item is the main one in what these libraries write.
    at = data.index(b"ipma") - 4
    count_at = at + 12 + 4 + 2
    count = data[count_at]
    end = count_at + 1 + count
    changed = bytearray(data[:end] + bytes([number]) + data[end:])
    changed[count_at] += 1
    for name in (b"meta", b"iprp", b"ipma"):
        place = data.index(name) - 4
        struct.pack_into(">I", changed, place, struct.unpack_from(">I", data, place)[0] + 1)
    return _moved(bytes(changed), 1)


def _moved(data: bytes, by: int) -> bytes:
    # Offsets of an iloc box of version 0 or 1 with 4-byte offsets; pixels lie behind the boxes.
    at = data.index(b"iloc") + 4
    version, sizes, bases = data[at], data[at + 4], data[at + 5] >> 4
    assert version < 2 and sizes == 0x44, "another layout than these libraries write"
    changed, place = bytearray(data), at + 8
    for _ in range(struct.unpack_from(">H", data, at + 6)[0]):
        place += 4 + (2 if version else 0) + bases
        extents = struct.unpack_from(">H", data, place)[0]
        place += 2
        for _ in range(extents):
            struct.pack_into(">I", changed, place, struct.unpack_from(">I", data, place)[0] + by)
            place += 8
    return bytes(changed)


def heic_grid(tiles: Sequence[Image.Image], columns: int, rows: int, size: tuple[int, int], turn: bytes = b"") -> bytes:
    # Every row repeats the tiles: as large as wanted, of a few kilobytes. ``turn`` is a further property.
    files = [encoded(tile, "HEIF", quality=90) for tile in tiles]
    mains = [main_picture(data) for data in files]
    items = [main.item for main in mains if main]
    pixels = [data[item.extents[0][0] :][: item.extents[0][1]] for data, item in zip(files, items, strict=True)]
    grid = struct.pack(">BBBBII", 0, 1, rows - 1, columns - 1, *size)
    parts = [grid, *pixels]
    start = box(b"ftyp", b"heic\0\0\0\0mif1heic")
    length = len(_grid_meta(items, parts, 0, columns * rows, size, turn))
    meta = _grid_meta(items, parts, len(start) + length + 8, columns * rows, size, turn)
    return start + meta + box(b"mdat", *parts)


def _grid_meta(
    items: Sequence[Item], parts: Sequence[bytes], offset: int, count: int, size: tuple[int, int], turn: bytes
) -> bytes:
    known = [[box(kind, payload) for kind, payload in item.properties] for item in items]
    every = [box(b"ispe", b"\0\0\0\0", struct.pack(">II", *size)), *([turn] if turn else [])]
    associations = [bytes([0, 1, len(every), *range(1, len(every) + 1)])]
    for number, found in enumerate(known):
        first = len(every) + 1
        every += found
        associations.append(bytes([0, number + 2, len(found), *range(first, first + len(found))]))
    places = [offset + sum(map(len, parts[:number])) for number in range(len(parts))]
    entries = [
        struct.pack(">HHHII", number + 1, 0, 1, place, len(part))
        for number, (place, part) in enumerate(zip(places, parts, strict=True))
    ]
    kinds = [b"grid", *[b"hvc1"] * len(items)]
    infos = [box(b"infe", b"\2\0\0\0", struct.pack(">HH", n + 1, 0), kind, b"\0") for n, kind in enumerate(kinds)]
    ends = struct.pack(f">HH{count}H", 1, count, *(2 + number % len(items) for number in range(count)))
    return box(
        b"meta",
        b"\0\0\0\0",
        box(b"hdlr", b"\0" * 8 + b"pict" + b"\0" * 13),
        box(b"pitm", b"\0\0\0\0\0\1"),
        box(b"iloc", b"\0\0\0\0\x44\0", struct.pack(">H", len(entries)), *entries),
        box(b"iinf", b"\0\0\0\0", struct.pack(">H", len(infos)), *infos),
        box(b"iref", b"\0\0\0\0", box(b"dimg", ends)),
        box(
            b"iprp", box(b"ipco", *every), box(b"ipma", b"\0" * 4, struct.pack(">I", len(associations)), *associations)
        ),
    )


def coded_as(data: bytes, primaries: int, transfer: int) -> bytes:
    # What an encoder wrote with other code points: the pixels stay.
    at = data.index(b"nclx") + 4
    return data[:at] + struct.pack(">HH", primaries, transfer) + data[at + 4 :]


Entry = tuple[int, int, Sequence[int] | bytes]
_LETTERS = {1: "B", 2: "B", 3: "H", 4: "I", 5: "I", 7: "B"}


def tiff(pages: Sequence[Sequence[Entry]], below: Sequence[Sequence[Entry]] = ()) -> bytes:
    # Pages, and pictures below the first one (SubIFDs). An entry's bytes become strips (273) where that tag has them.
    out = bytearray(b"II*\0" + b"\0" * 4)
    subs = [_directory(out, entries, 0) for entries in below]
    label_propagation = 0
    for number in range(len(pages) - 1, -1, -1):
        entries = list(pages[number])
        if number == 0 and subs:
            entries.append((330, 4, subs))
        label_propagation = _directory(out, entries, label_propagation)
    struct.pack_into("<I", out, 4, label_propagation)
    return bytes(out)


def _directory(out: bytearray, entries: Sequence[Entry], label_propagation: int) -> int:
    cells = []
    for tag, kind, given in sorted(entries, key=lambda entry: entry[0]):
        values = given
        if tag == 273 and isinstance(given, bytes):
            values = [len(out)]
            out += given
        packed = bytes(values) if kind in (1, 2, 7) else struct.pack(f"<{len(values)}{_LETTERS[kind]}", *values)
        count = len(values) // 2 if kind == 5 else len(values)
        if len(packed) > 4:
            at = len(out)
            out += packed
            packed = struct.pack("<I", at)
        cells.append(struct.pack("<HHI", tag, kind, count) + packed.ljust(4, b"\0"))
    out += b"\0" * (len(out) % 2)
    place = len(out)
    out += struct.pack("<H", len(cells)) + b"".join(cells) + struct.pack("<I", label_propagation)
    return place


def page(image: Image.Image, *more: Entry) -> list[Entry]:
    pixels = image.convert("RGB").tobytes()
    return [
        (256, 4, [image.width]), (257, 4, [image.height]), (258, 3, [8, 8, 8]), (259, 3, [1]), (262, 3, [2]),
        (273, 4, pixels), (277, 3, [3]), (278, 4, [image.height]), (279, 4, [len(pixels)]), *more,
    ]  # fmt: skip


def dng(size: tuple[int, int], colour: Colour, preview: Image.Image | None, orientation: int = 1) -> bytes:
    # A camera's raw file: a thumbnail first, below it the sensor's mosaic and perhaps a JPEG preview.
    width, height = size
    red, green, blue = (value * 200 for value in colour)
    rows = (
        struct.pack(f"<{width}H", *([red, green] * (width // 2))),
        struct.pack(f"<{width}H", *([green, blue] * (width // 2))),
    )
    mosaic = b"".join(rows) * (height // 2)
    sensor: list[Entry] = [
        (254, 4, [0]), (256, 4, [width]), (257, 4, [height]), (258, 3, [16]), (259, 3, [1]), (262, 3, [32803]),
        (273, 4, mosaic), (277, 3, [1]), (278, 4, [height]), (279, 4, [len(mosaic)]), (33421, 3, [2, 2]),
        (33422, 1, [0, 1, 1, 2]), (50714, 4, [0]), (50717, 4, [51_000]),
    ]  # fmt: skip
    below = [sensor]
    if preview is not None:
        data = encoded(preview, "JPEG", quality=92)
        below.append([
            (254, 4, [1]), (256, 4, [preview.width]), (257, 4, [preview.height]), (258, 3, [8, 8, 8]), (259, 3, [7]),
            (262, 3, [6]), (273, 4, data), (277, 3, [3]), (278, 4, [preview.height]), (279, 4, [len(data)]),
        ])  # fmt: skip
    matrix = [v for n in (3240, -1537, -498, -969, 1876, 41, 55, -204, 1057) for v in (n & 0xFFFFFFFF, 1000)]
    first = page(
        Image.new("RGB", (48, 32), colour),
        (254, 4, [1]), (271, 2, b"Drawn\0"), (272, 2, b"Camera\0"), (274, 3, [orientation]), (50706, 1, [1, 4, 0, 0]),
        (50708, 2, b"Drawn Camera\0"), (50721, 5, matrix), (50728, 5, [1, 1, 1, 1, 1, 1]), (50778, 3, [21]),
    )  # fmt: skip
    return tiff([first], below)
