"""Choose purchases that open most, different in kind from each other, and say what is lacking."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from wardrobe_app.domain import wording
from wardrobe_app.domain.compatibility.roles import Role
from wardrobe_app.domain.garments.garment import Garment, TagKind
from wardrobe_app.domain.garments.type_similarity import closeness
from wardrobe_app.domain.insights.candidates import Options
from wardrobe_app.domain.outfits.outfit import CORE

MAX_PROPOSALS: Final = 6
SAME_ROLE: Final = 0.15  # is left of its value for another one of the same role
MAX_SHOWN: Final = 4
FEW_FOR: Final = 6  # times as many garments to wear with as there are of a role: few
_NAMES: Final = {
    Role.TOP: ("top", "tops"),
    Role.BOTTOM: ("bottom", "bottoms"),
    Role.ONE_PIECE: ("one-piece", "one-pieces"),
    Role.LAYER: ("layer", "layers"),
    Role.OUTERWEAR: ("jacket or coat", "jackets and coats"),
    Role.SHOES: ("pair of shoes", "pairs of shoes"),
}


@dataclass(frozen=True, slots=True)
class Purchase:
    """A ``garment`` to buy, which takes a ``role``, and what it ``opens``: base outfits that are new, or lack its kind.

    ``goes_with`` are the tops, bottoms and one-pieces that it would be worn with, first those that it adds most to;
    ``isolated`` are those of them that go with nothing, or with one other only. ``reasons`` say what is lacking;
    it is for the ``usual`` occasion or another.
    """

    garment: Garment
    role: Role | None
    opens: int
    goes_with: tuple[Garment, ...]
    isolated: tuple[Garment, ...] = ()
    reasons: tuple[str, ...] = ()
    usual: bool = True

    @property
    def completes(self) -> bool:
        """Return whether it completes outfits rather than making new ones."""
        return self.role not in CORE

    @property
    def name(self) -> str:
        """Return what to buy: "White jeans", with the occasion unless it is the usual one: "Navy trousers, formal"."""
        occasion = self.garment.value(TagKind.OCCASION)
        return self.garment.title if self.usual or not occasion else f"{self.garment.title}, {occasion}"

    @property
    def examples(self) -> tuple[Garment, ...]:
        """Return a few garments that it would be worn with, of different colours where there are."""
        first: dict[str | None, Garment] = {}
        for item in self.goes_with:
            first.setdefault(item.colour, item)
        ranked = [*first.values(), *(item for item in self.goes_with if item is not first[item.colour])]
        return tuple(ranked[:MAX_SHOWN])

    @property
    def why(self) -> str:
        """Say what it would open: "Would make 43 outfits with what you own."."""
        outfits = f"{self.opens:,} outfit{'' if self.opens == 1 else 's'}"
        if self.role is Role.ONE_PIECE:
            return "Would be an outfit by itself."
        if not self.completes:
            return f"Would make {outfits} with what you own."
        if self.opens:
            return f"Would complete {outfits}."
        return f"Would go with {len(self.goes_with):,} of your garments."


def purchases(options: Options, alone: Collection[int] = (), most: int = MAX_PROPOSALS) -> tuple[Purchase, ...]:
    """Return the best purchase and then the best of other kinds; ``alone`` are ids of garments that lack partners.

    First comes one that makes outfits, if any makes more than one. Each differs from those before it in role or in
    family of types, and in colour. Another one of the same role counts less, so that the next is for something else.
    """
    values = options.values.copy()
    makes = np.array([role in CORE for role in options.roles], dtype=bool) & (options.opened > 1)
    chosen: list[int] = []
    while len(values) and len(chosen) < most:
        best = int((values if chosen or not makes.any() else np.where(makes, values, 0)).argmax())
        if values[best] <= 0:
            break
        chosen.append(best)
        values *= [_left(options, best, place) for place in range(len(values))]
    return tuple(_purchase(options, place, alone) for place in chosen)


def by_type(options: Options) -> tuple[tuple[Purchase, ...], ...]:
    """Return what would make or complete outfits, by type, that which makes most first, each in its best colours."""
    found: dict[str | None, list[int]] = {}
    for place in np.lexsort((-options.values, -options.opened)).tolist():
        if options.opened[place]:
            found.setdefault(options.tried[place].type, []).append(place)
    made = [tuple(_purchase(options, place, ()) for place in _coloured(options, places)) for places in found.values()]
    return tuple(sorted(made, key=lambda some: some[0].completes))


def _coloured(options: Options, places: Sequence[int], most: int = 3) -> list[int]:
    """Return the first of each colour."""
    first: dict[str | None, int] = {}
    for place in places:
        first.setdefault(options.tried[place].colour, place)
    return [*first.values()][:most]


def _left(options: Options, chosen: int, place: int) -> float:
    """Return how much of its value is left for this one of ``tried`` beside the ``chosen`` one."""
    one, other = options.tried[chosen], options.tried[place]
    if one.colour == other.colour or closeness(str(one.type), str(other.type)):
        return 0.0
    return SAME_ROLE if options.roles[chosen] is options.roles[place] else 1.0


def _purchase(options: Options, place: int, alone: Collection[int]) -> Purchase:
    shares = options.shares[place]
    partners = [options.garments[options.core[row]] for row in np.argsort(-shares, kind="stable") if shares[row] > 0]
    lonely = tuple(item for item in partners if item.id in alone)
    opens = int(options.opened[place])
    reasons = tuple(_reasons(options, place, partners, lonely))
    item = options.tried[place]
    usual = item.values(TagKind.OCCASION) == options.tried[0].values(TagKind.OCCASION)
    return Purchase(item, options.roles[place], opens, tuple(partners), lonely, reasons, usual)


def _reasons(options: Options, place: int, partners: Sequence[Garment], lonely: Sequence[Garment]) -> Iterator[str]:
    """Say what is lacking: partners, garments of the role or for the season, the colour."""
    item, role, supply = options.tried[place], options.roles[place], options.supply(place)
    of_role = [garment for garment, one in zip(options.garments, options.outfits.roles, strict=True) if one is role]
    kind, kinds = _NAMES.get(role, ("garment of its kind", "garments of its kind")) if role else ("", "")
    if lonely:
        first = wording.lower_first(lonely[0].title)
        more = f" and {wording.number(len(lonely) - 1)} more" if lonely[1:] else ""
        yield f"Your {first}{more} would have something to go with."
    if not of_role:
        yield f"You have no {kinds.removeprefix('pairs of ')} yet."
    elif (season := options.season(place)) and len(of_role) > 1 and len(supply) * 4 <= len(of_role):
        yield f"{_few(supply, of_role, kinds)} for {season}."
    elif len(of_role) * FEW_FOR <= len(partners):
        have = f"one {kind}" if len(of_role) == 1 else f"{wording.number(len(of_role))} {kinds}"
        yield f"You have only {have}."
    coloured = [garment for garment in of_role if garment.colour == item.colour]
    if len(of_role) > 1 and len(coloured) * 10 <= len(of_role):
        yield f"{_few(coloured, of_role, kinds)} {item.colour}."


def _few(some: Sequence[object], of: Sequence[object], kinds: str) -> str:
    """Begin a sentence: "None of your 12 tops is", "Only two of your 30 tops are"."""
    few = f"Only {wording.number(len(some))}" if some else "None"
    return f"{few} of your {len(of):,} {kinds} {'are' if len(some) > 1 else 'is'}"
