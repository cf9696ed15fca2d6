"""Learn from photos what the owner wears together: what looks like pairs in her outfits.

For two roles, the pairs in outfits are counted around the points of two garments, each weighted by how near its
garments lie, and compared with what chance would put there: the same garments, paired at random. The logarithm of that
ratio is the lift, above 0 for pairs like those she makes more often than chance. ``PRIOR_PAIRS`` are added to both
counts, so that few outfits move little, and none nothing: a ratio of kernel estimates, B. W. Silverman, "Density
Estimation for Statistics and Data Analysis", 1986.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Final

import numpy as np

from wardrobe_app.domain.compatibility.picture_points import PictureSpace, space_of
from wardrobe_app.domain.compatibility.roles import Role
from wardrobe_app.domain.garments.garment import Garment

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wardrobe_app.domain.compatibility.picture_points import Points

WIDTH: Final = 0.4  # of the kernel, relative to the usual distance of two garments of a role
PRIOR_PAIRS: Final = 10.0
MAX_REPEATS: Final = 3.0  # of a pair: what is worn every day tells no more about others
MAX_TAUGHT: Final = 64  # garments of a role that teach, those in most outfits
MAX_REFERENCES: Final = 256  # garments of a role that stand for all of them
LEAST_GARMENTS: Final = 4  # of a role, to learn about it
NO_LIFT: Final = 0.1  # a lift that is nearer to 0 says nothing
DENSE: Final = 4_000_000  # pairs of two roles up to which all are computed at once
BATCH_PAIRS: Final = 16_384
DIGITS: Final = 6  # of a lift; more would depend on how many are computed at once

Pairs = Mapping[tuple[int, int], float]
"""How often pairs of garments (ids) were in an outfit."""
Roles = tuple[Role, Role]
NO_ROLE: Final = -(len(Role) ** 2)  # so low that the code of a pair with it is negative
_NUMBER: Final = {of: number for number, of in enumerate(Role)}


@dataclass(frozen=True, slots=True)
class _Teachers:
    """The garments of a role that are in outfits: their ``points`` by ``row``, and ``references`` for the role."""

    row: Mapping[int, int]
    points: Points
    references: Points
    width: float

    def nearness(self, points: Points) -> Points:
        """Return how near points are to each teacher, (n, teachers), 1 on average over the role."""
        usual = self._kernel(points, self.references).mean(axis=1, keepdims=True)
        return np.asarray(self._kernel(points, self.points) / np.maximum(usual, 1e-12))

    def _kernel(self, points: Points, others: Points) -> Points:
        return np.asarray(np.exp(-_squared_distances(points, others) / self.width))


@dataclass(frozen=True, slots=True)
class _Wardrobe:
    """Garments that were asked about: their roles by number, their rows within the role, and how near they are to its
    teachers. ``blocks`` holds the lifts of two roles once all have been computed.
    """

    garments: Sequence[Garment]
    role: NDArray[np.int16]
    row: NDArray[np.int64]
    near: Mapping[Role, Points]
    blocks: dict[Roles, Points]


class PictureLearning:
    """Lifts of pairs by their photos, from the pairs in liked and rejected outfits. False if nothing was learned."""

    def __init__(self, garments: Iterable[Garment], liked: Pairs, rejected: Pairs) -> None:
        known = list(garments)
        self._space = space_of(known) if liked or rejected else PictureSpace(None, {}, np.zeros((0, 0)), np.ones(3))
        by_role: dict[Role, list[Garment]] = {}
        for garment in sorted(known, key=lambda one: one.id):
            if found := self._space.role_of(garment):
                by_role.setdefault(found, []).append(garment)
        often = _times_worn(liked, rejected)
        self._teachers = {
            of: _teachers(self._space, of, some, often) for of, some in by_role.items() if len(some) >= LEAST_GARMENTS
        }
        self._counts = {
            (one, other): counts
            for one, other in combinations(Role, 2)
            if one in self._teachers and other in self._teachers
            for counts in [tuple(self._counted((one, other), pairs) for pairs in (liked, rejected))]
            if any(count.any() for count in counts)
        }
        self._last: _Wardrobe | None = None

    def __bool__(self) -> bool:
        return bool(self._counts)

    def lifts(
        self, garments: Sequence[Garment], first: NDArray[np.int64], second: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Return the lifts of pairs of rows of ``garments``, (pairs,); 0 where nothing is known."""
        found = np.zeros(len(first))
        if not self:
            return found
        wardrobe = self._wardrobe(garments)
        codes = wardrobe.role[first] * np.int16(len(Role)) + wardrobe.role[second]
        for roles in self._counts:
            for ends, (one, other) in (((first, second), roles), ((second, first), roles[::-1])):
                places = np.flatnonzero(codes == _NUMBER[one] * len(Role) + _NUMBER[other])
                if len(places):
                    rows = wardrobe.row[ends[0][places]], wardrobe.row[ends[1][places]]
                    found[places] = self._lifts_of(wardrobe, roles, rows)
        lifts = np.sign(found) * np.maximum(0, np.abs(found) - NO_LIFT)
        return np.asarray(lifts.round(DIGITS))

    def _lifts_of(
        self, wardrobe: _Wardrobe, roles: Roles, rows: tuple[NDArray[np.int64], NDArray[np.int64]]
    ) -> NDArray[np.float64]:
        """Return the lifts of garments of two roles by their ``rows``, (pairs,)."""
        one, other = (wardrobe.near[of] for of in roles)
        if len(one) * len(other) > DENSE:
            starts = range(0, len(rows[0]), BATCH_PAIRS)
            some = [(one[rows[0][at : at + BATCH_PAIRS]], other[rows[1][at : at + BATCH_PAIRS]]) for at in starts]
            return np.concatenate([self._lifts_between(roles, *near, "ij,ij->i") for near in some])
        if roles not in wardrobe.blocks:
            wardrobe.blocks[roles] = self._lifts_between(roles, one, other, "ij,kj->ik")
        return np.asarray(wardrobe.blocks[roles][rows])

    def _lifts_between(self, roles: Roles, one: Points, other: Points, pairs: str) -> Points:
        """Return the lifts of points of two roles: row by row ("ij,ij->i") or each with each ("ij,kj->ik")."""
        liked, rejected = (_lift(counts, one, other, pairs) for counts in self._counts[roles])
        return np.asarray(liked - rejected)

    def _wardrobe(self, garments: Sequence[Garment]) -> _Wardrobe:
        last = self._last  # read once: another thread may replace it
        if last is None or last.garments is not garments:
            last = self._last = self._prepared(garments)
        return last

    def _prepared(self, garments: Sequence[Garment]) -> _Wardrobe:
        roles = [self._space.role_of(garment) for garment in garments]
        number, row = np.full(len(garments), NO_ROLE, dtype=np.int16), np.zeros(len(garments), dtype=np.int64)
        near = {}
        for of, place in _NUMBER.items():
            rows = [at for at, found in enumerate(roles) if found is of]
            if of in self._teachers and rows:
                number[rows], row[rows] = place, np.arange(len(rows))
                near[of] = self._teachers[of].nearness(self._space.points([garments[at] for at in rows], of))
        return _Wardrobe(garments, number, row, near, {})

    def _counted(self, roles: Roles, pairs: Pairs) -> Points:
        """Return how often each two teachers of two roles were in an outfit."""
        one, other = (self._teachers[of].row for of in roles)
        counts = np.zeros((len(one), len(other)), dtype=np.float64)
        for (a, b), times in pairs.items():
            for first, second in ((a, b), (b, a)):
                if first in one and second in other:
                    counts[one[first], other[second]] += min(times, MAX_REPEATS)
        return counts


