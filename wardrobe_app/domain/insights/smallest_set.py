"""Find a small set of tops, bottoms and one-pieces that keeps most outfits.

Greedy: from the whole wardrobe, whatever loses fewest outfits goes first, until no further garment can go. This mirrors
greedy maximum coverage (Nemhauser, Wolsey and Fisher, "An analysis of approximations for maximizing submodular set
functions", 1978), but an outfit takes a top and a bottom, so the number of outfits is not submodular and their bound
does not hold: a smaller set may exist. An outfit is kept if the garments that are left, or others that can replace
them, make it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy  # its parts are loaded when they are first used

from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.insights.coverage import KEPT_SHARE, cover, interchangeable
from wardrobe_app.domain.insights.removal_cost import Standing

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class SmallestSet:
    """Garments that keep ``outfits_kept`` of ``outfits``, and those that could go, in the order they would.

    Both are tops, bottoms and one-pieces that are in outfits; favourites never go.
    """

    garments: tuple[Garment, ...]
    removable: tuple[Garment, ...]
    outfits: int
    outfits_kept: int

    @property
    def share(self) -> float:
        """Return the share of the outfits that is kept, 0 to 1."""
        return self.outfits_kept / self.outfits


def smallest_set(state: Standing, share: float = KEPT_SHARE) -> SmallestSet | None:
    """Return few garments that keep this ``share`` (0 to 1) of the base outfits; None if there are no outfits.

    The share holds for one-pieces on their own, too: each is one outfit only, so all of them would go first.
    """
    outfits = state.outfits
    if not outfits.count:
        return None
    replaces = interchangeable(state)
    wholes, wholes_gone = _one_pieces(state, replaces, share)
    search = _Search(state, replaces)
    pairs = int(outfits.pairs.sum())
    gone, kept = [*wholes_gone], pairs
    while (step := search.cheapest()) is not None and kept - step[1] >= share * pairs:
        search.remove(step[0])
        kept -= step[1]
        gone.append(step[0])
    left = np.setdiff1d(np.concatenate([search.rows, outfits.wholes]), gone)
    garments = state.garments
    return SmallestSet(
        tuple(garments[row] for row in left), tuple(garments[row] for row in gone), outfits.count, kept + wholes
    )


def _one_pieces(state: Standing, replaces: NDArray[np.bool_], share: float) -> tuple[int, list[int]]:
    """Return how many of the one-pieces as outfits are kept, and the rows of those that can go."""
    rows = state.outfits.wholes
    alike = replaces[np.ix_(rows, rows)]
    chosen, _ = cover(np.ones((len(rows), 1), dtype=bool), alike, share)
    stays = np.array([state.garments[row].favourite for row in rows], dtype=bool)
    stays[list(chosen)] = True
    return int(alike[:, stays].any(axis=1).sum()), rows[~stays].tolist()


class _Search:
    """Which outfits of two the garments that are left keep, updated as garments go."""

    def __init__(self, state: Standing, replaces: NDArray[np.bool_]) -> None:
        outfits = state.outfits
        self._tops = _Side(outfits.tops, outfits.pairs, replaces)
        self._lowers = _Side(outfits.lowers, outfits.pairs.T, replaces)
        self._tops.count(self._lowers)
        self._lowers.count(self._tops)
        self._all = np.concatenate([outfits.tops, outfits.lowers])
        self._degree = np.concatenate([self._tops.fits.sum(axis=1), self._lowers.fits.sum(axis=1)])
        favourite = np.array([state.garments[row].favourite for row in self._all], dtype=bool)
        self._stays = (self._degree == 0) | favourite
        self.rows = self._all[self._degree > 0]

    def cheapest(self) -> tuple[int, int] | None:
        """Return the row that loses fewest outfits and how many; of equals the one in fewest, then the newest."""
        losses = np.concatenate([self._tops.losses(), self._lowers.losses()])
        losses[self._stays] = np.inf
        if not np.isfinite(losses).any():
            return None
        best = np.lexsort((-self._all, self._degree, losses))[0]
        return int(self._all[best]), int(losses[best])

    def remove(self, row: int) -> None:
        """Take the garment in this ``row`` out."""
        self._stays[self._all == row] = True
        own, other = (self._tops, self._lowers) if row in self._tops.rows else (self._lowers, self._tops)
        own.remove(row, other)


class _Side:
    """The tops (k), or the bottoms, and what they do with the other side (m).

    ``partners`` (k, m) counts, for each garment and each of the other side, the garments left that could be worn with
    it instead of that one; ``covers`` (k, m) the garments left of this side that make the outfit of the two.
    """

    def __init__(self, rows: NDArray[np.int64], pairs: NDArray[np.bool_], replaces: NDArray[np.bool_]) -> None:
        self.rows, self.fits = rows, np.ascontiguousarray(pairs, dtype=np.float32)
        self.alike = scipy.sparse.csr_array(replaces[np.ix_(rows, rows)], dtype=np.float32)
        self.there = np.ones((len(rows), 1), dtype=np.float32)

    def count(self, other: _Side) -> None:
        """Count everything; ``other`` is the other side."""
        self.partners = self.fits @ other.alike
        self.able = np.empty_like(self.fits)  # 1 where there is any partner left
        self.covers, self.needed = np.empty_like(self.fits), np.empty_like(self.fits)
        self._recount(np.arange(len(other.rows)))

    def losses(self) -> NDArray[np.float64]:
        """Return how many outfits are lost without each garment, (k,)."""
        return np.asarray(np.einsum("km,km->k", self.able, self.needed), dtype=np.float64)

    def remove(self, row: int, other: _Side) -> None:
        """Take the garment in this ``row`` out."""
        own = int(np.flatnonzero(self.rows == row)[0])
        near = self._near(own)
        self.there[own] = 0
        before = self._only(near)
        self.covers[near] -= self.able[own]
        self._need(self._only(near) - before, near)
        other.partners[:, near] -= self.fits[own][:, None]
        other._recount(near)

    def _only(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return which outfits of these ``rows`` one garment alone still makes, (rows, m)."""
        return np.asarray(self.fits[rows] * (self.covers[rows] == 1))

    def _need(self, change: NDArray[np.float32], rows: NDArray[np.int64]) -> None:
        """Update for how many outfits each garment is needed, where those of these ``rows`` ``change``."""
        for row, part in zip(rows, change, strict=True):
            if part.any():
                self.needed[self._near(row)] += part

    def _near(self, row: int) -> NDArray[np.int64]:
        """Return the garments of this side that replace the one in ``row``, itself among them."""
        start, end = self.alike.indptr[row : row + 2]
        return np.asarray(self.alike.indices[start:end], dtype=np.int64)

    def _recount(self, columns: NDArray[np.int64]) -> None:
        """Count anew the outfits with these of the other side."""
        able = (self.partners[:, columns] > 0).astype(np.float32)
        covers = self.alike @ (able * self.there)
        self.able[:, columns], self.covers[:, columns] = able, covers
        self.needed[:, columns] = self.alike @ (self.fits[:, columns] * (covers == 1))
