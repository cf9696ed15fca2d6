"""Packing lists: what to take along on a trip, and what is packed already."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Final

LONGEST_TRIP: Final = 60  # days
LONGEST_LINE: Final = 200  # characters
LONGEST_NOTE: Final = 500
MOST_LINES: Final = 300


def capsule_size(days: int) -> int:
    """Return how many garments to take on a trip: one more a day, after a week one more every other day, at most 20."""
    return min(20, 4 + days if days <= 7 else 11 + (days - 7) // 2)


@dataclass(frozen=True, slots=True)
class PackingLine:
    """A garment to pack (``item_id``), or something else in words. ``recorded`` is the garment before merges."""

    id: int
    item_id: int | None
    text: str = ""
    packed: bool = False
    recorded: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class PackingList:
    """What to take along on a trip of ``days`` days, which ``starts_on`` a day if that is known.

    ``note`` is what the owner wrote about it, such as the weather; ``created_at`` is in UTC.
    """

    id: int
    name: str
    starts_on: date | None
    days: int
    note: str
    created_at: datetime
    lines: tuple[PackingLine, ...] = ()

    @property
    def item_ids(self) -> tuple[int, ...]:
        """Return the garments on the list, each once, in order."""
        return tuple(dict.fromkeys(line.item_id for line in self.lines if line.item_id is not None))

    @property
    def packed(self) -> int:
        """Return how many lines are packed."""
        return sum(line.packed for line in self.lines)

    @property
    def dates(self) -> tuple[date, ...]:
        """Return the days of the trip, none if it has no date yet."""
        if self.starts_on is None:
            return ()
        return tuple(self.starts_on + timedelta(days=number) for number in range(self.days))

    def unpacked(self) -> PackingList:
        """Return the list with nothing packed."""
        return replace(self, lines=tuple(replace(line, packed=False) for line in self.lines))
