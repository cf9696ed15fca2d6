"""Complete looks around one garment, and why they work."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final

from wardrobe_app.domain import wording
from wardrobe_app.domain.compatibility import DEFAULT, CompatibilityConfig, compatibility, partners
from wardrobe_app.domain.garment import Garment, PairScore
from wardrobe_app.domain.roles import OVER_A_TOP, Role, role

# What may complete a look, in the order it is put on; at most one of each line.
EXTRAS: Final[tuple[tuple[Role, ...], ...]] = ((Role.SHOES,), (Role.LAYER, Role.OUTERWEAR), (Role.BAG,))
POOL: Final = 12  # the best partners of the garment that are tried for each part of a look
WORN_BEFORE: Final = 0.06  # what a garment loses for each look it is in already, so that looks differ
_CORE: Final = (Role.TOP, Role.BOTTOM, Role.ONE_PIECE)
_ORDER: Final = (*_CORE, *(kind for kind in Role if kind not in _CORE))  # from the body outwards


@dataclass(frozen=True, slots=True)
class Outfit:
    """Garments to wear at once, from the body outwards, with a score (0 to 1) and the reasons in words."""

    items: tuple[Garment, ...]
    score: float
    reasons: tuple[str, ...]

    @property
    def ids(self) -> tuple[int, ...]:
        """The garments' ids, in order."""
        return tuple(item.id for item in self.items)


def looks_with(
    item: Garment, garments: Sequence[Garment], limit: int = 6, config: CompatibilityConfig = DEFAULT
) -> tuple[Outfit, ...]:
    """Up to ``limit`` complete looks with ``item``, best first, no two alike.

    Complete is a top with a bottom, or a one-piece; shoes, one layer and a bag come with it where they fit. Every
    pair in a look is at least ``config.good``. Two looks differ in more than the bag. Empty where nothing fits:
    ``why_no_looks`` tells the reason.
    """
    search = _Search(item, _pools(item, garments, config), config)
    bases = list(search.bases())
    found: list[tuple[Garment, ...]] = []
    seen: set[frozenset[int]] = set()
    while bases and len(found) < limit:
        for base in sorted(bases, key=lambda base: (-search.worth(base), [garment.id for garment in base])):
            look = search.complete(base)
            alike = frozenset(garment.id for garment in look if _role(garment) is not Role.BAG or garment.id == item.id)
            if alike not in seen:
                seen.add(alike)
                found.append(look)
                search.used.update(garment.id for garment in look if garment.id != item.id)
                break
        else:
            break
    outfits = [search.outfit(look) for look in found]
    return tuple(sorted(outfits, key=lambda outfit: (-outfit.score, outfit.ids)))


def why_no_looks(item: Garment, garments: Sequence[Garment], config: CompatibilityConfig = DEFAULT) -> str:
    """Why there is no look with ``item``, in a sentence with what would help; empty where there is one."""
    own = _role(item)
    if own is None:
        return "The type of this garment is not known. Set its type to see looks with it."
    if own is Role.PRIVATE:
        return f"{wording.capitalised(wording.several(item.type_label))} are not part of a look."
    if looks_with(item, garments, 1, config):
        return ""
    there = Counter(_role(garment) for garment in garments if garment.id != item.id)
    if own is Role.TOP:
        return _lacking(there[Role.BOTTOM], "trousers, a skirt or shorts", "bottom")
    if own is Role.BOTTOM:
        return _lacking(there[Role.TOP], "a top", "top")
    if there[Role.ONE_PIECE] or (there[Role.TOP] and there[Role.BOTTOM]):
        return "Nothing in the wardrobe goes with it well enough in colour, pattern, occasion and season."
    return "A look takes a top with a bottom, or a dress. Add photos of those first."


def _lacking(count: int, what: str, part: str) -> str:
    if not count:
        return f"There is nothing to wear it with yet: a look with it takes {what}."
    which = f"The one {part} in the wardrobe does not go" if count == 1 else f"None of the {count} {part}s goes"
    return f"{which} well enough with it in colour, pattern, occasion and season."


def _role(garment: Garment) -> Role | None:
    return role(garment.type, garment.slot)


