"""Choose the one purchase that would connect most, and alternatives of other kinds."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from wardrobe_app.domain import wording
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.insights.gaps import Gap
from wardrobe_app.domain.insights.isolation import IsolatedGarment


@dataclass(frozen=True, slots=True)
class Purchase:
    """A garment to buy: the ``gap`` it fills in its best colour, and ``isolated`` garments that it would go with."""

    gap: Gap
    isolated: tuple[Garment, ...] = ()

    @property
    def name(self) -> str:
        """Return what to buy: "White jeans"."""
        return wording.capitalised(f"{self.gap.colours[0][0]} {wording.lower_first(self.gap.label)}")

    @property
    def why(self) -> str:
        """Say what it would connect: "Would make 43 outfits with what you own"."""
        outfits = f"{self.gap.outfits:,} outfit{'' if self.gap.outfits == 1 else 's'}"
        return f"Would complete {outfits}." if self.gap.completes else f"Would make {outfits} with what you own."


def purchases(gaps: Sequence[Gap], isolated: Collection[IsolatedGarment] = (), most: int = 3) -> tuple[Purchase, ...]:
    """Return the best of the ``gaps`` and then the best of other roles in an outfit, one each, ``most`` at most.

    ``gaps`` are in the order of ``gaps.gaps``, which comes first to what makes new outfits. Of equally many outfits of
    a role, that counts which goes with more ``isolated`` garments.
    """
    alone = {one.garment.id for one in isolated}
    tried = [Purchase(gap, tuple(item for item in gap.goes_with if item.id in alone)) for gap in gaps]
    tried = [one for one in tried if one.gap.outfits > 1] or tried  # a one-piece is a single outfit
    tried.sort(key=lambda one: (one.gap.completes, -one.gap.outfits, -len(one.isolated)))
    best: dict[object, Purchase] = {}
    for one in tried:
        best.setdefault(one.gap.role, one)
    return tuple(best.values())[:most]
