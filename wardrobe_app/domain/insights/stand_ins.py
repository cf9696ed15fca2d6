"""Find the garments that could go without the loss of any outfit, each with the one that stands in for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from wardrobe_app.domain import wording
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.insights.coverage import outfits_of
from wardrobe_app.domain.insights.removal_cost import Removal, Standing

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
        """Say what stands in: "Your black trousers can take its place in all of its 50 outfits"."""
        owned = wording.lower_first(self.stand_in.title) if not self.stand_in.name else self.stand_in.title
        if not self.outfits:
            return f"You would wear your {owned} for the same things."
        which = "its one outfit" if self.outfits == 1 else f"all of its {self.outfits:,} outfits"
        return f"Your {owned} can take its place in {which}."


def replaceable(state: Standing, removals: Iterable[Removal]) -> tuple[Replaceable, ...]:
    """Return what could go together at no cost to outfits, of the garments in ``removals``, in their order.

    A stand-in does the same job, goes with everything that the garment goes with, and stays. Of two that stand in for
    each other, the one that is worn more stays.
    """
    found: dict[int, Replaceable] = {}
    staying: set[int] = set()
    outfits = state.outfits.each()
    row_of = {garment.id: row for row, garment in enumerate(state.garments)}
    for removal in removals:
        row = row_of[removal.garment.id]
        for other in _alike(state, row):
            going, stays = _by_preference(state, row, other)
            item, stand_in = state.garments[going], state.garments[stays]
            if item.favourite or item.id in found or item.id in staying or stand_in.id in found:
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
