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


def pairs_of_roles(outfits: Iterable[Iterable[int]], by_id: Mapping[int, Garment]) -> Counter[tuple[Role, Role]]:
    """Count the pairs of roles in outfits."""
    found: Counter[tuple[Role, Role]] = Counter()
    for ids in outfits:
        worn = (role(one.type, one.slot) for item in set(ids) if (one := by_id.get(item)))
        found.update(combinations(sorted(of for of in worn if of), 2))
    return found


def expect_by_chance(
    known: dict[Words, PairCounts],
    drawn: Mapping[tuple[Role, Role], int],
    garments: Iterable[Garment],
    name: Callable[[Garment], str | None],
) -> None:
    """Add how often each two words would be combined if garments of the roles in outfits were drawn at random."""
    named: dict[Role | None, Counter[str | None]] = {}
    for garment in garments:
        named.setdefault(role(garment.type, garment.slot), Counter())[name(garment)] += 1
    for (one, other), times in drawn.items():
        each = times / (named[one].total() * named[other].total())
        for (first, some), (second, others) in product(named[one].items(), named[other].items()):
            if key := words_of(first, second):
                counts = known.get(key, NOTHING)
                known[key] = counts._replace(chance=counts.chance + each * some * others)
