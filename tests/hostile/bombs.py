from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Sequence

from PIL import Image

from tests.classifier.pictures.making import dng, heic_grid
from tests.support.drawing import photo_bytes

# Small files that claim, or swell to, what no photo is. Each is made by one function, so that none lies on a disk.
MANY = 60_000


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(*chunks: bytes, size: tuple[int, int] = (40, 40), bits: int = 8, colour: int = 0, pixels: bytes = b"") -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", *size, bits, colour, 0, 0, 0))
    body = pixels or zlib.compress(b"\0" * (size[1] * (size[0] + 1)))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def zeros(count: int) -> bytes:
    # Compressed block by block, each the same: two gigabytes are made at once. The last four bytes are Adler's sum.
    packer, block = zlib.compressobj(9, wbits=-15), b"\0" * 2**20
    whole = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    rest = packer.compress(b"\0" * (count % len(block))) + packer.flush()
    return b"\x78\xda" + whole * (count // len(block)) + rest + struct.pack(">HH", count % 65_521, 1)


def segment(marker: int, data: bytes) -> bytes:
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(data) + 2) + data


def jpeg(after: bytes, size: tuple[int, int] | None = None, **options: object) -> bytes:
    data = photo_bytes(Image.new("RGB", (64, 64), (200, 40, 40)), "JPEG", **options)
    if size:
        at = next(data.find(bytes([0xFF, marker])) for marker in (0xC0, 0xC2) if bytes([0xFF, marker]) in data)
        data = data[: at + 5] + struct.pack(">HH", size[1], size[0]) + data[at + 9 :]
    return data[:2] + after + data[2:]


def _ifd(entries: Sequence[tuple[int, int, int, int]], label_propagation: int = 0) -> bytes:
    packed = b"".join(struct.pack("<HHII", *entry) for entry in sorted(entries))
    return struct.pack("<H", len(entries)) + packed + struct.pack("<I", label_propagation)


def tiff(entries: dict[int, tuple[int, int, int]], after: bytes = b"", size: tuple[int, int] = (40, 40)) -> bytes:
    usual = {
        256: (4, 1, size[0]), 257: (4, 1, size[1]), 258: (3, 1, 8), 259: (3, 1, 1), 262: (3, 1, 1), 273: (4, 1, 8),
        277: (3, 1, 1), 278: (4, 1, size[1]), 279: (4, 1, size[0] * size[1]),
    }  # fmt: skip
    every = {tag: entry for tag, entry in {**usual, **entries}.items() if entry[1]}
    directory = _ifd([(tag, *entry) for tag, entry in every.items()])
    return b"II*\0" + struct.pack("<I", 8) + directory + after


def tiff_data_at(entries: dict[int, tuple[int, int, int]]) -> int:
    return len(tiff(entries))


def box(kind: bytes, *parts: bytes) -> bytes:
    return struct.pack(">I", 8 + sum(map(len, parts))) + kind + b"".join(parts)


def _resized(data: bytes, find: bytes, at: int, replacement: bytes) -> bytes:
    place = data.index(find) + at
    return data[:place] + replacement + data[place + len(replacement) :]


# By pixels -------------------------------------------------------------------------------------------------------


def wide_png() -> bytes:
    return png(size=(MANY, MANY), pixels=b"x")


def wide_jpeg() -> bytes:
    return jpeg(b"", size=(MANY, MANY))


def wide_gif() -> bytes:
    data = photo_bytes(Image.new("P", (8, 8)), "GIF")
    return data[:6] + struct.pack("<HH", MANY, MANY) + data[10:]


def wide_frame_in_a_small_gif() -> bytes:
    data = photo_bytes(Image.new("P", (8, 8)), "GIF")
    at = data.rindex(b",\0\0\0\0\x08\0\x08\0")
    return data[: at + 5] + struct.pack("<HH", MANY, MANY) + data[at + 9 :]


def wide_bmp() -> bytes:
    return _resized(photo_bytes(Image.new("RGB", (8, 8)), "BMP"), b"BM", 18, struct.pack("<ii", MANY, MANY))


def wide_tiff() -> bytes:
    return tiff({}, b"\0" * 64, size=(MANY, MANY))


def wide_webp() -> bytes:
    side = (16_383).to_bytes(3, "little")
    data = photo_bytes(Image.new("RGBA", (8, 8), (1, 2, 3, 4)), "WEBP")
    return _resized(data, b"VP8X", 12, side + side)


