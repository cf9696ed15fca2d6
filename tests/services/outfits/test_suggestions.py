from __future__ import annotations

import pytest

from tests.services.support.stored import Factory, redundancy_service, stored
from tests.support.garments import NOON, garment
from wardrobe_app.config import Settings
from wardrobe_app.domain.errors import InvalidEdit, NotFound
from wardrobe_app.domain.garments.garment import Verdict
from wardrobe_app.domain.outfits.weather import read_weather
from wardrobe_app.services.outfits.saved_outfits import SavedOutfits
from wardrobe_app.services.outfits.suggestions import OutfitService

WARDROBE = [
    garment(1, "Blouse", "white"),
    garment(2, "Jeans", "navy"),
    garment(3, "Sneakers", "white"),
    garment(4, "Bra", "black"),
    garment(5, "Blouse", "pink"),
]


@pytest.fixture
def factory(settings: Settings) -> Factory:
    return stored(settings, WARDROBE)


@pytest.fixture
def service(factory: Factory) -> OutfitService:
    return OutfitService(factory)


def test_partners_are_what_can_be_worn_with_the_garment_best_first(service: OutfitService) -> None:
    found = service.partners(1)
    assert {pair.b for pair in found} == {2, 3}
    assert {pair.a for pair in found} == {1}
    assert "white with navy: neutral pair (convention: neutrals)" in next(pair for pair in found if pair.b == 2).reasons


def test_no_more_partners_and_looks_than_asked_for(service: OutfitService) -> None:
    assert len(service.partners(2, limit=1)) == len(service.with_garment(2, limit=1)) == 1


def test_a_look_with_the_garment_is_complete(service: OutfitService) -> None:
    (outfit,) = service.with_garment(1)
    assert outfit.ids == (1, 2, 3)
    assert service.why_no_outfits(1) == ""


def test_what_is_part_of_no_look_has_none_and_a_reason_to_show(service: OutfitService) -> None:
    assert service.with_garment(4) == service.partners(4) == ()
    assert service.why_no_outfits(4) == "Bras are not part of outfits."


def test_trashed_and_archived_garments_are_in_no_look(service: OutfitService, factory: Factory) -> None:
    with factory(writing=True) as uow:
        uow.garments.change([2], {"archived_at": NOON})
        uow.garments.change([3], {"trashed_at": NOON})
        uow.commit()
    assert service.with_garment(1) == service.partners(1) == ()
    assert service.why_no_outfits(1).startswith("There is nothing to wear it with yet")


def test_a_garment_that_is_not_there_is_an_error_to_show(service: OutfitService) -> None:
    with pytest.raises(NotFound):
        service.with_garment(99)


def test_rejected_looks_are_in_no_answer(service: OutfitService, factory: Factory) -> None:
    (outfit,) = service.with_garment(1)
    done = SavedOutfits(factory).reject(outfit.ids)
    assert outfit.ids not in [one.ids for one in (*service.with_garment(1), *service.outfits_for())]
    SavedOutfits(factory).take_back(done)
    assert service.with_garment(1) == (outfit,)


def test_what_goes_with_several_garments_is_ranked(service: OutfitService) -> None:
    assert [one.item.id for one in service.additions([1, 2])] == [3]
    assert service.additions([]) == ()


def test_any_garments_are_judged_as_a_look(service: OutfitService) -> None:
    outfit = service.judge([3, 2, 1])
    assert (outfit.ids, outfit.missing, len(outfit.pairs)) == ((1, 2, 3), "", 3)
    assert service.judge([1, 5]).score == 0


def test_looks_for_an_occasion_name_why_there_is_none(service: OutfitService) -> None:
    assert {outfit.ids for outfit in service.outfits_for(limit=9)} == {(1, 2, 3), (5, 2, 3)}
    assert service.outfits_for(limit=9, skip=2) == ()
    assert service.why_none_for("formal").startswith("No further outfits for formal")


def test_a_capsule_takes_one_of_look_alikes_unless_she_calls_them_different(settings: Settings) -> None:
    identical = [garment(number, "Blouse", "white", embedding=[1, 0]) for number in (1, 2)]
    factory = stored(settings, [*identical, garment(3, "Jeans", "navy", embedding=[0, 1])])
    service, redundancy = OutfitService(factory), redundancy_service(settings, factory)
    assert [item.id for item in service.capsule(3).items] == [1, 3]
    redundancy.decide([1, 2], Verdict.KEEP_BOTH)
    assert len(service.capsule(3).items) == 2
    redundancy.decide([1, 2], Verdict.DIFFERENT)
    assert len(service.capsule(3).items) == 3


def test_a_capsule_of_a_size_that_there_is_not_is_an_error_to_show(service: OutfitService) -> None:
    with pytest.raises(InvalidEdit, match="3 to 40"):
        service.capsule(2)


def test_a_tag_that_is_put_right_counts_at_once(service: OutfitService, factory: Factory) -> None:
    assert service.outfits_for()
    with factory(writing=True) as uow:
        uow.garments.change([2], {"trashed_at": NOON})
        uow.commit()
    assert service.outfits_for() == ()


def test_a_trip_takes_garments_for_each_occasion_and_a_coat_in_the_cold(settings: Settings) -> None:
    wardrobe = [
        garment(1, "Blouse", "white", occasion="formal"),
        garment(2, "Trousers", "navy", occasion="formal"),
        garment(3, "Tee", "white", occasion="casual"),
        garment(4, "Jeans", "navy", occasion="casual"),
        garment(5, "Shorts", "navy", occasion="casual"),
        garment(6, "Coat", "navy"),
    ]
    service = OutfitService(stored(settings, wardrobe))
    formal, both = service.for_a_trip(3, ["formal"]), service.for_a_trip(3, ["formal", "casual"])
    assert {1, 2} <= {item.id for item in formal} <= {1, 2, 6}
    assert {1, 2, 3} <= {item.id for item in both}
    cold = [item.id for item in service.for_a_trip(3, ["casual"], weather=read_weather("-3"))]
    assert {3, 4, 6} == set(cold), "no shorts, and a coat"
    assert {outfit.ids for outfit in service.outfits_among([3, 4], 5)} == {(3, 4)}
    assert service.outfits_among([3], 5) == ()
