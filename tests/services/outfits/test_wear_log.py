from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from tests.services.support.stored import Factory, redundancy_service, stored
from tests.support.garments import NOON, garment
from wardrobe_app.config import Settings
from wardrobe_app.domain.days import Days
from wardrobe_app.domain.errors import InvalidEdit, NotFound
from wardrobe_app.services.outfits.saved_outfits import SavedOutfits
from wardrobe_app.services.outfits.wear_log import WearLog
from wardrobe_app.services.redundancy.review import RedundancyService

TODAY = date(2026, 6, 1)
WARDROBE = [garment(1, "Jeans", price=Decimal("60")), garment(2, "Blouse"), garment(3, "Skirt", price=Decimal("30"))]


@pytest.fixture
def factory(settings: Settings) -> Factory:
    return stored(settings, WARDROBE)


@pytest.fixture
def wear_log(factory: Factory) -> WearLog:
    return WearLog(factory, Days(lambda: UTC, lambda: datetime.combine(TODAY, time(12), UTC)))


def test_what_is_worn_is_noted_for_today_from_the_body_outwards(wear_log: WearLog) -> None:
    made, new = wear_log.wear([1, 2])
    assert new
    assert (made.worn_on, made.item_ids, made.outfit_id) == (TODAY, (2, 1), None)
    assert wear_log.wears() == (made,)


def test_the_same_garments_are_noted_once_a_day(wear_log: WearLog) -> None:
    first, _ = wear_log.wear([1, 2])
    assert wear_log.wear([2, 1]) == (first, False)
    assert wear_log.wear([2, 1], TODAY - timedelta(days=1))[1]
    assert len(wear_log.wears()) == 2


def test_nothing_is_worn_in_the_future(wear_log: WearLog) -> None:
    with pytest.raises(InvalidEdit, match="in the future"):
        wear_log.wear([1], TODAY + timedelta(days=1))
    assert wear_log.wears() == ()


def test_nothing_chosen_and_garments_that_are_not_there_are_errors_to_show(wear_log: WearLog) -> None:
    with pytest.raises(InvalidEdit):
        wear_log.wear([])
    with pytest.raises(NotFound):
        wear_log.wear([1, 99])
    with pytest.raises(NotFound):
        wear_log.wear([1], outfit_id=99)
    with pytest.raises(NotFound):
        wear_log.wear_outfit(99)
    assert wear_log.wears() == ()


def test_a_wear_is_removed_and_brought_back_with_its_look(wear_log: WearLog, factory: Factory) -> None:
    outfit = SavedOutfits(factory).save([1, 2]).outfit
    made, _ = wear_log.wear_outfit(outfit.id, TODAY - timedelta(days=5))
    gone = wear_log.remove(made.id)
    assert (wear_log.wears(), gone) == ((), made)
    wear_log.bring_back(gone)
    (back,) = wear_log.wears()
    assert (back.worn_on, back.item_ids, back.outfit_id) == (made.worn_on, made.item_ids, outfit.id)
    with pytest.raises(NotFound):
        wear_log.remove(99)


def test_every_garment_in_use_has_its_tally(wear_log: WearLog, factory: Factory) -> None:
    wear_log.wear([1, 2])
    wear_log.wear([1], TODAY - timedelta(days=2))
    assert [(one.item.id, one.days, one.cost) for one in wear_log.all_wear_stats()] == [
        (1, 2, Decimal("30.00")), (2, 1, None), (3, 0, None),
    ]  # fmt: skip
    with factory(writing=True) as uow:
        uow.garments.change([1], {"archived_at": NOON})
        uow.commit()
    assert [one.item.id for one in wear_log.all_wear_stats()] == [2, 3]
    assert wear_log.wear_stats(1).days == 2
    with pytest.raises(NotFound):
        wear_log.wear_stats(99)


def test_what_was_not_worn_for_a_year_is_found(wear_log: WearLog) -> None:
    wear_log.wear([1], TODAY - timedelta(days=30))
    assert [item.id for item in wear_log.not_worn()] == [2, 3]
    assert [item.id for item in wear_log.not_worn(24)] == []


