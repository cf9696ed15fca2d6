"""Choose the weaker look-alikes: a bounded list of loose groups, the likeliest first.

No score separates them from the rest of a wardrobe, so they are not cut off at one: the list holds what is likeliest,
and as many groups as a person may want to go through. Each garment is in one of them at most. A group grows around its
likeliest pair by what resembles one of its garments, since a person who wears the one would compare it with the other;
so not every two of a group are alike.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.redundancy.groups import RedundancyGroup, groups_of, not_decided
from wardrobe_app.domain.redundancy.links import MAX_GROUP_SIZE
from wardrobe_app.domain.similarity.neighbour_search import InMemorySearch, NeighbourSearch
from wardrobe_app.domain.similarity.pair_blocking import distinct
from wardrobe_app.domain.similarity.partners import chances, near
from wardrobe_app.domain.similarity.same_item import Matches
from wardrobe_app.domain.similarity.scores import NO_MATCHES, Measures, some_pairs
from wardrobe_app.domain.wording import Money, bare_amount

if TYPE_CHECKING:
    from numpy.typing import NDArray

SHARE: Final = 0.15
"""Groups for each garment of a wardrobe; chosen with ``benchmarks.duplicates``, as the next two."""

MOST: Final = 100
"""Groups of a large wardrobe: as many as somebody may go through in an evening."""

LEAST: Final = 0.01
"""Chance of a pair that a group may begin with."""

JOINING: Final = 0.1
"""What joins a group has this share of the chance of the pair that it began with."""


def weaker_pairs(
    garments: Sequence[Garment],
    alike: Measures,
    matches: Matches = NO_MATCHES,
    search: NeighbourSearch | None = None,
) -> Measures:
    """Measure the pairs that weaker look-alikes are chosen from: those with near pictures, and those with like tags.

    Args:
        garments: the wardrobe.
        alike: the result of ``pairs_of`` for it; some garments may be gone.
        matches: keypoint matches by garment ids.
        search: finds the nearest garments of a large wardrobe.
    """
    garments = sorted(garments, key=lambda garment: garment.id)
    place = {garment.id: row for row, garment in enumerate(garments)}
    known = np.array([place.get(garment.id, -1) for garment in alike.features.garments], dtype=np.int64)
    tagged = known[np.stack([alike.first, alike.second])]
    tagged = tagged[:, (tagged >= 0).all(axis=0)]
    low, high = np.sort(np.concatenate([near(garments, search or InMemorySearch(garments)), tagged], axis=1), axis=0)
    pairs = distinct(low * len(garments) + high)
    return some_pairs(garments, pairs // max(1, len(garments)), pairs % max(1, len(garments)), matches=matches)


def find_weaker(
    measures: Measures,
    separated: Collection[frozenset[int]] = frozenset(),
    apart: Sequence[Collection[int]] = (),
    money: Money = bare_amount,
) -> tuple[RedundancyGroup, ...]:
    """Find the weaker look-alikes of a wardrobe, the likeliest first.

    Args:
        measures: the result of ``weaker_pairs``.
        separated: pairs of ids that are never in one group, because the owner decided about them.
        apart: sets of ids of which no two are in one group.
        money: formats amounts.
    """
    garments = measures.features.garments
    measures = not_decided(measures, separated, apart)

    def is_decided(row: int, other: int) -> bool:
        ids = garments[row].id, garments[other].id
        return frozenset(ids) in separated or any(ids[0] in some and ids[1] in some for some in apart)

    most = min(MOST, math.ceil(SHARE * len(garments)))
    groups = loose_groups(measures.first, measures.second, chances(measures), most, is_decided)
    return tuple(groups_of([[garments[row] for row in rows] for rows in groups], measures.matches, money))


def loose_groups(
    first: NDArray[np.int64],
    second: NDArray[np.int64],
    chance: NDArray[np.float64],
    most: int,
    is_decided: Callable[[int, int], bool] = lambda one, other: False,
) -> list[list[int]]:
    """Return at most ``most`` groups of two or more, in the order of the pairs that they began with.

    Args:
        first: (pairs,) item numbers.
        second: as ``first``; no pair comes twice.
        chance: (pairs,) 0 to 1.
        most: how many groups.
        is_decided: whether two items are never in one group.
    """
    links: dict[int, dict[int, float]] = {}
    for one, other, likely in zip(first.tolist(), second.tolist(), chance.tolist(), strict=True):
        links.setdefault(one, {})[other] = likely
        links.setdefault(other, {})[one] = likely
    taken: set[int] = set()
    groups: list[list[int]] = []
    for pair in np.lexsort((second, first, -chance)).tolist():
        if len(groups) == most or chance[pair] < LEAST:
            break
        ends = [int(first[pair]), int(second[pair])]
        if taken.isdisjoint(ends):
            groups.append(_grown(ends, links, taken, JOINING * float(chance[pair]), is_decided))
            taken.update(groups[-1])
    return groups


def _grown(
    group: list[int],
    links: dict[int, dict[int, float]],
    taken: set[int],
    least: float,
    is_decided: Callable[[int, int], bool],
) -> list[int]:
    """Add to a group, again and again, what is likeliest to be compared with one of its members."""
    seen = taken.union(group)
    queue: list[tuple[float, int]] = []
    added = group
    while len(group) < MAX_GROUP_SIZE:
        for member in added:
            for other, likely in links[member].items():
                if likely >= least and other not in seen:
                    heapq.heappush(queue, (-likely, other))
        if not queue:
            break
        _, nearest = heapq.heappop(queue)
        added = [] if nearest in seen or any(is_decided(nearest, member) for member in group) else [nearest]
        group = [*group, *added]
        seen.add(nearest)
    return group
