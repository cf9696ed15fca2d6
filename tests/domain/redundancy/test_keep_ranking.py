from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from tests.support.garments import garment
from wardrobe_app.domain.garments.garment import Condition
from wardrobe_app.domain.redundancy.keep_ranking import Use, partner_counts, ranked


def order(*ranking: object) -> list[int]:
    return [place.item_id for place in ranking]  # type: ignore[attr-defined]


ONE, TWO = garment(1, "Blouse"), garment(2, "Blouse")


def test_the_one_that_goes_with_more_garments_is_kept() -> None:
    assert order(*ranked([ONE, TWO], {1: Use(partners=3), 2: Use(partners=12)})) == [2, 1]


def test_the_one_that_is_worn_more_is_kept() -> None:
    assert order(*ranked([ONE, TWO], {1: Use(wears=1), 2: Use(wears=5)})) == [2, 1]


def test_the_one_in_better_condition_is_kept() -> None:
    worn, new = replace(ONE, condition=Condition.WORN), replace(TWO, condition=Condition.NEW)
    assert order(*ranked([worn, new], {})) == [2, 1]


def test_a_condition_that_nobody_told_is_between_good_and_worn() -> None:
    group = [garment(1, condition=Condition.WORN), garment(2), garment(3, condition=Condition.GOOD)]
    assert order(*ranked(group, {})) == [3, 2, 1]


def test_a_favourite_is_kept_though_another_goes_with_more() -> None:
    assert order(*ranked([ONE, replace(TWO, favourite=True)], {1: Use(partners=12), 2: Use(partners=6)})) == [2, 1]


def test_what_costs_less_a_wear_is_kept() -> None:
    dear, cheap = replace(ONE, price=Decimal(90)), replace(TWO, price=Decimal(30))
    assert order(*ranked([dear, cheap], {1: Use(wears=6), 2: Use(wears=6)})) == [2, 1]


def test_where_none_was_worn_the_dearer_is_kept() -> None:
    assert order(*ranked([replace(ONE, price=Decimal(30)), replace(TWO, price=Decimal(90))], {})) == [2, 1]


def test_one_price_alone_says_nothing() -> None:
    assert order(*ranked([ONE, replace(TWO, price=Decimal(90))], {})) == [1, 2]


def test_a_garment_that_is_free_is_no_reason_to_fail() -> None:
    free = replace(ONE, price=Decimal(0))
    assert len(ranked([free, replace(TWO, price=Decimal(0))], {1: Use(wears=2)})) == 2
    assert len(ranked([free, replace(TWO, price=Decimal(0))], {})) == 2


def test_the_photo_s_size_and_name_say_nothing() -> None:
    large = replace(TWO, photos=(replace(TWO.photos[0], width=4000, height=6000, filename="a.jpg"),))
    assert order(*ranked([ONE, large], {})) == [1, 2]
    assert ranked([ONE, large], {})[0].score == ranked([ONE, large], {})[1].score


def test_ties_go_to_the_one_that_came_first_whatever_the_order_given() -> None:
    assert order(*ranked([TWO, ONE], {})) == order(*ranked([ONE, TWO], {})) == [1, 2]


def test_the_reasons_are_told_in_words() -> None:
    item = replace(ONE, favourite=True, condition=Condition.GOOD, price=Decimal(50))
    (place,) = ranked([item], {1: Use(partners=12, wears=5)})
    assert place.reasons == (
        "favourite", "worn 5 times", "goes with 12 garments", "in good condition", "10.00 a wear",
    )  # fmt: skip


def test_partners_are_counted_among_what_can_be_worn_with_it() -> None:
    wardrobe = [ONE, TWO, garment(3, "Jeans", "navy"), garment(4, "Skirt", "white")]
    assert partner_counts(wardrobe) == {1: 2, 2: 2, 3: 2, 4: 2}


def test_what_a_wear_cost_is_told_in_the_owners_currency() -> None:
    dear, cheap = replace(ONE, price=Decimal(90)), replace(TWO, price=Decimal(30))
    first, second = ranked([dear, cheap], {1: Use(wears=6), 2: Use(wears=6)}, lambda amount: f"CHF {amount}")
    assert "CHF 5.00 a wear" in first.reasons
    assert "CHF 15.00 a wear" in second.reasons
