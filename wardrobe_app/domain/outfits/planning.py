"""Outfits planned for days to come, once or repeating."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from wardrobe_app.domain.garments.wear_log import Wear

WEEKLY: Final = 7
LONGEST_INTERVAL: Final = 366  # days between two days of a plan
LAST_DAY: Final = date(2999, 12, 31)


@dataclass(frozen=True, slots=True)
class Plan:
    """Garments to wear together on ``starts_on``; with ``every_days`` again after so many days, the last ``until``.

    ``skipped`` are days that do not count. ``recorded`` are the garments before merges.
    """

    id: int
    starts_on: date
    item_ids: tuple[int, ...]
    every_days: int | None = None
    until: date | None = None
    skipped: frozenset[date] = frozenset()
    recorded: tuple[int, ...] = field(default=(), compare=False)

    def days(self, first: date, last: date) -> tuple[date, ...]:
        """Return the days of the plan from ``first`` to ``last``, both included, in order."""
        if self.every_days is None:
            return (self.starts_on,) if first <= self.starts_on <= last and self.starts_on not in self.skipped else ()
        step, end = self.every_days, min(last, self.until or last)
        missed = max(0, -((self.starts_on - first).days // step))  # how often before the first day, rounded up
        start = self.starts_on.toordinal() + missed * step
        found = (date.fromordinal(number) for number in range(start, end.toordinal() + 1, step))
        return tuple(day for day in found if day not in self.skipped)


def planned(plans: Iterable[Plan], wears: Iterable[Wear], first: date, last: date) -> dict[date, tuple[Plan, ...]]:
    """Return the plans of each day from ``first`` to ``last``, without those whose garments were worn on the day."""
    worn = {(wear.worn_on, frozenset(wear.item_ids)) for wear in wears}
    found: dict[date, tuple[Plan, ...]] = {}
    for plan in plans:
        for day in plan.days(first, last):
            if (day, frozenset(plan.item_ids)) not in worn:
                found[day] = (*found.get(day, ()), plan)
    return found
