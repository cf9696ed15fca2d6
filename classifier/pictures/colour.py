"""Convert colours to sRGB: from an ICC profile, code points (CICP), or PNG's chromaticities and gamma."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from classifier.pictures import tone

Chromaticities = tuple[float, float, float, float, float, float, float, float]
"""The x and y of red, green, blue and white."""

_D65, _C = (0.3127, 0.3290), (0.310, 0.316)
PRIMARIES: Final[dict[int, Chromaticities]] = {
    1: (0.640, 0.330, 0.300, 0.600, 0.150, 0.060, *_D65),
    4: (0.67, 0.33, 0.21, 0.71, 0.14, 0.08, *_C),
    5: (0.64, 0.33, 0.29, 0.60, 0.15, 0.06, *_D65),
    6: (0.630, 0.340, 0.310, 0.595, 0.155, 0.070, *_D65),
    7: (0.630, 0.340, 0.310, 0.595, 0.155, 0.070, *_D65),
    8: (0.681, 0.319, 0.243, 0.692, 0.145, 0.049, *_C),
    9: (0.708, 0.292, 0.170, 0.797, 0.131, 0.046, *_D65),
    10: (1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1 / 3, 1 / 3),  # CIE XYZ
    11: (0.680, 0.320, 0.265, 0.690, 0.150, 0.060, 0.314, 0.351),
    12: (0.680, 0.320, 0.265, 0.690, 0.150, 0.060, *_D65),
    22: (0.630, 0.340, 0.295, 0.605, 0.155, 0.077, *_D65),
}
"""Chromaticities by the colour primaries of ITU-T H.273; 1 is BT.709, 9 BT.2020, 12 Display P3."""

ADOBE_RGB: Final[Chromaticities] = (0.64, 0.33, 0.21, 0.71, 0.15, 0.06, *_D65)

_LIKE_SRGB: Final = frozenset({0, 1, 2, 3, 6, 7, 11, 12, 13, 14, 15})  # transfer characteristics treated as sRGB
_BAND_PIXELS: Final = 1_000_000
_SRGB: Final = ImageCms.createProfile("sRGB")
_BRADFORD: Final = np.array(((0.8951, 0.2664, -0.1614), (-0.7502, 1.7135, 0.0367), (0.0389, -0.0685, 1.0296)))


@dataclass(frozen=True, slots=True)
class ColourSpace:
    """The meaning of RGB codes."""

    chromaticities: Chromaticities
    transfer: int = tone.SRGB  # transfer characteristics of H.273
    gamma: float = 0.0  # replaces them if positive
    narrow: bool = False  # black is 16 and white 235


def by_code_points(primaries: int, transfer: int, narrow: bool = False) -> ColourSpace | None:
    """Make the colour space of ITU-T H.273 code points; None if it equals sRGB or is unspecified."""
    chromaticities = PRIMARIES.get(primaries, PRIMARIES[1])
    if chromaticities == PRIMARIES[1] and transfer in _LIKE_SRGB and not narrow:
        return None
    return ColourSpace(chromaticities, transfer, narrow=narrow)


def to_srgb(image: Image.Image, space: ColourSpace | bytes | None) -> Image.Image:
    """Convert a picture to sRGB from its colour space or ICC profile ``space``; ignores an invalid one."""
    if image.mode == "LAB":
        lab = ImageCms.createProfile("LAB")
        return _checked(ImageCms.profileToProfile(image, lab, _SRGB, outputMode="RGB"))
    if isinstance(space, ColourSpace):
        return _converted(image.convert("RGB"), space)
    return _by_profile(image, space) if space else image.convert("RGB")


def _by_profile(image: Image.Image, profile: bytes) -> Image.Image:
    plain = image.convert("RGB")
    for candidate in (image, plain):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            return _checked(ImageCms.profileToProfile(candidate, source, _SRGB, outputMode="RGB"))
        except (ImageCms.PyCMSError, OSError):
            continue
    return plain


def _checked(image: Image.Image | None) -> Image.Image:
    if image is None:
        raise ValueError("the colour conversion failed")
    return image


def _converted(image: Image.Image, space: ColourSpace) -> Image.Image:
    try:
        matrix = _to_bt709(space.chromaticities).astype(np.float32)
    except (np.linalg.LinAlgError, ZeroDivisionError, FloatingPointError):
        return image
    levels = _levels(space)
    is_hdr = not space.gamma and space.transfer in (tone.PQ, tone.HLG)
    peak = 1.0
    if is_hdr:
        brightest = max(float(_light(band, levels, space, matrix).max()) for _, band in _bands(image))
        peak = min(brightest, tone.NOMINAL_PEAK / tone.REFERENCE_WHITE)
    made = np.empty((image.height, image.width, 3), np.uint8)
    for rows, band in _bands(image):
        light = np.maximum(_light(band, levels, space, matrix), 0)
        shown = tone.compressed(light, peak) if is_hdr else light
        made[rows] = np.rint(255 * tone.to_srgb(np.clip(shown, 0, 1)))
    return Image.fromarray(made)


def _light(band: NDArray[np.uint8], levels: tone.Numbers, space: ColourSpace, matrix: tone.Numbers) -> tone.Numbers:
    """Convert codes to linear light (h, w, 3) with BT.709's primaries, 1.0 is white; may exceed 0 to 1."""
    light = levels[band]
    if not space.gamma and space.transfer == tone.HLG:
        light = tone.displayed_hlg(light)
    return np.asarray(light @ matrix.T, np.float32)


