"""How well every two garments of a wardrobe go together, worked out once for all who ask."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from wardrobe_app.domain.compatibility.preference_learning import LearnedPreferences
from wardrobe_app.domain.compatibility.roles import Role, role
from wardrobe_app.domain.compatibility.scores import (
    DEFAULT,
    CompatibilityConfig,
    as_rows,
    compatibility,
    fitting,
    score_matrix,
    scores_against,
)
from wardrobe_app.domain.garments.garment import Garment, PairScore

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wardrobe_app.domain.compatibility.vectorised import CriteriaRows

AT_MOST: Final = 2_000
"""Garments of which every pair is worked out; of more, where all pairs would be needed, the newest are looked at."""

FEW: Final = 100  # times as many garments have to be there for a row of scores to be worked out by itself
AROUND: Final = 100  # of each part of a look, that are tried with one garment of a larger wardrobe


def newest(garments: Sequence[Garment]) -> tuple[Garment, ...]:
    """The ``AT_MOST`` garments that came last, in the order of their ids."""
    return tuple(sorted(garments, key=lambda garment: garment.id)[-AT_MOST:])


def parted(garments: Sequence[Garment]) -> tuple[tuple[Garment, ...], tuple[Garment, ...]]:
    """The garments that are looked at where all pairs are needed, and the older ones; few stay as they are."""
    if len(garments) <= AT_MOST:
        return tuple(garments), ()
    looked_at = newest(garments)
    ids = {garment.id for garment in looked_at}
    return looked_at, tuple(garment for garment in garments if garment.id not in ids)


def part_of(garment: Garment) -> Role | None:
    """The part that a garment plays in a look, or None where its slot is not known."""
    return role(garment.type, garment.slot)


class PairScores:
    """The pairs of a wardrobe under one set of rules; the only place where looks get their scores from.

    ``garments`` are in the order of their ids, whatever order they came in.
    """

    def __init__(
        self,
        garments: Iterable[Garment],
        config: CompatibilityConfig = DEFAULT,
        learned_preferences: LearnedPreferences | None = None,
    ) -> None:
        self.garments = tuple(sorted(garments, key=lambda garment: garment.id))
        self.config, self.learned_preferences = config, learned_preferences
        self.row = {garment.id: row for row, garment in enumerate(self.garments)}
        self._scores: NDArray[np.float32] | None = None
        self._known: dict[tuple[int, int], PairScore] = {}
        self._parts: dict[Hashable, PairScores] = {}
        self._rows: CriteriaRows | None = None
        self._more: tuple[Garment, PairScores] | None = None  # what ``with_one`` said last, as below
        self._near: tuple[int, PairScores] | None = None  # what ``around`` said last: a page asks again at each click

    def __len__(self) -> int:
        return len(self.garments)

    @property
    def scores(self) -> NDArray[np.float32]:
        """(n, n), 0 to 1: 0 where two cannot be worn at once, where a slot is not known, and on the diagonal.

        Worked out when it is first asked for; for wardrobes of up to ``AT_MOST`` garments only.
        """
        if self._scores is None:
            self._scores = score_matrix(self.garments, self.config, self.learned_preferences)
        return self._scores

    def against(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """(rows, n): the same for some of the garments with all; for a few, the others are not worked out."""
        if self._scores is None and FEW * len(rows) < len(self):
            if self._rows is None:
                self._rows = as_rows(self.garments, self.config)
            return scores_against(self.garments, rows, self.config, self.learned_preferences, self._rows)
        return self.scores[rows]

    @property
    def fit(self) -> NDArray[np.bool_]:
        """(n, n): which pairs go together well enough for a look."""
        return fitting(self.scores, self.config)

    def pair(self, one: Garment, other: Garment) -> PairScore:
        """The score of two garments with its parts; also of garments that are not in the wardrobe."""
        first, second = sorted((one, other), key=lambda garment: garment.id)
        key = (first.id, second.id)
        if key not in self._known:
            self._known[key] = compatibility(first, second, self.config, self.learned_preferences)
        return self._known[key]

    def rows(self, *roles: Role) -> NDArray[np.int64]:
        """The rows of the garments that play one of these parts, in order."""
        return np.array([row for row, item in enumerate(self.garments) if part_of(item) in roles], dtype=np.int64)

    def within(self, garments: Sequence[Garment]) -> PairScores:
        """The same pairs for some of the garments, without working them out again."""
        some = PairScores(garments, self.config, self.learned_preferences)
        if self._scores is not None:
            kept = np.array([self.row[garment.id] for garment in some.garments], dtype=np.int64)
            some._scores = self._scores[np.ix_(kept, kept)]
        some._known = self._known
        return some

    def with_one(self, item: Garment) -> PairScores:
        """The same with a garment more."""
        last = self._more  # one look at it: another thread may replace it meanwhile
        if last is None or last[0] is not item:
            last = self._more = item, PairScores((*self.garments, item), self.config, self.learned_preferences)
        return last[1]

    def part(self, key: Hashable, garments: Callable[[], Sequence[Garment]]) -> PairScores:
        """``within`` the ``garments`` that ``key`` stands for; kept for those who ask again."""
        if key not in self._parts:
            self._parts[key] = self.within(garments())
        return self._parts[key]

    def around(self, row: int) -> PairScores:
        """Of a large wardrobe the garment in this ``row`` and, of each part of a look, those that go with it best.

        A look with a garment is made of what goes with it well; a wardrobe of fewer garments stays whole.
        """
        if len(self) < AT_MOST:
            return self
        last = self._near  # one look at it: another thread may replace it meanwhile
        if last is None or last[0] != row:
            last = self._near = row, self._around(row)
        return last[1]

    def _around(self, row: int) -> PairScores:
        scores = self.against(np.array([row]))[0]
        parts: dict[Role | None, list[int]] = {}
        for place in np.argsort(-scores, kind="stable").tolist():
            if scores[place] > 0:
                parts.setdefault(part_of(self.garments[place]), []).append(place)
        near = sorted({row, *(place for places in parts.values() for place in places[:AROUND])})
        return self.within([self.garments[place] for place in near])