def wide_lossless_webp() -> bytes:
    data = photo_bytes(Image.new("RGB", (8, 8)), "WEBP", lossless=True)
    bits = 16_382 | 16_382 << 14
    return _resized(data, b"VP8L", 9, struct.pack("<I", bits))


def wide_heif() -> bytes:
    data = photo_bytes(Image.new("RGB", (64, 64)), "HEIF")
    return _resized(data, b"ispe", 8, struct.pack(">II", MANY, MANY))


def wide_avif() -> bytes:
    data = photo_bytes(Image.new("RGB", (64, 64)), "AVIF")
    return _resized(data, b"ispe", 8, struct.pack(">II", MANY, MANY))


# By frames -------------------------------------------------------------------------------------------------------


def many_gif_frames(count: int = 40_000) -> bytes:
    data = photo_bytes(Image.new("P", (40, 40)), "GIF")
    at = data.index(b",\0\0\0\0\x28\0\x28\0")
    return data[:at] + data[at:-1] * count + b";"


def many_tiff_pages(count: int = 300_000) -> bytes:
    first = tiff({})
    page = len(first) - 8
    links = (8 + page * (number + 1) for number in range(count - 1))
    return first[:8] + b"".join(first[8:-4] + struct.pack("<I", link) for link in links) + first[8:]


def tiff_pages_in_a_ring() -> bytes:
    first = tiff({}, b"\0" * 1600)
    return first[: 8 + 2 + 9 * 12] + struct.pack("<I", 8) + first[8 + 2 + 9 * 12 + 4 :]


def many_webp_frames(count: int = 40_000) -> bytes:
    two = [Image.new("RGB", (40, 40), colour) for colour in ((0, 0, 0), (9, 9, 9))]
    data = photo_bytes(two[0], "WEBP", save_all=True, append_images=two[1:], minimize_size=False)
    at = data.index(b"ANMF")
    length = 8 + struct.unpack("<I", data[at + 4 : at + 8])[0]
    frame = data[at : at + length + length % 2]
    body = data[8:at] + frame * count
    return b"RIFF" + struct.pack("<I", len(body)) + body


def many_avif_frames(count: int = 2_000_000) -> bytes:
    two = [Image.new("RGB", (64, 64), colour) for colour in ((0, 0, 0), (90, 9, 9))]
    data = photo_bytes(two[0], "AVIF", save_all=True, append_images=two[1:])
    at = data.index(b"stsz")
    data = data[: at + 8] + struct.pack(">II", 1, count) + data[at + 16 :]  # samples of one size need no table
    at = data.index(b"stsc")
    return data[: at + 16] + struct.pack(">I", count) + data[at + 20 :]


def many_png_frames() -> bytes:
    control = chunk(b"acTL", struct.pack(">II", 2**31 - 1, 0))
    return png(control)


def a_jpeg_of_many_pictures() -> bytes:
    entries = struct.pack("<HHI4s", 0xB000, 7, 4, b"0100") + struct.pack("<HHII", 0xB001, 4, 1, 2**31)
    directory = struct.pack("<H", 3) + entries + struct.pack("<HHII", 0xB002, 7, 2**31, 50) + struct.pack("<I", 0)
    return jpeg(segment(0xE2, b"MPF\0II*\0" + struct.pack("<I", 8) + directory + b"\0" * 64))


# By compression --------------------------------------------------------------------------------------------------


def text_that_swells() -> bytes:
    return png(chunk(b"zTXt", b"Comment\0\0" + zeros(2**30)))


def many_texts_that_swell() -> bytes:
    return png(*[chunk(b"zTXt", b"Comment%d\0\0" % number + zeros(2**20 - 1)) for number in range(400)])


def international_text_that_swells() -> bytes:
    return png(chunk(b"iTXt", b"Comment\0\1\0\0\0" + zeros(2**30)))


def a_profile_that_swells() -> bytes:
    return png(chunk(b"iCCP", b"icc\0\0" + zeros(2**30)))


def exif_text_that_swells() -> bytes:
    return png(chunk(b"zTXt", b"Raw profile type exif\0\0" + zeros(2**30)))


def pixels_that_swell() -> bytes:
    return png(pixels=zeros(2**30))


def _tiff_strip(compression: int, packed: bytes, more: dict[int, tuple[int, int, int]]) -> bytes:
    entries = {259: (3, 1, compression), 279: (4, 1, len(packed)), **more}
    return tiff({**entries, 273: (4, 1, tiff_data_at({**entries, 273: (4, 1, 0)}))}, packed)


