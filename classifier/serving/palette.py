"""Find a garment's colours: a palette from the pixels, and a name from the pixels and the network.

A mask separates the garment from the ground. Without one, the picture's edge and centre give a rough guess. Distances
are CIEDE2000 (scikit-image); clusters are computed in CIELAB, D65 (SciPy).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.cluster.vq import kmeans2
from skimage.color import deltaE_ciede2000, lab2rgb, rgb2lab
from skimage.filters import threshold_otsu

from classifier.prediction import Swatch

Floats = NDArray[np.float64]
Mask = NDArray[np.uint8]

PALETTE_SIDE_PX = 96  # more pixels give the same colours
EDGE_SHARE = 0.05  # of the side: the picture's edge, which shows the ground
CENTRE_SPREAD = 0.33  # of the side: standard deviation of a pixel's weight around the centre
CLUSTER_COUNT = 6
ACHROMATIC = ("white", "grey")
NEUTRAL = frozenset({"black", "white", "grey", "beige"})
SAME_COLOUR_DISTANCE = 11.0  # CIEDE2000: below, two clusters are one colour in light and shade
MIN_SHARE = 0.06  # of the garment: smaller clusters are left out
CLOTH_THRESHOLD = 0.5  # from here on, a pixel of the mask is cloth
MAX_SWATCHES = 4
BRIGHT_PERCENTILE, WHITE_LEVEL, MAX_GAIN = 90, 0.96, 1.6
GREEN_RANGE = (0.25, 1.0)  # where green lies between blue and red in the light of lamps
MAX_TINT = 0.45  # of the brightest channel: lamps are not more colourful, objects are
PIXEL_EXPONENT = 0.6  # of the pixels' vote, against 1 for the network's
MIN_PIXEL_VOTE = 0.03  # the pixels alone cannot rule out a name

# Typical cloth of each colour, dark to pale, as photographed indoors.
PROTOTYPES: dict[str, tuple[str, ...]] = {
    "black": ("#000000", "#17171a", "#262629"),
    "white": ("#ffffff", "#efefee", "#dedfe2"),
    "grey": ("#55565a", "#7d7e80", "#a4a5a8", "#bfbfc2"),
    "beige": ("#e9dfcd", "#d3c3a6", "#bfab88", "#eadbc4"),
    "brown": ("#3d281c", "#5f4029", "#845a38", "#9c7450"),
    "red": ("#6f1420", "#a01c26", "#c9232b", "#e2403e"),
    "orange": ("#c9501c", "#ec6a1e", "#f7923e", "#f9b07a"),
    "yellow": ("#b8962a", "#dcb42e", "#f2d434", "#f7e68a"),
    "green": ("#173322", "#23603a", "#3c9a4c", "#86bf52", "#666d3c", "#a5d6b0", "#2f8276"),
    "blue": ("#0000e0", "#2348a8", "#2f74c8", "#5fa3dc", "#a9cbe8", "#56708f", "#38527c", "#2397b8"),
    "navy": ("#10162e", "#1a2444", "#272f4c", "#000080"),
    "purple": ("#3c1c46", "#5f2c80", "#8d5cb4", "#bba0d8"),
    "pink": ("#c83a78", "#e8649a", "#efa0b4", "#f5cfd4", "#cf8794"),
}


@cache
def prototypes() -> tuple[tuple[str, ...], Floats]:
    """Names and their shades in CIELAB, (K, 3); a name has several."""
    names = tuple(name for name, shades in PROTOTYPES.items() for _ in shades)
    shades = np.array([_rgb(shade) for own in PROTOTYPES.values() for shade in own])
    return names, rgb2lab(shades[None] / 255)[0]


def _rgb(shade: str) -> tuple[int, int, int]:
    return int(shade[1:3], 16), int(shade[3:5], 16), int(shade[5:7], 16)


def colour_distance(first: Floats, second: Floats) -> Floats:
    """Compute CIEDE2000 between two CIELAB arrays of equal shape (..., 3)."""
    return np.asarray(deltaE_ciede2000(first, second))  # type: ignore[no-untyped-call]


def name_of(lab: Floats) -> str:
    """Name a CIELAB colour (3,) by its nearest prototype."""
    names, shades = prototypes()
    return names[int(np.argmin(colour_distance(np.broadcast_to(lab, shades.shape), shades)))]


def name_of_hex(shade: str) -> str:
    """Name the colour ``#rrggbb``."""
    return name_of(rgb2lab(np.array([[_rgb(shade)]]) / 255)[0, 0])


def names_of_hex(shades: Sequence[str]) -> list[str]:
    """Name many colours ``#rrggbb`` as :func:`name_of_hex` does, a thousand at a time to limit the memory."""
    names, own = prototypes()
    result: list[str] = []
    for start in range(0, len(shades), 1000):
        labs = rgb2lab(np.array([[_rgb(shade) for shade in shades[start : start + 1000]]]) / 255)[0]
        distance = colour_distance(*np.broadcast_arrays(labs[:, None], own[None]))
        result += [names[nearest] for nearest in distance.argmin(axis=1)]
    return result


