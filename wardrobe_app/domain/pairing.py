"""How well every two garments of a wardrobe go together, worked out once for all who ask."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from wardrobe_app.domain.compatibility import DEFAULT, CompatibilityConfig, compatibility, fitting, score_matrix
from wardrobe_app.domain.garment import Garment, PairScore
from wardrobe_app.domain.roles import Role, role
from wardrobe_app.domain.taste import Taste

if TYPE_CHECKING:
    from numpy.typing import NDArray


def part_of(garment: Garment) -> Role | None:
    """The part that a garment plays in a look, or None where its slot is not known."""
    return role(garment.type, garment.slot)


class Pairs:
    """The pairs of a wardrobe under one set of rules; the only place where looks get their scores from.

    ``garments`` are in the order of their ids, whatever order they came in. ``scores`` is an (n, n) float32 matrix in
    that order, 0 to 1, with 0 where two cannot be worn at once, where a slot is not known, and on the diagonal.
    """

    def __init__(
        self, garments: Iterable[Garment], config: CompatibilityConfig = DEFAULT, taste: Taste | None = None
    ) -> None:
        self.garments = tuple(sorted(garments, key=lambda garment: garment.id))
        self.config, self.taste = config, taste
        self.row = {garment.id: row for row, garment in enumerate(self.garments)}
        self.scores = score_matrix(self.garments, config, taste)
        self._known: dict[tuple[int, int], PairScore] = {}

    def __len__(self) -> int:
        return len(self.garments)

    @property
    def fit(self) -> NDArray[np.bool_]:
        """(n, n): which pairs go together well enough for a look."""
        return fitting(self.scores, self.config)

    def pair(self, one: Garment, other: Garment) -> PairScore:
        """The score of two garments with its parts; also of garments that are not in the wardrobe."""
        first, second = sorted((one, other), key=lambda garment: garment.id)
        key = (first.id, second.id)
        if key not in self._known:
            self._known[key] = compatibility(first, second, self.config, self.taste)
        return self._known[key]

    def rows(self, *roles: Role) -> NDArray[np.int64]:
        """The rows of the garments that play one of these parts, in order."""
        return np.array([row for row, item in enumerate(self.garments) if part_of(item) in roles], dtype=np.int64)

    def within(self, garments: Sequence[Garment]) -> Pairs:
        """The same pairs for some of the garments, without working them out again."""
        some = object.__new__(Pairs)
        some.garments = tuple(sorted(garments, key=lambda garment: garment.id))
        some.config, some.taste = self.config, self.taste
        some.row = {garment.id: row for row, garment in enumerate(some.garments)}
        kept = np.array([self.row[garment.id] for garment in some.garments], dtype=np.int64)
        some.scores = self.scores[np.ix_(kept, kept)]
        some._known = self._known
        return some
