"""Picture files as the network wants to see them: upright, sRGB, opaque, not larger than need be."""

from __future__ import annotations

import io
import warnings
from pathlib import Path

import numpy as np
import pillow_heif
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

pillow_heif.register_heif_opener()

MAX_PIXELS = 100_000_000
LONGEST_SIDE = 1600


class PictureRefused(Exception):
    """A file that is no readable picture; the message is a sentence that says why."""


def read_picture(path: Path, max_pixels: int = MAX_PIXELS, longest_side: int = LONGEST_SIDE) -> Image.Image:
    """The upright picture in ``path`` as RGB (sRGB, transparency on white), shrunk to ``longest_side`` pixels.

    The content decides on the format, not the name. Of several frames or pages the first is read.

    Raises:
        PictureRefused: no such file, no picture, cut short, or more than ``max_pixels`` pixels.
    """
    if not path.is_file():
        raise PictureRefused("There is no such file.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path) as image:
                _check_size(image, max_pixels)
                image.draft("RGB", (longest_side, longest_side))
                return _prepared(image, longest_side)
    except PermissionError as error:
        raise PictureRefused("The file may not be read.") from error
    except UnidentifiedImageError as error:
        raise PictureRefused("This is not a picture of a known format.") from error
    except Image.DecompressionBombError as error:
        raise PictureRefused(f"The picture has more than {max_pixels // 1_000_000} million pixels.") from error
    except (OSError, SyntaxError, ValueError, EOFError, MemoryError) as error:
        raise PictureRefused(f"The picture is damaged or cut short ({error}).") from error


def _check_size(image: Image.Image, max_pixels: int) -> None:
    if image.width * image.height > max_pixels:
        raise PictureRefused(
            f"The picture has {image.width} x {image.height} pixels, more than {max_pixels // 1_000_000} million."
        )


def _prepared(image: Image.Image, longest_side: int) -> Image.Image:
    profile = image.info.get("icc_profile")
    upright = _resizable(ImageOps.exif_transpose(image))
    upright.thumbnail((longest_side, longest_side), Image.Resampling.LANCZOS, reducing_gap=3.0)
    return _in_srgb(_on_white(upright), profile)


def _resizable(image: Image.Image) -> Image.Image:
    """The same picture in a mode whose neighbouring pixels can be mixed: 8 bits a channel, no colour table."""
    if image.has_transparency_data:
        return image.convert("RGBA")
    if image.mode.startswith(("I", "F")):
        return _eight_bit(image)
    return image.convert("RGB") if image.mode in ("P", "1") else image


def _eight_bit(image: Image.Image) -> Image.Image:
    """Greys of more than 8 bits on a scale of 8; Pillow itself would cut them off at 255."""
    values = np.nan_to_num(np.asarray(image, dtype=np.float32))
    brightest = float(values.max(initial=0))
    scales = (65535.0,) if image.mode.startswith("I;16") else (1.0, 255.0, 65535.0)
    whole = next((scale for scale in scales if brightest <= scale), brightest)
    return Image.fromarray((values.clip(0, whole) * (255 / whole)).round().astype(np.uint8))


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image
    return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
            return converted if converted is not None else image.convert("RGB")
        except (ImageCms.PyCMSError, OSError):  # a profile that does not fit its picture; many phones' edits have one
            pass
    return image.convert("RGB")
