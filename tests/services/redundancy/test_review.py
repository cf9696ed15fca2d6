from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import TYPE_CHECKING

import pytest

from tests.services.support.actions import split, verdicts_of
from tests.services.support.stored import Factory, redundancy_service, stored
from tests.support.drawing import draw_garment, photo_bytes
from tests.support.fakes import NAMED
from tests.support.garments import NOON, garment
from wardrobe_app.config import Settings
from wardrobe_app.domain.catalogue.filters import GarmentEdit
from wardrobe_app.domain.errors import InvalidEdit, NotFound
from wardrobe_app.domain.garments.garment import Garment, TagKind, Verdict
from wardrobe_app.domain.redundancy.verdicts import Decision
from wardrobe_app.services.importing.importer import source_from_bytes
from wardrobe_app.services.redundancy.review import RedundancyService

if TYPE_CHECKING:
    from tests.support.fakes import FakeTagger
    from wardrobe_app.wiring import Runtime

WARDROBE = [*(garment(number, "Blouse", "pink") for number in (1, 2, 3)), garment(4, "Jeans", "navy")]


@pytest.fixture
def factory(settings: Settings) -> Factory:
    return stored(settings, WARDROBE)


@pytest.fixture
def service(settings: Settings, factory: Factory) -> RedundancyService:
    return redundancy_service(settings, factory)


def everything(factory: Factory) -> tuple[object, ...]:
    with factory() as uow:
        garments = (*uow.garments.all(include_archived=True), *uow.garments.trashed())
        return sorted(garments, key=lambda garment: garment.id), uow.verdicts.all(), uow.merges.all()


def live(factory: Factory) -> dict[int, Garment]:
    with factory() as uow:
        return {garment.id: garment for garment in uow.garments.all()}


def test_what_is_stored_comes_back_in_groups_with_reasons(service: RedundancyService) -> None:
    (group,) = service.groups()
    assert (group.title, group.ids) == ("Three pink blouses", (1, 2, 3))
    assert "All are blouses" in group.reasons


def test_a_choice_sticks_when_the_wardrobe_is_scanned_again(
    service: RedundancyService, settings: Settings, factory: Factory
) -> None:
    service.decide((1, 2, 3), Verdict.KEEP_BOTH)
    assert service.groups() == redundancy_service(settings, factory).groups() == ()


def test_a_verdict_on_one_pair_parts_only_that_pair(service: RedundancyService) -> None:
    service.decide((3, 1), Verdict.DIFFERENT)
    (group,) = service.groups()
    assert len(group.ids) == 2
    assert set(group.ids) != {1, 3}


def test_verdicts_can_be_seen_and_taken_back(service: RedundancyService) -> None:
    service.decide((2, 1, 3), Verdict.KEEP_BOTH)
    records = verdicts_of(service)
    assert {(record.a, record.b) for record in records} == {(1, 2), (1, 3), (2, 3)}
    assert {record.verdict for record in records} == {Verdict.KEEP_BOTH}
    service.take_back(combinations((3, 2, 1), 2))
    assert verdicts_of(service) == []
    assert len(service.groups()) == 1


def test_the_last_verdict_on_a_pair_counts(service: RedundancyService) -> None:
    service.decide((1, 2), Verdict.KEEP_BOTH)
    service.decide((2, 1), Verdict.DIFFERENT)
    assert [record.verdict for record in verdicts_of(service)] == [Verdict.DIFFERENT]


def test_a_verdict_on_a_garment_that_is_not_there_is_refused_and_nothing_kept(service: RedundancyService) -> None:
    with pytest.raises(NotFound):
        service.decide((1, 99), Verdict.KEEP_BOTH)
    assert verdicts_of(service) == []


def test_archived_and_trashed_garments_are_in_no_group(service: RedundancyService, factory: Factory) -> None:
    with factory(writing=True) as uow:
        uow.garments.change([1], {"archived_at": NOON})
        uow.garments.change([2], {"trashed_at": NOON})
        uow.commit()
    assert service.groups() == ()


def test_a_person_s_correction_counts_in_the_next_scan(service: RedundancyService, factory: Factory) -> None:
    with factory(writing=True) as uow:
        uow.garments.set_own_tag([3], TagKind.TYPE, "Sweater")
        uow.commit()
    (group,) = service.groups()
    assert group.ids == (1, 2)


