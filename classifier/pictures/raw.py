"""Read the preview of cameras' raw files (DNG, CR2, CR3, NEF, ARW, RAF and others) with LibRaw, an optional package."""

from __future__ import annotations

import importlib
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from PIL import Image

from classifier.pictures.limits import KindNotSupported, Limits, PictureDamaged, check_pixels

if TYPE_CHECKING:
    from numpy.typing import NDArray

PACKAGE: Final = "rawpy"
_KIND: Final = "a camera's raw file"
_TURNS: Final = {3: Image.Transpose.ROTATE_180, 5: Image.Transpose.ROTATE_90, 6: Image.Transpose.ROTATE_270}
_MIN_PREVIEW: Final = 0.9  # of the result's size: with less, the raw data are developed


@dataclass(frozen=True, slots=True)
class Preview:
    """A JPEG file, or pixels (h, w, 3) uint8 in sRGB, and the transposition that still has to be applied."""

    content: bytes | NDArray[np.uint8]
    turn: Image.Transpose | None = None


def preview(data: bytes, limits: Limits) -> Preview:
    """Extract a raw file's preview; develop the raw data if the preview is smaller than the result.

    Raises:
        PictureRefused: LibRaw is missing or cannot read the file, or the raw data exceed the limits.
    """
    try:
        rawpy = importlib.import_module("rawpy")
    except ModuleNotFoundError as error:
        raise KindNotSupported(_KIND, f"Install {PACKAGE} to have it read, or save it as JPEG and add that.") from error
    try:
        with rawpy.imread(io.BytesIO(data)) as raw:
            return _preview(raw, rawpy, limits)
    except (rawpy.LibRawFileUnsupportedError, rawpy.NotSupportedError) as error:
        raise KindNotSupported(f"{_KIND} of an unknown camera", "Save it as JPEG and add that.") from error
    except rawpy.LibRawError as error:
        raise PictureDamaged from error


def _preview(raw: Any, rawpy: Any, limits: Limits) -> Preview:
    sizes = raw.sizes
    check_pixels((sizes.raw_width, sizes.raw_height), limits, cost=2, kind=_KIND)
    wanted = _MIN_PREVIEW * min(limits.photo_max_side, max(sizes.width, sizes.height))
    found = _embedded(raw, rawpy, _TURNS.get(sizes.flip))
    if found is not None and _longest(found) >= wanted:
        return found
    return Preview(raw.postprocess(half_size=min(sizes.width, sizes.height) > 64, use_camera_wb=True))


def _embedded(raw: Any, rawpy: Any, turn: Image.Transpose | None) -> Preview | None:
    try:
        found = raw.extract_thumb()
    except rawpy.LibRawError:
        return None
    if found.format == rawpy.ThumbFormat.JPEG:
        return Preview(bytes(found.data), turn)
    return Preview(found.data, turn) if found.data.ndim == 3 else None


def _longest(found: Preview) -> int:
    if not isinstance(found.content, bytes):
        return int(max(found.content.shape[:2]))
    try:
        with Image.open(io.BytesIO(found.content), formats=["JPEG"]) as image:
            return max(image.size)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return 0
