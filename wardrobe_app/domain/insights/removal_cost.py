"""What each garment is worth to the others: what letting it go would cost, in diversity and in looks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

import numpy as np

from wardrobe_app.domain.compatibility import scores as compatibility
from wardrobe_app.domain.compatibility.pair_scores import parted
from wardrobe_app.domain.compatibility.preference_learning import LearnedPreferences
from wardrobe_app.domain.compatibility.roles import Role
from wardrobe_app.domain.compatibility.scores import CompatibilityConfig
from wardrobe_app.domain.garments.garment import Garment, VerdictRecord
from wardrobe_app.domain.insights.base_outfits import BaseOutfits, base_outfits
from wardrobe_app.domain.insights.diversity import Likeness, count, likeness
from wardrobe_app.domain.similarity.scores import DEFAULT, SimilarityConfig

if TYPE_CHECKING:
    from numpy.typing import NDArray

TRIED: Final = 60  # the garments that the quick estimate finds cheapest are weighed exactly
NEARBY: Final = 400  # of a larger block of linked garments, this many nearest ones are weighed


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """A wardrobe with how alike its garments are and which looks they make: what every question about worth needs.

    Of a large wardrobe it is that of the newest garments; the ``others`` are not looked at.
    """

    likeness: Likeness
    outfits: BaseOutfits
    redundant: float = DEFAULT.redundant
    others: tuple[Garment, ...] = ()

    @property
    def garments(self) -> tuple[Garment, ...]:
        """The garments, in the order of all rows."""
        return self.outfits.garments

    @property
    def alike(self) -> NDArray[np.bool_]:
        """(n, n): which garments do the same job, each its own among them."""
        alike: NDArray[np.bool_] = (self.likeness.matrix >= self.redundant).toarray()
        return alike


def standing(
    garments: Sequence[Garment],
    verdicts: Iterable[VerdictRecord] = (),
    rules: CompatibilityConfig = compatibility.DEFAULT,
    learned_preferences: LearnedPreferences | None = None,
    config: SimilarityConfig = DEFAULT,
) -> Standing:
    """The standing of the ``garments``, of which the owner decided ``verdicts``, and which go together by the rules."""
    garments, others = parted(garments)
    return Standing(
        likeness(garments, verdicts, config),
        base_outfits(garments, rules, learned_preferences),
        config.redundant,
        others,
    )


@dataclass(frozen=True, slots=True)
class Removal:
    """What it costs to let a ``garment`` go.

    ``diversity`` is by how much the effective number falls (below 0: it rises), ``looks`` the base looks that it is in
    or completes, ``looks_lost`` those that nothing else makes up for. ``cost`` ranks: 2 is what an average garment of
    this wardrobe carries. ``stand_in`` is the most alike garment that does the same job.
    """

    garment: Garment
    diversity: float
    outfits: int
    outfits_lost: int
    cost: float
    substitute: Garment | None = None


def let_go(state: Standing, most: int = 24) -> tuple[Removal, ...]:
    """The garments whose loss costs least, cheapest first, at most ``most``; favourites are not among them.

    The cost is the sum of two shares, each measured by that of an average garment: of the effective number, exact for
    each garment that is weighed, and of the looks that nothing else makes up for. What is part of no look (underwear,
    nightwear) or of unknown type counts by diversity alone, twice. Price has no say.
    """
    outfits, lost = state.outfits.each(), state.outfits.lost(state.alike)
    size = max(1, len(state.garments))
    part_of_looks = np.array([own not in (None, Role.PRIVATE) for own in state.outfits.roles], dtype=bool)
    average_looks = max(float(lost.sum()), 1.0) / max(1, int(part_of_looks.sum()))
    whole = state.likeness.effective_number()
    average = max(whole, 1.0) / size

    def cost(diversity: NDArray[np.float64], rows: NDArray[np.int64]) -> NDArray[np.float64]:
        share = diversity / average
        return np.where(part_of_looks[rows], share + lost[rows] / average_looks, 2 * share)

    rows = np.array([row for row, item in enumerate(state.garments) if not item.favourite], dtype=np.int64)
    ordinary = np.asarray(state.likeness.matrix.sum(axis=1)).ravel()  # 1: like no other
    rows = rows[np.argsort(cost(1 / ordinary[rows], rows), kind="stable")][: max(TRIED, most)]
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
            _stand_in(state, int(rows[place])),
        )
        for place in best
    )


def losses(known: Likeness, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """By how much the effective number falls without each of these ``rows``; exact in blocks of up to ``NEARBY``."""
    blocks = list(known.blocks())
    block_of = {int(row): place for place, block in enumerate(blocks) for row in block}
    terms = [known.block(block) for block in blocks]
    whole = sum(terms[1:], terms[0]) if terms else None
    found = np.zeros(len(rows))
    for place, row in enumerate(rows.tolist()):
        assert whole is not None  # noqa: S101 - there are rows, so there are blocks
        block, before = blocks[block_of[row]], terms[block_of[row]]
        if len(block) > NEARBY:
            block = _nearest(known, row, block)
            before = known.block(block)
        after = known.block(block[block != row])
        found[place] = whole.effective_number - (whole - before + after).effective_number
    return found


def _nearest(known: Likeness, row: int, block: NDArray[np.int64]) -> NDArray[np.int64]:
    near = known.matrix[[row]]
    closeness = np.asarray((near + near @ known.matrix).toarray()).ravel()[block]
    return np.sort(block[np.argsort(-closeness, kind="stable")[:NEARBY]])


def _stand_in(state: Standing, row: int) -> Garment | None:
    scores = state.likeness.matrix[[row]].toarray().ravel()
    scores[row] = 0
    best = int(scores.argmax())
    return state.garments[best] if scores[best] >= state.redundant else None


@dataclass(frozen=True, slots=True)
class Simulation:
    """The wardrobe with and without some garments: how many, what they are worth, the base looks they make.

    ``looks_kept`` of the looks that go, others make that look alike. ``stranded`` are the garments that stay and are
    part of no look any more. ``freed`` is the sum of the prices that are known, ``unpriced`` of how many none is.
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
        """How many base looks go."""
        return self.outfits[0] - self.outfits[1]


def simulate(state: Standing, ids: Collection[int]) -> Simulation:
    """What would be if the garments with these ``ids`` went; unknown ids are ignored."""
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
    """Of the base looks with what is ``gone`` (n,), those that look-alikes which stay make as well."""
    outfits = state.outfits
    alike = state.alike & ~gone[None, :]
    tops = alike[np.ix_(outfits.tops, outfits.tops)].astype(np.float32)
    lowers = alike[np.ix_(outfits.lowers, outfits.lowers)].astype(np.float32)
    replaced = tops @ outfits.pairs.astype(np.float32) @ lowers.T > 0
    going = gone[outfits.tops][:, None] | gone[outfits.lowers][None, :]
    wholes = alike[np.ix_(outfits.wholes, outfits.wholes)].any(axis=1) & gone[outfits.wholes]
    return int((outfits.pairs & going & replaced).sum() + wholes.sum())