def test_the_same_garment_becomes_one_with_all_photos_and_the_verdict_is_kept(
    service: RedundancyService, factory: Factory
) -> None:
    service.merge(2, [1, 3])
    garments = live(factory)
    assert set(garments) == {2, 4}
    assert [len(garments[2].photos), garments[2].quantity] == [3, 1]
    assert {record.verdict for record in verdicts_of(service)} == {Verdict.SAME_GARMENT}
    assert len(verdicts_of(service)) == 3
    assert service.groups() == ()


def test_twins_become_one_garment_with_their_number_and_their_photos(
    service: RedundancyService, factory: Factory
) -> None:
    with factory(writing=True) as uow:
        uow.garments.change([3], {"quantity": 2})
        uow.commit()
    service.merge(1, [2, 3], Verdict.TWINS)
    kept = live(factory)[1]
    assert (kept.quantity, len(kept.photos)) == (4, 3)
    assert {record.verdict for record in verdicts_of(service)} == {Verdict.TWINS}


def test_of_one_garment_there_are_no_more_than_were_counted_before(
    service: RedundancyService, factory: Factory
) -> None:
    with factory(writing=True) as uow:
        uow.garments.change([3], {"quantity": 2})
        uow.commit()
    done = service.merge(1, [2, 3])
    assert live(factory)[1].quantity == 2
    service.undo(done)
    assert [live(factory)[item].quantity for item in (1, 2, 3)] == [1, 1, 2]


@pytest.mark.parametrize(
    "decide",
    [
        lambda service: service.merge(1, [2, 3]),
        lambda service: service.merge(3, [1, 2], Verdict.TWINS),
        lambda service: service.decide((1, 2, 3), Verdict.KEEP_BOTH),
        lambda service: service.decide((1, 2, 3), Verdict.DIFFERENT),
        lambda service: service.let_go([2], [1, 3]),
        lambda service: service.let_go([1, 2, 3]),
    ],
    ids=["same garment", "twins", "keep", "different", "let go of one", "let go of all"],
)
def test_undoing_a_decision_restores_everything(service: RedundancyService, factory: Factory, decide: object) -> None:
    service.decide((1, 2), Verdict.DIFFERENT)
    service.decide((2, 3), Verdict.KEEP_BOTH)
    before = everything(factory)
    done = decide(service)  # type: ignore[operator]
    assert isinstance(done, Decision)
    assert everything(factory) != before
    service.undo(done)
    assert everything(factory) == before


def test_a_join_that_is_refused_leaves_neither_verdict_nor_quantity(
    service: RedundancyService, factory: Factory
) -> None:
    before = everything(factory)
    for keep, others in ((1, []), (1, [1]), (1, [99])):
        with pytest.raises((InvalidEdit, NotFound)):
            service.merge(keep, others, Verdict.TWINS)
    assert everything(factory) == before


def test_letting_go_keeps_those_that_stay(service: RedundancyService, factory: Factory) -> None:
    service.let_go([2], [1, 3])
    assert set(live(factory)) == {1, 3, 4}
    assert service.groups() == ()


def test_taking_a_merge_back_parts_the_garments_and_restores_their_number(
    service: RedundancyService, factory: Factory
) -> None:
    before = everything(factory)
    service.merge(1, [2], Verdict.TWINS)
    (record,) = service.take_back([(2, 1)])
    assert record.verdict is Verdict.TWINS
    assert everything(factory) == before


def test_taking_back_part_of_a_merge_takes_back_all_of_it(service: RedundancyService, factory: Factory) -> None:
    before = everything(factory)
    service.merge(1, [2, 3])
    service.take_back([(2, 3)])
    assert everything(factory) == before


def test_twins_of_twins_can_be_parted_in_any_order(service: RedundancyService, factory: Factory) -> None:
    before = everything(factory)
    first = service.merge(2, [3], Verdict.TWINS)
    second = service.merge(1, [2], Verdict.TWINS)
    assert live(factory)[1].quantity == 3
    service.undo(first)
    assert (live(factory)[1].quantity, live(factory)[3].quantity) == (2, 1)
    service.undo(second)
    assert everything(factory) == before


def test_a_number_that_the_owner_changed_since_never_falls_below_one(
    service: RedundancyService, factory: Factory
) -> None:
    done = service.merge(1, [2, 3], Verdict.TWINS)
    with factory(writing=True) as uow:
        uow.garments.change([1], {"quantity": 2})
        uow.commit()
    service.undo(done)
    assert live(factory)[1].quantity == 1


