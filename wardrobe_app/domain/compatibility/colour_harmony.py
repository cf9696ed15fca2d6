"""Judge how the colours of two garments go together, by named conventions in OKLCh.

The conventions: tonal outfits, neutrals, and the hue templates of Matsuda as measured by D. Cohen-Or, O. Sorkine, R.
Gal, T. Leyvand and Y.-Q. Xu, "Color harmonization", SIGGRAPH 2006: sectors of the hue wheel, turned to where the hues
of both garments lie nearest, each hue weighted by its chroma and area. One array implementation serves single pairs and
whole wardrobes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from wardrobe_app.domain.colour import MULTICOLOUR, NEUTRAL_CHROMA, Shade, oklch
from wardrobe_app.domain.compatibility.colour_repetition import REPEATED_SCORES, rarity
from wardrobe_app.domain.compatibility.rules import Rule

if TYPE_CHECKING:
    from numpy.typing import NDArray

# The templates: sectors as (centre, width) in degrees, and the value of fitting one, 0 to 1. The sectors are the
# paper's; N, "no hue", is the convention of neutrals. Preferring few and close hues is ours; fits from Y on count as a
# clash.
TEMPLATES: Final[Mapping[str, tuple[float, tuple[tuple[float, float], ...]]]] = {
    "i": (0.8, ((0, 18),)),
    "V": (0.55, ((0, 93.6),)),
    "I": (0.55, ((0, 18), (180, 18))),
    "Y": (0.15, ((0, 93.6), (180, 18))),
    "L": (0.12, ((0, 18), (90, 79.2))),
    "T": (0.1, ((0, 180),)),
    "X": (0.05, ((0, 93.6), (180, 93.6))),
}
TURN_DEGREES: Final = 10.0  # steps by which templates are turned
MISFIT_DEGREES: Final = 30.0  # outside every sector, that cost as much as the worst template
FULL_CHROMA: Final = 0.15  # OKLCh: from here on a colour counts in full
SAME_HUE_DEGREES: Final = 25.0  # within which two hues are shades of one colour
HUED_CHROMA: Final = 0.04  # below this a hue is too faint to make two colours shades of one
BATCH_PAIRS: Final = 4096  # whose hues are fitted together, to bound memory

DARK_GREYS: Final = frozenset({"black", "grey"})
BRIGHTS: Final = frozenset({"orange", "pink", "yellow"})
_HUELESS: Final = frozenset({"black", "white", "grey"})

Factors = tuple[float, float, float, float]
"""The weights of tonal outfits, neutrals, brights and hues, in this order; 0 switches one off."""
ALL: Final[Factors] = (1.0, 1.0, 1.0, 1.0)
JUDGES: Final = (Rule.TONAL, Rule.NEUTRALS, Rule.BRIGHTS, Rule.HUES)
Palette = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Colouring:
    """A garment's colours: the main ``shade``, its palette as (``#rrggbb``, share), and whether it counts as neutral.

    An empty palette stands for the main shade alone.
    """

    shade: Shade
    palette: Palette = ()
    neutral: bool = False


@dataclass(frozen=True, slots=True)
class Harmony:
    """How two colours go together: ``kind`` in words, ``score`` 0 to 1, and the convention behind it, if any."""

    kind: str
    score: float
    rule: Rule | None = None


@dataclass(frozen=True, slots=True)
class Tints:
    """The colours of n garments as arrays, one row each.

    ``names`` are codes; ``rarity`` is how much it says to repeat the colour, 0 to 1; ``fit`` (n, templates) is the
    misfit of the hues to each template at each turn plus the template's cost, summed by ``weight``: the area and chroma
    of all hues, 0 (none) to 1.
    """

    names: NDArray[np.int64]
    lightness: NDArray[np.float64]
    chroma: NDArray[np.float64]
    hue: NDArray[np.float64]
    neutral: NDArray[np.bool_]
    dark_grey: NDArray[np.bool_]
    bright: NDArray[np.bool_]
    hueless: NDArray[np.bool_]
    many: NDArray[np.bool_]
    rarity: NDArray[np.float64]
    weight: NDArray[np.float64]
    fit: NDArray[np.float32]


# The names of a pair's harmony, by code.
_KINDS: Final[tuple[tuple[str, Rule | None], ...]] = (
    ("no convention applies", None),
    ("tonal", Rule.TONAL),
    ("neutral pair", Rule.NEUTRALS),
    ("neutral with a colour", Rule.NEUTRALS),
    ("neutral lets it speak", Rule.NEUTRALS),
    ("seldom put together", Rule.BRIGHTS),
    ("many colours", Rule.HUES),
    ("close hues, template i", Rule.HUES),
    ("analogous, template V", Rule.HUES),
    ("complementary, template I", Rule.HUES),
    ("clash", Rule.HUES),
    ("muted contrast", Rule.HUES),
)
_NONE, _TONAL, _PAIR, _BESIDE, _SPEAKS, _SELDOM, _MANY, _FIRST_TEMPLATE = range(8)
_MUTED: Final = len(_KINDS) - 1
_CLASH: Final = _MUTED - 1
_FITS: Final = 0.4  # hues that fit no template as well as this clash, ...
_STRONG: Final = 0.6  # ... if both are stronger than this, and are a muted contrast if not


@cache
def _places() -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """Return every template at every turn: sector centres and widths (K, 2) in degrees, cost (K,), template number
    (K,).
    """
    centres, widths, costs, which = [], [], [], []
    for number, (worth, sectors) in enumerate(TEMPLATES.values()):
        mirrored = tuple((-centre, width) for centre, width in sectors)
        shapes = {sectors} if mirrored[-1][0] % 360 == sectors[-1][0] % 360 else {sectors, mirrored}
        for shape in sorted(shapes):
            for turn in np.arange(0, 360, TURN_DEGREES):
                both = (shape[0], shape[-1])
                centres.append([(centre + turn) % 360 for centre, _ in both])
                widths.append([width for _, width in both])
                costs.append(1 - worth)
                which.append(number)
    return np.array(centres), np.array(widths), np.array(costs), np.array(which)


@cache
def _misfits() -> NDArray[np.float64]:
    """Return how far each hue (in half degrees) is from each template at each turn, with its cost: (720, K).

    The distance from a sector is the arc to its nearer border, 0 inside.
    """
    centres, widths, costs, _ = _places()
    outside = np.abs((np.arange(720)[:, None, None] / 2 - centres + 180) % 360 - 180) - widths / 2
    return np.asarray(np.maximum(outside, 0).min(axis=2) / MISFIT_DEGREES + costs)


def _hues(palette: Palette) -> list[tuple[int, float]]:
    """Return the hues of a palette in half degrees with their weights, which sum to 0 (none) to 1."""
    total = sum(share for _, share in palette) or 1.0
    found = []
    for hex_colour, share in palette:
        _, chroma, hue = oklch(hex_colour)
        if chroma >= NEUTRAL_CHROMA:
            found.append((round(2 * hue) % 720, min(1.0, chroma / FULL_CHROMA) * share / total))
    return found


def _fitted(palettes: Sequence[Palette]) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
    """Return the weight of the hues of each of n palettes, (n,), and their weighted misfits, (n, K)."""
    hues = [_hues(palette) for palette in palettes]
    most = max(map(len, hues), default=0)
    padded = np.array([[*found, *[(0, 0.0)] * (most - len(found))] for found in hues]).reshape(len(hues), most, 2)
    halves, parts = padded[:, :, 0].astype(np.int64), padded[:, :, 1]
    weight, fit = np.zeros(len(hues)), np.empty((len(hues), len(_places()[2])), dtype=np.float32)
    for place in range(most):
        weight += parts[:, place]
    for start in range(0, len(hues), BATCH_PAIRS):
        some = slice(start, start + BATCH_PAIRS)
        summed = np.zeros(fit[some].shape)
        for place in range(most):
            summed += parts[some, place, None] * _misfits()[halves[some, place]]
        fit[some] = summed
    return weight, fit


def tints(colourings: Sequence[Colouring]) -> Tints:
    """Convert the colours of garments to arrays."""
    shades = [colouring.shade for colouring in colourings]
    names = [shade.name for shade in shades]
    code = {name: number for number, name in enumerate(dict.fromkeys(names))}
    main = np.array([oklch(shade.hex) for shade in shades]).reshape(-1, 3)
    palettes = [
        colouring.palette or (() if name == MULTICOLOUR else ((colouring.shade.hex, 1.0),))
        for colouring, name in zip(colourings, names, strict=True)
    ]
    weight, fit = _fitted(palettes)
    return Tints(
        names=np.array([code[name] for name in names], dtype=np.int64),
        lightness=main[:, 0],
        chroma=main[:, 1],
        hue=main[:, 2],
        neutral=np.array([colouring.neutral or colouring.shade.is_neutral for colouring in colourings], dtype=bool),
        dark_grey=np.array([name in DARK_GREYS for name in names], dtype=bool),
        bright=np.array([name in BRIGHTS for name in names], dtype=bool),
        hueless=np.array([name in _HUELESS for name in names], dtype=bool),
        many=np.array([name == MULTICOLOUR for name in names], dtype=bool),
        rarity=np.array([rarity(name) for name in names]),
        weight=weight,
        fit=fit,
    )


@dataclass(frozen=True, slots=True)
class Harmonies:
    """The harmony of many pairs, (pairs,) each: ``score`` 0 to 1, codes of ``kind``, the weight of its convention."""

    score: NDArray[np.float64]
    kind: NDArray[np.int64]
    factor: NDArray[np.float64]

    def at(self, place: int) -> Harmony:
        """Return one of them in words."""
        kind, rule = _KINDS[int(self.kind[place])]
        return Harmony(kind, float(self.score[place]), rule)


def harmonies(rows: Tints, first: NDArray[np.int64], second: NDArray[np.int64], factors: Factors = ALL) -> Harmonies:
    """Judge the colours of the garments ``first`` and ``second`` (rows, (pairs,)).

    The first applicable convention that is switched on decides: tonal outfits, black or grey with orange, pink or
    yellow, neutrals, the hue wheel.
    """
    tonal, neutrals, brights, hues = (factor > 0 for factor in factors)
    many = rows.many[first] | rows.many[second]
    neutral, neutral_too = rows.neutral[first], rows.neutral[second]
    paler = np.abs(rows.lightness[first] - rows.lightness[second])
    same = rows.names[first] == rows.names[second]
    apart = np.abs((rows.hue[first] - rows.hue[second] + 180) % 360 - 180)
    hued = np.minimum(rows.chroma[first], rows.chroma[second]) >= HUED_CHROMA
    hued &= ~(rows.hueless[first] | rows.hueless[second])
    near = hued & (apart <= SAME_HUE_DEGREES)
    seldom = (rows.dark_grey[first] & rows.bright[second]) | (rows.bright[first] & rows.dark_grey[second])
    kind = np.select(
        [many & (neutral | neutral_too) & neutrals, many & hues, ~many & (same | near) & tonal, seldom & brights,
         ~many & neutral & neutral_too & neutrals, ~many & (neutral | neutral_too) & neutrals, ~many & hues],
        [_SPEAKS, _MANY, _TONAL, _SELDOM, _PAIR, _BESIDE, _FIRST_TEMPLATE],
        _NONE,
    )  # fmt: skip
    colourful = np.where(neutral, rows.weight[second], rows.weight[first])
    closeness = np.where(near, 1 - apart / SAME_HUE_DEGREES, 0)
    common, rare = REPEATED_SCORES
    contrast = np.minimum(1, paler / 0.6)
    score = np.select(
        [kind == _TONAL, kind == _SELDOM, kind == _PAIR, kind == _BESIDE, kind == _SPEAKS],
        [
            np.where(same, common + (rare - common) * rows.rarity[first], common + 0.03 * closeness),
            0.45 - 0.03 * colourful,
            0.67 + 0.03 * contrast,
            0.66 - 0.03 * colourful + 0.02 * contrast,
            0.65,
        ],
        0.5,
    )
    _fit_hues(rows, first, second, kind, score)
    factor = np.array([_factor(rule, factors) for _, rule in _KINDS])[kind]
    return Harmonies(score, kind, factor)


def _factor(rule: Rule | None, factors: Factors) -> float:
    return factors[JUDGES.index(rule)] if rule else 0.0


def _fit_hues(
    rows: Tints,
    first: NDArray[np.int64],
    second: NDArray[np.int64],
    kind: NDArray[np.int64],
    score: NDArray[np.float64],
) -> None:
    """Fill in kind and score of the pairs that the hue wheel judges."""
    judged = np.nonzero((kind == _FIRST_TEMPLATE) | (kind == _MANY))[0]
    for start in range(0, len(judged), BATCH_PAIRS):
        places = judged[start : start + BATCH_PAIRS]
        one, other = first[places], second[places]
        total = rows.fit[one] + rows.fit[other]
        best = total.argmin(axis=1)
        weight = rows.weight[one] + rows.weight[other]
        cost = np.divide(total[np.arange(len(places)), best], weight, out=np.full(len(places), 0.5), where=weight > 0)
        strength = np.minimum(1, np.minimum(rows.weight[one], rows.weight[other]))
        score[places] = 0.5 + (np.clip(1 - cost, 0, 1) - 0.5) * strength
        words = np.where(strength > _STRONG, _CLASH, _MUTED)
        words = np.where(1 - cost >= _FITS, _places()[3][best] + _FIRST_TEMPLATE, words)
        kind[places] = np.where(kind[places] == _MANY, _MANY, words)


@lru_cache(maxsize=100_000)
def harmony(first: Colouring, second: Colouring, factors: Factors = ALL) -> Harmony:
    """Judge the colours of two garments."""
    return harmonies(tints((first, second)), np.array([0]), np.array([1]), factors).at(0)
