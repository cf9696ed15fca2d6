"""Recognise the kind of a picture file by its content, and open it with its decoder.

Unlike Pillow's ``Image.open``, a refusal says whether the file is no picture, of an unsupported kind, or damaged.
"""

from __future__ import annotations

import logging
import re
from typing import Final

import pillow_heif
from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from classifier.pictures import tiff
from classifier.pictures.boxes import MainPicture
from classifier.pictures.guard import LimitedReads, TooManyParts
from classifier.pictures.limits import KindNotSupported, NotAPicture, PictureDamaged, PictureRefused, PictureTooLarge

pillow_heif.register_heif_opener()
_log = logging.getLogger(__name__)

_PLUGINS = (
    AvifImagePlugin, BmpImagePlugin, GifImagePlugin, JpegImagePlugin, PngImagePlugin, TiffImagePlugin, WebPImagePlugin
)  # fmt: skip
FORMATS: Final = ("JPEG", "PNG", "WEBP", "HEIF", "AVIF", "TIFF", "GIF", "BMP")
"""Pillow's names of the accepted formats. None of them starts another program, as PostScript would."""

JXL: Final = "JXL"
_JXL_STARTS: Final = (b"\xff\x0a", b"\0\0\0\x0cJXL \r\n\x87\n")
_RAW_STARTS: Final = (
    b"FUJIFILMCCD-RAW",
    b"FOVb",
    b"\0MRM",
    b"II\x1a\0\0\0HEAPCCDR",
    b"IIRO",
    b"IIRS",
    b"MMOR",
    b"IIU\0",
)
AV1, HEVC = b"av01", b"hvc1"
"""The codecs of AVIF and HEIC."""

_PREFIX_BYTES: Final = 16  # that Pillow's plugins check

_UNSUPPORTED: Final = re.compile(
    "unsupported|not supported|unknown (pixel|raw) mode|not available|cannot handle|not implemented|bad configuration",
    re.IGNORECASE,
)
"""Decoders distinguish unsupported kinds from damaged pictures only by words."""

NAMES: Final = {
    "JPEG": "JPEG", "PNG": "PNG", "WEBP": "WebP", "HEIF": "HEIC", "AVIF": "AVIF", "TIFF": "TIFF", "GIF": "GIF",
    "BMP": "BMP", JXL: "JPEG XL",
}  # fmt: skip
_OTHERS: Final = (
    (re.compile(rb"%PDF-"), "a PDF document"),
    (
        re.compile(rb"(\xef\xbb\xbf)?\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*(<!DOCTYPE svg|<svg)", re.DOTALL),
        "an SVG drawing",
    ),
    (re.compile(rb".{4}ftyp(mp4|isom|iso2|avc1|M4V|qt  |3gp|MSNV)", re.DOTALL), "a video"),
    (re.compile(rb".{4}ftypmif3", re.DOTALL), "a HEIF file of the short form (mif3)"),
    (re.compile(rb"\x1aE\xdf\xa3"), "a video"),
    (re.compile(rb"\x76\x2f\x31\x01"), "an OpenEXR picture"),
    (re.compile(rb"#\?(RADIANCE|RGBE)"), "a Radiance HDR picture"),
    (re.compile(rb"gimp xcf"), "a GIMP picture"),
)
_NO_PICTURES: Final = frozenset({"BUFR", "GRIB", "HDF5"})  # data formats that Pillow knows
_RARE_COMPRESSIONS: Final = frozenset({"lzma", "webp", "zstd"})  # not in every libtiff
_CODECS: Final = {
    b"unci": "without compression", b"avc1": "as H.264", b"vvc1": "as VVC", b"j2k1": "as JPEG 2000", b"jpeg": "as JPEG"
}  # fmt: skip


def open_picture(data: bytes, main: MainPicture | None) -> Image.Image:
    """Open a picture file without decoding pixels; ``main`` is the content of its boxes, if it has any.

    Raises:
        PictureRefused: the file is no picture, of an unsupported kind, or damaged.
        TooManyParts: the file is made to keep a decoder busy.
    """
    failed: tuple[str, Exception] | None = None
    for name in _candidates(data, main):
        try:
            return Image.OPEN[name][0](LimitedReads(data), "")
        except TooManyParts:
            raise
        except Exception as error:  # decoders raise any exception on damaged data
            _log.info("could not open a %s file", name, exc_info=True)
            failed = failed or (name, error)
    if failed is None:
        raise _unknown(data)
    raise refusal(failed[0], failed[1], main) from failed[1]


def refusal(
    name: str, error: Exception, main: MainPicture | None = None, compression: str | None = None
) -> PictureRefused:
    """Interpret a decoder's ``error`` on a file of format ``name``: an unsupported kind, or damage."""
    if isinstance(error, Image.DecompressionBombError):
        return PictureTooLarge("A frame of the file has far more pixels than the picture itself.")
    if main is not None and main.codec not in (AV1, HEVC):
        return KindNotSupported(f"a HEIF file coded {_CODECS.get(main.codec, 'neither as HEVC nor as AV1')}")
    unknown = name == "TIFF" and (isinstance(error.__cause__, KeyError) or compression in _RARE_COMPRESSIONS)
    if unknown or isinstance(error, NotImplementedError) or _UNSUPPORTED.search(str(error)):
        return KindNotSupported(f"a kind of {NAMES.get(name, name)} file")
    return PictureDamaged()


def is_jpeg_xl(data: bytes) -> bool:
    """Whether the file is JPEG XL."""
    return data.startswith(_JXL_STARTS)


def is_raw(data: bytes) -> bool:
    """Whether the file is a camera's raw file."""
    if data.startswith(_RAW_STARTS) or data[4:12] == b"ftypcrx ":
        return True
    return tiff.is_tiff(data) and (data[8:10] == b"CR" or tiff.is_raw(data))


def _candidates(data: bytes, main: MainPicture | None) -> list[str]:
    prefix = data[:_PREFIX_BYTES]
    if main is not None:  # brands are ambiguous, the codec is not
        return ["AVIF"] if main.codec == AV1 else ["HEIF"]
    if is_jpeg_xl(data):
        return [JXL]
    return [name for name in FORMATS if _accepts(name, prefix)]


def _accepts(name: str, prefix: bytes) -> bool:
    """Whether a Pillow plugin accepts a file by its first bytes."""
    accept = Image.OPEN[name][1]
    return accept is not None and accept(prefix) is True


def _is_text(name: str, data: bytes) -> bool:
    """Whether a file is plain text that only begins like a text-based picture format."""
    return (name == "XBM" and b"_width" not in data[:512]) or (name == "PPM" and not data[2:3].isspace())


def _unknown(data: bytes) -> PictureRefused:
    """Describe a file that no decoder accepts: another kind of picture, or none."""
    for pattern, kind in _OTHERS:
        if pattern.match(data[:4096]):
            return KindNotSupported(kind)
    if data[-18:-2] == b"TRUEVISION-XFILE":
        return KindNotSupported("a Targa picture (TGA)")
    Image.init()  # the other plugins only check the first bytes here
    for name, (factory, _) in Image.OPEN.items():
        if name not in (*FORMATS, *_NO_PICTURES) and _accepts(name, data[:_PREFIX_BYTES]) and not _is_text(name, data):
            described = getattr(factory, "format_description", "") or name
            return KindNotSupported(f"a picture of the format {name} ({described})")
    return NotAPicture()
