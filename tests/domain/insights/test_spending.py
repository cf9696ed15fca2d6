from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.support.garments import NOON, garment
from wardrobe_app.domain.garments.garment import Garment, Verdict, VerdictRecord
from wardrobe_app.domain.insights.removal_cost import standing
from wardrobe_app.domain.insights.spending import Spending, spending

TODAY = date(2026, 3, 4)
WORN = {1: (date(2026, 1, 2), date(2026, 1, 9), date(2026, 3, 1)), 3: (date(2026, 3, 1),)}
TWINS = VerdictRecord(1, 2, Verdict.TWINS, NOON)


def euros(number: int, type: str, colour: str, price: str | None, **fields: object) -> Garment:
    return garment(number, type, colour, price=None if price is None else Decimal(price), **fields)  # type: ignore[arg-type]


WARDROBE = [
    euros(1, "Tee", "white", "10"),
    euros(2, "Tee", "white", "12.50", purchased_on=date(2026, 2, 3)),
    euros(3, "Jeans", "navy", "60", quantity=2, purchased_on=date(2025, 12, 30)),
    euros(4, "Skirt", "pink", None),
]


def added_up(garments: list[Garment]) -> Spending:
    worn = {item: len(days) for item, days in WORN.items()}
    return spending(garments, WORN, standing(garments, [TWINS], worn=worn), TODAY)


def test_what_was_spent_is_told_whole_and_by_type() -> None:
    found = added_up(WARDROBE)
    assert (found.whole.spent, found.whole.priced, found.whole.unpriced, found.whole.days) == (
        Decimal("142.50"),
        4,
        1,
        4,
    )
    assert found.whole.per_wear == Decimal("35.63")
    assert [(one.name, one.cost.spent, one.cost.per_wear) for one in found.by_type] == [
        ("Jeans", Decimal(120), Decimal("120.00")),
        ("Tee", Decimal("22.50"), Decimal("7.50")),
        ("Skirt", Decimal(0), None),
    ]


def test_the_one_that_is_worn_less_lies_in_duplicates_with_the_second_of_two() -> None:
    found = added_up(WARDROBE)
    assert [item.id for item in found.duplicates] == [2]
    assert found.in_duplicates == Decimal("72.50")


def test_wears_are_ranked_by_what_they_cost() -> None:
    found = added_up(WARDROBE)
    assert [(one.item.id, one.cost) for one in found.wears] == [(1, Decimal("3.33")), (3, Decimal("120.00"))]
    assert ([item.id for item in found.unworn], found.unworn_cost) == ([2], Decimal("12.50"))


def test_months_count_what_was_bought_and_each_worn_garment_once() -> None:
    months = added_up(WARDROBE).months
    assert [(f"{one.first:%y-%m}", one.bought, one.spent, one.worn) for one in months] == [
        ("25-12", 2, Decimal(120), 0),
        ("26-01", 0, Decimal(0), 1),
        ("26-02", 1, Decimal("12.50"), 0),
        ("26-03", 0, Decimal(0), 2),
    ]


def test_without_prices_and_dates_there_is_nothing_to_add_up() -> None:
    found = spending([WARDROBE[3]], {}, standing([WARDROBE[3]]), TODAY)
    assert (found.whole.priced, found.whole.per_wear, found.months, found.wears) == (0, None, (), ())
    assert spending([], {}, standing([]), TODAY).by_type == ()