def test_what_was_merged_away_was_worn_as_the_one_that_is_kept_until_they_are_split(
    wear_log: WearLog, factory: Factory
) -> None:
    wear_log.wear([1, 3])
    with factory(writing=True) as uow:
        merge = uow.merges.merge(3, [1], NOON)
        uow.commit()
    assert wear_log.wears()[0].item_ids == (3,)
    with factory(writing=True) as uow:
        uow.merges.split(merge)
        uow.commit()
    assert set(wear_log.wears()[0].item_ids) == {1, 3}


@pytest.mark.parametrize(
    ("zone", "day"), [("Pacific/Kiritimati", date(2025, 1, 2)), ("Etc/GMT+12", date(2024, 12, 31))]
)
def test_today_is_the_day_where_the_owner_is(factory: Factory, zone: str, day: date) -> None:
    wear_log = WearLog(factory, Days(lambda: ZoneInfo(zone), lambda: datetime(2025, 1, 1, 10, 30, tzinfo=UTC)))
    assert wear_log.today() == day
    made, _ = wear_log.wear([1])
    assert made.worn_on == day
    with pytest.raises(InvalidEdit):
        wear_log.wear([1], day + timedelta(1))


@pytest.fixture
def redundancy(settings: Settings, factory: Factory) -> RedundancyService:
    return redundancy_service(settings, factory)


def days_and_ids(wear_log: WearLog) -> list[tuple[date, set[int]]]:
    return [(wear.worn_on, set(wear.item_ids)) for wear in wear_log.wears()]


def test_two_wears_on_one_day_are_one_where_the_garments_become_one(
    wear_log: WearLog, redundancy: RedundancyService
) -> None:
    first, _ = wear_log.wear([2, 1])
    wear_log.wear([2, 3])
    wear_log.wear([3], TODAY - timedelta(days=1))
    before = wear_log.wears()
    done = redundancy.merge(1, [3], prefer={"price": 1, "name": 1})
    assert days_and_ids(wear_log) == [(TODAY, {1, 2}), (TODAY - timedelta(days=1), {1})]
    assert wear_log.wears()[0].id == first.id
    assert (wear_log.wear_stats(1).days, wear_log.wear_stats(1).cost) == (2, Decimal("30.00"))
    assert not wear_log.wear([1, 2])[1], "that is in the calendar already"
    redundancy.undo(done)
    assert wear_log.wears() == before


def test_a_wear_that_is_one_of_two_is_removed_and_brought_back_whole(
    wear_log: WearLog, redundancy: RedundancyService
) -> None:
    wear_log.wear([2, 1])
    wear_log.wear([2, 3])
    before = days_and_ids(wear_log)
    done = redundancy.merge(1, [3], prefer={"price": 1})
    gone = wear_log.remove(wear_log.wears()[0].id)
    assert wear_log.wears() == ()
    wear_log.bring_back(gone)
    assert days_and_ids(wear_log) == [(TODAY, {1, 2})]
    redundancy.undo(done)
    assert sorted(days_and_ids(wear_log), key=str) == sorted(before, key=str)


def test_what_was_noted_twice_by_itself_stays_noted_twice(wear_log: WearLog, factory: Factory) -> None:
    with factory(writing=True) as uow:
        for _ in range(2):
            uow.wears.add(TODAY, [1, 2])
        uow.commit()
    assert len(wear_log.wears()) == 2


def test_a_look_that_is_brought_back_is_made_of_what_it_was_made_of(
    factory: Factory, redundancy: RedundancyService
) -> None:
    outfits = SavedOutfits(factory)
    outfit = outfits.save([2, 3], "Sunday").outfit
    done = redundancy.merge(1, [3], prefer={"price": 1})
    assert [set(one.item_ids) for one in outfits.all()] == [{1, 2}]
    outfits.bring_back(outfits.remove(outfit.id))
    redundancy.undo(done)
    assert [set(one.item_ids) for one in outfits.all()] == [{2, 3}]


def test_an_undone_wear_is_the_one_that_was_made(wear_log: WearLog) -> None:
    made, _ = wear_log.wear([1])
    wear_log.remove(made.id)
    other, _ = wear_log.wear([2])
    with pytest.raises(NotFound):
        wear_log.take_back(made)
    assert wear_log.wears() == (other,)
    wear_log.take_back(other)
    assert wear_log.wears() == ()
