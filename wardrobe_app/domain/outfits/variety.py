"""Keep outfits that are offered one after another varied, in their garments and in their colours.

Of ``WINDOW`` outfits in a row no garment is in more than ``MOST_PER_GARMENT`` and no colour scheme in more than
``MOST_PER_SCHEME``, where the wardrobe allows it. Where it does not, colours repeat before garments do, shoes before
an outfit goes without, and a layer or bag is left off.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from wardrobe_app.domain.compatibility.pair_scores import part_of
from wardrobe_app.domain.compatibility.roles import Role
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.garments.tag_reliability import shade_of
from wardrobe_app.domain.wording import listed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wardrobe_app.domain.outfits.outfit import Outfit

WINDOW: Final = 12
MOST_PER_GARMENT: Final = 3
MOST_PER_SCHEME: Final = 4
REPEATED_COLOUR_PENALTY: Final = 0.12  # for a garment in a colour that was seen in every outfit so far
# What the eye sees of an outfit first, the largest first.
SEEN: Final = (Role.OUTERWEAR, Role.ONE_PIECE, Role.BOTTOM, Role.TOP, Role.LAYER)

Scheme = frozenset[str]
"""The names of an outfit's colours, without shoes and what is carried; empty where none is known."""


def scheme(items: Iterable[Garment]) -> Scheme:
    """Return the colours of what covers the body and is worn over it."""
    return frozenset(colour for item in items if (colour := seen_colour(item)))


def seen_colour(item: Garment) -> str | None:
    """Return the colour that a garment adds to an outfit's scheme; None for what is small, or not known."""
    shade = shade_of(item) if part_of(item) in SEEN else None
    return shade.name if shade else None


def colour_words(items: Iterable[Garment]) -> str:
    """Describe the colour scheme in a few words: "all black", "navy with white"; empty where no colour is known."""
    large = sorted((item for item in items if seen_colour(item)), key=_rank)
    names = list(dict.fromkeys(filter(None, map(seen_colour, large))))
    if len(names) == 1:
        return f"all {names[0]}" if len(large) > 1 else names[0]
    return f"{names[0]} with {listed(names[1:])}" if names else ""


def summary(items: Sequence[Garment]) -> str:
    """Say in one line what an outfit is like: "all black", "navy with white, no shoes go with it yet"."""
    shod = any(part_of(item) is Role.SHOES for item in items)
    return ", ".join(filter(None, [colour_words(items), "" if shod else "no shoes go with it yet"]))


def varied(outfits: Sequence[Outfit]) -> bool:
    """Return whether few of the last ``WINDOW`` outfits share a garment, and few a colour scheme."""
    last = outfits[-WINDOW:]
    garments = Counter(item for outfit in last for item in outfit.ids)
    schemes = Counter(found for outfit in last if (found := scheme(outfit.items)))
    few = max(garments.values(), default=0) <= MOST_PER_GARMENT
    return few and max(schemes.values(), default=0) <= MOST_PER_SCHEME


def _rank(item: Garment) -> int:
    part = part_of(item)
    return SEEN.index(part) if part in SEEN else len(SEEN)


class Offered:
    """The last outfits that were offered, as rows of ``garments``, and which of the ``bases`` (m, 2) repeat little."""

    def __init__(self, garments: Sequence[Garment], bases: NDArray[np.int64]) -> None:
        self.used = np.zeros(len(garments), dtype=np.int64)  # (n,) in how many of them each garment is
        self._colours = [seen_colour(item) for item in garments]
        self._bases = bases
        names = {name: code for code, name in enumerate(sorted(set(filter(None, self._colours))), 1)}
        self._codes = np.array([names.get(colour or "", 0) for colour in self._colours], dtype=np.int64)
        self._seen = np.zeros(len(names) + 1, dtype=np.int64)  # in how many outfits so far each colour was
        self._outfits = 0
        self._schemes: Counter[Scheme] = Counter()
        self._last: deque[list[int]] = deque()
        pairs = np.sort(self._codes[bases], axis=1)
        keys, self._scheme_of = np.unique(pairs, axis=0, return_inverse=True)
        named = [None, *names]
        self._keys = [frozenset(filter(None, (named[code] for code in key))) for key in keys.tolist()]

    def see(self, rows: Sequence[int]) -> None:
        """Count the colours of an outfit, whether it is offered or not: so those after it keep their order."""
        self._seen[sorted({int(code) for code in self._codes[rows] if code})] += 1
        self._outfits += 1

    def add(self, rows: Sequence[int], counted: Sequence[int]) -> None:
        """Take an outfit as offered; of its ``rows`` those ``counted`` should not come too often."""
        if len(self._last) >= WINDOW - 1:
            self._count(self._last.popleft(), -1)
        self._last.append([*rows, -1, *counted])
        self._count(self._last[-1], 1)

    def choose(self, worth: NDArray[np.float64]) -> int:
        """Return which base to offer next, the best by its ``worth`` (m,) of those that repeat little."""
        garments = (self.used[self._bases] < MOST_PER_GARMENT).all(axis=1)
        schemes = np.array([self._is_fresh(key) for key in self._keys], dtype=bool)[self._scheme_of.reshape(-1)]
        share = self._seen[self._codes[self._bases]].mean(axis=1) / max(1, self._outfits)
        worth = worth - REPEATED_COLOUR_PENALTY * share
        for allowed in (garments & schemes, garments, schemes):
            if (found := np.where(allowed, worth, -np.inf)).max() > -np.inf:
                return int(found.argmax())
        return int(worth.argmax())

    def fresh(self, rows: NDArray[np.int64], worn: Sequence[int], *, needed: bool) -> NDArray[np.int64]:
        """Return which of the ``rows`` may complete what is ``worn``; all of them if it is ``needed`` and none may."""
        free = rows[self.used[rows] < MOST_PER_GARMENT]
        colours = frozenset(colour for row in worn if (colour := self._colours[row]))
        if self._is_fresh(colours):  # else the wardrobe has no other
            own = [self._colours[row] for row in free]
            free = free[[colour is None or self._is_fresh(colours | {colour}) for colour in own]]
        return rows if needed and not len(free) else free

    def _is_fresh(self, colours: Scheme) -> bool:
        return not colours or self._schemes[colours] < MOST_PER_SCHEME

    def _count(self, outfit: list[int], by: int) -> None:
        middle = outfit.index(-1)
        rows, counted = outfit[:middle], outfit[middle + 1 :]
        colours = frozenset(colour for row in rows if (colour := self._colours[row]))
        self.used[counted] += by
        self._schemes[colours] += by