def brighten(rgb: Floats) -> Floats:
    """Brighten a picture (H, W, 3), 0 to 1, until its brightest places reach :data:`WHITE_LEVEL`.

    White cloth looks grey in a dark room. Hues stay; the gain is at most :data:`MAX_GAIN`.
    """
    brightest = float(np.percentile(rgb.max(axis=2), BRIGHT_PERCENTILE))
    gain = float(np.clip(WHITE_LEVEL / max(brightest, 1e-3), 1.0, MAX_GAIN))
    return np.clip(rgb * gain, 0.0, 1.0)


def white_balanced(rgb: Floats) -> Floats:
    """Correct the white balance of a picture (H, W, 3), 0 to 1, by half of what its brightest places suggest.

    Only by half, because beige sheets are beige in daylight too; not at all if the brightest places are colourful.
    """
    brightness = rgb.max(axis=2)
    light = rgb[brightness >= np.percentile(brightness, BRIGHT_PERCENTILE)].mean(axis=0)
    return without_tint(rgb, np.sqrt(light))


def without_tint(rgb: Floats, light: Floats) -> Floats:
    """Divide a picture (H, W, 3), 0 to 1, by the colour of its ``light`` (3,); unchanged if no lamp has that colour.

    The light of lamps is warm or cool: its green lies between red and blue.
    """
    if light.min() <= 0 or np.ptp(light) > MAX_TINT * light.max():
        return rgb
    red, green, blue = light
    if red != blue and not GREEN_RANGE[0] <= (green - blue) / (red - blue) <= GREEN_RANGE[1]:
        return rgb
    return np.asarray(np.clip(rgb * (light.max() / light), 0.0, 1.0))


def _clusters(points: Floats, count: int, weights: Floats | None = None) -> tuple[Floats, Floats]:
    """Cluster ``points`` (N, 3) by k-means: centres (k, 3) and their shares (k,), largest first."""
    distinct = _distinct(points.round(1), count)
    if distinct <= 1:
        return points[:1].copy(), np.ones(1)
    centres, labels = kmeans2(points, min(count, distinct), minit="++", rng=np.random.default_rng(0), missing="warn")
    shares = np.bincount(labels, weights=weights, minlength=len(centres))
    order = np.argsort(-shares)
    return centres[order], shares[order] / shares.sum()


