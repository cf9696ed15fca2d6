from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from db.unit_of_work import Units
from tests.db.conftest import photo
from wardrobe_app.domain.errors import NotFound
from wardrobe_app.domain.garments.garment import Condition
from wardrobe_app.domain.garments.wear_log import OutfitState, SavedOutfit, Wear

NOW = datetime(2026, 1, 2, tzinfo=UTC)
Factory = Units


@pytest.fixture
def three(uow: Factory) -> Factory:
    with uow(writing=True) as work:
        for number in (1, 2, 3):
            work.garments.add(photo(number), None, NOW)
        work.commit()
    return uow


def test_looks_keep_the_order_of_their_garments(three: Factory) -> None:
    with three(writing=True) as work:
        work.outfits.add([3, 1], OutfitState.SAVED, "Office", NOW)
        work.outfits.add([2, 1], OutfitState.REJECTED, "", NOW)
        work.commit()
    with three() as work:
        assert work.outfits.all() == [
            SavedOutfit(2, "", OutfitState.REJECTED, (2, 1), NOW),
            SavedOutfit(1, "Office", OutfitState.SAVED, (3, 1), NOW),
        ]
        work.outfits.rename(1, "Monday")
        work.outfits.remove([2])
        assert [(outfit.id, outfit.name) for outfit in work.outfits.all()] == [(1, "Monday")]
        with pytest.raises(NotFound):
            work.outfits.rename(2, "Gone")


def test_what_was_worn_stays_worn_without_its_look(three: Factory) -> None:
    with three() as work:
        outfit = work.outfits.add([1, 2], OutfitState.SAVED, "", NOW)
        work.wears.add(date(2026, 1, 1), [1, 2], outfit.id)
        later = work.wears.add(date(2026, 1, 3), [3])
        work.outfits.remove([outfit.id])
        assert work.wears.all() == [later, Wear(1, date(2026, 1, 1), (1, 2), None)]
        work.wears.remove([later.id])
        assert [wear.id for wear in work.wears.all()] == [1]


def test_a_garment_that_is_deleted_for_good_leaves_looks_and_wears(three: Factory) -> None:
    with three() as work:
        outfit = work.outfits.add([3, 1, 2], OutfitState.SAVED, "", NOW)
        work.wears.add(date(2026, 1, 1), [1, 2], outfit.id)
        work.deletion.delete([1])
        assert work.outfits.all()[0].item_ids == (3, 2)
        assert work.wears.all()[0].item_ids == (2,)


def test_what_is_left_of_a_look_or_a_wear_goes_where_it_is_none_any_more(three: Factory) -> None:
    with three() as work:
        two = work.outfits.add([1, 2], OutfitState.SAVED, "", NOW)
        work.outfits.add([1, 2, 3], OutfitState.REJECTED, "", NOW)
        kept = work.outfits.add([2, 3], OutfitState.REJECTED, "", NOW)
        work.wears.add(date(2026, 1, 1), [1], two.id)
        work.deletion.delete([1])
        assert work.outfits.all() == [kept], "that 2 and 3 were rejected with 1 says nothing of the two"
        assert work.wears.all() == []


def test_quantity_and_condition_are_kept(three: Factory) -> None:
    with three() as work:
        assert (work.garments.get(1).quantity, work.garments.get(1).condition) == (1, None)
        work.garments.change([1], {"quantity": 2, "condition": Condition.WORN})
        assert (work.garments.get(1).quantity, work.garments.get(1).condition) == (2, Condition.WORN)
