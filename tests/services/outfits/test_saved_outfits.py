from __future__ import annotations

from datetime import date

import pytest

from tests.services.support.stored import Factory, stored
from tests.support.garments import garment
from wardrobe_app.config import Settings
from wardrobe_app.domain.errors import InvalidEdit, NotFound
from wardrobe_app.domain.garments.wear_log import OutfitState
from wardrobe_app.services.outfits.saved_outfits import SavedOutfits
from wardrobe_app.services.outfits.wear_log import WearLog

WARDROBE = [garment(1, "Sneakers", "white"), garment(2, "Jeans", "navy"), garment(3, "Blouse", "white")]


@pytest.fixture
def factory(settings: Settings) -> Factory:
    return stored(settings, WARDROBE)


@pytest.fixture
def looks(factory: Factory) -> SavedOutfits:
    return SavedOutfits(factory)


def names(looks: SavedOutfits) -> list[tuple[str, str]]:
    return [(look.name, look.state.value) for look in looks.all()]


def test_a_saved_look_has_a_name_of_its_garments_and_their_order_on_the_body(looks: SavedOutfits) -> None:
    look = looks.save([1, 2, 3]).look
    assert (look.name, look.item_ids) == ("White blouse and navy jeans", (3, 2, 1))
    assert looks.all(OutfitState.SAVED) == (look,)


def test_saving_the_same_garments_again_only_gives_the_name(looks: SavedOutfits) -> None:
    looks.save([2, 3], "Monday")
    done = looks.save([3, 2], " Office \n day ")
    assert names(looks) == [("Office day", "saved")]
    looks.take_back(done)
    assert names(looks) == [("Monday", "saved")]


def test_saving_is_undone(looks: SavedOutfits) -> None:
    looks.take_back(looks.save([2, 3]))
    assert looks.all() == ()


def test_saving_what_was_rejected_takes_the_rejection_back_and_undo_brings_it_again(looks: SavedOutfits) -> None:
    looks.reject([2, 3])
    done = looks.save([2, 3], "After all")
    assert names(looks) == [("After all", "saved")]
    looks.take_back(done)
    assert names(looks) == [("", "rejected")]


def test_a_look_is_rejected_once_and_a_saved_one_not_at_all(looks: SavedOutfits) -> None:
    looks.reject([2, 3])
    looks.reject([3, 2])
    assert names(looks) == [("", "rejected")]
    looks.save([1, 2])
    with pytest.raises(InvalidEdit, match="saved looks"):
        looks.reject([1, 2])


@pytest.mark.parametrize("ids", [[], [1], [1, 1]])
def test_one_garment_is_no_look(looks: SavedOutfits, ids: list[int]) -> None:
    with pytest.raises(InvalidEdit):
        looks.save(ids)
    with pytest.raises(InvalidEdit):
        looks.reject(ids)


def test_a_look_of_a_garment_that_is_not_there_is_an_error_to_show(looks: SavedOutfits) -> None:
    with pytest.raises(NotFound):
        looks.save([1, 99])


def test_renaming_tells_the_name_before_and_refuses_an_empty_one(looks: SavedOutfits) -> None:
    look = looks.save([2, 3], "Monday").look
    assert looks.rename(look.id, "Tuesday") == "Monday"
    assert names(looks) == [("Tuesday", "saved")]
    with pytest.raises(InvalidEdit):
        looks.rename(look.id, "  ")
    with pytest.raises(NotFound):
        looks.rename(99, "Nobody")


def test_a_removed_look_comes_back_with_its_name_its_date_and_its_wears(looks: SavedOutfits, factory: Factory) -> None:
    wear_log = WearLog(factory)
    look = looks.save([2, 3], "Monday").look
    wear_log.wear_outfit(look.id, date(2026, 1, 2))
    removed = looks.remove(look.id)
    assert looks.all() == ()
    assert wear_log.wears()[0].outfit_id is None
    looks.bring_back(removed)
    (back,) = looks.all()
    assert (back.name, back.item_ids, back.created_at) == (look.name, look.item_ids, look.created_at)
    assert wear_log.wears()[0].outfit_id == back.id
    with pytest.raises(NotFound):
        looks.remove(99)
