"""Measure what removing each garment would cost in diversity and outfits."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Final

import numpy as np

from wardrobe_app.domain.compatibility import scores as compatibility
from wardrobe_app.domain.compatibility.pair_scores import split_newest
from wardrobe_app.domain.compatibility.preference_learning import LearnedPreferences
from wardrobe_app.domain.compatibility.roles import Role
from wardrobe_app.domain.compatibility.scores import CompatibilityConfig
from wardrobe_app.domain.garments.garment import Garment, VerdictRecord
from wardrobe_app.domain.insights.base_outfits import BaseOutfits, base_outfits
from wardrobe_app.domain.insights.diversity import DENSE_ROWS, Likeness, Terms, count, likeness
from wardrobe_app.domain.similarity.scores import DEFAULT, SimilarityConfig

if TYPE_CHECKING:
    from numpy.typing import NDArray

EXACT_GARMENTS: Final = 60  # the cheapest by a quick estimate are computed exactly
NEARBY_ROWS: Final = 400  # used of a block above DENSE_ROWS


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """A wardrobe with the likeness of its garments and their outfits: the basis of every question about value.

    For a large wardrobe it covers the newest garments; ``others`` are ignored. ``worn`` is on how many days each
    garment, by id, was worn; those never worn may be missing.
    """

    likeness: Likeness
    outfits: BaseOutfits
    redundant: float = DEFAULT.redundant
    others: tuple[Garment, ...] = ()
    worn: Mapping[int, int] = field(default_factory=dict)

    def preference(self, garment: Garment) -> tuple[bool, int, int]:
        """Return the rank of a garment among equals: favourites first, then the most worn, then the oldest."""
        return not garment.favourite, -self.worn.get(garment.id, 0), garment.id

    @property
    def garments(self) -> tuple[Garment, ...]:
        """Return the garments, in the order of all rows."""
        return self.outfits.garments

    @property
    def alike(self) -> NDArray[np.bool_]:
        """Return which garments do the same job, (n, n), each with itself."""
        alike: NDArray[np.bool_] = (self.likeness.matrix >= self.redundant).toarray()
        return alike


def standing(
    garments: Sequence[Garment],
    verdicts: Iterable[VerdictRecord] = (),
    rules: CompatibilityConfig = compatibility.DEFAULT,
    learned_preferences: LearnedPreferences | None = None,
    config: SimilarityConfig = DEFAULT,
    *,
    worn: Mapping[int, int] | None = None,
) -> Standing:
    """Compute the standing of the ``garments`` under ``verdicts`` and rules; ``worn`` as in ``Standing``."""
    garments, others = split_newest(garments)
    return Standing(
        likeness(garments, verdicts, config),
        base_outfits(garments, rules, learned_preferences),
        config.redundant,
        others,
        worn or {},
    )


@dataclass(frozen=True, slots=True)
class Removal:
    """The cost of removing a ``garment``.

    ``diversity`` is the decrease of the effective number (below 0: it rises), ``outfits`` the base outfits it is in or
    completes, ``outfits_lost`` those that nothing else replaces. ``cost`` ranks: 2 is an average garment.
    ``substitute`` is the most alike garment that does the same job.
    """

    garment: Garment
    diversity: float
    outfits: int
    outfits_lost: int
    cost: float
    substitute: Garment | None = None


def let_go(state: Standing, most: int = 24) -> tuple[Removal, ...]:
    """Return the garments whose removal costs least, cheapest first, at most ``most``, without favourites.

    The cost is the sum of two shares relative to the average garment: of the effective number, computed exactly, and of
    outfits that nothing else replaces. Garments that are never in outfits or of unknown type count by diversity alone,
    twice. Prices are ignored.
    """
    outfits, lost = state.outfits.each(), state.outfits.lost(state.alike)
    size = max(1, len(state.garments))
    in_outfits = np.array([own not in (None, Role.PRIVATE) for own in state.outfits.roles], dtype=bool)
    average_outfits = max(float(lost.sum()), 1.0) / max(1, int(in_outfits.sum()))
    whole = state.likeness.effective_number()
    average = max(whole, 1.0) / size

    def cost(diversity: NDArray[np.float64], rows: NDArray[np.int64]) -> NDArray[np.float64]:
        share = diversity / average
        return np.where(in_outfits[rows], share + lost[rows] / average_outfits, 2 * share)

    rows = np.array([row for row, item in enumerate(state.garments) if not item.favourite], dtype=np.int64)
    ordinary = np.asarray(state.likeness.matrix.sum(axis=1)).ravel()  # 1: like no other
    rows = rows[np.argsort(cost(1 / ordinary[rows], rows), kind="stable")][: max(EXACT_GARMENTS, most)]
    exact = losses(state.likeness, rows)
    costs = cost(exact, rows)
    best = np.argsort(costs.round(6), kind="stable")[:most]
    return tuple(
        Removal(
            state.garments[rows[place]],
            round(float(exact[place]), 4),
            int(outfits[rows[place]]),
            int(lost[rows[place]]),
            round(float(costs[place]), 4),
            _substitute(state, int(rows[place])),
        )
        for place in best
    )


def losses(known: Likeness, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the decrease of the effective number without each of these ``rows``; exact in blocks up to
    ``DENSE_ROWS``, of larger ones by the ``NEARBY_ROWS`` nearest.
    """
    blocks = list(known.blocks())
    block_of = {int(row): block for block in blocks for row in block}
    whole = sum(map(known.block, blocks), Terms())
    found = np.zeros(len(rows))
    for place, row in enumerate(rows.tolist()):
        block = block_of[row]
        block = block if len(block) <= DENSE_ROWS else _nearest(known, row, block)
        before, after = known.without_one(block, row)
        found[place] = whole.effective_number - (whole - before + after).effective_number
    return found


