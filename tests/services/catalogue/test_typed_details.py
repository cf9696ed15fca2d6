from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from wardrobe_app.domain.catalogue.drafts import garment_texts
from wardrobe_app.domain.garments.garment import Condition, Garment
from wardrobe_app.domain.limits import FIRST_DAY, HIGHEST_PRICE, LONGEST, MOST_OF_ONE
from wardrobe_app.services.catalogue.typed_details import read_typed


def test_only_fields_that_were_typed_are_changed() -> None:
    edit, problems = read_typed(
        {"name": " The one ", "price": "19,90", "purchased_on": "2024-05-01", "condition": "new"}
    )
    assert not problems
    assert edit.changes() == {
        "name": "The one", "price": Decimal("19.90"), "purchased_on": date(2024, 5, 1), "condition": Condition.NEW,
    }  # fmt: skip


def test_an_emptied_field_is_emptied() -> None:
    edit, problems = read_typed({"name": "", "price": " ", "purchased_on": "", "condition": ""})
    assert not problems
    assert edit.changes() == {"name": "", "price": None, "purchased_on": None, "condition": None}


def test_every_value_that_can_be_stored_can_be_typed_and_comes_back_the_same() -> None:
    highest = Garment(
        1, (), {}, "Tee", None, name="n" * LONGEST["name"], price=HIGHEST_PRICE, quantity=MOST_OF_ONE,
        purchased_on=FIRST_DAY, notes="x" * LONGEST["notes"],
    )  # fmt: skip
    lowest = Garment(2, (), {}, "Tee", None, price=Decimal("0.00"), purchased_on=date.today())
    for garment in (highest, lowest):
        edit, problems = read_typed(garment_texts(garment))
        assert not problems
        assert all(getattr(garment, name) == value for name, value in edit.changes().items())


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("price", "much"),
        ("price", "-3"),
        ("price", "1000000000"),
        ("quantity", "0"),
        ("quantity", "10001"),
        ("quantity", ""),
        ("quantity", "2.5"),
        ("purchased_on", "1899-12-31"),
        ("purchased_on", (date.today() + timedelta(days=3)).isoformat()),
        ("name", "n" * 201),
    ],
)
def test_what_cannot_be_saved_is_told_for_its_field_and_the_rest_is_read(name: str, text: str) -> None:
    edit, problems = read_typed({name: text, "brand": "Acme"})
    assert set(problems) == {name}
    assert problems[name].text == text
    assert problems[name].choices == ()
    assert edit.changes() == {"brand": "Acme"}


def test_an_ambiguous_amount_is_asked_with_its_readings() -> None:
    _, problems = read_typed({"price": "1.250"})
    assert problems["price"].choices == ("1.25", "1250.00")
    for choice in problems["price"].choices:
        edit, again = read_typed({"price": choice})
        assert not again
        assert edit.price == Decimal(choice)
