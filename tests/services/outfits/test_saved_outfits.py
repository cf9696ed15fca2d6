from __future__ import annotations

from datetime import date

import pytest

from tests.services.support.stored import Factory, stored
from tests.support.garments import garment
from wardrobe_app.config import Settings
from wardrobe_app.domain.errors import ChangedElsewhere, InvalidEdit, NotFound
from wardrobe_app.domain.garments.placement import Placement
from wardrobe_app.domain.garments.wear_log import OutfitState
from wardrobe_app.services.outfits.saved_outfits import SavedOutfits
from wardrobe_app.services.outfits.wear_log import WearLog

WARDROBE = [garment(1, "Sneakers", "white"), garment(2, "Jeans", "navy"), garment(3, "Blouse", "white")]


@pytest.fixture
def factory(settings: Settings) -> Factory:
    return stored(settings, WARDROBE)


@pytest.fixture
def outfits(factory: Factory) -> SavedOutfits:
    return SavedOutfits(factory)


def names(outfits: SavedOutfits) -> list[tuple[str, str]]:
    return [(outfit.name, outfit.state.value) for outfit in outfits.all()]


def test_a_saved_look_has_a_name_of_its_garments_and_their_order_on_the_body(outfits: SavedOutfits) -> None:
    outfit = outfits.save([1, 2, 3]).outfit
    assert (outfit.name, outfit.item_ids) == ("White blouse and navy jeans", (3, 2, 1))
    assert outfits.all(OutfitState.SAVED) == (outfit,)


def test_saving_the_same_garments_again_only_gives_the_name(outfits: SavedOutfits) -> None:
    outfits.save([2, 3], "Monday")
    done = outfits.save([3, 2], " Office \n day ")
    assert names(outfits) == [("Office day", "saved")]
    outfits.take_back(done)
    assert names(outfits) == [("Monday", "saved")]


def test_saving_is_undone(outfits: SavedOutfits) -> None:
    outfits.take_back(outfits.save([2, 3]))
    assert outfits.all() == ()


def test_saving_what_was_rejected_takes_the_rejection_back_and_undo_brings_it_again(outfits: SavedOutfits) -> None:
    outfits.reject([2, 3])
    done = outfits.save([2, 3], "After all")
    assert names(outfits) == [("After all", "saved")]
    outfits.take_back(done)
    assert names(outfits) == [("", "rejected")]


def test_a_look_is_rejected_once_and_a_saved_one_not_at_all(outfits: SavedOutfits) -> None:
    outfits.reject([2, 3])
    outfits.reject([3, 2])
    assert names(outfits) == [("", "rejected")]
    outfits.save([1, 2])
    with pytest.raises(InvalidEdit, match="saved outfits"):
        outfits.reject([1, 2])


@pytest.mark.parametrize("ids", [[], [1], [1, 1]])
def test_one_garment_is_no_look(outfits: SavedOutfits, ids: list[int]) -> None:
    with pytest.raises(InvalidEdit):
        outfits.save(ids)
    with pytest.raises(InvalidEdit):
        outfits.reject(ids)


def test_a_look_of_a_garment_that_is_not_there_is_an_error_to_show(outfits: SavedOutfits) -> None:
    with pytest.raises(NotFound):
        outfits.save([1, 99])


def test_renaming_tells_the_name_before_and_refuses_an_empty_one(outfits: SavedOutfits) -> None:
    outfit = outfits.save([2, 3], "Monday").outfit
    assert outfits.rename(outfit.id, "Tuesday") == "Monday"
    assert names(outfits) == [("Tuesday", "saved")]
    with pytest.raises(InvalidEdit):
        outfits.rename(outfit.id, "  ")
    with pytest.raises(NotFound):
        outfits.rename(99, "Nobody")


def test_a_removed_look_comes_back_with_its_name_its_date_and_its_wears(
    outfits: SavedOutfits, factory: Factory
) -> None:
    wear_log = WearLog(factory)
    outfit = outfits.save([2, 3], "Monday").outfit
    wear_log.wear_outfit(outfit.id, date(2026, 1, 2))
    removed = outfits.remove(outfit.id)
    assert outfits.all() == ()
    assert wear_log.wears()[0].outfit_id is None
    outfits.bring_back(removed)
    (back,) = outfits.all()
    assert (back.name, back.item_ids, back.created_at) == (outfit.name, outfit.item_ids, outfit.created_at)
    assert wear_log.wears()[0].outfit_id == back.id
    with pytest.raises(NotFound):
        outfits.remove(99)


def lying(*ids: int, x: float = 0.5) -> list[Placement]:
    return [Placement(item, x, 0.25 * at, 0.4, 10.0, at) for at, item in enumerate(ids)]


def test_an_arrangement_is_saved_changed_and_undone(outfits: SavedOutfits, factory: Factory) -> None:
    made = outfits.arrange(lying(1, 2), "Sunday")
    assert (made.outfit.item_ids, made.outfit.arrangement) == ((2, 1), tuple(lying(1, 2)))
    done = outfits.arrange(lying(3, 2, x=0.3), "Monday", seen=made.outfit)
    assert SavedOutfits(factory).all() == (done.outfit,)
    assert (done.outfit.id, done.outfit.item_ids) == (made.outfit.id, (3, 2))
    outfits.take_back(done)
    assert outfits.all() == (made.outfit,)
    outfits.bring_back(outfits.remove(made.outfit.id))
    assert outfits.all()[0].arrangement == made.outfit.arrangement
    renamed = outfits.save([1, 2], "Other")
    assert renamed.outfit.arrangement == made.outfit.arrangement, "a new name leaves it as it lies"


def test_a_copy_needs_another_garment_and_takes_the_place_of_a_rejection(outfits: SavedOutfits) -> None:
    outfits.arrange(lying(1, 2), "Sunday")
    with pytest.raises(InvalidEdit):
        outfits.arrange(lying(2, 1), "Copy")
    outfits.reject([2, 3])
    done = outfits.arrange(lying(2, 3), "Copy")
    assert sorted(names(outfits)) == [("Copy", "saved"), ("Sunday", "saved")]
    outfits.take_back(done)
    assert sorted(names(outfits)) == [("", "rejected"), ("Sunday", "saved")]


def test_an_outfit_that_changed_meanwhile_is_not_arranged(outfits: SavedOutfits) -> None:
    made = outfits.arrange(lying(1, 2), "Sunday").outfit
    outfits.rename(made.id, "Monday")
    with pytest.raises(ChangedElsewhere):
        outfits.arrange(lying(1, 2, x=0.1), seen=made)
    for wrong in (Placement(3, 9.0, 0, 0.4), Placement(3, 0, 0, 0.0), Placement(3, float("nan"), 0, 0.4)):
        with pytest.raises(InvalidEdit):
            outfits.arrange([*lying(1), wrong])
