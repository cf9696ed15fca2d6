"""The colours of the garment on a photo: a palette from the pixels, and a name that pixels and network agree on.

What is garment and what is ground a mask tells; where there is none, what lies along the picture's margin, and place, a
rough guess. Distances are CIEDE2000, clusters are found in CIELAB (D65), both by scikit-image and SciPy.
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

SIDE = 96  # pixels; more changes no answer
MARGIN = 0.05  # of the side: what counts as the picture's margin
CENTRE_SPREAD = 0.33  # of the side: how fast trust in a pixel falls off from the middle
CLUSTERS = 6
ACHROMATIC = ("white", "grey")
SAME = 11.0  # CIEDE2000 below which two clusters are one colour to the eye, light and shade considered
LEAST_SHARE = 0.06
LIKELY = 0.5  # from here on a pixel of the mask is cloth
SWATCHES = 4
BRIGHT_PERCENTILE, BRIGHT, MOST_GAIN = 90, 0.96, 1.6
GREEN_BETWEEN = (0.25, 1.0)  # of the way from blue to red
MOST_TINT = 0.45  # of its brightest channel: lamps are no yellower, things are
PIXEL_TRUST = 0.6  # exponent of the pixels' vote beside the network's
FLOOR = 0.03  # of the vote: no name is ruled out by the pixels alone

# Typical cloth of each name, from deep to pale, as photographed indoors.
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
    """Names and their shades in CIELAB, (K, 3), several a name."""
    names = tuple(name for name, shades in PROTOTYPES.items() for _ in shades)
    shades = np.array([_rgb(shade) for own in PROTOTYPES.values() for shade in own])
    return names, rgb2lab(shades[None] / 255)[0]


def _rgb(shade: str) -> tuple[int, int, int]:
    return int(shade[1:3], 16), int(shade[3:5], 16), int(shade[5:7], 16)


def distances(first: Floats, second: Floats) -> Floats:
    """CIEDE2000 between two arrays of the same shape (..., 3) in CIELAB."""
    return np.asarray(deltaE_ciede2000(first, second))  # type: ignore[no-untyped-call]


def name_of(lab: Floats) -> str:
    """The plain name of one colour, (3,) in CIELAB: that of the nearest prototype."""
    names, shades = prototypes()
    return names[int(np.argmin(distances(np.broadcast_to(lab, shades.shape), shades)))]


def name_of_hex(shade: str) -> str:
    """The plain name of ``#rrggbb``."""
    return name_of(rgb2lab(np.array([[_rgb(shade)]]) / 255)[0, 0])


def names_of_hex(shades: Sequence[str]) -> list[str]:
    """The plain names of many ``#rrggbb``, as ``name_of_hex`` has them, a thousand at a time."""
    names, own = prototypes()
    found: list[str] = []
    for start in range(0, len(shades), 1000):
        labs = rgb2lab(np.array([[_rgb(shade) for shade in shades[start : start + 1000]]]) / 255)[0]
        apart = distances(*np.broadcast_arrays(labs[:, None], own[None]))
        found += [names[place] for place in apart.argmin(axis=1)]
    return found


def exposed(rgb: Floats) -> Floats:
    """An (H, W, 3) picture, 0 to 1, brightened so that its brightest places are as bright as white cloth in daylight.

    Rooms are dark and white shirts come out grey; what is brightest in a picture is rarely darker than white. Hues
    stay, and a picture without anything bright is brightened by ``MOST_GAIN`` at most.
    """
    brightest = float(np.percentile(rgb.max(axis=2), BRIGHT_PERCENTILE))
    gain = float(np.clip(BRIGHT / max(brightest, 1e-3), 1.0, MOST_GAIN))
    return np.clip(rgb * gain, 0.0, 1.0)


def balanced(rgb: Floats) -> Floats:
    """An (H, W, 3) picture, 0 to 1, under whiter light: what is brightest and nearly grey is taken for white, by half.

    By half, because beige sheets are beige in daylight, too; and not at all where the brightest things are colourful.
    """
    brightness = rgb.max(axis=2)
    light = rgb[brightness >= np.percentile(brightness, BRIGHT_PERCENTILE)].mean(axis=0)
    return in_light_of(rgb, np.sqrt(light))


def in_light_of(rgb: Floats, light: Floats) -> Floats:
    """An (H, W, 3) picture, 0 to 1, as if ``light``, (3,), had been white; as it is where no lamp has that colour.

    Light is warm or cool: its green lies between its red and its blue. What is pink was thrown back by a bedspread.
    """
    if light.min() <= 0 or np.ptp(light) > MOST_TINT * light.max():
        return rgb
    red, green, blue = light
    if red != blue and not GREEN_BETWEEN[0] <= (green - blue) / (red - blue) <= GREEN_BETWEEN[1]:
        return rgb
    return np.asarray(np.clip(rgb * (light.max() / light), 0.0, 1.0))


def _clusters(points: Floats, count: int, weights: Floats | None = None) -> tuple[Floats, Floats]:
    """Centres (k, 3) and their shares (k,), largest first; ``points`` is (N, 3)."""
    distinct = _distinct(points.round(1), count)
    if distinct <= 1:
        return points[:1].copy(), np.ones(1)
    centres, labels = kmeans2(points, min(count, distinct), minit="++", rng=np.random.default_rng(0), missing="warn")
    shares = np.bincount(labels, weights=weights, minlength=len(centres))
    order = np.argsort(-shares)
    return centres[order], shares[order] / shares.sum()


