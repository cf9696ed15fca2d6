"""The calendar of the person who asks: today's date, and the date of a moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Final


def _of_the_computer() -> None:
    return None


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Days:
    """The calendar of a person: ``zone()`` is their time zone, None for this computer's.

    ``now()`` is the current moment, with a time zone.
    """

    zone: Callable[[], tzinfo | None] = _of_the_computer
    now: Callable[[], datetime] = _now

    def today(self) -> date:
        """Return today's date."""
        return self.of(self.now())

    def of(self, moment: datetime) -> date:
        """Return the date of a moment with a time zone."""
        return self.local(moment).date()

    def local(self, moment: datetime) -> datetime:
        """Convert a moment with a time zone to the person's time."""
        return moment.astimezone(self.zone())

    def fixed(self) -> Days:
        """Fix the time zone, for work in the background where nobody can be asked for it."""
        zone = self.zone()
        return Days(lambda: zone, self.now)


OF_THE_COMPUTER = Days()


_SEASONS: Final = ("winter", "spring", "summer", "autumn")
_SOUTHERN: Final = (
    "Africa/Johannesburg", "Africa/Maputo", "Africa/Windhoek", "America/Argentina/", "America/Asuncion",
    "America/Buenos_Aires", "America/Montevideo", "America/Santiago", "America/Sao_Paulo", "Antarctica/", "Australia/",
    "Indian/Antananarivo", "NZ", "Pacific/Auckland", "Pacific/Chatham",
)  # fmt: skip


def season_of(day: date, zone: tzinfo | None = None) -> str:
    """Return the season of a ``day`` in a time zone: "winter" from December to February, in the south "summer"."""
    south = str(zone).startswith(_SOUTHERN)
    return _SEASONS[(day.month % 12 // 3 + 2 * south) % 4]
