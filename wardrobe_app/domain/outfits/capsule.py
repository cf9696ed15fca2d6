"""The few garments that give most looks: for a capsule wardrobe, and for a suitcase.

What is worth most is found greedily, then bettered by swaps: the local search for maximising a set function under a
limit on its size (Nemhauser, Wolsey and Fisher 1978 for the greedy start; exchanges as in Feige, Mirrokni and Vondrák
2011). A top is worth nothing without a bottom, so the function is not submodular and neither bound holds; the start is
therefore tried from several pairs, and the best end counts.
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
SHOES_ADD: Final = 0.5  # to a look (1) for which there are shoes in the capsule
LAYER_ADDS: Final = 0.4  # to one for which there is a layer
STARTS: Final = 4  # pairs that the search begins with, one after the other
ROUNDS: Final = 20  # of swaps at most; the search has settled long before


@dataclass(frozen=True, slots=True)
class Capsule:
    """Garments from the body outwards, and what they give: ``looks`` that cover the body (a top with a bottom that
    fits, or a one-piece), and how many of these have shoes, and a layer, that go with all of them.
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
    """At most ``size`` garments for the occasion and the season that give most looks.

    A look counts 1, ``SHOES_ADD`` more with shoes and ``LAYER_ADDS`` more with a layer that go with all of it. Of each
    of the ``groups`` (ids of garments that do the same job) at most one garment is taken. Fewer than ``size`` are taken
    where no other one would add anything. The same wardrobe always gives the same capsule. Of more garments than
    ``AT_MOST`` that are for both, the newest are looked at.

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
    """(n,) a number for each garment, the same within a group and different for all else."""
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
    for _ in range(ROUNDS):
        if not _swap(worth, chosen):
            break
    return chosen


def _add_pair(worth: _Worth, chosen: NDArray[np.bool_], size: int) -> bool:
    """A top with a bottom, where neither alone adds a look; whether there was one, and room for it."""
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
    """Exchange each garment for the one that gives most in its place; whether any exchange was for the better."""
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
    """What a choice of garments, (n,) booleans, is worth, and what each further one would add."""

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
        """(n,) in how many looks of the whole wardrobe each garment is: decides between what adds the same now."""
        promise = np.bincount(self.bases[~self.alone].ravel(), minlength=count).astype(np.float64)
        promise += np.bincount(self.bases[self.alone, 0], minlength=count)
        for adds, rows, goes in self.finishing:
            promise[rows] += adds * goes.sum(axis=0)
        return promise

    def starts(self) -> Iterable[NDArray[np.bool_]]:
        """What to begin with: nothing at first, then each of the most promising garments by itself."""
        yield self.nothing
        core = np.unique(self.bases)
        for row in core[np.argsort(-self.promise[core], kind="stable")][:STARTS]:
            start = self.nothing.copy()
            start[row] = True
            yield start

    def free(self, chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """(n,) which garments may still be taken: none of the same group is chosen."""
        return self.among & ~chosen & ~np.isin(self.group, self.group[chosen])

    def total(self, chosen: NDArray[np.bool_]) -> float:
        """What the choice is worth."""
        there = chosen[self.bases].all(axis=1)
        return float(
            there.sum()
            + sum(adds * goes[there][:, chosen[rows]].any(axis=1).sum() for adds, rows, goes in self.finishing)
        )

    def counts(self, chosen: NDArray[np.bool_]) -> tuple[int, int, int]:
        """How many looks the choice gives, and how many of these have shoes, and a layer."""
        there = chosen[self.bases].all(axis=1)
        shoes, layer = (int(goes[there][:, chosen[rows]].any(axis=1).sum()) for _, rows, goes in self.finishing)
        return int(there.sum()), shoes, layer

    def gains(self, chosen: NDArray[np.bool_]) -> NDArray[np.float64]:
        """(n,) what each garment adds to the choice; 0 for those that may not be taken."""
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
        """The row that adds most; of equals the most promising, then the oldest."""
        most = np.flatnonzero(gain >= gain.max() - 1e-9)
        return int(most[self.promise[most].argmax()])
