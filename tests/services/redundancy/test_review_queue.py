from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.services.support.stored import Factory, add_as, redundancy_service, stored
from tests.support.garments import NOON, garment
from wardrobe_app.config import Settings
from wardrobe_app.domain.errors import ChangedElsewhere, NotFound
from wardrobe_app.domain.garments.garment import Verdict
from wardrobe_app.services.redundancy.review import RedundancyService

SHADES = ("#ea9ab8", "#e795b2", "#ee9fbd")
WARDROBE = [
    *(garment(number, "Blouse", "pink", shade) for number, shade in enumerate(SHADES, 1)),
    *(garment(number, "Jeans", "navy", "#1f2b4d") for number in (4, 5)),
    *(garment(number, "Skirt", "green", "#3f8a4f") for number in (6, 7)),
]


@pytest.fixture
def factory(settings: Settings) -> Factory:
    return stored(settings, WARDROBE)


@pytest.fixture
def service(settings: Settings, factory: Factory) -> RedundancyService:
    return redundancy_service(settings, factory)


def left(service: RedundancyService) -> dict[int, tuple[int, ...]]:
    return {number: group.ids for number, group in service.queue().left.items()}


def test_a_review_goes_on_after_a_restart_and_ends_where_it_began_whatever_is_decided_and_undone(
    settings: Settings, factory: Factory, service: RedundancyService
) -> None:
    found = [group.ids for group in service.queue().found]
    assert [len(ids) for ids in found] == [3, 2, 2]
    began = service.start()
    first, second, third = left(service)
    assert list(left(service).values()) == found

    merged = service.merge(1, [2, 3], group=first)
    service = redundancy_service(settings, factory)
    assert list(left(service)) == [second, third]
    assert service.queue().started_at == began
    assert len(service.queue().groups) == 3

    service.undo(merged)
    assert list(left(service)) == [first, second, third]
    gone = service.let_go([2], [1, 3], group=first)
    service.decide((4, 5), Verdict.DIFFERENT, group=second)
    service.decide((6, 7), Verdict.KEEP_BOTH, group=third)

    end = redundancy_service(settings, factory).queue()
    assert (end.left, end.found, end.weaker) == ({}, (), ())
    assert (end.totals.let_go, end.totals.kept, end.totals.merged) == (1, 6, 0)
    assert len(end.decisions) == len(end.groups) == 3
    (again,) = [one for one in service.decisions() if one.let_go]
    assert again == gone
    service.undo(again)
    assert list(left(service)) == [first]


def test_what_was_left_out_stays_under_the_same_number_and_is_settled_with_it(service: RedundancyService) -> None:
    service.start()
    first = next(iter(left(service)))
    service.decide((1, 2), Verdict.DIFFERENT, group=first)
    assert first not in left(service)
    assert not service.queue().found


def test_a_group_is_decided_once_and_a_second_tab_is_told(service: RedundancyService) -> None:
    assert service.start()
    assert service.start() is None
    first = next(iter(left(service)))
    service.decide((1, 2, 3), Verdict.KEEP_BOTH, group=first)
    with pytest.raises(ChangedElsewhere):
        service.let_go([2], [1], group=first)
    assert service.decisions()[0].let_go == ()


def test_a_review_that_was_started_by_mistake_is_undone_and_decisions_stay(service: RedundancyService) -> None:
    began = service.start()
    assert began
    first = next(iter(left(service)))
    service.decide((1, 2, 3), Verdict.KEEP_BOTH, group=first)
    service.cancel(began)
    assert [group.ids for group in service.queue().found] == [(4, 5), (6, 7)]
    with pytest.raises(NotFound):
        service.decide((4, 5), Verdict.KEEP_BOTH, group=first)


def test_garments_added_meanwhile_wait_for_the_next_review(service: RedundancyService, factory: Factory) -> None:
    began = service.start()
    assert began
    with factory(writing=True) as uow:
        new = add_as(uow, replace(garment(8, "Jeans", "navy", "#1f2b4d"), added_at=None), 8)
        uow.garments.change([new], {"added_at": began + timedelta(hours=1)})
        uow.commit()
    assert service.queue().added == 1
    for number, ids in left(service).items():
        service.decide(ids, Verdict.KEEP_BOTH, group=number)
    (group,) = service.queue().found
    assert len(group.ids) == 2
    assert new in group.ids


def test_weaker_look_alikes_are_offered_once_at_the_end(settings: Settings) -> None:
    shades = ("#f8a0c0", "#e088a8", "#c87090")
    wardrobe = [garment(number, "Blouse", "pink", shade) for number, shade in enumerate(shades, 1)]
    service = redundancy_service(settings, stored(settings, wardrobe))
    service.start()
    ((number, ids),) = left(service).items()
    assert (len(ids), service.queue().weaker) == (2, ())
    service.decide(ids, Verdict.KEEP_BOTH, group=number)
    queue = service.queue()
    (weaker,) = queue.weaker
    assert len(set(weaker.ids) & set(ids)) == 1
    assert service.queue().weaker == queue.weaker
    assert service.start(queue.started_at, weaker=True) == queue.started_at
    ((number, ids),) = left(service).items()
    service.decide(ids, Verdict.KEEP_BOTH, group=number)
    assert (service.queue().weaker, service.groups()) == ((), ())
    assert service.decisions()[0].decided_at > NOON