def _nearest(known: Likeness, row: int, block: NDArray[np.int64]) -> NDArray[np.int64]:
    near = known.matrix[[row]]
    closeness = np.asarray((near + near @ known.matrix).toarray()).ravel()[block]
    return np.sort(block[np.argsort(-closeness, kind="stable")[:NEARBY_ROWS]])


def _substitute(state: Standing, row: int) -> Garment | None:
    scores = state.likeness.matrix[[row]].toarray().ravel()
    scores[row] = 0
    best = int(scores.argmax())
    return state.garments[best] if scores[best] >= state.redundant else None


@dataclass(frozen=True, slots=True)
class Simulation:
    """The wardrobe with and without some garments: how many, their effective number, the base outfits.

    ``outfits_kept`` of the lost outfits can be made with look-alikes. ``isolated`` are remaining garments that are in
    no outfit any more. ``freed`` is the sum of known prices, ``unpriced`` the number of garments without one.
    """

    garments: tuple[int, int]
    effective: tuple[float, float]
    outfits: tuple[int, int]
    outfits_kept: int
    isolated: tuple[Garment, ...]
    freed: Decimal
    unpriced: int

    @property
    def outfits_lost(self) -> int:
        """Return the number of base outfits lost."""
        return self.outfits[0] - self.outfits[1]


def simulate(state: Standing, ids: Collection[int]) -> Simulation:
    """Show the wardrobe without the garments with these ``ids``; unknown ids are ignored."""
    gone = [row for row, item in enumerate(state.garments) if item.id in ids]
    left = np.setdiff1d(np.arange(len(state.garments)), np.array(gone, dtype=np.int64))
    after = state.outfits.without(gone)
    leaving = [state.garments[row] for row in gone]
    there, still = state.outfits.each()[left], after.each()
    prices = [item.price * item.quantity for item in leaving if item.price is not None]
    return Simulation(
        garments=(count(state.garments), count(after.garments)),
        effective=(state.likeness.effective_number(), state.likeness.effective_number(left)),
        outfits=(state.outfits.count, after.count),
        outfits_kept=_kept(state, np.isin(np.arange(len(state.garments)), gone)),
        isolated=tuple(item for item, old, new in zip(after.garments, there, still, strict=True) if old and not new),
        freed=sum(prices, Decimal(0)),
        unpriced=len(leaving) - len(prices),
    )


def _kept(state: Standing, gone: NDArray[np.bool_]) -> int:
    """Count the base outfits with ``gone`` (n,) garments that remaining look-alikes make as well."""
    outfits = state.outfits
    alike = state.alike & ~gone[None, :]
    tops = alike[np.ix_(outfits.tops, outfits.tops)].astype(np.float32)
    lowers = alike[np.ix_(outfits.lowers, outfits.lowers)].astype(np.float32)
    replaced = tops @ outfits.pairs.astype(np.float32) @ lowers.T > 0
    going = gone[outfits.tops][:, None] | gone[outfits.lowers][None, :]
    wholes = alike[np.ix_(outfits.wholes, outfits.wholes)].any(axis=1) & gone[outfits.wholes]
    return int((outfits.pairs & going & replaced).sum() + wholes.sum())
