"""The limits of pictures, and the refusals with their reasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MIN_SIDE_PX: Final = 32
"""A smaller picture shows no garment."""

_READ: Final = "JPEG, PNG, WebP, HEIC, AVIF, TIFF, GIF and BMP are read, RAW and JPEG XL with an extra package"


class PictureRefused(Exception):
    """A file that is not read; the message says why."""


class NotAPicture(PictureRefused):
    """The file is not a picture."""

    def __init__(self) -> None:
        super().__init__(f"This is not a picture. {_READ}.")


class KindNotSupported(PictureRefused):
    """An unsupported kind of picture: ``kind`` with its article, ``advice`` a sentence on what to do."""

    def __init__(self, kind: str, advice: str = "Save it as JPEG or PNG and add that.") -> None:
        super().__init__(f"This is {kind}, a kind of picture that is not supported. {advice}")


class PictureDamaged(PictureRefused):
    """A picture of a supported kind that cannot be decoded completely."""

    def __init__(self) -> None:
        super().__init__("The picture is damaged or incomplete and cannot be read.")


class PictureTooLarge(PictureRefused):
    """More bytes, pixels or parts than are allowed."""


class PictureTooSmall(PictureRefused):
    """A side is too short to show a garment."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of picture files, and the size of the result."""

    max_file_bytes: int = 100 * 2**20
    max_pixels: int = 200_000_000  # if decoded at a fraction of the size, else half of it
    photo_max_side: int = 1600  # pixels of the result's longest side


DEFAULT_LIMITS: Final = Limits()


def check_size(size: int, limits: Limits) -> None:
    """Check a file's ``size`` in bytes before reading it.

    Raises:
        PictureRefused: the file is empty or too large.
    """
    if size == 0:
        raise PictureRefused("The file is empty.")
    if size > limits.max_file_bytes:
        allowed = limits.max_file_bytes / 2**20
        raise PictureTooLarge(f"{size / 2**20:.1f} MB is more than the {allowed:g} MB allowed.")


def check_pixels(size: tuple[int, int], limits: Limits, cost: float = 1.0, kind: str = "") -> None:
    """Check a picture's ``size`` in pixels before decoding it.

    ``cost`` is the memory per pixel, 1.0 if decoded at a fraction of the size; ``kind`` names a costlier kind, with its
    article.

    Raises:
        PictureTooLarge: the picture has too many pixels.
    """
    pixels, allowed = size[0] * size[1], int(limits.max_pixels / cost)
    if pixels <= allowed:
        return
    named = f" for {kind}" if kind else ""
    other = "Save it smaller, or as an ordinary (baseline) JPEG" if cost > 1 else "Save it smaller"
    raise PictureTooLarge(
        f"{size[0]} x {size[1]} pixels ({_millions(pixels)} million) are more than the {_millions(allowed)} million "
        f"allowed{named}. {other}, and add that."
    )


def check_sides(size: tuple[int, int], kept: tuple[int, int]) -> None:
    """Check that a picture of ``size`` pixels, ``kept`` after shrinking, is not too small or too thin.

    Raises:
        PictureTooSmall: a side is too short.
    """
    if min(kept) >= MIN_SIDE_PX:
        return
    shrunk = "" if min(size) < MIN_SIDE_PX else f", {kept[0]} x {kept[1]} after shrinking"
    raise PictureTooSmall(
        f"{size[0]} x {size[1]} pixels{shrunk}: too small to show a garment. "
        f"Both sides must have at least {MIN_SIDE_PX} pixels."
    )


def too_many_parts() -> PictureTooLarge:
    """Make the refusal of a file with more parts than any photo."""
    return PictureTooLarge("The file has far more parts than a photo and is not opened.")


def _millions(pixels: int) -> str:
    return f"{pixels / 1e6:.0f}" if pixels >= 9_999_500 else f"{pixels / 1e6:.3g}"
