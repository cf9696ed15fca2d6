"""Decode any photo file to an upright RGB picture, or refuse it with a reason.

The only decoder of picture files, so that the app and the command line see the same pixels.
"""

from classifier.pictures.limits import (
    DEFAULT_LIMITS,
    KindNotSupported,
    Limits,
    NotAPicture,
    PictureDamaged,
    PictureRefused,
    PictureTooLarge,
    PictureTooSmall,
    check_size,
)
from classifier.pictures.reading import decode_picture, read_picture

__all__ = [
    "DEFAULT_LIMITS",
    "KindNotSupported",
    "Limits",
    "NotAPicture",
    "PictureDamaged",
    "PictureRefused",
    "PictureTooLarge",
    "PictureTooSmall",
    "check_size",
    "decode_picture",
    "read_picture",
]