def test_a_merge_of_an_older_version_without_a_number_can_be_parted(
    service: RedundancyService, factory: Factory
) -> None:
    with factory(writing=True) as uow:
        uow.merges.merge(1, [2], NOON)
        (merge,) = uow.merges.all()
        uow.commit()
    engine = factory()._session_factory.kw["bind"]  # type: ignore[attr-defined]
    with engine.begin() as connection:
        connection.exec_driver_sql('UPDATE merge SET moved = \'[{"item": 2, "photos": [2]}]\'')
    with factory() as uow:
        assert uow.merges.split(merge.id) == [2]


def test_what_was_said_of_a_garment_holds_when_it_is_merged_into_another(service: RedundancyService) -> None:
    service.decide((2, 3), Verdict.DIFFERENT)
    service.merge(1, [2])
    assert service.groups() == (), "3 is different from 2, which is 1 now"


def test_splitting_what_was_merged_forgets_that_it_was_the_same(runtime: Runtime) -> None:
    red, other = _two(runtime)
    done = runtime.redundancy.review.merge(red, [other])
    assert done.merge is not None
    split(runtime, done.merge)
    assert verdicts_of(runtime.redundancy.review) == []
    assert len(runtime.redundancy.review.groups()) == 1


@pytest.mark.parametrize("verdict", [Verdict.DIFFERENT, Verdict.KEEP_BOTH])
def test_verdicts_stay_when_another_model_tags_again(runtime: Runtime, tagger: FakeTagger, verdict: Verdict) -> None:
    both = _two(runtime)
    runtime.redundancy.review.decide(both, verdict)
    before = verdicts_of(runtime.redundancy.review)
    tagger.model = "fake 2"
    assert {garment.embedding_model for garment in runtime.catalogue.retag()} == {"fake 2"}
    assert verdicts_of(runtime.redundancy.review) == before
    assert runtime.redundancy.review.groups() == ()


def test_joined_garments_stay_joined_when_another_model_tags_again(runtime: Runtime, tagger: FakeTagger) -> None:
    keep, other = _two(runtime)
    runtime.redundancy.review.merge(keep, [other], Verdict.TWINS)
    tagger.model = "fake 2"
    assert [garment.quantity for garment in runtime.catalogue.retag()] == [2]
    (decision,) = runtime.redundancy.review.decisions()
    runtime.redundancy.review.undo(decision)
    assert [garment.quantity for garment in runtime.catalogue.garments()] == [1, 1]


def test_merged_garments_are_named_with_the_photos_they_had(service: RedundancyService) -> None:
    service.merge(1, [2])
    (decision,) = service.decisions()
    assert decision.ids == (1, 2)
    named = service.decided()
    assert [photo.filename for photo in named[2].photos] == ["IMG_0002.jpg"]
    assert named[2].title == "Pink blouse"


def test_what_was_worn_before_a_merge_counts_for_the_garment_it_is_now(
    service: RedundancyService, factory: Factory
) -> None:
    with factory(writing=True) as uow:
        for day in (1, 2):
            uow.wears.add(date(2025, 5, day), [2, 4])
        uow.commit()
    service.merge(1, [2])
    ((best, second),) = service.keep_rankings([(3, 1)])
    assert (best.item_id, second.item_id) == (1, 3)
    assert "worn twice" in best.reasons


def _two(runtime: Runtime) -> tuple[int, int]:
    photo = photo_bytes(draw_garment(colour=NAMED["red"], size=(90, 120)))
    sources = [source_from_bytes(f"{name}.jpg", photo) for name in ("one", "other")]
    one, other = (result.garment for result in runtime.importing.importer.add(sources, allow_duplicates=True))
    assert one
    assert other
    return one.id, other.id


def test_groups_and_what_to_keep_are_told_in_the_chosen_currency(runtime: Runtime) -> None:
    one, other = _two(runtime)
    runtime.catalogue.edit([one], GarmentEdit(price=Decimal(20)))
    runtime.catalogue.edit([other], GarmentEdit(price=Decimal(1250)))
    before = runtime.outfits.rules.revision()
    runtime.preferences.choose_currency("CHF")
    assert runtime.outfits.rules.revision() != before
    (group,) = runtime.redundancy.review.groups()
    assert any("CHF 20.00" in text and "CHF 1,250.00" in text for text in group.differences)
    (places,) = runtime.redundancy.review.keep_rankings([group.ids])
    assert "cost CHF 1,250.00" in places[0].reasons
