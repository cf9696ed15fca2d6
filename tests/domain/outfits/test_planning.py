from __future__ import annotations

from datetime import date, timedelta

import pytest

from wardrobe_app.domain.garments.wear_log import Wear
from wardrobe_app.domain.outfits.planning import WEEKLY, Plan, planned

JANUARY = date(2024, 1, 31)  # of a leap year


def days(plan: Plan, first: date, last: date) -> list[str]:
    return [day.isoformat() for day in plan.days(first, last)]


def test_a_plan_for_one_day_is_on_that_day_alone() -> None:
    plan = Plan(1, JANUARY, (1,))
    assert days(plan, JANUARY, JANUARY) == ["2024-01-31"]
    assert days(plan, date(2024, 2, 1), date(2024, 12, 31)) == []
    assert days(plan, date(2024, 1, 1), date(2024, 1, 30)) == []


def test_weekly_plans_pass_the_leap_day_and_the_ends_of_months() -> None:
    plan = Plan(1, date(2024, 2, 22), (1,), WEEKLY)
    assert days(plan, date(2024, 2, 1), date(2024, 3, 31)) == [
        "2024-02-22", "2024-02-29", "2024-03-07", "2024-03-14", "2024-03-21", "2024-03-28",
    ]  # fmt: skip
    plan = Plan(1, date(2023, 2, 22), (1,), WEEKLY)
    assert days(plan, date(2023, 2, 23), date(2023, 3, 8)) == ["2023-03-01", "2023-03-08"]


def test_the_last_day_counts_and_none_after_it() -> None:
    plan = Plan(1, JANUARY, (1,), 3, until=date(2024, 2, 6))
    assert days(plan, date(2024, 1, 1), date(2024, 2, 29)) == ["2024-01-31", "2024-02-03", "2024-02-06"]
    assert days(Plan(1, JANUARY, (1,), 3, until=date(2024, 2, 5)), JANUARY, date(2024, 2, 29)) == [
        "2024-01-31", "2024-02-03",
    ]  # fmt: skip


@pytest.mark.parametrize("step", [1, 2, 7, 30, 366])
def test_a_window_shows_what_counting_day_by_day_gives(step: int) -> None:
    plan = Plan(1, JANUARY, (1,), step, until=date(2025, 12, 31))
    every = {JANUARY + timedelta(step * number) for number in range(1000)}
    for start in range(-5, 800, 13):
        first = JANUARY + timedelta(start)
        last = first + timedelta(41)
        inside = (first + timedelta(number) for number in range(42))
        assert plan.days(first, last) == tuple(day for day in inside if day in every and day <= date(2025, 12, 31))


def test_skipped_days_do_not_count() -> None:
    plan = Plan(1, JANUARY, (1,), WEEKLY, skipped=frozenset({date(2024, 2, 7), date(2024, 2, 14)}))
    assert days(plan, JANUARY, date(2024, 2, 21)) == ["2024-01-31", "2024-02-21"]


def test_what_was_worn_on_its_day_is_no_longer_planned_for_it() -> None:
    plan = Plan(1, JANUARY, (1, 2), WEEKLY)
    worn = Wear(1, JANUARY, (2, 1))
    other = Wear(2, date(2024, 2, 7), (1, 3))
    found = planned([plan], [worn, other], JANUARY, date(2024, 2, 14))
    assert found == {date(2024, 2, 7): (plan,), date(2024, 2, 14): (plan,)}
