"""Colour as people see it: names, distance (CIEDE2000) and OKLCh coordinates.

Colours are ``#rrggbb`` in sRGB. ``compatibility.colour_harmony`` judges how two colours go together.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np
import skimage  # its parts are loaded when they are first used

if TYPE_CHECKING:
    from numpy.typing import NDArray

MULTICOLOUR: Final = "multicolour"

# A representative colour for each of the tagger's names. "multicolour" is for drawing only.
NAMED: Final[dict[str, str]] = {
    "black": "#1c1c1e",
    "white": "#f4f4f2",
    "grey": "#8b8d90",
    "beige": "#d9c7a7",
    "brown": "#6f4a2f",
    "red": "#c0262c",
    "orange": "#e8792b",
    "yellow": "#efcb3c",
    "green": "#3f8a4f",
    "blue": "#3f77c4",
    "navy": "#1f2b4d",
    "purple": "#75479b",
    "pink": "#ea9ab8",
    MULTICOLOUR: "#a58a96",
}

# Colours that go with any other by convention, whatever their chroma.
NEUTRAL_NAMES: Final = frozenset({"black", "white", "grey", "beige", "brown", "navy"})
NEUTRAL_CHROMA: Final = 0.03  # OKLCh: below this a colour has no hue to speak of


def rgb(hex_colour: str) -> tuple[float, float, float]:
    """Return red, green and blue, 0 to 1, of ``#rrggbb``.

    Raises:
        ValueError: the text is not a colour of that form.
    """
    digits = hex_colour.removeprefix("#")
    if len(digits) != 6:
        raise ValueError(f"a colour is #rrggbb, not {hex_colour!r}")
    red, green, blue = (int(digits[start : start + 2], 16) / 255 for start in (0, 2, 4))
    return red, green, blue


@cache
def lab(hex_colour: str) -> tuple[float, float, float]:
    """Return the CIE L*a*b* (D65) of ``#rrggbb``."""
    return lab_of_all((hex_colour,))[hex_colour]


def lab_of_all(hex_colours: Iterable[str]) -> dict[str, tuple[float, float, float]]:
    """Return the CIE L*a*b* of many colours, by their hex."""
    names = list(hex_colours)
    found = skimage.color.rgb2lab(np.array([rgb(name) for name in names]).reshape(1, -1, 3))[0].tolist()
    return dict(zip(names, map(tuple, found), strict=True))


@cache
def oklch(hex_colour: str) -> tuple[float, float, float]:
    """Return lightness (0 to 1), chroma (0 to about 0.32) and hue (degrees, 0 to 360) of ``#rrggbb``.

    Source: Björn Ottosson, "A perceptual color space for image processing" (2020), its sRGB matrices.
    """
    red, green, blue = (_linear(channel) for channel in rgb(hex_colour))
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return lightness, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def distance(first: str, second: str) -> float:
    """Return the CIEDE2000 between two ``#rrggbb``: 0 is equal, about 2 just visible, 100 black and white."""
    return float(_ciede2000(np.array(lab(first)), np.array(lab(second))))


def _ciede2000(labs: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(skimage.color.deltaE_ciede2000(labs, others))  # type: ignore[no-untyped-call]


def palette_distance(
    labs: NDArray[np.float64],
    shares: NDArray[np.float64],
    other_labs: NDArray[np.float64],
    other_shares: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the CIEDE2000 between palettes, for many pairs at once.

    Each colour is compared with the nearest one of the other palette, weighted by its share. The larger of both
    directions counts, so that a garment with an additional colour is not the same.

    Args:
        labs: (pairs, colours, 3) CIE L*a*b* of the first palettes.
        shares: (pairs, colours), summing to 1 for each pair; 0 marks an empty place.
        other_labs: as ``labs``, of the second palettes.
        other_shares: as ``shares``.

    Returns:
        (pairs,) distances, 0 or more.
    """
    pair, one, other = np.nonzero((shares[:, :, None] > 0) & (other_shares[:, None, :] > 0))
    between = np.full((len(labs), labs.shape[1], other_labs.shape[1]), np.inf)
    if len(pair):
        between[pair, one, other] = _ciede2000(labs[pair, one], other_labs[pair, other])
    there = (np.where(shares > 0, between.min(axis=2), 0.0) * shares).sum(axis=1)
    back = (np.where(other_shares > 0, between.min(axis=1), 0.0) * other_shares).sum(axis=1)
    return np.asarray(np.maximum(there, back))


@dataclass(frozen=True, slots=True)
class Shade:
    """A garment's main colour: its plain ``name`` and its ``hex``."""

    name: str
    hex: str

    @property
    def is_neutral(self) -> bool:
        """Return whether it goes with any colour: a neutral by convention, or too grey to have a hue."""
        return _is_neutral(self.name, self.hex)


@cache
def _is_neutral(name: str, hex_colour: str) -> bool:
    return name != MULTICOLOUR and (name in NEUTRAL_NAMES or oklch(hex_colour)[1] < NEUTRAL_CHROMA)
