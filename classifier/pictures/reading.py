"""Turn a file's bytes into the stored picture: decoded, cropped, shrunk, upright, in sRGB, on white."""

from __future__ import annotations

import logging
import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

from classifier.pictures import facts, heif, jxl, kinds, raw, tiff
from classifier.pictures.boxes import MainPicture, main_picture
from classifier.pictures.colour import ColourSpace, to_srgb
from classifier.pictures.guard import TooManyParts, check_parts
from classifier.pictures.heif import standalone
from classifier.pictures.limits import (
    DEFAULT_LIMITS,
    Limits,
    PictureDamaged,
    PictureRefused,
    PictureTooLarge,
    check_pixels,
    check_sides,
    check_size,
    too_many_parts,
)
from classifier.pictures.modes import eight_bit

_log = logging.getLogger(__name__)


def read_picture(path: Path, limits: Limits = DEFAULT_LIMITS) -> Image.Image:
    """Read the file ``path`` and decode it with :func:`decode_picture`.

    Raises:
        PictureRefused: the file is missing or unreadable, or any reason of :func:`decode_picture`.
    """
    if not path.is_file():
        raise PictureRefused("The file does not exist.")
    try:
        check_size(path.stat().st_size, limits)
        data = path.read_bytes()
    except OSError as error:
        raise PictureRefused(f"The file could not be read: {error.strerror or error}.") from error
    return decode_picture(data, limits)


def decode_picture(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Image.Image:
    """Decode a file to an upright RGB picture (sRGB, transparency on white, no metadata) within ``photo_max_side``.

    The format is recognised by content. An animation gives its first frame, a TIFF file its largest page.

    Raises:
        PictureRefused: the file is no picture, of an unsupported kind, damaged, or exceeds the limits.
    """
    check_size(len(data), limits)
    with warnings.catch_warnings(), _refusals():
        warnings.simplefilter("ignore")  # about sizes, which the limits handle
        return _decoded(data, limits)


def _decoded(data: bytes, limits: Limits) -> Image.Image:
    check_parts(data)
    if kinds.is_raw(data):
        return _raw(data, limits)
    if tiff.is_tiff(data):
        data = tiff.photo(data)
    if kinds.is_jpeg_xl(data):
        jxl.require()
        check_pixels(jxl.size(data), limits, jxl.COST, "a JPEG XL picture")
    main = main_picture(data)
    try:
        picture = kinds.open_picture(data, main)
    except PictureDamaged:
        if main is None or main.codec != kinds.AV1:
            raise
        return _lenient(data, main, limits)
    with _refusals(picture, main):
        return _photo(picture, data, main, limits)


def _photo(picture: Image.Image, data: bytes, main: MainPicture | None, limits: Limits) -> Image.Image:
    cost, kind = facts.cost(picture, data, main)
    check_pixels(picture.size, limits, cost, kind)
    space, size = facts.colour_space(picture, data, main), picture.size
    if main is not None and picture.format == "HEIF" and heif.is_large(size):
        decoded = heif.decode(data, main, limits.photo_max_side)
    else:
        _load(picture, limits.photo_max_side)
        decoded = picture
    turn = facts.orientation(picture, main)  # read before decoding, when Pillow rotates a TIFF itself
    if main is not None and picture.format == "AVIF" and (crop := main.item.crop):
        decoded = picture.crop((crop.left, crop.top, crop.right, crop.bottom))
        size = decoded.size
    return _kept(eight_bit(decoded, data), size, space, turn, limits)


def _lenient(data: bytes, main: MainPicture, limits: Limits) -> Image.Image:
    """Decode only the main picture of an AVIF file whose structure violates the standard."""
    picture = kinds.open_picture(standalone(data, main.item), None)
    check_pixels(picture.size, limits, *facts.cost(picture, data, main))
    with _refusals(picture, main):
        picture.load()
    picture = heif.apply_boxes(picture, main.item)
    return _kept(picture, picture.size, facts.by_boxes(main), 1, limits)


def _raw(data: bytes, limits: Limits) -> Image.Image:
    found = raw.preview(data, limits)
    if isinstance(found.content, bytes):
        image, turned = _decoded(found.content, limits), facts.says_orientation(found.content)
    else:
        image, turned = Image.fromarray(found.content), False
        image = _kept(image, image.size, None, 1, limits)
    return image if turned or found.turn is None else image.transpose(found.turn)


def _load(picture: Image.Image, side: int) -> None:
    """Decode; a JPEG at a half, a quarter ... of its size, which saves time and memory."""
    scale = min(1.0, side / max(picture.size))
    picture.draft(None, (math.ceil(picture.width * scale), math.ceil(picture.height * scale)))
    picture.load()


def _kept(
    picture: Image.Image, size: tuple[int, int], space: ColourSpace | bytes | None, orientation: int, limits: Limits
) -> Image.Image:
    """Shrink an 8-bit picture, make it upright, and convert it to sRGB on white; ``size`` is the file's."""
    side = limits.photo_max_side
    picture.thumbnail((side, side), Image.Resampling.HAMMING)  # twice as fast as LANCZOS
    check_sides(size, picture.size)
    turn = facts.TURNS.get(orientation)
    upright = picture.transpose(turn) if turn is not None else picture
    if upright.mode == "RGBA":
        flat = Image.new("RGB", upright.size, "white")
        flat.paste(to_srgb(upright.convert("RGB"), space), mask=upright.getchannel("A"))
        return flat
    flat = to_srgb(upright, space)
    flat.info = {}  # metadata
    return flat


@contextmanager
def _refusals(picture: Image.Image | None = None, main: MainPicture | None = None) -> Iterator[None]:
    """Turn any exception of a decoder into a refusal."""
    try:
        yield
    except PictureRefused:
        raise
    except TooManyParts as error:
        raise too_many_parts() from error
    except MemoryError as error:
        raise PictureTooLarge("There is not enough memory for this picture. Save it smaller and add that.") from error
    except Exception as error:  # decoders raise any exception on damaged data
        _log.info("could not decode a picture", exc_info=True)
        name, compression = (picture.format or "", picture.info.get("compression")) if picture else ("", None)
        raise kinds.refusal(name, error, main, compression) from error
