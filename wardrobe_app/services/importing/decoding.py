"""Decode photo files to upright, plain pictures within limits, with their hashes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from PIL import Image

from classifier import pictures
from classifier.pictures import Limits, PictureRefused
from wardrobe_app.domain.errors import ImageRefused
from wardrobe_app.services.importing.duplicates import picture_hash

__all__ = ["DecodedPhoto", "Limits", "check_size", "file_hash", "read_photo"]


@dataclass(frozen=True, slots=True)
class DecodedPhoto:
    """A decoded photo: ``image`` is RGB, upright, sRGB and free of metadata.

    ``sha256`` is of the file's bytes, ``phash`` the picture's ``picture_hash``.
    """

    image: Image.Image
    sha256: str
    phash: str


def file_hash(data: bytes) -> str:
    """Return the SHA-256 of a file's bytes."""
    return hashlib.sha256(data).hexdigest()


def read_photo(data: bytes, name: str, limits: Limits, sha256: str | None = None) -> DecodedPhoto:
    """Decode the file ``data``, called ``name`` in messages; ``sha256`` is its ``file_hash``, if known.

    Raises:
        ImageRefused: it is not a picture, is damaged, or exceeds the limits.
    """
    try:
        image = pictures.decode_picture(data, limits)
    except PictureRefused as error:
        raise _refused(name, error) from error
    return DecodedPhoto(image, sha256 or file_hash(data), picture_hash(image))


def check_size(size: int, name: str, limits: Limits) -> None:
    """Check a file's ``size`` in bytes before reading it.

    Raises:
        ImageRefused: it is empty or too large.
    """
    try:
        pictures.check_size(size, limits)
    except PictureRefused as error:
        raise _refused(name, error) from error


def _refused(name: str, error: PictureRefused) -> ImageRefused:
    """Put the file's name in front of the reason."""
    reason = str(error)
    return ImageRefused(f"{name}: {reason[:1].lower()}{reason[1:]}")
