"""Which day it is for the person who asks, and on which of her days a moment was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo


def _of_the_computer() -> None:
    return None


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Days:
    """The calendar of a person: ``zone()`` is the time zone that she is in, None for that of this computer.

    ``now()`` is the moment that it is, with a time zone.
    """

    zone: Callable[[], tzinfo | None] = _of_the_computer
    now: Callable[[], datetime] = _now

    def today(self) -> date:
        """The day that it is."""
        return self.of(self.now())

    def of(self, moment: datetime) -> date:
        """The day on which a moment with a time zone was."""
        return self.local(moment).date()

    def local(self, moment: datetime) -> datetime:
        """A moment with a time zone, as her clock showed it."""
        return moment.astimezone(self.zone())

    def fixed(self) -> Days:
        """The same calendar for work that goes on elsewhere, where nobody can be asked for the zone."""
        zone = self.zone()
        return Days(lambda: zone, self.now)


OF_THE_COMPUTER = Days()
