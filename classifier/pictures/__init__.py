"""Any photo file to one upright, plain RGB picture; everything else is refused with a reason.

The only place where picture files are decoded: the app and the command line see the same pixels.
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
