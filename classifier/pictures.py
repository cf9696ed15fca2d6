"""Any photo file to one upright, plain RGB picture; everything else is refused with a reason.

The only place where picture files are decoded: the app and the command line see the same pixels.
"""

from __future__ import annotations

import io
import logging
import math
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageCms, UnidentifiedImageError

from classifier.picture_guard import Measured, TooManyParts, check_parts, tiff_pages

pillow_heif.register_heif_opener()

FORMATS = ("JPEG", "PNG", "WEBP", "HEIF", "AVIF", "TIFF", "GIF", "BMP")
"""What is accepted, as Pillow calls it. No format here is read by another program (as PostScript would be)."""

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What makes a picture with this EXIF orientation upright."""

_BAND_PIXELS = 1_000_000
_SRGB = ImageCms.createProfile("sRGB")
_log = logging.getLogger(__name__)


class PictureRefused(Exception):
    """A file that is no readable picture, or beyond the limits; the message is a sentence that says why."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What is refused (bytes, pixels, frames) and how large the picture may stay (longest side in pixels)."""

    max_file_bytes: int = 50 * 2**20
    max_pixels: int = 100_000_000
    max_frames: int = 100
    photo_max_side: int = 1600


DEFAULT_LIMITS = Limits()


def read_picture(path: Path, limits: Limits = DEFAULT_LIMITS) -> Image.Image:
    """The picture in the file ``path``, as :func:`decode_picture` gives it.

    Raises:
        PictureRefused: no such file, one that may not be read, or any reason of :func:`decode_picture`.
    """
    if not path.is_file():
        raise PictureRefused("There is no such file.")
    try:
        check_size(path.stat().st_size, limits)
        data = path.read_bytes()
    except OSError as error:
        raise PictureRefused(f"The file could not be read: {error.strerror or error}.") from error
    return decode_picture(data, limits)


