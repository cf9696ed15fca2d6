"""Find the kinds of garments of which there are many more than do different work: "18 do the work of 6"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from wardrobe_app.domain import wording
from wardrobe_app.domain.garments.garment import Garment, TagKind
from wardrobe_app.domain.insights.coverage import cover, interchangeable, outfits_of
from wardrobe_app.domain.insights.removal_cost import Standing

if TYPE_CHECKING:
    from numpy.typing import NDArray

FEWEST: Final = 3  # two alike are a duplicate, not too many of a kind
LEAST_SHARE: Final = 0.3  # of the garments of a kind that could go without anything lacking
SAME_AS_TYPE: Final = 0.75  # a colour that holds this share of its type's surplus says it better than the type


@dataclass(frozen=True, slots=True)
class Surplus:
    """A type, perhaps of one colour (None: of any), whose ``garments`` do the work of ``enough``, at least 1.

    ``kept`` are so many of them that keep the ``share`` (0 to 1) of the outfits that the garments take part in. Where
    these are in no outfits, ``enough`` is their effective number, and nothing is ``kept``. The garments are in the
    order of their ids; ``label`` names the kind: "Black T-shirts".
    """

    type: str
    colour: str | None
    label: str
    garments: tuple[Garment, ...]
    enough: int
    kept: tuple[Garment, ...] = ()
    share: float = 1.0

    @property
    def extra(self) -> int:
        """Return how many more there are than do different work."""
        return len(self.garments) - self.enough


def surpluses(state: Standing, most: int = 3) -> tuple[Surplus, ...]:
    """Return the kinds with the largest surplus, one a type, largest first. Guessed tags do not count."""
    wardrobe = _Wardrobe(state)
    found = (wardrobe.largest_of(name) for name in wardrobe.by_type)
    return _largest_first(one for one in found if one is not None)[:most]


def work_of_types(state: Standing) -> tuple[Surplus, ...]:
    """Return how many garments would do the work of each type with at least ``FEWEST``, largest surplus first."""
    wardrobe = _Wardrobe(state)
    return _largest_first(
        wardrobe.surplus(rows, name, None) for name, rows in wardrobe.by_type.items() if len(rows) >= FEWEST
    )


def _largest_first(found: Iterator[Surplus]) -> tuple[Surplus, ...]:
    return tuple(sorted(found, key=lambda one: (-one.extra, one.label)))


def _is_large(one: Surplus) -> bool:
    return len(one.garments) >= FEWEST and one.extra >= max(1, LEAST_SHARE * len(one.garments))


class _Wardrobe:
    """A wardrobe by type and by colour."""

    def __init__(self, state: Standing) -> None:
        self._state = state
        self._replaces: NDArray[np.bool_] = interchangeable(state)
        self.by_type = _rows_by(state, TagKind.TYPE)
        self._by_colour = _rows_by(state, TagKind.COLOUR)

    def largest_of(self, name: str) -> Surplus | None:
        """Return the surplus of a type, or that of one of its colours where most of it is there."""
        of_type = self.by_type[name]
        if len(of_type) < FEWEST:
            return None
        whole = self.surplus(of_type, name, None)
        coloured = (
            self.surplus(rows, name, colour)
            for colour, of_colour in self._by_colour.items()
            if len(rows := sorted({*of_type} & {*of_colour})) >= FEWEST
        )
        best = max(filter(_is_large, coloured), key=lambda one: one.extra, default=None)
        if best is not None and (best.extra >= SAME_AS_TYPE * whole.extra or not _is_large(whole)):
            return best
        return whole if _is_large(whole) else None

    def surplus(self, rows: list[int], name: str, colour: str | None) -> Surplus:
        """Return how many of the garments in ``rows`` would do the work of all."""
        everything = self._state.garments
        garments = tuple(sorted((everything[row] for row in rows), key=lambda garment: garment.id))
        chosen, share = cover(outfits_of(self._state.outfits, rows), self._replaces[np.ix_(rows, rows)])
        enough = len(chosen) or max(1, round(self._state.likeness.effective_number(rows)))
        label = wording.capitalised(wording.several(garments[0].type_label, [colour] if colour else []))
        kept = tuple(everything[rows[place]] for place in chosen)
        return Surplus(name, colour, label, garments, enough, kept, share)


def _rows_by(state: Standing, kind: TagKind) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for row, garment in enumerate(state.garments):
        tag = garment.tags.get(kind)
        if tag is not None and tag.is_known:
            found.setdefault(tag.value, []).append(row)
    return found
