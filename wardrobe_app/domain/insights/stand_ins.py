"""Find the garments that could go without the loss of any outfit, each with what stands in for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from wardrobe_app.domain import wording
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.insights.coverage import outfits_of
from wardrobe_app.domain.insights.removal_cost import Removal, Standing
from wardrobe_app.domain.insights.surplus import Surplus

if TYPE_CHECKING:
    from numpy.typing import NDArray


MAX_STAND_INS: Final = 3


@dataclass(frozen=True, slots=True)
class Replaceable:
    """A ``garment`` that could go, and the ``stand_ins``, which together do the same job in all of its ``outfits``.

    The first stands in for most of them; there are ``MAX_STAND_INS`` at most.
    """

    garment: Garment
    stand_ins: tuple[Garment, ...]
    outfits: int

    @property
    def stand_in(self) -> Garment:
        """Return the one that stands in for most outfits."""
        return self.stand_ins[0]

    @property
    def why(self) -> str:
        """Say what stands in: "You could wear your navy trousers in all 50 outfits instead"."""
        owned = " or ".join(dict.fromkeys(self._owned(one) for one in self.stand_ins))
        if not self.outfits:
            return f"You would wear {owned} for the same things."
        which = "its one outfit" if self.outfits == 1 else f"all {self.outfits:,} outfits"
        return f"You could wear {owned} in {which} instead."

    def _owned(self, one: Garment) -> str:
        other = "other " if one.title == self.garment.title else ""
        return one.title if one.name else f"your {other}{wording.lower_first(one.title)}"


def replaceable(
    state: Standing, removals: Iterable[Removal], surpluses: Sequence[Surplus] = ()
) -> tuple[Replaceable, ...]:
    """Return what could go together at no cost to outfits, of the garments in ``removals``, in their order.

    Stand-ins do the same job, go with everything that the garment goes with, and stay. Of garments that stand in for
    each other, the ones that are worn more stay. What does the work of one of the ``surpluses`` stays as well, and what
    is left of those stands in for nothing.
    """
    stays = {item.id for one in surpluses for item in one.kept}
    spare = {item.id for one in surpluses for item in one.spare}
    outfits, found = state.outfits.each(), dict[int, Replaceable]()
    row_of = {garment.id: row for row, garment in enumerate(state.garments)}
    for removal in removals:
        for row in _least_worn_first(state, row_of[removal.garment.id]):
            item = state.garments[row]
            if item.favourite or item.id in found or item.id in stays:
                continue
            left = [other for other in _alike(state, row) if state.garments[other].id not in {*found, *spare}]
            if chosen := _stand_ins(state, row, left):
                found[item.id] = Replaceable(item, chosen, int(outfits[row]))
                stays |= {one.id for one in chosen}
                break
    return tuple(found.values())


def _alike(state: Standing, row: int) -> list[int]:
    """Return the garments that do the same job as the one in this ``row`` and take the same part, most alike first."""
    scores: NDArray[np.float64] = state.likeness.matrix[[row]].toarray().ravel()
    scores[row] = 0
    near, roles = np.flatnonzero(scores >= state.redundant).tolist(), state.outfits.roles
    return sorted((other for other in near if roles[other] is roles[row]), key=lambda other: -scores[other])


def _least_worn_first(state: Standing, row: int) -> list[int]:
    """Return the garments like the one in this ``row`` that are worn less, the least first, and then this one."""
    days = {one: state.worn.get(state.garments[one].id, 0) for one in (row, *_alike(state, row))}
    return [*sorted((one for one in days if days[one] < days[row]), key=days.__getitem__), row]


def _stand_ins(state: Standing, row: int, others: Sequence[int]) -> tuple[Garment, ...]:
    """Return few of the ``others`` that are in every outfit of the garment in this ``row``; none if they are not."""
    can = outfits_of(state.outfits, [row, *others])
    lacks, each = can[0].copy(), can[1:]
    chosen: list[int] = []
    while len(others) and len(chosen) < MAX_STAND_INS and (lacks.any() or not chosen):
        best = int((each & lacks).sum(axis=1).argmax())
        if best in chosen:
            break
        chosen.append(best)
        lacks &= ~each[best]
    return () if lacks.any() or not chosen else tuple(state.garments[others[place]] for place in chosen)
