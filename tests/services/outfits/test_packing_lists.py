from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from tests.services.support.stored import Factory, stored
from tests.support.garments import garment
from wardrobe_app.config import Settings
from wardrobe_app.domain.errors import ChangedElsewhere, InvalidEdit, NotFound
from wardrobe_app.domain.outfits.packing import LONGEST_TRIP, PackingList
from wardrobe_app.services.outfits.packing_lists import PackingChange, PackingLists

WARDROBE = [garment(1, "Sneakers", "white"), garment(2, "Jeans", "navy"), garment(3, "Blouse", "white")]
MAY = date(2024, 5, 1)


@pytest.fixture
def factory(settings: Settings) -> Factory:
    return stored(settings, WARDROBE)


@pytest.fixture
def lists(factory: Factory) -> PackingLists:
    return PackingLists(factory)


@pytest.fixture
def rome(lists: PackingLists) -> PackingList:
    made = lists.make("Rome", 3, [2, 3], MAY, "mild").after
    assert made is not None
    return made


def lines(lists: PackingLists, at: int = 0) -> list[tuple[int | None, str, bool]]:
    return [(line.item_id, line.text, line.packed) for line in lists.all()[at].lines]


def test_a_list_with_ticks_is_there_after_a_restart(lists: PackingLists, factory: Factory, rome: PackingList) -> None:
    lists.add(rome.id, "  charger \n usb ")
    lists.tick(rome.lines[0].id, True)
    again = PackingLists(factory).all()[0]
    assert (again.name, again.days, again.starts_on, again.note, again.packed) == ("Rome", 3, MAY, "mild", 1)
    assert lines(lists) == [(2, "", True), (3, "", False), (None, "charger usb", False)]


def test_each_change_is_undone(lists: PackingLists, rome: PackingList) -> None:
    lists.tick(rome.lines[0].id, True)
    before = lists.all()
    changes: list[Callable[[], PackingChange]] = [
        lambda: lists.add(rome.id, "charger"),
        lambda: lists.add(rome.id, item_ids=[1, 2]),
        lambda: lists.take_off(rome.id, rome.lines[0].id),
        lambda: lists.reset(rome.id),
        lambda: lists.change(rome.id, "Milan", 5, None, ""),
        lambda: lists.copy(rome.id, "Rome again"),
        lambda: lists.remove(rome.id),
    ]
    for change in changes:
        done = change()
        assert lists.all() != before
        lists.take_back(done)
        assert lists.all() == before


def test_undo_leaves_what_was_changed_since(lists: PackingLists, rome: PackingList) -> None:
    done = lists.add(rome.id, "charger")
    lists.tick(rome.lines[0].id, True)
    with pytest.raises(ChangedElsewhere):
        lists.take_back(done)
    assert len(lines(lists)) == 3


def test_a_copy_for_the_next_trip_has_the_same_lines_unpacked(lists: PackingLists, rome: PackingList) -> None:
    lists.tick(rome.lines[0].id, True)
    lists.add(rome.id, "charger")
    lists.copy(rome.id, "Oslo", date(2024, 6, 1))
    assert lines(lists) == [(2, "", False), (3, "", False), (None, "charger", False)]
    assert lines(lists, 1)[0] == (2, "", True)


def test_what_makes_no_sense_is_refused(lists: PackingLists, rome: PackingList) -> None:
    for name, days in (("", 3), ("Rome", 0), ("Rome", LONGEST_TRIP + 1)):
        with pytest.raises(InvalidEdit):
            lists.make(name, days, [1])
    with pytest.raises(NotFound):
        lists.make("Rome", 3, [77])
    with pytest.raises(InvalidEdit):
        lists.add(rome.id, " \n")
    with pytest.raises(NotFound):
        lists.tick(77, True)
    assert len(lists.all()) == 1


def test_a_purged_garment_is_off_the_list(lists: PackingLists, factory: Factory, rome: PackingList) -> None:
    with factory(writing=True) as uow:
        uow.deletion.delete([2])
        uow.commit()
    assert lines(lists) == [(3, "", False)]
