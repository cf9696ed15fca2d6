"""Score how well every two garments of a wardrobe go together, once for everybody who asks."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import cached_property
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
"""Garments up to which all pairs are scored; in a larger wardrobe, the newest ones are used."""

FEW_ROWS: Final = 100  # a row is scored alone if the wardrobe has this many times as many garments
NEAREST_PER_ROLE: Final = 100  # garments tried with one garment of a larger wardrobe


def newest(garments: Sequence[Garment]) -> tuple[Garment, ...]:
    """Return the ``AT_MOST`` newest garments, in the order of their ids."""
    return tuple(sorted(garments, key=lambda garment: garment.id)[-AT_MOST:])


def split_newest(garments: Sequence[Garment]) -> tuple[tuple[Garment, ...], tuple[Garment, ...]]:
    """Split the garments into those used where all pairs are needed, and older ones."""
    if len(garments) <= AT_MOST:
        return tuple(garments), ()
    used = newest(garments)
    ids = {garment.id for garment in used}
    return used, tuple(garment for garment in garments if garment.id not in ids)


def part_of(garment: Garment) -> Role | None:
    """Return a garment's role in an outfit, or None if its slot is unknown."""
    return role(garment.type, garment.slot)


class PairScores:
    """The pairs of a wardrobe under one set of rules; all outfit scores come from here.

    ``garments`` are in the order of their ids.
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
        self._known: dict[tuple[int, int], PairScore] = {}
        self._parts: dict[Hashable, PairScores] = {}
        self._last: dict[str, tuple[int, PairScores]] = {}

    def __len__(self) -> int:
        return len(self.garments)

    @cached_property
    def scores(self) -> NDArray[np.float32]:
        """The scores of all pairs, (n, n), 0 to 1, for up to ``AT_MOST`` garments.

        0 for what cannot be worn together, for unknown slots, and on the diagonal.
        """
        return score_matrix(self.garments, self.config, self.learned_preferences)

    @cached_property
    def _rows(self) -> CriteriaRows:
        return as_rows(self.garments, self.config)

    def against(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return rows of ``scores``, (rows, n); for few rows the others are not computed."""
        if "scores" not in self.__dict__ and FEW_ROWS * len(rows) < len(self):
            return scores_against(self.garments, rows, self.config, self.learned_preferences, self._rows)
        return self.scores[rows]

    @property
    def fit(self) -> NDArray[np.bool_]:
        """Which pairs go together well enough for an outfit, (n, n)."""
        return fitting(self.scores, self.config)

    def pair(self, one: Garment, other: Garment) -> PairScore:
        """Score two garments with explained parts, even if they are not in the wardrobe."""
        first, second = sorted((one, other), key=lambda garment: garment.id)
        key = (first.id, second.id)
        if key not in self._known:
            self._known[key] = compatibility(first, second, self.config, self.learned_preferences)
        return self._known[key]

    def rows(self, *roles: Role) -> NDArray[np.int64]:
        """Return the rows of the garments with one of these roles, in order."""
        return np.array([row for row, item in enumerate(self.garments) if part_of(item) in roles], dtype=np.int64)

    def within(self, garments: Sequence[Garment]) -> PairScores:
        """Return the same scores for some of the garments."""
        some = PairScores(garments, self.config, self.learned_preferences)
        if "scores" in self.__dict__:
            kept = np.array([self.row[garment.id] for garment in some.garments], dtype=np.int64)
            some.__dict__["scores"] = self.scores[np.ix_(kept, kept)]
        some._known = self._known
        return some

    def part(self, key: Hashable, garments: Callable[[], Sequence[Garment]]) -> PairScores:
        """Return ``within`` the ``garments`` that ``key`` stands for, computed once."""
        if key not in self._parts:
            self._parts[key] = self.within(garments())
        return self._parts[key]

    def with_one(self, item: Garment) -> PairScores:
        """Return the scores with one more garment."""
        return self._once(
            "with_one",
            id(item),
            lambda: PairScores((*self.garments, item), self.config, self.learned_preferences),
        )

    def around(self, row: int) -> PairScores:
        """Reduce a large wardrobe to the garment in this ``row`` and, per role, those that go with it best."""
        return self if len(self) < AT_MOST else self._once("around", row, lambda: self._around(row))

    def _once(self, kind: str, key: int, make: Callable[[], PairScores]) -> PairScores:
        """Keep the last result of each kind: a page asks again at each click."""
        last = self._last.get(kind)  # read once: another thread may replace it
        if last is None or last[0] != key:
            last = self._last[kind] = key, make()
        return last[1]

    def _around(self, row: int) -> PairScores:
        scores = self.against(np.array([row]))[0]
        by_role: dict[Role | None, list[int]] = {}
        for place in np.argsort(-scores, kind="stable").tolist():
            if scores[place] > 0:
                by_role.setdefault(part_of(self.garments[place]), []).append(place)
        near = sorted({row, *(place for places in by_role.values() for place in places[:NEAREST_PER_ROLE])})
        return self.within([self.garments[place] for place in near])
