"""The looks that a wardrobe makes, counted by what covers the body: a fitting top and bottom, or a one-piece.

Shoes, layers and bags do not make a look; they complete one. Every count here is of such base looks.
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
    """The base looks of ``garments``: rows of ``tops`` and ``lowers``, which fit where ``pairs`` (tops, lowers) says.

    ``wholes`` are the rows of one-pieces, each a look by itself; those worn over a top (a suit) are among the lowers.
    ``fits`` (n, n) tells which garments go together, by the rules that ``config`` and ``taste`` are.
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
        """Which of the tops goes with which of the lowers."""
        return self.fits[np.ix_(self.tops, self.lowers)]

    @property
    def count(self) -> int:
        """How many base looks there are."""
        return int(self.pairs.sum()) + len(self.wholes)

    def each(self) -> NDArray[np.int64]:
        """(n,): how many base looks each garment is in or, if it is none of the body's, completes."""
        found = np.zeros(len(self.garments), dtype=np.int64)
        pairs = self.pairs
        found[self.tops] = pairs.sum(axis=1)
        found[self.lowers] = pairs.sum(axis=0)
        found[self.wholes] = 1
        for rows in self.completing():
            found[rows] = self._completed(rows, pairs, np.ones(len(self.wholes), dtype=bool))
        return found

    def lost(self, alike: NDArray[np.bool_]) -> NDArray[np.int64]:
        """(n,): how many base looks would be gone without each garment, or lose the only one that completes them.

        Looks that a look-alike makes as well are not lost; ``alike`` (n, n) tells what stands in for what.
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
        """The rows of each role that completes looks, as far as there are any."""
        for kind in COMPLETING:
            rows = np.array([row for row, own in enumerate(self.roles) if own is kind], dtype=np.int64)
            if len(rows):
                yield rows

    def uncompleted(self, kind: Role) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """The base looks, (tops, lowers) and (wholes,), that nothing of this role completes yet."""
        rows = np.array([row for row, own in enumerate(self.roles) if own is kind], dtype=np.int64)
        pairs = self.pairs & (self._over(rows, self.tops).T @ self._over(rows, self.lowers) == 0)
        return pairs, self._over(rows, self.wholes).sum(axis=0) == 0

    def without(self, rows: Sequence[int]) -> BaseOutfits:
        """What is left when the garments in these ``rows`` are gone."""
        left = np.setdiff1d(np.arange(len(self.garments)), np.asarray(rows, dtype=np.int64))
        return _arranged(
            tuple(self.garments[row] for row in left),
            self.fits[np.ix_(left, left)],
            self.config,
            self.learned_preferences,
        )

    def _over(self, rows: NDArray[np.int64], others: NDArray[np.int64]) -> NDArray[np.float32]:
        return self.fits[np.ix_(rows, others)].astype(np.float32)

    def _completed(
        self, rows: NDArray[np.int64], pairs: NDArray[np.bool_], wholes: NDArray[np.bool_]
    ) -> NDArray[np.float32]:
        """(rows,): how many of the base looks ``pairs`` (tops, lowers) and ``wholes`` each of them goes with."""
        over_pairs = ((self._over(rows, self.tops) @ pairs.astype(np.float32)) * self._over(rows, self.lowers)).sum(
            axis=1
        )
        completed: NDArray[np.float32] = over_pairs + self._over(rows, self.wholes) @ wholes.astype(np.float32)
        return completed


def base_outfits(
    garments: Sequence[Garment],
    config: CompatibilityConfig = DEFAULT,
    learned_preferences: LearnedPreferences | None = None,
    *,
    scores: NDArray[np.float32] | None = None,
) -> BaseOutfits:
    """The base looks of a wardrobe by the rules; ``scores`` are its ``score_matrix``, where that is known already."""
    scores = score_matrix(garments, config, learned_preferences) if scores is None else scores
    return _arranged(tuple(garments), fitting(scores, config), config, learned_preferences)


def with_newcomer(outfits: BaseOutfits, newcomer: Garment) -> BaseOutfits:
    """The looks that there are when a garment comes to the wardrobe, in the last row; its id is that of none there."""
    scores = scores_against([newcomer, *outfits.garments], np.array([0]), outfits.config, outfits.learned_preferences)[
        0, 1:
    ]
    size = len(outfits.garments)
    fits = np.zeros((size + 1, size + 1), dtype=bool)
    fits[:size, :size] = outfits.fits
    fits[size, :size] = fits[:size, size] = fitting(scores, outfits.config)
    return _arranged((*outfits.garments, newcomer), fits, outfits.config, outfits.learned_preferences)


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