def decode_picture(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Image.Image:
    """The upright picture as RGB (sRGB, transparency on white, no metadata), at most ``photo_max_side`` pixels long.

    The content decides on the format, not a name. Of several frames or pages the first counts.

    Raises:
        PictureRefused: it is no picture, damaged, or beyond the limits.
    """
    check_size(len(data), limits)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about sizes that the limits decide on
        picture = _open(data)
        _check_header(picture, data, limits)
        try:
            return _plain(picture, _orientation_outside(picture, data), limits.photo_max_side)
        except TooManyParts as error:
            raise _too_many_parts() from error
        except MemoryError as error:
            raise PictureRefused("There is not enough memory for a picture this large.") from error
        except Exception as error:  # decoders raise whatever they like on damaged data
            _log.info("could not decode a picture", exc_info=True)
            raise _damaged() from error


def check_size(size: int, limits: Limits) -> None:
    """Refuse a file by its ``size`` in bytes, before reading it.

    Raises:
        PictureRefused: it is empty or too large.
    """
    if size == 0:
        raise PictureRefused("The file is empty.")
    if size > limits.max_file_bytes:
        allowed = limits.max_file_bytes / 2**20
        raise PictureRefused(f"{size / 2**20:.1f} MB is more than the {allowed:g} MB allowed.")


def _open(data: bytes) -> Image.Image:
    """Reads the header only."""
    try:
        check_parts(data)
        return Image.open(Measured(data), formats=FORMATS)
    except TooManyParts as error:
        raise _too_many_parts() from error
    except UnidentifiedImageError as error:
        kinds = "JPEG, PNG, WebP, HEIC, AVIF, TIFF, GIF or BMP"
        raise PictureRefused(f"This is not a picture that can be read ({kinds}).") from error
    except Image.DecompressionBombError as error:
        raise PictureRefused("The picture has too many pixels.") from error
    except Exception as error:
        raise _damaged() from error


def _check_header(picture: Image.Image, data: bytes, limits: Limits) -> None:
    width, height = picture.size
    if width * height > limits.max_pixels:
        allowed = limits.max_pixels / 1e6
        raise PictureRefused(f"{width} x {height} pixels are more than the {allowed:g} million allowed.")
    if _frames(picture, data, limits.max_frames) > limits.max_frames:
        raise PictureRefused(f"There are more frames or pages in it than the {limits.max_frames} allowed.")


def _frames(picture: Image.Image, data: bytes, most: int) -> int:
    """How many frames there are; where counting them takes long, it ends with the first beyond ``most``."""
    try:
        if picture.format == "TIFF":
            return tiff_pages(data, most)
        return int(getattr(picture, "n_frames", 1))
    except TooManyParts as error:
        raise _too_many_parts() from error
    except Exception as error:
        raise _damaged() from error


def _too_many_parts() -> PictureRefused:
    return PictureRefused("The file is built of far more parts than a photo, and is not opened.")


def _damaged() -> PictureRefused:
    return PictureRefused("The picture is damaged or cut off, and cannot be read.")


def _plain(picture: Image.Image, outside: int, side: int) -> Image.Image:
    """Decode, shrink, turn upright, bring to 8-bit sRGB on white, and drop all metadata."""
    scale = min(1.0, side / max(picture.size))
    # JPEG can be decoded at a half, a quarter ... of its size, at a fraction of the time and memory.
    picture.draft(None, (math.ceil(picture.width * scale), math.ceil(picture.height * scale)))
    picture.load()
    small = _eight_bit(picture)
    small.thumbnail(
        (side, side), Image.Resampling.HAMMING
    )  # after draft() a step of less than two: half LANCZOS's time
    turn = _TURNS.get(outside if outside != 1 else _orientation(picture))
    upright = small.transpose(turn) if turn is not None else small
    profile = picture.info.get("icc_profile")
    if upright.mode == "RGBA":
        flat = Image.new("RGB", upright.size, "white")
        flat.paste(_to_srgb(upright.convert("RGB"), profile), mask=upright.getchannel("A"))
        return flat
    flat = _to_srgb(upright, profile)
    flat.info = {}  # all else that the file said
    return flat


def _orientation(picture: Image.Image) -> int:
    """The EXIF orientation, 1 to 8. A decoder that turned the picture itself says 1."""
    try:
        return int(picture.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # broken EXIF is no reason to refuse a good picture
        return 1


def _orientation_outside(picture: Image.Image, data: bytes) -> int:
    """The EXIF orientation of a HEIC file that does not say itself how to turn its picture, else 1.

    HEIC says it in ``irot`` and ``imir`` boxes, which the decoder follows; some programs write EXIF alone, which the
    decoder drops.
    """
    if picture.format != "HEIF" or b"irot" in data or b"imir" in data:
        return 1
    return int(picture.info.get("original_orientation") or 1)


def _eight_bit(picture: Image.Image) -> Image.Image:
    """In one of the modes L, RGB, RGBA, CMYK, LAB, with transparency as an alpha channel; itself if it is already."""
    if picture.mode.startswith(("I", "F")):
        return _scaled(picture)
    if picture.mode in ("LA", "La", "PA", "RGBa") or "transparency" in picture.info:
        return picture.convert("RGBA")
    if picture.mode in ("L", "RGB", "RGBA", "CMYK", "LAB"):
        return picture
    return picture.convert("RGB")


def _scaled(picture: Image.Image) -> Image.Image:
    """A picture of 16 or 32 bits or of floats as 8 bits of grey; ``convert`` would clip it to white instead.

    Row by row of blocks: as floats all at once, 100 million pixels would take several gigabytes.
    """
    most = max(float(values.max()) for _, values in _bands(picture))
    if picture.mode == "F":
        full = 1.0 if most <= 1.0 else max(255.0, most)
    else:
        full = 255.0 if picture.mode == "I" and most <= 255 else max(65535.0, most)
    grey = np.empty((picture.height, picture.width), np.uint8)
    for rows, values in _bands(picture):
        grey[rows] = np.rint(values.clip(0, None) * (255.0 / full))
    return Image.fromarray(grey)


def _bands(picture: Image.Image) -> Iterator[tuple[slice, NDArray[np.float64]]]:
    """The values of a picture of one channel, some rows at a time; what is no number is 0."""
    height = max(1, _BAND_PIXELS // picture.width)
    for top in range(0, picture.height, height):
        rows = slice(top, min(top + height, picture.height))
        band = picture.crop((0, rows.start, picture.width, rows.stop))
        yield rows, np.nan_to_num(np.asarray(band, dtype=np.float64), posinf=0.0, neginf=0.0)


def _to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Colours as they were meant; a profile that makes no sense is passed over."""
    if image.mode == "LAB":
        lab = ImageCms.createProfile("LAB")
        return _required(ImageCms.profileToProfile(image, lab, _SRGB, outputMode="RGB"))
    plain = image.convert("RGB")
    if not profile:
        return plain
    for candidate in (image, plain):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            return _required(ImageCms.profileToProfile(candidate, source, _SRGB, outputMode="RGB"))
        except (ImageCms.PyCMSError, OSError):
            continue
    return plain


def _required(image: Image.Image | None) -> Image.Image:
    if image is None:
        raise ValueError("the colour conversion gave no picture")
    return image