def a_deflated_strip_that_swells() -> bytes:
    return _tiff_strip(8, zeros(2**30), {})


def a_tile_much_larger_than_its_picture() -> bytes:
    packed = zeros(2**31 - 2**20)
    tile = {322: (4, 1, 46_336), 323: (4, 1, 46_320), 324: (4, 1, 8), 325: (4, 1, len(packed))}
    entries = {259: (3, 1, 8), 273: (4, 0, 0), 278: (4, 0, 0), 279: (4, 0, 0), **tile}
    return tiff({**entries, 324: (4, 1, tiff_data_at(entries))}, packed)


def _lzw_zeros(strings: int) -> bytes:
    """TIFF's LZW: clear, then the longest runs of zeros there are, over and over."""
    bits, out, width = 0, bytearray(), 0

    def put(code: int, size: int) -> None:
        nonlocal bits, width
        bits, width = bits << size | code, width + size
        while width >= 8:
            width -= 8
            out.append(bits >> width & 255)
            bits &= (1 << width) - 1

    for _ in range(strings):
        put(256, 9)
        put(0, 9)
        for code in range(258, 4094):
            size = 9 if code < 511 else 10 if code < 1023 else 11 if code < 2047 else 12
            put(code, size)
        # the reader's table is full: begin anew
    return bytes(out)


def an_lzw_strip_that_swells() -> bytes:
    return _tiff_strip(5, _lzw_zeros(20), {})


def a_hundred_million_sixteen_bit_pixels() -> bytes:
    return png(size=(10_000, 10_000), bits=16, pixels=zeros(10_000 * 20_001))


def a_hundred_million_pixels_with_alpha() -> bytes:
    return png(size=(10_000, 10_000), bits=16, colour=6, pixels=zeros(10_000 * 80_001))


def a_hundred_million_floats() -> bytes:
    packed = zeros(400_000_000)
    side = {256: (4, 1, 10_000), 257: (4, 1, 10_000), 278: (4, 1, 10_000)}
    return _tiff_strip(8, packed, {**side, 258: (3, 1, 32), 339: (3, 1, 3)})


# By the number of pieces -----------------------------------------------------------------------------------------


def many_jpeg_segments(count: int = 8_000_000) -> bytes:
    return jpeg(segment(0xEA, b"") * count)


def many_png_chunks(count: int = 3_000_000) -> bytes:
    return png(chunk(b"prIv", b"") * count)


def many_png_chunks_after_the_pixels(count: int = 3_000_000) -> bytes:
    whole = png()
    return whole[:-12] + chunk(b"prIv", b"") * count + whole[-12:]


def many_gif_comments(count: int = 8_000_000) -> bytes:
    data = photo_bytes(Image.new("P", (40, 40)), "GIF")
    at = data.index(b",\0\0\0\0")
    return data[:at] + b"!\xfe\x01x\0" * count + data[at:]


