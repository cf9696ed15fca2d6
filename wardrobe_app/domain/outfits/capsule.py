"""Find the few garments that give most outfits, for a capsule wardrobe or a suitcase.

A greedy choice is improved by swaps: local search for maximising a set function of limited size (Nemhauser, Wolsey and
Fisher 1978 for the greedy start; exchanges as in Feige, Mirrokni and Vondrák 2011). A top is worth nothing without a
bottom, so the function is not submodular and neither bound holds; therefore several starts are tried, and the best
result counts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from wardrobe_app.domain.compatibility.pair_scores import PairScores
from wardrobe_app.domain.compatibility.roles import Role
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.outfits.outfit import Outfit, from_the_body, suits
from wardrobe_app.domain.outfits.search import Rejected, base_rows, looked_at, outfits_for

if TYPE_CHECKING:
    from numpy.typing import NDArray

SMALLEST: Final = 3
LARGEST: Final = 40
SHOES_ADD: Final = 0.5  # to an outfit (1) with shoes in the capsule
LAYER_ADDS: Final = 0.4  # to one with a layer
STARTS: Final = 4
MAX_ROUNDS: Final = 20  # of swaps; the search settles long before


@dataclass(frozen=True, slots=True)
class Capsule:
    """Garments from the body outwards and their ``outfits`` (a top with a matching bottom, or a one-piece), and how
    many of these have shoes, and a layer, that match all of it.
    """

    items: tuple[Garment, ...]
    outfits: int
    with_shoes: int
    with_layer: int
    examples: tuple[Outfit, ...]


def capsule(
    pairs: PairScores,
    size: int,
    groups: Iterable[Collection[int]] = (),
    occasion: str | None = None,
    season: str | None = None,
    *,
    rejected: Rejected = (),
    examples: int = 6,
) -> Capsule:
    """Return at most ``size`` garments for the occasion and the season that give most outfits.

    An outfit counts 1, plus ``SHOES_ADD`` with matching shoes and ``LAYER_ADDS`` with a matching layer. Each of the
    ``groups`` (ids of garments that do the same job) contributes at most one garment. Fewer than ``size`` are chosen if
    no other adds anything. The result is deterministic. Of more than ``AT_MOST`` suitable garments, the newest are
    used.

    Raises:
        ValueError: ``size`` is not from ``SMALLEST`` to ``LARGEST``.
    """
    if not SMALLEST <= size <= LARGEST:
        raise ValueError(f"the size of a capsule is {SMALLEST} to {LARGEST}, not {size}")
    pairs = looked_at(pairs, occasion, season)
    among = np.array([suits(item, occasion, season) for item in pairs.garments], dtype=bool)
    worth = _Worth(pairs, among, _group_of(pairs, groups))
    best = max((_search(worth, size, start) for start in worth.starts()), key=worth.total, default=worth.nothing)
    items = [pairs.garments[row] for row in np.flatnonzero(best)]
    shown = outfits_for(pairs.within(items), limit=examples, rejected=rejected, place="capsule")
    return Capsule(from_the_body(items), *worth.counts(best), shown)


def _group_of(pairs: PairScores, groups: Iterable[Collection[int]]) -> NDArray[np.int64]:
    """Return a number for each garment, (n,), equal within a group only."""
    numbers = np.arange(len(pairs))
    for number, group in enumerate(groups, len(pairs)):
        numbers[[pairs.row[item] for item in group if item in pairs.row]] = number
    return numbers


def _search(worth: _Worth, size: int, start: NDArray[np.bool_]) -> NDArray[np.bool_]:
    chosen = start.copy()
    while chosen.sum() < size:
        gain = worth.gains(chosen)
        if not gain.max(initial=0.0) > 0 and not _add_pair(worth, chosen, size):
            break
        if gain.max(initial=0.0) > 0:
            chosen[worth.first_of(gain)] = True
    for _ in range(MAX_ROUNDS):
        if not _swap(worth, chosen):
            break
    return chosen


def _add_pair(worth: _Worth, chosen: NDArray[np.bool_], size: int) -> bool:
    """Add a top with a bottom, where neither alone adds an outfit; returns whether there was one, and room for it."""
    if size - chosen.sum() < 2:
        return False
    free = worth.free(chosen)[worth.bases].all(axis=1)
    apart = worth.group[worth.bases[:, 0]] != worth.group[worth.bases[:, 1]]
    open_ = np.flatnonzero(free & apart)
    if not len(open_):
        return False
    chosen[worth.bases[open_[worth.promise[worth.bases[open_]].sum(axis=1).argmax()]]] = True
    return True


def _swap(worth: _Worth, chosen: NDArray[np.bool_]) -> bool:
    """Exchange each garment for the best replacement; returns whether any exchange improved the capsule."""
    better = False
    for row in np.flatnonzero(chosen):
        before = worth.total(chosen)
        chosen[row] = False
        left = worth.total(chosen)
        gain = worth.gains(chosen)
        other = worth.first_of(gain)
        if left + gain[other] > before + 1e-9:
            chosen[other] = True
            better = True
        else:
            chosen[row] = True
    return better


class _Worth:
    """The value of a choice of garments, (n,) booleans, and of each further one."""

    def __init__(self, pairs: PairScores, among: NDArray[np.bool_], group: NDArray[np.int64]) -> None:
        self.among, self.group = among, group
        self.nothing = np.zeros(len(pairs), dtype=bool)
        self.bases = base_rows(pairs, among)
        self.alone = self.bases[:, 0] == self.bases[:, 1]
        fit = pairs.fit
        self.finishing = []
        for adds, kinds in ((SHOES_ADD, (Role.SHOES,)), (LAYER_ADDS, (Role.LAYER, Role.OUTERWEAR))):
            rows = pairs.rows(*kinds)
            rows = rows[among[rows]]
            goes = fit[:, rows]
            both = goes[self.bases[:, 0]]
            both[~self.alone] &= goes[self.bases[~self.alone, 1]]
            self.finishing.append((adds, rows, both))
        self.promise = self._promise(len(pairs))

    def _promise(self, count: int) -> NDArray[np.float64]:
        """Return how many outfits of the whole wardrobe each garment is in, (n,), to break ties."""
        promise = np.bincount(self.bases[~self.alone].ravel(), minlength=count).astype(np.float64)
        promise += np.bincount(self.bases[self.alone, 0], minlength=count)
        for adds, rows, goes in self.finishing:
            promise[rows] += adds * goes.sum(axis=0)
        return promise

    def starts(self) -> Iterable[NDArray[np.bool_]]:
        """Yield the starting points: nothing, then each of the most promising garments."""
        yield self.nothing
        core = np.unique(self.bases)
        for row in core[np.argsort(-self.promise[core], kind="stable")][:STARTS]:
            start = self.nothing.copy()
            start[row] = True
            yield start

    def free(self, chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return which garments may still be chosen, (n,): none of the same group is."""
        return self.among & ~chosen & ~np.isin(self.group, self.group[chosen])

    def total(self, chosen: NDArray[np.bool_]) -> float:
        """Return the value of the choice."""
        there = chosen[self.bases].all(axis=1)
        return float(
            there.sum()
            + sum(adds * goes[there][:, chosen[rows]].any(axis=1).sum() for adds, rows, goes in self.finishing)
        )

    def counts(self, chosen: NDArray[np.bool_]) -> tuple[int, int, int]:
        """Count the outfits of the choice, and how many of these have shoes, and a layer."""
        there = chosen[self.bases].all(axis=1)
        shoes, layer = (int(goes[there][:, chosen[rows]].any(axis=1).sum()) for _, rows, goes in self.finishing)
        return int(there.sum()), shoes, layer

    def gains(self, chosen: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return what each garment adds to the choice, (n,); 0 for those not allowed."""
        gain = np.zeros(len(chosen))
        in_it = chosen[self.bases]
        there = in_it.all(axis=1)
        open_ = np.flatnonzero(np.where(self.alone, ~in_it[:, 0], in_it.sum(axis=1) == 1))
        each = np.ones(len(open_))
        for adds, rows, goes in self.finishing:
            each += adds * goes[np.ix_(open_, chosen[rows])].any(axis=1)
            lacking = there & ~goes[:, chosen[rows]].any(axis=1)
            gain[rows] += adds * goes[lacking].sum(axis=0)
        missing = np.where(in_it[open_, 0], self.bases[open_, 1], self.bases[open_, 0])
        np.add.at(gain, missing, each)
        return np.where(self.free(chosen), gain, 0.0)

    def first_of(self, gain: NDArray[np.float64]) -> int:
        """Return the row that adds most; of equals the most promising, then the oldest."""
        most = np.flatnonzero(gain >= gain.max() - 1e-9)
        return int(most[self.promise[most].argmax()])