def _distinct(points: Floats, most: int) -> int:
    """How many different rows there are, counted no further than ``most``; a few rows usually tell."""
    for rows in (points[:: max(1, len(points) // 64)], points):
        found = len({tuple(row) for row in rows.tolist()})
        if found >= most:
            return most
    return found


def garment_weights(lab: Floats) -> Floats:
    """How likely each pixel of an (H, W, 3) CIELAB picture shows the garment: (H, W), 0 to 1."""
    high, wide = lab.shape[:2]
    edge = max(1, round(MARGIN * min(high, wide)))
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
    if chosen.mean() < 0.05 or np.median(unlike[chosen]) < 6:  # like its ground: all there is to go by is the place
        chosen = (np.abs(x) <= 0.25) & (np.abs(y) <= 0.25)
    if not chosen.any():  # a picture of a pixel or two across has no middle
        chosen = np.ones_like(chosen)
    return np.asarray(np.where(chosen, central, 0.0))


def _merged(centres: Floats, shares: Floats) -> list[tuple[Floats, float]]:
    """Clusters that look the same put together, largest first."""
    groups: list[tuple[Floats, float]] = []
    for centre, share in zip(centres, shares, strict=True):
        for index, (other, held) in enumerate(groups):
            if float(distances(centre, other)) < SAME:
                groups[index] = ((other * held + centre * share) / (held + share), held + float(share))
                break
        else:
            groups.append((centre, float(share)))
    return sorted(groups, key=lambda group: -group[1])


def palette_of(image: Image.Image, mask: Mask | None = None, called: str | None = None) -> tuple[Swatch, ...]:
    """One to four colours of the garment, largest share first, shares summing to 1.

    ``mask`` is as in :func:`describe`, ``called`` the garment's colour where it is known by other means: cloth that is
    called white, as yellow as it is on the photo, tells what the light was like.
    """
    small = image.convert("RGB")
    small.thumbnail((SIDE, SIDE), Image.Resampling.BOX)
    rgb = np.asarray(small) / 255
    weights = garment_weights(rgb2lab(exposed(rgb))) if mask is None else cloth_of(mask, small.size)
    inside = weights > 0
    rgb = in_light_of(rgb, rgb[inside].mean(axis=0)) if called in ACHROMATIC else balanced(rgb)
    lab = rgb2lab(exposed(rgb))
    groups = _merged(*_clusters(lab[inside], CLUSTERS, weights[inside]))
    kept = [group for group in groups if group[1] >= LEAST_SHARE][:SWATCHES] or groups[:1]
    total = sum(share for _, share in kept)
    return tuple(Swatch(name_of(lab), _hex(lab), share / total) for lab, share in kept)


def named_after(palette: tuple[Swatch, ...], names: Mapping[str, float]) -> tuple[Swatch, ...]:
    """The palette with its swatches named as the garment is, where the eye may see it so.

    ``names`` are the probabilities of what the garment's colour is called. Whether dark cloth is navy or black is not
    for each swatch to say: where none has the likeliest name, the one that is nearest to it takes it.
    """
    likeliest = max(names, key=lambda name: names[name])
    if likeliest == "multicolour" or likeliest in {swatch.name for swatch in palette}:
        return palette
    own, shades = prototypes()
    wanted = shades[[name == likeliest for name in own]]
    labs = [rgb2lab(np.array([[_rgb(swatch.hex)]]) / 255)[0, 0] for swatch in palette]
    apart = [float(distances(np.broadcast_to(lab, wanted.shape), wanted).min()) for lab in labs]
    nearest = int(np.argmin(apart))
    if apart[nearest] > 2 * SAME:
        return palette
    return tuple(replace(s, name=likeliest) if k == nearest else s for k, s in enumerate(palette))


def cloth_of(mask: Mask, size: tuple[int, int]) -> Floats:
    """How much each pixel of a picture of ``size`` counts as cloth, (h, w), 0 to 1; edges do not, some always do."""
    likely = np.asarray(Image.fromarray(mask).resize(size, Image.Resampling.BOX), np.float64) / 255
    if not likely.any():
        return np.ones_like(likely)
    return np.where(likely >= min(LIKELY, float(likely.max())), likely, 0.0)


def _hex(lab: Floats) -> str:
    red, green, blue = (np.clip(lab2rgb(lab[None, None])[0, 0], 0, 1) * 255).round().astype(int)
    return f"#{red:02x}{green:02x}{blue:02x}"


def _pixel_votes(palette: tuple[Swatch, ...]) -> dict[str, float]:
    """Probability of each name by the pixels alone."""
    votes = dict.fromkeys((*PROTOTYPES, "multicolour"), 0.0)
    for swatch in palette:
        votes[swatch.name] += swatch.share
    loud = [share for name, share in votes.items() if name not in {"black", "white", "grey", "beige"} and share > 0.15]
    votes["multicolour"] = 0.5 if len(loud) >= 3 else 0.1 * len(loud)
    total = sum(votes.values())
    return {name: share / total for name, share in votes.items()}


def describe(
    image: Image.Image, probabilities: Mapping[str, float] | None, mask: Mask | None = None
) -> tuple[dict[str, float], tuple[Swatch, ...]]:
    """The garment's colour, name by name, and its palette.

    Args:
        image: an upright photo.
        probabilities: the network's probability of each colour name, or None where it has no such head.
        mask: (h, w) in the picture's proportions, 0 to 255: how likely each pixel is cloth; None to guess.

    Returns:
        Probabilities of the names, summing to 1, and one to four swatches, largest share first.
    """
    palette = palette_of(image, mask)
    votes = _pixel_votes(palette)
    if probabilities is None:
        return votes, palette
    joint = {name: p * (votes.get(name, 0.0) + FLOOR) ** PIXEL_TRUST for name, p in probabilities.items()}
    total = sum(joint.values()) or 1.0
    return {name: value / total for name, value in joint.items()}, palette
