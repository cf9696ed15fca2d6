"""Count how often two garments, types or colours were combined, and how often chance would combine two words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from itertools import combinations, product
from operator import add, sub
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

import numpy as np

from wardrobe_app.domain.compatibility.roles import Role, role
from wardrobe_app.domain.garments.garment import Garment

if TYPE_CHECKING:
    from numpy.typing import NDArray

Ids = tuple[int, int]
Words = tuple[str, str]
Roles = tuple[Role, Role]
Amount = TypeVar("Amount", float, "NDArray[np.float64]")


class PairCounts(NamedTuple):
    """How often two things were in an outfit that the owner saved, wore, or rejected.

    ``blame`` is their share in the rejections: an outfit of n garments is rejected because of one of its pairs, so each
    garment's pairs take 2 / n of it. ``chance`` is how often two words would have been combined if garments had
    been drawn at random, 0 for two garments.
    """

    saved: int = 0
    worn: int = 0
    rejected: int = 0
    blame: float = 0.0
    chance: float = 0.0

    @property
    def liked(self) -> int:
        """How often they were combined."""
        return self.saved + self.worn

    def plus(self, other: PairCounts) -> PairCounts:
        """Add two counts."""
        return PairCounts(*map(add, self, other))

    def minus(self, other: PairCounts) -> PairCounts:
        """Subtract a count that is part of this one."""
        return PairCounts(*map(sub, self, other))


NOTHING: Final = PairCounts()


def words_of(one: str | None, other: str | None) -> Words | None:
    """Return two words in alphabetical order; None if one is unknown."""
    return None if one is None or other is None else (min(one, other), max(one, other))


def beside_chance(liked: Amount, blame: Amount, chance: Amount) -> tuple[Amount, Amount]:
    """Return the evidence for and against two words: how much more often than by chance they were combined, or less."""
    beyond: Any = np.maximum(0.0, liked - chance)
    return beyond, np.maximum(0.0, blame) + np.maximum(0.0, chance - liked)


def pairs_of_roles(outfits: Iterable[Iterable[int]], by_id: Mapping[int, Garment]) -> Counter[tuple[Roles, ...]]:
    """Count outfits by the pairs of roles that they consist of."""
    found: Counter[tuple[Roles, ...]] = Counter()
    for ids in outfits:
        worn = (role(one.type, one.slot) for item in set(ids) if (one := by_id.get(item)))
        found[tuple(combinations(sorted(of for of in worn if of), 2))] += 1
    return found


def expect_by_chance(
    known: dict[Words, PairCounts],
    drawn: Mapping[tuple[Roles, ...], int],
    garments: Iterable[Garment],
    name: Callable[[Garment], str | None],
) -> None:
    """Add in how many outfits each two words would be, if garments of the same roles were drawn at random."""
    named: dict[Role | None, Counter[str | None]] = {}
    for garment in garments:
        named.setdefault(role(garment.type, garment.slot), Counter())[name(garment)] += 1
    shares = {roles: _shares(named[roles[0]], named[roles[1]]) for roles in {pair for some in drawn for pair in some}}
    for pairs, times in drawn.items():
        never: dict[Words, float] = {}
        for roles in pairs:
            for key, share in shares[roles].items():
                never[key] = never.get(key, 1.0) * (1 - share)
        for key, missed in never.items():
            counts = known.get(key, NOTHING)
            known[key] = counts._replace(chance=counts.chance + times * (1 - missed))


def _shares(one: Counter[str | None], other: Counter[str | None]) -> dict[Words, float]:
    """Return how likely each two words are for two garments drawn at random."""
    found: dict[Words, float] = {}
    for (first, some), (second, others) in product(one.items(), other.items()):
        if key := words_of(first, second):
            found[key] = found.get(key, 0.0) + some * others / one.total() / other.total()
    return found
