"""Find the garments that could go without the loss of any outfit, each with the one that stands in for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from wardrobe_app.domain import wording
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.insights.coverage import outfits_of
from wardrobe_app.domain.insights.removal_cost import Removal, Standing
from wardrobe_app.domain.insights.surplus import Surplus

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Replaceable:
    """A ``garment`` that could go, and the ``stand_in`` that does the same job in all of its ``outfits``."""

    garment: Garment
    stand_in: Garment
    outfits: int

    @property
    def why(self) -> str:
        """Say what stands in: "You could wear your navy trousers in all 50 outfits instead"."""
        title = self.stand_in.title
        other = "other " if title == self.garment.title else ""
        owned = title if self.stand_in.name else f"your {other}{wording.lower_first(title)}"
        if not self.outfits:
            return f"You would wear {owned} for the same things."
        which = "its one outfit" if self.outfits == 1 else f"all {self.outfits:,} outfits"
        return f"You could wear {owned} in {which} instead."


def replaceable(
    state: Standing, removals: Iterable[Removal], surpluses: Sequence[Surplus] = ()
) -> tuple[Replaceable, ...]:
    """Return what could go together at no cost to outfits, of the garments in ``removals``, in their order.

    A stand-in does the same job, goes with everything that the garment goes with, and stays. Of two that stand in for
    each other, the one that is worn more stays. What does the work of one of the ``surpluses`` stays as well, and what
    is left of those stands in for nothing.
    """
    kept = {item.id for one in surpluses for item in one.kept}
    spare = {item.id for one in surpluses for item in one.spare}
    found: dict[int, Replaceable] = {}
    staying: set[int] = set()
    outfits = state.outfits.each()
    row_of = {garment.id: row for row, garment in enumerate(state.garments)}
    for removal in removals:
        row = row_of[removal.garment.id]
        for other in _alike(state, row):
            going, stays = _by_preference(state, row, other)
            item, stand_in = state.garments[going], state.garments[stays]
            if item.favourite or item.id in {*found, *staying, *kept} or stand_in.id in {*found, *spare}:
                continue
            if _covers(state, stays, going):
                found[item.id] = Replaceable(item, stand_in, int(outfits[going]))
                staying.add(stand_in.id)
                break
    return tuple(found.values())


def _alike(state: Standing, row: int) -> Iterator[int]:
    """Yield the garments that do the same job as the one in this ``row``, the most alike first."""
    scores: NDArray[np.float64] = state.likeness.matrix[[row]].toarray().ravel()
    scores[row] = 0
    for other in np.argsort(-scores, kind="stable").tolist():
        if scores[other] < state.redundant:
            return
        yield other


def _by_preference(state: Standing, row: int, other: int) -> tuple[int, int]:
    """Return which of two garments had better go, and which stay, if they are alike in all else."""
    worn = [state.worn.get(state.garments[one].id, 0) for one in (row, other)]
    swapped = worn[0] > worn[1] and _covers(state, row, other)
    return (other, row) if swapped else (row, other)


def _covers(state: Standing, one: int, other: int) -> bool:
    """Return whether ``one`` can be in every outfit that the ``other`` can be in."""
    if state.outfits.roles[one] is not state.outfits.roles[other]:
        return False
    can = outfits_of(state.outfits, [one, other])
    return not (can[1] & ~can[0]).any()