def _pools(item: Garment, garments: Sequence[Garment], config: CompatibilityConfig) -> Mapping[Role, list[Garment]]:
    by_id = {garment.id: garment for garment in garments}
    pools: dict[Role, list[Garment]] = {kind: [] for kind in Role}
    for pair in partners(item, garments, config.good, config):
        kind = _role(by_id[pair.b])
        if kind and len(pools[kind]) < POOL:
            pools[kind].append(by_id[pair.b])
    return pools


@dataclass(slots=True)
class _Search:
    item: Garment
    pools: Mapping[Role, list[Garment]]
    config: CompatibilityConfig
    used: Counter[int] = field(default_factory=Counter)
    _known: dict[frozenset[int], PairScore] = field(default_factory=dict)

    def pair(self, one: Garment, other: Garment) -> PairScore:
        key = frozenset({one.id, other.id})
        if key not in self._known:
            self._known[key] = compatibility(one, other, self.config)
        return self._known[key]

    def bases(self) -> Iterator[tuple[Garment, ...]]:
        """What covers the body, with the item in it or beside it."""
        own = _role(self.item)
        tops = [self.item] if own is Role.TOP else self.pools[Role.TOP]
        bottoms = [self.item] if own is Role.BOTTOM else self.pools[Role.BOTTOM]
        wholes = [self.item] if own is Role.ONE_PIECE else self.pools[Role.ONE_PIECE]
        beside = () if own in (Role.TOP, Role.BOTTOM, Role.ONE_PIECE) else (self.item,)
        if own in (None, Role.PRIVATE):
            return
        if own is not Role.ONE_PIECE:
            yield from ((*beside, top, bottom) for top in tops for bottom in bottoms if self._fit(top, bottom))
        if own is not Role.BOTTOM:
            for whole in wholes:
                if whole.type in OVER_A_TOP:
                    yield from ((*beside, top, whole) for top in tops if self._fit(top, whole))
                elif own is not Role.TOP:
                    yield (*beside, whole)

    def complete(self, base: tuple[Garment, ...]) -> tuple[Garment, ...]:
        """The base with the best shoes, layer and bag that go with all of it, fresh ones first."""
        look = base
        for kinds in EXTRAS:
            if any(_role(garment) in kinds for garment in look):
                continue
            fitting = [
                extra for kind in kinds for extra in self.pools[kind] if all(self._fit(extra, worn) for worn in look)
            ]
            if fitting:
                look = (*look, max(fitting, key=lambda extra: (self.worth((*look, extra)), -extra.id)))
        return look

    def worth(self, look: tuple[Garment, ...]) -> float:
        """The look's score, less what its garments lose for being in other looks already."""
        return self._score(look) - WORN_BEFORE * sum(self.used[garment.id] for garment in look)

    def outfit(self, look: tuple[Garment, ...]) -> Outfit:
        items = tuple(sorted(look, key=lambda garment: _ORDER.index(_role(garment) or Role.PRIVATE)))
        return Outfit(items, round(self._score(look), 4), self._reasons(items))

    def _fit(self, one: Garment, other: Garment) -> bool:
        return self.pair(one, other).score >= self.config.good

    def _score(self, look: tuple[Garment, ...]) -> float:
        """Mostly the mean of all pairs, a little the worst one: one thing that jars spoils a look."""
        scores = [self.pair(one, other).score for one, other in combinations(look, 2)]
        return 0.7 * sum(scores) / len(scores) + 0.3 * min(scores) if scores else self.config.good

    def _reasons(self, items: tuple[Garment, ...]) -> tuple[str, ...]:
        """What speaks for the look, on the body first: two of colour, one of each other part; then what is lacking."""
        pairs = sorted(combinations(items, 2), key=lambda pair: sum(_role(item) not in _CORE for item in pair))
        words: list[str] = []
        for name, most in (("colour", 2), ("occasion", 1), ("pattern", 1), ("season", 1)):
            parts = [part for one, other in pairs for part in self.pair(one, other).parts if part.name == name]
            good = [part.text for part in parts if part.weight > 0 and part.score >= 0.6]
            words += list(dict.fromkeys(good))[:most]
        if not any(_role(item) is Role.SHOES for item in items):
            words.append("no shoes in the wardrobe go with it yet")
        return tuple(words)
