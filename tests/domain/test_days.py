from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from wardrobe_app.domain.days import OF_THE_COMPUTER, Days

BEFORE_MIDNIGHT = datetime(2025, 6, 30, 23, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day", "hour"),
    [
        ("UTC", date(2025, 6, 30), 23),
        ("Europe/Berlin", date(2025, 7, 1), 1),
        ("America/New_York", date(2025, 6, 30), 19),
        ("Pacific/Kiritimati", date(2025, 7, 1), 13),
        ("Asia/Kolkata", date(2025, 7, 1), 5),
    ],
)
def test_a_moment_is_on_the_day_that_the_persons_clock_shows(zone: str, day: date, hour: int) -> None:
    days = Days(lambda: ZoneInfo(zone), lambda: BEFORE_MIDNIGHT)
    assert days.of(BEFORE_MIDNIGHT) == days.today() == day
    assert days.local(BEFORE_MIDNIGHT).hour == hour


def test_summer_time_counts() -> None:
    days = Days(lambda: ZoneInfo("Europe/Berlin"))
    assert days.of(datetime(2025, 1, 1, 22, 30, tzinfo=UTC)) == date(2025, 1, 1)
    assert days.of(datetime(2025, 7, 1, 22, 30, tzinfo=UTC)) == date(2025, 7, 2)


def test_the_zone_is_asked_for_each_time_unless_it_was_fixed() -> None:
    zones = iter([ZoneInfo("Europe/Berlin"), ZoneInfo("UTC"), ZoneInfo("Europe/Berlin")])
    days = Days(lambda: next(zones))
    fixed = days.fixed()
    assert days.of(BEFORE_MIDNIGHT) == date(2025, 6, 30)
    assert fixed.of(BEFORE_MIDNIGHT) == fixed.of(BEFORE_MIDNIGHT) == date(2025, 7, 1)


def test_nobody_asked_means_the_computers_own_day() -> None:
    assert abs(OF_THE_COMPUTER.today() - datetime.now().astimezone().date()) <= timedelta(1)
    assert OF_THE_COMPUTER.local(BEFORE_MIDNIGHT) == BEFORE_MIDNIGHT
