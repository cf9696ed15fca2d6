"""From a file's bytes to the picture that is kept: decoded, cropped, shrunk, upright, in sRGB, on white."""

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

    The content decides on the format, not a name. Of an animation the first frame counts, of a TIFF file's pages the
    largest.

    Raises:
        PictureRefused: it is no picture, of a kind that is not read, damaged, or beyond the limits.
    """
    check_size(len(data), limits)
    with warnings.catch_warnings(), _refusals():
        warnings.simplefilter("ignore")  # about sizes that the limits decide on
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
    meant, size = facts.colour_space(picture, data, main), picture.size
    if main is not None and picture.format == "HEIF" and heif.is_large(size):
        decoded = heif.decode(data, main, limits.photo_max_side)
    else:
        _load(picture, limits.photo_max_side)
        decoded = picture
    turn = facts.orientation(picture, main)  # asked now: Pillow turns a TIFF picture itself as it decodes it
    if main is not None and picture.format == "AVIF" and (crop := main.item.crop):
        decoded = picture.crop((crop.left, crop.top, crop.right, crop.bottom))
        size = decoded.size
    return _kept(eight_bit(decoded, data), size, meant, turn, limits)


def _lenient(data: bytes, main: MainPicture, limits: Limits) -> Image.Image:
    """An AVIF file whose structure is against the standard, by its main picture alone."""
    picture = kinds.open_picture(standalone(data, main.item), None)
    check_pixels(picture.size, limits, *facts.cost(picture, data, main))
    with _refusals(picture, main):
        picture.load()
    picture = heif.followed(picture, main.item)
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
    """Decode, a JPEG file at a half, a quarter ... of its size, at a fraction of the time and memory."""
    scale = min(1.0, side / max(picture.size))
    picture.draft(None, (math.ceil(picture.width * scale), math.ceil(picture.height * scale)))
    picture.load()


def _kept(
    picture: Image.Image, size: tuple[int, int], meant: ColourSpace | bytes | None, orientation: int, limits: Limits
) -> Image.Image:
    """An 8-bit picture shrunk, turned upright, in sRGB on white, without metadata; ``size`` is the file's."""
    side = limits.photo_max_side
    picture.thumbnail((side, side), Image.Resampling.HAMMING)  # after draft() a step of under two: half LANCZOS's time
    check_sides(size, picture.size)
    turn = facts.TURNS.get(orientation)
    upright = picture.transpose(turn) if turn is not None else picture
    if upright.mode == "RGBA":
        flat = Image.new("RGB", upright.size, "white")
        flat.paste(to_srgb(upright.convert("RGB"), meant), mask=upright.getchannel("A"))
        return flat
    flat = to_srgb(upright, meant)
    flat.info = {}  # all else that the file said
    return flat


@contextmanager
def _refusals(picture: Image.Image | None = None, main: MainPicture | None = None) -> Iterator[None]:
    """Whatever a decoder raises becomes a refusal."""
    try:
        yield
    except PictureRefused:
        raise
    except TooManyParts as error:
        raise too_many_parts() from error
    except MemoryError as error:
        told = "There is not enough memory for a picture this large. Save it smaller, and add that."
        raise PictureTooLarge(told) from error
    except Exception as error:  # decoders raise whatever they like on damaged data
        _log.info("could not decode a picture", exc_info=True)
        name, compression = (picture.format or "", picture.info.get("compression")) if picture else ("", None)
        raise kinds.refusal(name, error, main, compression) from error
