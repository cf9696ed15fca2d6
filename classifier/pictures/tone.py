"""Transfer functions, and the tone curve that maps high dynamic range to an ordinary screen.

Code points are those of ITU-T H.273. High dynamic range is mapped by the EETF of Report ITU-R BT.2390-11, 5.4.1, in
perceptual quantizer space, to a screen whose peak is the reference white of Report ITU-R BT.2408-7: 203 cd/m2.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float32]

PQ, HLG, SRGB = 16, 18, 13
REFERENCE_WHITE: Final = 203.0
"""Luminance of diffuse white in cd/m2 (BT.2408), mapped to the brightest sRGB code."""

NOMINAL_PEAK: Final = 1000.0
"""Peak luminance in cd/m2 of the display that HLG assumes (BT.2100), and of most HDR grading."""

_M1, _M2 = 2610 / 16384, 2523 / 4096 * 128
_C1, _C2, _C3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
_HLG_A: Final = 0.17883277
_HLG_B: Final = 1 - 4 * _HLG_A
_HLG_C: Final = 0.5 - _HLG_A * float(np.log(4 * _HLG_A))
_SYSTEM_GAMMA: Final = 1.2  # of HLG at the nominal peak
_LUMINANCE_2020: Final = np.array((0.2627, 0.6780, 0.0593), np.float32)


def linear(codes: Numbers, transfer: int) -> Numbers:
    """Convert codes, 0 to 1, to linear light, by transfer characteristics of H.273.

    1.0 is the screen's white. For PQ it is the reference white, and highlights reach 49. HLG gives scene light, 0 to 1,
    for ``displayed_hlg``. BT.709 and similar are treated as sRGB, because they assume the same screens.
    """
    match transfer:
        case 4:
            return np.asarray(np.power(codes, np.float32(2.2)), np.float32)
        case 5:
            return np.asarray(np.power(codes, np.float32(2.8)), np.float32)
        case 8:
            return codes
        case 9:
            return np.asarray(np.where(codes > 0, np.power(np.float32(10), 2 * (codes - 1)), 0), np.float32)
        case 10:
            return np.asarray(np.where(codes > 0, np.power(np.float32(10), 2.5 * (codes - 1)), 0), np.float32)
        case 16:
            return from_pq(codes) / np.float32(REFERENCE_WHITE)
        case 17:
            return np.asarray(np.power(codes, np.float32(2.6)) * np.float32(52.37 / 48), np.float32)
        case 18:
            return from_hlg(codes)
        case _:
            return from_srgb(codes)


def from_srgb(codes: Numbers) -> Numbers:
    """Convert sRGB codes, 0 to 1, to linear light (IEC 61966-2-1)."""
    return np.asarray(
        np.where(codes <= 0.04045, codes / 12.92, np.power((codes + 0.055) / 1.055, np.float32(2.4))), np.float32
    )


def to_srgb(light: Numbers) -> Numbers:
    """Convert linear light, 0 to 1, to sRGB codes."""
    return np.asarray(
        np.where(light <= 0.0031308, light * 12.92, 1.055 * np.power(light, np.float32(1 / 2.4)) - 0.055), np.float32
    )


def from_pq(codes: Numbers) -> Numbers:
    """Convert perceptual quantizer codes, 0 to 1, to cd/m2, 0 to 10,000 (SMPTE ST 2084, BT.2100)."""
    powered = np.power(codes, np.float32(1 / _M2))
    share = np.maximum(powered - _C1, 0) / (_C2 - _C3 * powered)
    return np.asarray(10_000 * np.power(share, np.float32(1 / _M1)), np.float32)


def to_pq(luminance: Numbers) -> Numbers:
    """Convert cd/m2 to perceptual quantizer codes, 0 to 1."""
    powered = np.power(np.clip(luminance / 10_000, 0, None), np.float32(_M1))
    return np.asarray(np.power((_C1 + _C2 * powered) / (1 + _C3 * powered), np.float32(_M2)), np.float32)


def from_hlg(codes: Numbers) -> Numbers:
    """Convert hybrid log-gamma codes, 0 to 1, to scene light, 0 to 1 (BT.2100's inverse OETF)."""
    return np.asarray(
        np.where(codes <= 0.5, codes**2 / 3, (np.exp((codes - _HLG_C) / _HLG_A) + _HLG_B) / 12), np.float32
    )


def displayed_hlg(scene: Numbers) -> Numbers:
    """Convert scene light (..., 3), 0 to 1, to a nominal HLG display's (BT.2100's OOTF); 1.0 is reference white."""
    luminance = (scene @ _LUMINANCE_2020)[..., None]
    shown = scene * np.power(luminance, np.float32(_SYSTEM_GAMMA - 1)) * np.float32(NOMINAL_PEAK)
    return np.asarray(shown / np.float32(REFERENCE_WHITE), np.float32)


def compressed(light: Numbers, peak: float) -> Numbers:
    """Compress light (..., 3), 1.0 is reference white, to 0 to 1; ``peak`` is the brightest light to keep distinct.

    Nothing changes without light above the reference white. Else the EETF maps the largest channel, and the others are
    scaled with it, which keeps hues.
    """
    if peak <= 1:
        return light
    brightest = np.maximum(light.max(axis=-1, keepdims=True), np.float32(1e-6))
    return np.asarray(light * (_eetf(brightest, peak) / brightest), np.float32)


def _eetf(light: Numbers, peak: float) -> Numbers:
    """Apply BT.2390's curve: linear up to the knee, then a Hermite spline to the screen's peak; black stays black."""
    top, white = to_pq(np.array((peak * REFERENCE_WHITE, REFERENCE_WHITE), np.float32)).tolist()
    highest = white / top
    knee = 1.5 * highest - 0.5
    code = np.minimum(to_pq(light * np.float32(REFERENCE_WHITE)) / top, 1)
    t = (code - knee) / (1 - knee)
    spline = (2 * t**3 - 3 * t**2 + 1) * knee + (t**3 - 2 * t**2 + t) * (1 - knee) + (3 * t**2 - 2 * t**3) * highest
    return from_pq(np.where(code < knee, code, spline) * np.float32(top)) / np.float32(REFERENCE_WHITE)
