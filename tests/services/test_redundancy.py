from __future__ import annotations

from itertools import combinations

import pytest

from tests.domain.wardrobe import NOON, garment
from tests.services.stored import Factory, stored
from wardrobe_app.config import Settings
from wardrobe_app.domain.errors import NotFound
from wardrobe_app.domain.garment import TagKind, Verdict
from wardrobe_app.services.redundancy import RedundancyService

WARDROBE = [*(garment(number, "Blouse", "pink") for number in (1, 2, 3)), garment(4, "Jeans", "navy")]


@pytest.fixture
def factory(settings: Settings) -> Factory:
    return stored(settings, WARDROBE)


@pytest.fixture
def service(factory: Factory) -> RedundancyService:
    return RedundancyService(factory)


def test_what_is_stored_comes_back_in_groups_with_reasons(service: RedundancyService) -> None:
    (group,) = service.groups()
    assert (group.title, group.ids) == ("Three pink blouses", (1, 2, 3))
    assert "same type: Blouse" in group.reasons


def test_a_choice_sticks_when_the_wardrobe_is_scanned_again(service: RedundancyService, factory: Factory) -> None:
    service.decide((1, 2, 3), Verdict.KEEP_BOTH)
    assert service.groups() == RedundancyService(factory).groups() == ()


def test_a_verdict_on_one_pair_parts_only_that_pair(service: RedundancyService) -> None:
    service.decide((3, 1), Verdict.DIFFERENT)
    (group,) = service.groups()
    assert len(group.ids) == 2
    assert set(group.ids) != {1, 3}


def test_verdicts_can_be_seen_and_taken_back(service: RedundancyService) -> None:
    service.decide((2, 1, 3), Verdict.KEEP_BOTH)
    records = service.verdicts()
    assert {(record.a, record.b) for record in records} == {(1, 2), (1, 3), (2, 3)}
    assert {record.verdict for record in records} == {Verdict.KEEP_BOTH}
    service.take_back(combinations((3, 2, 1), 2))
    assert service.verdicts() == []
    assert len(service.groups()) == 1


def test_the_last_verdict_on_a_pair_counts(service: RedundancyService) -> None:
    service.decide((1, 2), Verdict.KEEP_BOTH)
    service.decide((2, 1), Verdict.DIFFERENT)
    assert [record.verdict for record in service.verdicts()] == [Verdict.DIFFERENT]


def test_a_verdict_on_a_garment_that_is_not_there_is_refused_and_nothing_kept(service: RedundancyService) -> None:
    with pytest.raises(NotFound):
        service.decide((1, 99), Verdict.KEEP_BOTH)
    assert service.verdicts() == []


def test_archived_and_trashed_garments_are_in_no_group(service: RedundancyService, factory: Factory) -> None:
    with factory() as uow:
        uow.garments.change([1], {"archived_at": NOON})
        uow.garments.change([2], {"trashed_at": NOON})
        uow.commit()
    assert service.groups() == ()


def test_a_person_s_correction_counts_in_the_next_scan(service: RedundancyService, factory: Factory) -> None:
    with factory() as uow:
        uow.garments.set_own_tag([3], TagKind.TYPE, "Sweater")
        uow.commit()
    (group,) = service.groups()
    assert group.ids == (1, 2)