def _levels(space: ColourSpace) -> tone.Numbers:
    """Compute the linear light of each of the 256 codes."""
    black, white = (16, 235) if space.narrow else (0, 255)
    codes = np.clip((np.arange(256) - black) / (white - black), 0, 1).astype(np.float32)
    if space.gamma:
        return np.asarray(np.power(codes, np.float32(space.gamma)), np.float32)
    return np.asarray(tone.linear(codes, space.transfer), np.float32)


def _bands(image: Image.Image) -> Iterator[tuple[slice, NDArray[np.uint8]]]:
    height = max(1, _BAND_PIXELS // image.width)
    for top in range(0, image.height, height):
        rows = slice(top, min(top + height, image.height))
        yield rows, np.asarray(image.crop((0, rows.start, image.width, rows.stop)))


def _to_bt709(chromaticities: Chromaticities) -> NDArray[np.float64]:
    """Compute the matrix (3, 3) from linear light of these primaries to BT.709's, with Bradford adaptation of white.

    Raises:
        numpy.linalg.LinAlgError: the primaries are impossible.
    """
    if not all(np.isfinite(chromaticities)) or min(chromaticities[1::2]) < 0 or chromaticities[7] <= 0:
        raise np.linalg.LinAlgError("impossible primaries")
    white, screen = _white(chromaticities), _white(PRIMARIES[1])
    cones = np.diag((_BRADFORD @ screen) / (_BRADFORD @ white))
    adapted = np.linalg.inv(_BRADFORD) @ cones @ _BRADFORD
    made = np.linalg.inv(_to_xyz(PRIMARIES[1])) @ adapted @ _to_xyz(chromaticities)
    if not np.isfinite(made).all() or np.abs(made).max() > 100:
        raise np.linalg.LinAlgError("impossible primaries")
    return np.asarray(made)


def _to_xyz(chromaticities: Chromaticities) -> NDArray[np.float64]:
    """Compute the matrix (3, 3) from linear RGB to CIE XYZ, where white has a luminance of 1."""
    pairs = np.array(chromaticities[:6]).reshape(3, 2)
    columns = np.stack([pairs[:, 0], pairs[:, 1], 1 - pairs.sum(axis=1)])
    return np.asarray(columns * np.linalg.solve(columns, _white(chromaticities)))


def _white(chromaticities: Chromaticities) -> NDArray[np.float64]:
    x, y = chromaticities[6:]
    return np.array((x / y, 1.0, (1 - x - y) / y))
