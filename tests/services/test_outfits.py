from __future__ import annotations

import pytest

from tests.domain.wardrobe import NOON, garment
from tests.services.stored import Factory, stored
from wardrobe_app.config import Settings
from wardrobe_app.domain.errors import NotFound
from wardrobe_app.services.outfits import OutfitService

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
    assert len(service.partners(2, limit=1)) == len(service.looks(2, limit=1)) == 1


def test_a_look_with_the_garment_is_complete(service: OutfitService) -> None:
    (look,) = service.looks(1)
    assert look.ids == (1, 2, 3)
    assert service.why_no_looks(1) == ""


def test_what_is_part_of_no_look_has_none_and_a_reason_to_show(service: OutfitService) -> None:
    assert service.looks(4) == service.partners(4) == ()
    assert service.why_no_looks(4) == "Bras are not part of a look."


def test_trashed_and_archived_garments_are_in_no_look(service: OutfitService, factory: Factory) -> None:
    with factory() as uow:
        uow.garments.change([2], {"archived_at": NOON})
        uow.garments.change([3], {"trashed_at": NOON})
        uow.commit()
    assert service.looks(1) == service.partners(1) == ()
    assert service.why_no_looks(1).startswith("There is nothing to wear it with yet")


def test_a_garment_that_is_not_there_is_an_error_to_show(service: OutfitService) -> None:
    with pytest.raises(NotFound):
        service.looks(99)