def _times_worn(*known: Pairs) -> dict[int, float]:
    often: dict[int, float] = {}
    for pairs in known:
        for pair, times in pairs.items():
            for item in pair:
                often[item] = often.get(item, 0.0) + times
    return often


def _teachers(space: PictureSpace, of: Role, garments: Sequence[Garment], often: Mapping[int, float]) -> _Teachers:
    worn = sorted((one for one in garments if one.id in often), key=lambda one: (-often[one.id], one.id))[:MAX_TAUGHT]
    step = max(1, -(-len(garments) // MAX_REFERENCES))
    references = space.points(garments[::step], of)
    usual = np.median(_squared_distances(references, references))
    points = space.points(worn, of) if worn else references[:0]
    width = max(2 * WIDTH**2 * float(usual), 1e-6)
    return _Teachers({one.id: row for row, one in enumerate(worn)}, points, references, width)


def _squared_distances(points: Points, others: Points) -> Points:
    """Return the squared distances of points, (n, others)."""
    sizes = (points**2).sum(axis=1)[:, None] + (others**2).sum(axis=1)
    return np.asarray(np.maximum(0, sizes - 2 * points @ others.T))


def _lift(counts: Points, one: Points, other: Points, pairs: str) -> Points:
    """Return the logarithm of how often pairs were made around each pair of points, relative to chance."""
    total = max(float(counts.sum()), 1.0)
    together = np.einsum(pairs, one @ counts, other, optimize=True)
    drawn = [(near @ counts.sum(axis=axis))[:, None] for near, axis in ((one, 1), (other, 0))]
    expected = np.einsum(pairs, *drawn, optimize=True) / total
    return np.asarray(np.log((together + PRIOR_PAIRS) / (expected + PRIOR_PAIRS)))
