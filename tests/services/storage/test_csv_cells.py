from __future__ import annotations

import csv
import io

import pytest

from wardrobe_app.services.storage.csv_cells import guarded, unguarded, write_rows

FORMULAS = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "\ufeff=1",
    "\uff1d1", "\uff0b1", "\uff0d1", "\uff201",
    "=cmd|' /C calc'!A0", '=HYPERLINK("http://x";"y")',
]  # fmt: skip
HARMLESS = ["", "''", "plain", "'90s jacket", "a=b", "size 4-6", " blouse", "don't"]


@pytest.mark.parametrize("text", FORMULAS)
def test_what_a_spreadsheet_would_run_begins_with_an_apostrophe(text: str) -> None:
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", HARMLESS)
def test_what_it_would_not_run_is_left_alone(text: str) -> None:
    assert guarded(text) == text


@pytest.mark.parametrize("text", [*FORMULAS, *HARMLESS, "'=1", "''=1", "' =1"])
def test_the_guard_is_undone_exactly(text: str) -> None:
    assert unguarded(guarded(text)) == text


def test_a_spreadsheet_that_parts_at_semicolons_finds_no_formula_either() -> None:
    written = io.StringIO(newline="")
    write_rows(written, [["red;=1+1", 'a "quoted" one', "two\nlines", ""]])
    assert next(csv.reader(io.StringIO(written.getvalue(), newline=""))) == [
        "red;=1+1", 'a "quoted" one', "two\nlines", "",
    ]  # fmt: skip
    assert next(csv.reader(io.StringIO(written.getvalue(), newline=""), delimiter=";"))[0].startswith("red;=1+1")
