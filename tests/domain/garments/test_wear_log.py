from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from tests.support.garments import garment
from wardrobe_app.domain.days import Days
from wardrobe_app.domain.garments.wear_log import (
    OutfitState,
    SavedOutfit,
    Wear,
    cost_per_wear,
    days_worn,
    not_worn,
    outfit_days,
    wear_stats,
)

TODAY = date(2026, 5, 4)
LONG_AGO = datetime(2024, 1, 1, tzinfo=UTC)


def test_a_day_counts_once_however_often_a_garment_was_worn_on_it() -> None:
    wears = [Wear(1, TODAY, (1, 2)), Wear(2, TODAY, (1,)), Wear(3, TODAY - timedelta(days=1), (1,))]
    assert days_worn(wears) == {1: (TODAY - timedelta(days=1), TODAY), 2: (TODAY,)}


def test_what_a_wear_costs_is_the_price_divided_by_the_days() -> None:
    item = garment(1, price=Decimal("50"))
    found = wear_stats(item, {1: (TODAY - timedelta(days=9), TODAY, TODAY - timedelta(days=3))})
    assert (found.days, found.last, found.cost) == (3, TODAY, Decimal("16.67"))


def test_two_of_the_same_cost_twice_as_much_a_wear() -> None:
    assert cost_per_wear(garment(1, price=Decimal("50"), quantity=2), 4) == 25


def test_what_was_not_worn_or_has_no_price_costs_nothing_that_is_known() -> None:
    assert cost_per_wear(garment(1, price=Decimal("50")), 0) is None
    assert cost_per_wear(garment(1), 3) is None
    assert cost_per_wear(garment(1, price=Decimal(0)), 3) == 0
    assert wear_stats(garment(1), {}).last is None


@pytest.mark.parametrize(("days", "resting"), [(365, False), (366, True)])
def test_a_garment_rests_when_it_was_worn_over_a_year_ago(days: int, resting: bool) -> None:
    item = garment(1, added_at=LONG_AGO)
    assert bool(not_worn([item], {1: (TODAY - timedelta(days=days),)}, TODAY)) is resting


@pytest.mark.parametrize(("days", "resting"), [(365, False), (366, True)])
def test_a_garment_that_was_never_worn_rests_from_a_year_after_it_came(days: int, resting: bool) -> None:
    added = datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=UTC) - timedelta(days=days)
    assert bool(not_worn([garment(1, added_at=added)], {}, TODAY)) is resting


def test_fewer_months_find_more() -> None:
    item = garment(1, added_at=LONG_AGO)
    worn = {1: (TODAY - timedelta(days=100),)}
    assert not_worn([item], worn, TODAY, 3) == (item,)
    assert not_worn([item], worn, TODAY, 6) == ()


def test_what_rests_longest_comes_first() -> None:
    old, older = garment(1, added_at=LONG_AGO), garment(2, added_at=LONG_AGO)
    worn = {1: (date(2025, 1, 2),), 2: (date(2024, 8, 1),)}
    assert not_worn([old, older], worn, TODAY) == (older, old)


def test_a_look_was_worn_when_it_was_noted_or_the_same_garments_were() -> None:
    outfit = SavedOutfit(7, "Office", OutfitState.SAVED, (1, 2), LONG_AGO)
    day = timedelta(days=1)
    wears = [Wear(1, TODAY, (1, 2, 3), 7), Wear(2, TODAY - day, (2, 1)), Wear(3, TODAY - 2 * day, (1,))]
    assert outfit_days(outfit, wears) == (TODAY - day, TODAY)


@pytest.mark.parametrize(("zone", "resting"), [("Etc/GMT+12", True), ("UTC", False)])
def test_a_garment_came_on_the_day_that_its_owner_had(zone: str, resting: bool) -> None:
    before = TODAY - timedelta(days=365)
    item = garment(1, added_at=datetime.combine(before, time(0, 30), UTC))
    assert bool(not_worn([item], {}, TODAY, days=Days(lambda: ZoneInfo(zone)))) is resting
