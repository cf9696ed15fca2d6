"""Decode large HEIC pictures tile by tile, and apply crop and rotation boxes.

libheif decodes whole pictures: 200 million pixels would take over two gigabytes. Phones store such photos as a grid of
tiles; each tile is decoded as a small file of its own, shrunk, and pasted into place.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Final

import pillow_heif
from PIL import Image

from classifier.pictures.boxes import Grid, Item, MainPicture, Properties, box

_LARGE_PX: Final = 48_000_000  # below, libheif and Pillow together take less than 400 MB
_MAX_REDUCTION: Final = 16
_THREADS: Final = 4
_BAND_ROWS: Final = 512
_MAX_TILE_PX: Final = 8_000_000  # each thread decodes one
_BRANDS: Final = {b"hvc1": b"heic", b"av01": b"avif"}
_KEPT: Final = frozenset({b"hvcC", b"av1C", b"ispe", b"colr", b"pixi"})
_ESSENTIAL: Final = 0x80
_TURNS: Final = {
    (b"irot", 1): Image.Transpose.ROTATE_90,
    (b"irot", 2): Image.Transpose.ROTATE_180,
    (b"irot", 3): Image.Transpose.ROTATE_270,
    (b"imir", 0): Image.Transpose.FLIP_TOP_BOTTOM,
    (b"imir", 1): Image.Transpose.FLIP_LEFT_RIGHT,
}


def can_be_tiled(main: MainPicture | None) -> bool:
    """Whether the picture is a grid of opaque HEVC tiles within the file."""
    grid = main.grid if main else None
    tile = grid.tiles[0].size if grid else None
    if main is None or grid is None or tile is None or main.has_alpha or tile[0] * tile[1] > _MAX_TILE_PX:
        return False
    covered = tile[0] * grid.columns >= grid.size[0] and tile[1] * len(grid.tiles) // grid.columns >= grid.size[1]
    return covered and all(one.codec == b"hvc1" and one.extents and one.size == tile for one in grid.tiles)


def is_large(size: tuple[int, int]) -> bool:
    """Whether a picture of ``size`` pixels should be decoded in parts."""
    return size[0] * size[1] > _LARGE_PX


def decode(data: bytes, main: MainPicture, side: int) -> Image.Image:
    """Decode a picture reduced by a power of two to no less than ``side``, cropped and rotated as its boxes say.

    Raises:
        Exception: libheif cannot decode it.
    """
    if main.grid is not None and can_be_tiled(main):
        return _tiled(data, main, main.grid, side)
    return _in_bands(data, side)


def _in_bands(data: bytes, side: int) -> Image.Image:
    """Decode a whole picture, and reduce it some rows at a time, which avoids a second copy."""
    whole = pillow_heif.open_heif(data, remove_stride=False)
    pixels, (width, height) = whole.data, whole.size  # libheif has applied the boxes
    factor = _factor((width, height), (_BAND_ROWS, _BAND_ROWS), side)
    canvas = Image.new(whole.mode, (-(-width // factor), -(-height // factor)))
    for top in range(0, height, _BAND_ROWS):
        rows = min(_BAND_ROWS, height - top)
        part = pixels[top * whole.stride : (top + rows) * whole.stride]
        band = Image.frombuffer(whole.mode, (width, rows), part, "raw", whole.mode, whole.stride, 1)
        canvas.paste(band.reduce(factor), (0, top // factor))
    return canvas


def _tiled(data: bytes, main: MainPicture, grid: Grid, side: int) -> Image.Image:
    tile = grid.tiles[0].size or grid.size
    factor = _factor(grid.size, tile, side)
    canvas = Image.new("RGB", (grid.size[0] // factor, grid.size[1] // factor))
    colours = tuple(one for one in main.item.properties if one[0] == b"colr")
    with ThreadPoolExecutor(_THREADS) as pool:
        for start in range(0, len(grid.tiles), grid.columns):  # a row at a time, to limit the memory
            row = grid.tiles[start : start + grid.columns]
            for column, small in enumerate(pool.map(lambda one: _reduced(data, one, colours, factor), row)):
                canvas.paste(small, (column * tile[0] // factor, start // grid.columns * tile[1] // factor))
    return apply_boxes(canvas, main.item, factor)


def apply_boxes(image: Image.Image, item: Item, factor: int = 1) -> Image.Image:
    """Crop, rotate and mirror a picture reduced by ``factor``, in the order of its item's properties."""
    for kind, payload in item.properties:
        if kind == b"clap" and (crop := item.crop):
            edges = (crop.left, crop.top, crop.right, crop.bottom)
            image = image.crop(tuple(round(edge / factor) for edge in edges))  # type: ignore[arg-type]
        elif (turn := _TURNS.get((kind, payload[0] & 3 if payload else 0))) is not None:
            image = image.transpose(turn)
    return image


def _factor(size: tuple[int, int], tile: tuple[int, int], side: int) -> int:
    factor = 1
    while (
        factor < _MAX_REDUCTION and max(size) // (factor * 2) >= side and not any(edge % (factor * 2) for edge in tile)
    ):
        factor *= 2
    return factor


def _reduced(data: bytes, tile: Item, colours: Properties, factor: int) -> Image.Image:
    """Decode one tile as a file of its own, to 8-bit RGB."""
    decoded = pillow_heif.open_heif(standalone(data, tile, colours)).to_pillow().convert("RGB")
    if decoded.size != tile.size:
        raise ValueError("a tile has another size")
    return decoded.reduce(factor)


def standalone(data: bytes, item: Item, colours: Properties = ()) -> bytes:
    """Make a file of one item of the file ``data``, without crop, rotation and transparency.

    ``colours`` are the colour spaces for an item that has none.
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
