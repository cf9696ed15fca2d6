from __future__ import annotations

from datetime import date

import pytest

from wardrobe_app.domain.errors import InvalidEdit
from wardrobe_app.services.catalogue.amounts import read_whole_number
from wardrobe_app.services.spreadsheet.cell_values import DayOrder, day, day_order, one_of, yes_or_no
from wardrobe_app.services.storage.csv_cells import given_back, kept

TODAY = date(2026, 3, 1)


@pytest.mark.parametrize("text", ["2025-03-01", "2025-3-1", "01.03.2025", "1. 3. 2025", "2025-03-01 00:00:00"])
def test_days_with_one_meaning_are_read(text: str) -> None:
    assert day(text, None, TODAY) == date(2025, 3, 1)


def test_slashes_are_read_by_what_the_other_dates_of_the_file_tell() -> None:
    assert day_order(["03/01/2025", "25/01/2025", "2025-01-31"]) is DayOrder.DAY_FIRST
    assert day_order(["03/01/2025", "01/25/2025"]) is DayOrder.MONTH_FIRST
    assert day_order(["25/01/2025", "01/25/2025"]) is None
    assert day("03/01/2025", DayOrder.MONTH_FIRST, TODAY) == date(2025, 3, 1)
    assert day("01/03/2025", DayOrder.DAY_FIRST, TODAY) == date(2025, 3, 1)
    assert day("25/01/2025", DayOrder.MONTH_FIRST, TODAY) == date(2025, 1, 25)
    assert day("05-05-2025", None, TODAY) == date(2025, 5, 5)


@pytest.mark.parametrize("text", ["01/03/2025", "01.03.25", "32.01.2025", "1899-12-31", "2026-03-02", "March 2025"])
def test_days_that_do_not_tell_are_refused(text: str) -> None:
    with pytest.raises(InvalidEdit):
        day(text, None, TODAY)


@pytest.mark.parametrize(("text", "value"), [("Yes", True), ("WAHR", True), ("x", True), ("FAUX", False), ("0", False)])
def test_yes_and_no_are_known_in_three_languages(text: str, value: bool) -> None:
    assert yes_or_no(text) is value


def test_a_spreadsheet_may_write_whole_numbers_with_decimals() -> None:
    assert (read_whole_number("2"), read_whole_number("2,0"), read_whole_number("2.00")) == (2, 2, 2)
    with pytest.raises(InvalidEdit):
        read_whole_number("2.5")


def test_a_word_is_found_whatever_its_capitals_or_the_nearest_are_named() -> None:
    words = {"Tee": "Tee", "T-shirt": "Tee", "Blouse": "Blouse"}
    assert one_of("t-SHIRT", words, "type") == one_of("T\u2011shirt", words, "type") == "Tee"
    assert one_of("chemise", words, "type", {"chemise": "Blouse"}.get) == "Blouse"
    with pytest.raises(InvalidEdit, match="did you mean Blouse"):
        one_of("Bluose", words, "type")


@pytest.mark.parametrize(
    "text",
    ["=1", " =1", "'=1", "''@x", "10-12", "'10-12", "007", "1E5", "38,5", "3/4", "\n-", "'90s", "38", ""],
)
def test_cells_that_are_kept_as_text_come_back_exactly(text: str) -> None:
    assert given_back(kept(text)) == text


@pytest.mark.parametrize("text", ["10-12", "007", "1.5", "123456789012345"])
def test_what_a_spreadsheet_would_turn_into_something_else_is_kept_as_text(text: str) -> None:
    assert kept(text) == f"'{text}"
