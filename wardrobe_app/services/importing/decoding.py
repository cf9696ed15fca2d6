"""A photo file as it is kept: upright, plain, within limits, with what tells it from others."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from classifier import pictures
from classifier.pictures import Limits, PictureRefused
from wardrobe_app.domain.errors import ImageRefused
from wardrobe_app.services.importing.duplicates import picture_hash

__all__ = ["DecodedPhoto", "Limits", "check_size", "file_hash", "read_photo"]


@dataclass(frozen=True, slots=True)
class DecodedPhoto:
    """A photo as it is kept: ``image`` is RGB, upright, sRGB and free of metadata.

    ``sha256`` is of the file's bytes, ``phash`` the ``picture_hash`` of the picture.
    """

    image: Image.Image
    sha256: str
    phash: str


def file_hash(data: bytes) -> str:
    """The SHA-256 of a file's bytes."""
    return hashlib.sha256(data).hexdigest()


def read_photo(data: bytes, name: str, limits: Limits, sha256: str | None = None) -> DecodedPhoto:
    """Decode the file ``data``, called ``name`` in messages; ``sha256`` is its ``file_hash`` where that is known.

    Raises:
        ImageRefused: it is no picture, damaged, or beyond the limits.
    """
    try:
        image = pictures.decode_picture(data, limits)
    except PictureRefused as error:
        raise _refused(name, error) from error
    return DecodedPhoto(image, sha256 or file_hash(data), picture_hash(image))


def check_size(size: int, name: str, limits: Limits) -> None:
    """Refuse a file by its ``size`` in bytes, before reading it.

    Raises:
        ImageRefused: it is empty or too large.
    """
    try:
        pictures.check_size(size, limits)
    except PictureRefused as error:
        raise _refused(name, error) from error


def veiled(image: Image.Image, mask: NDArray[np.uint8]) -> Image.Image:
    """An RGB picture whose ground, by a mask (h, w) of 0 to 255 in its proportions, is pale and grey."""
    pale = image.convert("L").point(lambda value: 160 + value * 2 // 7).convert("RGB")
    cloth = Image.fromarray(mask).resize(image.size, Image.Resampling.BILINEAR)
    return Image.composite(image, pale, cloth)


def small_jpeg(image: Image.Image, side: int = 900, quality: int = 85) -> bytes:
    """A picture to show, as JPEG of at most ``side`` pixels on the long side."""
    small = image.copy()
    small.thumbnail((side, side), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def _refused(name: str, error: PictureRefused) -> ImageRefused:
    """The reason as a part of the sentence that begins with the file's name."""
    reason = str(error)
    return ImageRefused(f"{name}: {reason[:1].lower()}{reason[1:]}")
