from __future__ import annotations

import pytest

from tests.support.garments import garment
from wardrobe_app.domain.garments.availability import LEAVING, Status, available, staying, why_not_proposed, words

EVERY_STATUS = [None, *Status]
WARDROBE = [garment(number, status=status) for number, status in enumerate(EVERY_STATUS, 1)]


def test_only_a_garment_without_a_status_is_available() -> None:
    assert [item.status for item in available(WARDROBE)] == [None]


def test_what_is_in_the_wash_or_lent_stays() -> None:
    assert [item.status for item in staying(WARDROBE)] == [None, Status.IN_WASH, Status.LENT]


@pytest.mark.parametrize("item", WARDROBE, ids=lambda item: str(item.status))
def test_every_garment_that_is_away_has_a_reason_to_show(item: object) -> None:
    assert bool(why_not_proposed(item)) is (item.status is not None)  # type: ignore[arg-type, attr-defined]


def test_who_has_a_garment_is_told_only_while_it_is_lent() -> None:
    assert words(garment(1, status=Status.LENT, lent_to="Ada")).endswith("Ada")
    assert "Ada" not in words(garment(1, status=Status.IN_WASH, lent_to="Ada"))


def test_what_leaves_is_for_sale_or_to_give_away() -> None:
    assert {Status.FOR_SALE, Status.GIVING_AWAY} == LEAVING
