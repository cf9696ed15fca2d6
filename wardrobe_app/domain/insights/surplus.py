"""Find the kinds of garments of which there are many more than do different work: "18 do the work of 6"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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

    @property
    def sentence(self) -> str:
        """Say how few would do: "18 pairs of trousers do the work of 6"."""
        return f"{len(self.garments)} {wording.lower_first(self.label)} do the work of {self.enough}"

    @property
    def spare(self) -> tuple[Garment, ...]:
        """Return the garments that are not ``kept``; none where that is not known."""
        kept = {item.id for item in self.kept}
        return tuple(item for item in self.garments if item.id not in kept) if kept else ()


def surpluses(state: Standing, most: int = 3) -> tuple[Surplus, ...]:
    """Return the kinds, by type and colour, with the largest surplus, one a type, largest first.

    Guessed tags do not count. What is kept is what the owner wears most, of garments that do the same work.
    """
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
        self._by_colour = {name: set(rows) for name, rows in _rows_by(state, TagKind.COLOUR).items()}

    def largest_of(self, name: str) -> Surplus | None:
        """Return the surplus of one of the colours of a type, or that of the type if no colour has a large one."""
        of_type = self.by_type[name]
        coloured = (
            self.surplus(rows, name, colour)
            for colour, of_colour in self._by_colour.items()
            if len(rows := [row for row in of_type if row in of_colour]) >= FEWEST
        )
        best = max(filter(_is_large, coloured), key=lambda one: one.extra, default=None)
        if best is not None or len(of_type) < FEWEST:
            return best
        whole = self.surplus(of_type, name, None)
        return whole if _is_large(whole) else None

    def surplus(self, rows: Iterable[int], name: str, colour: str | None) -> Surplus:
        """Return how many of the garments in ``rows`` would do the work of all."""
        everything = self._state.garments
        ranked = sorted(rows, key=lambda row: self._state.preference(everything[row]))  # of equals, the first is kept
        garments = tuple(sorted((everything[row] for row in ranked), key=lambda garment: garment.id))
        chosen, share = cover(outfits_of(self._state.outfits, ranked), self._replaces[np.ix_(ranked, ranked)])
        enough = len(chosen) or max(1, round(self._state.likeness.effective_number(ranked)))
        label = wording.capitalised(wording.several(garments[0].type_label, [colour] if colour else []))
        kept = tuple(everything[ranked[place]] for place in chosen)
        return Surplus(name, colour, label, garments, enough, kept, share)


def _rows_by(state: Standing, kind: TagKind) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for row, garment in enumerate(state.garments):
        tag = garment.tags.get(kind)
        if tag is not None and tag.is_known:
            found.setdefault(tag.value, []).append(row)
    return found
