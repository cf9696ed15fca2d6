from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.services.support.stored import Factory, stored
from tests.support.garments import garment
from wardrobe_app.config import Settings
from wardrobe_app.domain.errors import ChangedElsewhere, InvalidEdit, NotFound
from wardrobe_app.domain.outfits.planning import WEEKLY
from wardrobe_app.services.outfits.planner import Planner
from wardrobe_app.services.outfits.wear_log import WearLog

WARDROBE = [garment(1, "Sneakers", "white"), garment(2, "Jeans", "navy"), garment(3, "Blouse", "white")]


@pytest.fixture
def factory(settings: Settings) -> Factory:
    return stored(settings, WARDROBE)


@pytest.fixture
def planner(factory: Factory) -> Planner:
    return Planner(factory)


@pytest.fixture
def today(planner: Planner) -> date:
    return planner._days.today()


def known(planner: Planner) -> list[tuple[date, tuple[int, ...], int | None, frozenset[date]]]:
    return [(plan.starts_on, plan.item_ids, plan.every_days, plan.skipped) for plan in planner.plans()]


def test_a_day_is_planned_once_and_from_the_body_outwards(planner: Planner, factory: Factory, today: date) -> None:
    done = planner.plan([1, 2, 3], today)
    assert known(planner) == [(today, (3, 2, 1), None, frozenset())]
    assert planner.plan([3, 2, 1], today).after == ()
    assert known(Planner(factory)) == known(planner), "it is there after a restart"
    planner.take_back(done)
    assert planner.plans() == ()


def test_the_past_and_senseless_repeats_are_refused(planner: Planner, today: date) -> None:
    for ids, on, every, until in (
        ([1], today - timedelta(1), None, None),
        ([], today, None, None),
        ([1], today, 0, None),
        ([1], today, 367, None),
        ([1], today, WEEKLY, today - timedelta(1)),
    ):
        with pytest.raises(InvalidEdit):
            planner.plan(ids, on, every, until)
    with pytest.raises(NotFound):
        planner.plan([77], today)
    with pytest.raises(NotFound):
        planner.plan_all([([1], today), ([77], today)])
    assert planner.plans() == ()


def test_skipping_a_day_keeps_the_others_and_is_undone(planner: Planner, today: date) -> None:
    (plan,) = planner.plan([1, 2], today, WEEKLY).after
    week = today + timedelta(7)
    done = planner.skip(plan.id, week)
    assert planner.plans()[0].days(today, week + timedelta(7)) == (today, week + timedelta(7))
    with pytest.raises(NotFound):
        planner.skip(plan.id, week)
    planner.take_back(done)
    assert planner.plans() == (plan,)


def test_skipping_the_only_day_removes_the_plan_and_is_undone(planner: Planner, today: date) -> None:
    (plan,) = planner.plan([1, 2], today).after
    done = planner.skip(plan.id, today)
    assert planner.plans() == ()
    planner.take_back(done)
    assert planner.plans() == (plan,)


def test_one_day_of_a_repeating_plan_moves_and_moves_back(planner: Planner, today: date) -> None:
    (plan,) = planner.plan([1, 2], today, WEEKLY).after
    done = planner.move(plan.id, today, today + timedelta(2))
    assert known(planner) == [
        (today, (2, 1), WEEKLY, frozenset({today})), (today + timedelta(2), (2, 1), None, frozenset()),
    ]  # fmt: skip
    planner.take_back(done)
    assert planner.plans() == (plan,)
    (alone,) = planner.plan([3], today).after
    planner.move(alone.id, today, today + timedelta(3))
    assert (today + timedelta(3), (3,), None, frozenset()) in known(planner)


def test_a_plan_ends_before_a_day_and_is_undone(planner: Planner, today: date) -> None:
    (plan,) = planner.plan([1, 2], today, WEEKLY).after
    done = planner.stop(plan.id, today + timedelta(7))
    assert planner.plans()[0].days(today, today + timedelta(30)) == (today,)
    planner.take_back(done)
    assert planner.plans() == (plan,)
    planner.take_back(planner.stop(plan.id, today))
    assert planner.plans() == (plan,)


def test_undo_leaves_what_was_changed_since(planner: Planner, today: date) -> None:
    done = planner.plan([1, 2], today)
    planner.repeat(done.after[0].id, 3)
    with pytest.raises(ChangedElsewhere):
        planner.take_back(done)
    assert planner.plans()[0].every_days == 3


def test_a_purged_garment_leaves_plans_of_others_alone(planner: Planner, factory: Factory, today: date) -> None:
    planner.plan([1, 2], today)
    planner.plan([1], today + timedelta(1))
    with factory(writing=True) as uow:
        uow.deletion.delete([1])
        uow.commit()
    assert known(planner) == [(today, (2,), None, frozenset())]


def test_what_is_planned_for_today_is_due_until_it_was_worn(planner: Planner, factory: Factory, today: date) -> None:
    planner.plan([3, 2], today)
    planner.plan([1, 2], today + timedelta(1))
    assert [[item.id for item in outfit] for outfit in planner.due()] == [[3, 2]]
    WearLog(factory).wear([2, 3])
    assert planner.due() == ()