def _distinct(points: Floats, most: int) -> int:
    """Count different rows up to ``most``; a sample of the rows is usually enough."""
    for rows in (points[:: max(1, len(points) // 64)], points):
        found = len({tuple(row) for row in rows.tolist()})
        if found >= most:
            return most
    return found


def garment_weights(lab: Floats) -> Floats:
    """Guess how likely each pixel of a CIELAB picture (H, W, 3) shows the garment: (H, W), 0 to 1."""
    high, wide = lab.shape[:2]
    edge = max(1, round(EDGE_SHARE * min(high, wide)))
    margin = np.concatenate(
        [lab[:edge].reshape(-1, 3), lab[-edge:].reshape(-1, 3), lab[:, :edge].reshape(-1, 3),
         lab[:, -edge:].reshape(-1, 3)]
    )  # fmt: skip
    grounds, shares = _clusters(margin, 4)
    grounds = grounds[shares >= 0.1] if (shares >= 0.1).any() else grounds[:1]
    unlike = np.min([np.linalg.norm((lab - ground) * (0.7, 1, 1), axis=2) for ground in grounds], axis=0)
    y, x = np.mgrid[-1 : 1 : high * 1j, -1 : 1 : wide * 1j] / 2
    central = np.exp(-(x**2 + y**2) / (2 * CENTRE_SPREAD**2))
    strength = unlike / (unlike + 14) * central
    cut = threshold_otsu(strength) if np.ptp(strength) > 1e-6 else 0.0  # type: ignore[no-untyped-call]
    chosen = strength > cut
    if chosen.mean() < 0.05 or np.median(unlike[chosen]) < 6:  # the garment resembles the ground: use the centre
        chosen = (np.abs(x) <= 0.25) & (np.abs(y) <= 0.25)
    if not chosen.any():  # a picture of one or two pixels has no centre
        chosen = np.ones_like(chosen)
    return np.asarray(np.where(chosen, central, 0.0))


def _merged(centres: Floats, shares: Floats) -> list[tuple[Floats, float]]:
    """Merge clusters that look the same; largest first."""
    groups: list[tuple[Floats, float]] = []
    for centre, share in zip(centres, shares, strict=True):
        for index, (other, held) in enumerate(groups):
            if float(colour_distance(centre, other)) < SAME_COLOUR_DISTANCE:
                groups[index] = ((other * held + centre * share) / (held + share), held + float(share))
                break
        else:
            groups.append((centre, float(share)))
    return sorted(groups, key=lambda group: -group[1])


def palette_of(image: Image.Image, mask: Mask | None = None, colour_name: str | None = None) -> tuple[Swatch, ...]:
    """Find one to four colours of the garment, largest share first; the shares sum to 1.

    Args:
        image: an upright photo.
        mask: see :func:`describe`.
        colour_name: the garment's colour, if known: white or grey cloth shows the colour of the light.
    """
    small = image.convert("RGB")
    small.thumbnail((PALETTE_SIDE_PX, PALETTE_SIDE_PX), Image.Resampling.BOX)
    rgb = np.asarray(small) / 255
    weights = garment_weights(rgb2lab(brighten(rgb))) if mask is None else cloth_weights(mask, small.size)
    inside = weights > 0
    rgb = without_tint(rgb, rgb[inside].mean(axis=0)) if colour_name in ACHROMATIC else white_balanced(rgb)
    lab = rgb2lab(brighten(rgb))
    groups = _merged(*_clusters(lab[inside], CLUSTER_COUNT, weights[inside]))
    kept = [group for group in groups if group[1] >= MIN_SHARE][:MAX_SWATCHES] or groups[:1]
    total = sum(share for _, share in kept)
    return tuple(Swatch(name_of(lab), _hex(lab), share / total) for lab, share in kept)


def renamed(palette: tuple[Swatch, ...], names: Mapping[str, float]) -> tuple[Swatch, ...]:
    """Give one swatch the garment's most probable colour name, if the swatch could pass for that colour.

    Whether dark cloth is navy or black is decided for the garment, not swatch by swatch. If no swatch has the name,
    the nearest one gets it. ``names`` maps colour names to probabilities.
    """
    best = max(names, key=lambda name: names[name])
    if best == "multicolour" or best in {swatch.name for swatch in palette}:
        return palette
    own, shades = prototypes()
    wanted = shades[[name == best for name in own]]
    labs = [rgb2lab(np.array([[_rgb(swatch.hex)]]) / 255)[0, 0] for swatch in palette]
    distance = [float(colour_distance(np.broadcast_to(lab, wanted.shape), wanted).min()) for lab in labs]
    nearest = int(np.argmin(distance))
    if distance[nearest] > 2 * SAME_COLOUR_DISTANCE:
        return palette
    return tuple(replace(s, name=best) if k == nearest else s for k, s in enumerate(palette))


def cloth_weights(mask: Mask, size: tuple[int, int]) -> Floats:
    """Resize a mask to ``size`` (w, h): weights (h, w), 0 to 1, of which some are positive, and 0 along edges."""
    likely = np.asarray(Image.fromarray(mask).resize(size, Image.Resampling.BOX), np.float64) / 255
    if not likely.any():
        return np.ones_like(likely)
    return np.where(likely >= min(CLOTH_THRESHOLD, float(likely.max())), likely, 0.0)


def _hex(lab: Floats) -> str:
    red, green, blue = (np.clip(lab2rgb(lab[None, None])[0, 0], 0, 1) * 255).round().astype(int)
    return f"#{red:02x}{green:02x}{blue:02x}"


def _pixel_votes(palette: tuple[Swatch, ...]) -> dict[str, float]:
    """Estimate each name's probability from the pixels alone."""
    votes = dict.fromkeys((*PROTOTYPES, "multicolour"), 0.0)
    for swatch in palette:
        votes[swatch.name] += swatch.share
    strong = [share for name, share in votes.items() if name not in NEUTRAL and share > 0.15]
    votes["multicolour"] = 0.5 if len(strong) >= 3 else 0.1 * len(strong)
    total = sum(votes.values())
    return {name: share / total for name, share in votes.items()}


def describe(
    image: Image.Image, probabilities: Mapping[str, float] | None, mask: Mask | None = None
) -> tuple[dict[str, float], tuple[Swatch, ...]]:
    """Combine the network's colour names with the pixels.

    Args:
        image: an upright photo.
        probabilities: the network's probability of each colour name; None if it has no colour head.
        mask: (h, w) in the picture's proportions, 0 to 255: how likely each pixel is cloth; None to guess.

    Returns:
        Probabilities of the names, which sum to 1, and one to four swatches, largest share first.
    """
    palette = palette_of(image, mask)
    votes = _pixel_votes(palette)
    if probabilities is None:
        return votes, palette
    joint = {name: p * (votes.get(name, 0.0) + MIN_PIXEL_VOTE) ** PIXEL_EXPONENT for name, p in probabilities.items()}
    total = sum(joint.values()) or 1.0
    return {name: value / total for name, value in joint.items()}, palette