def many_jpeg_scans(count: int = 100_000) -> bytes:
    """A progressive picture of 16 million pixels whose every further scan says in a few bytes that nothing changes."""
    side = 4_000
    data = photo_bytes(Image.new("L", (side, side), 128), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    scan = data[last:-2]
    return data[:-2] + scan * count + data[-2:]


def endless_run_lengths(count: int = 20_000_000) -> bytes:
    """A picture of eight bits, told pixel by pixel in two bytes each."""
    start = photo_bytes(Image.new("L", (40, 40)), "BMP")[:1078]
    header = start[:18] + struct.pack("<ii", 10_000, 10_000) + start[26:30] + struct.pack("<II", 1, 2 * count)
    return header + start[38:] + b"\1\0" * count


def many_heif_tiles(rows: int = 23, columns: int = 32) -> bytes:
    """A grid of 200 million pixels, every tile of which is the same one."""
    return heic_grid([Image.new("RGB", (512, 512))], columns, rows, (512 * columns, 512 * rows))


def heif_tiles_larger_than_they_say() -> bytes:
    data = heic_grid([Image.new("RGB", (2048, 2048))], 16, 16, (8_192, 8_192))
    return data.replace(struct.pack(">II", 2048, 2048), struct.pack(">II", 512, 512))


def wide_jpeg_xl() -> bytes:
    return b"\xff\x0a" + (3 << 1 | (2**30 - 1) << 3 | 1 << 33).to_bytes(8, "little") + b"\0" * 40


def wide_raw_file() -> bytes:
    data = dng((96, 64), (90, 60, 30), None)
    wide = [struct.pack("<HHII", tag, 4, 1, side) for tag, side in ((256, 96), (257, 64))]
    for cell in wide:
        data = data.replace(cell, cell[:8] + struct.pack("<I", MANY))
    return data


def many_tiff_strips(count: int = 12_000_000) -> bytes:
    entries = {273: (4, count, 0), 279: (4, count, 0), 278: (4, 1, 1)}
    at = tiff_data_at(entries)
    return tiff({**entries, 273: (4, count, at), 279: (4, count, at)}, struct.pack("<I", 8) * count)


def a_second_page_of_endless_tags() -> bytes:
    data = photo_bytes(Image.new("L", (40, 40)), "TIFF", big_tiff=True)
    start = struct.unpack("<Q", data[8:16])[0]
    count = struct.unpack("<Q", data[start : start + 8])[0]
    link = start + 8 + 20 * count
    return data[:link] + struct.pack("<Q", len(data)) + data[link + 8 :] + struct.pack("<Q", 2**60)


def tags_that_share_their_data(size: int = 40_000_000) -> bytes:
    return tiff(dict.fromkeys(range(1000, 40000), (7, size, 8)), b"\0" * size)


def exif_whose_tags_share_their_data() -> bytes:
    entries = [(number, 7, 60_000, 8) for number in range(1, 4_000)]
    blob = b"Exif\0\0II*\0" + struct.pack("<I", 8) + _ifd(entries)
    return jpeg(segment(0xE1, (blob + b"\0" * 65_000)[:65_000]))


def exif_in_many_segments() -> bytes:
    first = segment(0xE1, b"Exif\0\0II*\0" + struct.pack("<I", 8) + _ifd([(1, 7, 40_000_000, 8)]))
    return jpeg(first + segment(0xE1, b"Exif\0\0" + b"\0" * 65_000) * 650)


def heif_boxes_in_boxes(depth: int = 100_000) -> bytes:
    start = photo_bytes(Image.new("RGB", (64, 64)), "HEIF")
    at = start.index(b"meta") - 4
    inner = b"".join(struct.pack(">I4s", 8 * (depth - level), b"dinf") for level in range(depth))
    return start[:at] + box(b"meta", b"\0" * 4, inner)


def heif_of_many_items(count: int = 60_000) -> bytes:
    start = photo_bytes(Image.new("RGB", (64, 64)), "HEIF")
    at = start.index(b"iinf") - 4
    length = struct.unpack(">I", start[at : at + 4])[0]
    entries = [box(b"infe", b"\2\0\0\0", struct.pack(">HH", number + 1, 0), b"hvc1\0") for number in range(count)]
    made = box(b"iinf", b"\1\0\0\0", struct.pack(">I", count), *entries)
    whole = start[:at] + made + start[at + length :]
    meta = whole.index(b"meta") - 4
    size = struct.unpack(">I", whole[meta : meta + 4])[0] + len(made) - length
    return whole[:meta] + struct.pack(">I", size) + whole[meta + 4 :]


BOMBS: dict[str, Callable[[], bytes]] = {
    made.__name__.replace("_", " "): made
    for made in (
        wide_png, wide_jpeg, wide_gif, wide_frame_in_a_small_gif, wide_bmp, wide_tiff, wide_webp, wide_lossless_webp,
        wide_heif, wide_avif, many_gif_frames, many_tiff_pages, tiff_pages_in_a_ring, many_webp_frames,
        many_avif_frames, many_png_frames, a_jpeg_of_many_pictures, text_that_swells, many_texts_that_swell,
        international_text_that_swells, a_profile_that_swells, exif_text_that_swells, pixels_that_swell,
        a_deflated_strip_that_swells, a_tile_much_larger_than_its_picture, an_lzw_strip_that_swells,
        a_hundred_million_sixteen_bit_pixels, a_hundred_million_pixels_with_alpha, a_hundred_million_floats,
        many_jpeg_segments, many_png_chunks, many_png_chunks_after_the_pixels, many_gif_comments, many_jpeg_scans,
        many_tiff_strips, a_second_page_of_endless_tags, tags_that_share_their_data,
        exif_whose_tags_share_their_data, exif_in_many_segments,
        heif_boxes_in_boxes, heif_of_many_items, endless_run_lengths, many_heif_tiles, heif_tiles_larger_than_they_say,
        wide_jpeg_xl, wide_raw_file,
    )
}  # fmt: skip
