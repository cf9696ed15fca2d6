"""Count the outfits of a wardrobe by what covers the body: a matching top and bottom, or a one-piece.

Shoes, layers and bags complete outfits but do not make one. Every count here is of such base outfits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from wardrobe_app.domain.compatibility.pair_scores import part_of
from wardrobe_app.domain.compatibility.preference_learning import LearnedPreferences
from wardrobe_app.domain.compatibility.roles import OVER_A_TOP, Role
from wardrobe_app.domain.compatibility.scores import DEFAULT, CompatibilityConfig, fitting, score_matrix, scores_against
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.outfits.outfit import CORE

if TYPE_CHECKING:
    from numpy.typing import NDArray

COMPLETING: Final = tuple(kind for kind in Role if kind not in CORE and kind is not Role.PRIVATE)


@dataclass(frozen=True, slots=True, eq=False)
class BaseOutfits:
    """The base outfits of ``garments``: rows of ``tops`` and ``lowers``, which match where ``pairs`` (tops, lowers)
    says.

    ``wholes`` are the rows of one-pieces, each an outfit by itself; those worn over a top (a suit) are among the
    lowers. ``fits`` (n, n) is which garments go together.
    """

    garments: tuple[Garment, ...]
    roles: tuple[Role | None, ...]
    fits: NDArray[np.bool_]
    tops: NDArray[np.int64]
    lowers: NDArray[np.int64]
    wholes: NDArray[np.int64]
    config: CompatibilityConfig = DEFAULT
    learned_preferences: LearnedPreferences | None = None

    @property
    def pairs(self) -> NDArray[np.bool_]:
        """Return which of the tops matches which of the lowers."""
        return self.fits[np.ix_(self.tops, self.lowers)]

    @property
    def count(self) -> int:
        """Return the number of base outfits."""
        return int(self.pairs.sum()) + len(self.wholes)

    def each(self) -> NDArray[np.int64]:
        """Return how many base outfits each garment is in or completes, (n,)."""
        found = np.zeros(len(self.garments), dtype=np.int64)
        pairs = self.pairs
        found[self.tops] = pairs.sum(axis=1)
        found[self.lowers] = pairs.sum(axis=0)
        found[self.wholes] = 1
        for rows in self.completing():
            found[rows] = self._completed(rows, pairs, np.ones(len(self.wholes), dtype=bool))
        return found

    def lost(self, alike: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return how many base outfits would be lost, or lose their only completion, without each garment, (n,).

        Outfits that a look-alike makes as well are not lost; ``alike`` (n, n) is which garments replace each other.
        """
        found = np.zeros(len(self.garments), dtype=np.int64)
        pairs = self.pairs
        for rows, outfits in ((self.tops, pairs), (self.lowers, pairs.T)):
            others = alike[np.ix_(rows, rows)] & ~np.eye(len(rows), dtype=bool)
            found[rows] = (outfits & ~(others.astype(np.float32) @ outfits.astype(np.float32) > 0)).sum(axis=1)
        found[self.wholes] = alike[np.ix_(self.wholes, self.wholes)].sum(axis=1) <= 1
        for rows in self.completing():
            pairs_once = pairs & (self._over(rows, self.tops).T @ self._over(rows, self.lowers) == 1)
            found[rows] = self._completed(rows, pairs_once, self._over(rows, self.wholes).sum(axis=0) == 1)
        return found

    def completing(self) -> Iterator[NDArray[np.int64]]:
        """Yield the rows of each role that completes outfits."""
        return (rows for kind in COMPLETING if len(rows := self._rows_of(kind)))

    def uncompleted(self, kind: Role) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return the base outfits, (tops, lowers) and (wholes,), that nothing of this role completes yet."""
        rows = self._rows_of(kind)
        pairs = self.pairs & (self._over(rows, self.tops).T @ self._over(rows, self.lowers) == 0)
        return pairs, self._over(rows, self.wholes).sum(axis=0) == 0

    def without(self, rows: Sequence[int]) -> BaseOutfits:
        """Return the base outfits without the garments in these ``rows``."""
        left = np.setdiff1d(np.arange(len(self.garments)), np.asarray(rows, dtype=np.int64))
        garments = tuple(self.garments[row] for row in left)
        return _arranged(garments, self.fits[np.ix_(left, left)], self.config, self.learned_preferences)

    def _rows_of(self, kind: Role) -> NDArray[np.int64]:
        return np.array([row for row, own in enumerate(self.roles) if own is kind], dtype=np.int64)

    def _over(self, rows: NDArray[np.int64], others: NDArray[np.int64]) -> NDArray[np.float32]:
        return self.fits[np.ix_(rows, others)].astype(np.float32)

    def _completed(
        self, rows: NDArray[np.int64], pairs: NDArray[np.bool_], wholes: NDArray[np.bool_]
    ) -> NDArray[np.float32]:
        """Return how many of the base outfits ``pairs`` (tops, lowers) and ``wholes`` each of ``rows`` goes with,
        (rows,).
        """
        with_tops = self._over(rows, self.tops) @ pairs.astype(np.float32)
        completed: NDArray[np.float32] = (with_tops * self._over(rows, self.lowers)).sum(axis=1)
        return completed + self._over(rows, self.wholes) @ wholes.astype(np.float32)


def base_outfits(
    garments: Sequence[Garment],
    config: CompatibilityConfig = DEFAULT,
    learned_preferences: LearnedPreferences | None = None,
    *,
    scores: NDArray[np.float32] | None = None,
) -> BaseOutfits:
    """Return the base outfits of a wardrobe; ``scores`` is its ``score_matrix``, if known."""
    scores = score_matrix(garments, config, learned_preferences) if scores is None else scores
    return _arranged(tuple(garments), fitting(scores, config), config, learned_preferences)


def with_newcomer(outfits: BaseOutfits, newcomer: Garment) -> BaseOutfits:
    """Return the base outfits with one more garment, in the last row, under a new id."""
    rules, size = (outfits.config, outfits.learned_preferences), len(outfits.garments)
    scores = scores_against([newcomer, *outfits.garments], np.array([0]), *rules)[0, 1:]
    fits = np.pad(outfits.fits, (0, 1))
    fits[size, :size] = fits[:size, size] = fitting(scores, outfits.config)
    return _arranged((*outfits.garments, newcomer), fits, *rules)


def _arranged(
    garments: tuple[Garment, ...],
    fits: NDArray[np.bool_],
    config: CompatibilityConfig,
    learned_preferences: LearnedPreferences | None,
) -> BaseOutfits:
    roles = tuple(part_of(garment) for garment in garments)
    over = [own is Role.ONE_PIECE and item.type in OVER_A_TOP for own, item in zip(roles, garments, strict=True)]

    def rows(wanted: Sequence[bool]) -> NDArray[np.int64]:
        return np.flatnonzero(np.array(wanted, dtype=bool)).astype(np.int64)

    return BaseOutfits(
        garments,
        roles,
        fits,
        tops=rows([own is Role.TOP for own in roles]),
        lowers=rows([own is Role.BOTTOM or suit for own, suit in zip(roles, over, strict=True)]),
        wholes=rows([own is Role.ONE_PIECE and not suit for own, suit in zip(roles, over, strict=True)]),
        config=config,
        learned_preferences=learned_preferences,
    )
