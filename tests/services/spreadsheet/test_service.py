from __future__ import annotations

import csv
import io
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from tests.services.support.stored import Factory, stored
from tests.support.garments import NOON, garment, tag
from wardrobe_app.config import Settings
from wardrobe_app.domain.days import Days
from wardrobe_app.domain.errors import ChangedElsewhere, SpreadsheetRefused
from wardrobe_app.domain.garments.garment import Condition, Garment, TagKind, TagSource
from wardrobe_app.domain.garments.photos import PhotoPrediction
from wardrobe_app.domain.records.spreadsheet import RowOutcome, RowResult, SpreadsheetReport
from wardrobe_app.services.spreadsheet import reader
from wardrobe_app.services.spreadsheet.service import Marks, Spreadsheet

CHOICES = {TagKind.COLOUR: ("teal", "pink", "navy"), TagKind.PATTERN: ("solid", "striped")}
NASTY = 'aunt\'s "best", =1+1; 👗'
Edit = Callable[[list[dict[str, str]]], object]


@pytest.fixture
def factory(settings: Settings) -> Factory:
    made = stored(settings, [garment(1), garment(2, "Blouse", "navy"), garment(3, "Jeans", "navy")])
    with made(writing=True) as uow:
        fields = {"name": NASTY, "brand": "=Zara", "size": "10-12", "notes": "@home,\n=1+1", "favourite": True}
        uow.garments.change([1], {**fields, "price": Decimal("1234.50"), "purchased_on": date(2024, 3, 1)})
        uow.commit()
    return made


@pytest.fixture
def table(factory: Factory) -> Spreadsheet:
    return Spreadsheet(factory, lambda kind: CHOICES.get(kind, ()))


def rows_of(data: bytes, mark: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=mark))


def written(rows: list[dict[str, str]], mark: str = ",", encoding: str = "utf-8-sig") -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=mark)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def edited(table: Spreadsheet, *cells: tuple[int, str, str]) -> bytes:
    rows = rows_of(table.export_bytes())
    for item_id, column, value in cells:
        rows[item_id - 1][column] = value
    return written(rows)


def all_of(factory: Factory) -> tuple[Garment, ...]:
    with factory() as uow:
        return uow.garments.all(include_archived=True)


def one(factory: Factory, item_id: int) -> Garment:
    return all_of(factory)[item_id - 1]


def told(row: RowResult) -> str:
    return " ".join(problem.text for problem in row.problems)


def reason(report: SpreadsheetReport, row: int) -> str:
    return told(next(result for result in report.rows if result.row == row))


def only(report: SpreadsheetReport) -> RowResult:
    (row,) = report.rows
    return row


@pytest.mark.parametrize("marks", list(Marks))
def test_a_table_that_was_not_touched_changes_nothing(table: Spreadsheet, factory: Factory, marks: Marks) -> None:
    before = all_of(factory)
    report = table.apply(table.export_bytes(marks))
    assert [row.outcome for row in report.rows] == [RowOutcome.UNCHANGED] * 3
    assert report.undo is None
    assert all_of(factory) == before


def test_the_table_has_one_row_a_garment_with_what_people_read(table: Spreadsheet) -> None:
    first, second, _ = rows_of(table.export_bytes())
    assert table.export_bytes().startswith(b"\xef\xbb\xbf")
    assert first["type"] == "T-shirt"
    assert (first["price"], first["purchased on"], first["favourite"]) == ("1234.50", "2024-03-01", "yes")
    assert (second["name"], second["price"], second["quantity"], second["archived"]) == ("", "", "1", "no")
    assert second["photo"] == "IMG_0002.jpg"


def test_amounts_have_a_decimal_comma_where_cells_stand_between_semicolons(table: Spreadsheet) -> None:
    assert rows_of(table.export_bytes(Marks.SEMICOLONS), ";")[0]["price"] == "1234,50"


def test_no_cell_is_run_or_turned_into_a_date_by_a_spreadsheet(table: Spreadsheet) -> None:
    first = rows_of(table.export_bytes())[0]
    assert (first["brand"], first["size"]) == ("'=Zara", "'10-12")
    cells = [cell for row in rows_of(table.export_bytes()) for cell in row.values()]
    assert not [cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@"))]


def test_what_was_edited_is_taken_over_and_told_and_can_be_taken_back(table: Spreadsheet, factory: Factory) -> None:
    before = all_of(factory)
    data = edited(
        table,
        (2, "name", "Sunday blouse"),
        (2, "price", "19,90"),
        (2, "purchased on", "31.12.2024"),
        (2, "type", "polo shirt"),
        (2, "colour", "Teal"),
        (2, "condition", "GOOD"),
        (3, "archived", "ja"),
        (1, "price", ""),
    )
    preview = table.preview(data)
    assert all_of(factory) == before
    report = table.apply(data)
    assert report.rows == preview.rows
    assert {change.column for change in report.rows[1].changes} == {
        "name", "price", "purchased on", "type", "colour", "condition"
    }  # fmt: skip
    changed = one(factory, 2)
    assert (changed.name, changed.price, changed.purchased_on) == (
        "Sunday blouse",
        Decimal("19.90"),
        date(2024, 12, 31),
    )
    assert (changed.type_label, changed.colour, changed.condition) == ("Polo shirt", "teal", Condition.GOOD)
    assert changed.tags[TagKind.COLOUR].source is TagSource.PERSON
    assert one(factory, 3).archived_at is not None
    assert one(factory, 1).price is None
    assert report.undo is not None
    report.undo()
    assert all_of(factory) == before


def test_taking_back_overwrites_nothing_that_was_changed_since(table: Spreadsheet, factory: Factory) -> None:
    report = table.apply(edited(table, (2, "name", "Blouse")))
    with factory(writing=True) as uow:
        uow.garments.change([2], {"name": "Another"})
        uow.commit()
    assert report.undo is not None
    with pytest.raises(ChangedElsewhere):
        report.undo()
    assert one(factory, 2).name == "Another"


def test_an_edit_of_a_garment_that_changed_since_the_export_is_refused(table: Spreadsheet, factory: Factory) -> None:
    data = edited(table, (2, "name", "From the table"))
    with factory(writing=True) as uow:
        uow.garments.change([2, 3], {"notes": "written here meanwhile"})
        uow.commit()
    report = table.apply(data)
    assert "changed since this file was exported" in reason(report, 3)
    assert one(factory, 2).name == ""
    # What it says of the third is what it said, and not what the garment says now: that is no edit to lose either.
    assert "changed since" in reason(report, 4)
    assert one(factory, 3).notes == "written here meanwhile"


def test_what_a_model_said_before_does_not_become_the_owners_word(table: Spreadsheet, factory: Factory) -> None:
    data = table.export_bytes()
    with factory(writing=True) as uow:
        (photo,) = one(factory, 2).photos
        seen = PhotoPrediction("fake 2", (tag(TagKind.TYPE, "Skirt"),), (), np.ones(1, np.float32))
        uow.garments.set_prediction(2, {photo.id: seen})
        uow.commit()
    assert "changed since" in reason(table.apply(data), 3)
    assert one(factory, 2).type == "Skirt"


def test_the_same_file_can_be_imported_twice(table: Spreadsheet) -> None:
    data = edited(table, (2, "name", "Sunday blouse"))
    table.apply(data)
    assert {row.outcome for row in table.apply(data).rows} == {RowOutcome.UNCHANGED}


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("price", "cheap", "19.90 or 19,90"),
        ("price", "12,345,6", "19.90"),
        ("purchased on", "yesterday", "2025-03-01"),
        ("purchased on", "31.02.2024", "no such day"),
        ("purchased on", "2099-01-01", "today"),
        ("purchased on", "03/04/2024", "2025-03-01"),
        ("quantity", "0", "at least one"),
        ("quantity", "two", "whole number"),
        ("favourite", "perhaps", "yes or no"),
        ("condition", "goood", "did you mean good"),
        ("type", "Blose", "Blouse"),
        ("colour", "purpel", "teal, pink, navy"),
        ("name", "x" * 201, "too long"),
        ("id", "99", "no such garment"),
        ("id", "first", "whole number"),
        ("photo code", "pffffffffffff", "another photo"),
    ],
)
def test_a_row_that_is_not_in_order_is_refused_with_column_value_and_what_is_allowed(
    table: Spreadsheet, factory: Factory, column: str, value: str, words: str
) -> None:
    before = all_of(factory)
    data = edited(table, (2, column, value), (2, "notes", "new"), (3, "notes", "fine"))
    report = table.apply(data)
    assert words in reason(report, 3)
    refused = report.rows[1]
    assert (refused.row, refused.outcome) == (3, RowOutcome.REFUSED)
    if column != "photo code":
        assert (refused.problems[0].column, refused.problems[0].value) == (column, value)
    assert one(factory, 2) == before[1]
    assert one(factory, 3).notes == "fine"


def test_an_amount_with_two_readings_is_refused_with_both_of_them(table: Spreadsheet, factory: Factory) -> None:
    report = table.apply(b"photo,price\nIMG_0002.jpg,1.500\nIMG_0003.jpg,5\n")
    assert report.rows[0].outcome is RowOutcome.REFUSED
    assert "1.50 or 1500.00" in reason(report, 2)
    assert (one(factory, 2).price, one(factory, 3).price) == (None, Decimal(5))


def test_the_other_amounts_of_a_table_tell_how_one_is_meant(table: Spreadsheet, factory: Factory) -> None:
    table.apply(b"photo;price\nIMG_0002.jpg;1.500\nIMG_0003.jpg;19,90\n")
    assert (one(factory, 2).price, one(factory, 3).price) == (Decimal(1500), Decimal("19.90"))


def test_amounts_of_a_table_are_in_the_chosen_currency(factory: Factory) -> None:
    rupiah = Spreadsheet(factory, lambda kind: (), lambda: "IDR")
    report = rupiah.apply(b"photo;price\nIMG_0001.jpg;1.500\nIMG_0002.jpg;Rp 2.500.000\nIMG_0003.jpg;5 USD\n")
    assert [one(factory, item).price for item in (1, 2, 3)] == [Decimal(1500), Decimal(2_500_000), None]
    assert "IDR" in reason(report, 4)


def test_every_problem_of_a_row_is_told_at_once(table: Spreadsheet) -> None:
    report = table.preview(edited(table, (2, "price", "x"), (2, "quantity", "y"), (2, "type", "z")))
    assert [problem.column for problem in report.rows[1].problems] == ["type", "price", "quantity"]


def test_an_own_list_finds_its_garments_by_the_photos_name_and_empties_nothing(
    table: Spreadsheet, factory: Factory
) -> None:
    data = "Photo;Brand;Price;Shop\r\nimg_0001.JPG;;99,00 €;Corner\r\nC:\\pictures\\IMG_0002;Muji;;\r\n"
    report = table.apply(data.encode("cp1252"))
    assert [row.outcome for row in report.rows] == [RowOutcome.CHANGED] * 2
    assert (one(factory, 1).brand, one(factory, 1).price) == ("=Zara", Decimal("99.00"))
    assert one(factory, 2).brand == "Muji"
    assert "“Shop”" in report.notes[0]


def test_a_row_without_a_photo_here_says_what_to_do(table: Spreadsheet) -> None:
    report = table.preview(b"photo,name\nnew.jpg,New coat\n,Nothing\n")
    assert all("add the photo first" in told(row) for row in report.rows)
    assert report.rows[0].problems[0].value == "new.jpg"


def test_a_photo_that_several_garments_have_is_refused_with_their_ids(factory: Factory, settings: Settings) -> None:
    made = stored(Settings(data_dir=settings.data_dir / "more"), [garment(n, filename="same.jpg") for n in (1, 2)])
    report = Spreadsheet(made, lambda kind: ()).preview(b"photo,name\nsame.jpg,x\n")
    assert "(1, 2)" in told(only(report))


def test_two_rows_about_one_garment_are_not_both_taken(table: Spreadsheet) -> None:
    report = table.preview(b"photo,name\nIMG_0001.jpg,x\nIMG_0001.jpg,y\n")
    assert [row.outcome for row in report.rows] == [RowOutcome.CHANGED, RowOutcome.REFUSED]
    assert "row 2" in told(report.rows[1])


def test_an_id_alone_does_not_tell_that_it_is_the_same_wardrobe(table: Spreadsheet) -> None:
    assert "photo code" in told(only(table.preview(b"id,name\n1,x\n")))
    assert table.preview(b"id,photo,name\n1,IMG_0001.jpg,x\n").count(RowOutcome.CHANGED) == 1
    assert "another photo" in told(only(table.preview(b"id,photo,name\n1,IMG_0002.jpg,x\n")))


def test_an_emptied_tag_takes_back_the_owners_word_and_never_the_models(table: Spreadsheet, factory: Factory) -> None:
    table.apply(edited(table, (2, "colour", "teal")))
    rows = rows_of(table.export_bytes())
    rows[0]["colour"] = rows[1]["colour"] = ""
    report = table.apply(written(rows))
    assert [row.outcome for row in report.rows] == [RowOutcome.UNCHANGED, RowOutcome.CHANGED, RowOutcome.UNCHANGED]
    assert (one(factory, 1).colour, one(factory, 2).colour) == ("pink", "navy")


def test_what_a_table_cannot_change_is_said_and_left(table: Spreadsheet) -> None:
    row = table.preview(edited(table, (1, "added on", "2001-01-01"))).rows[0]
    assert row.outcome is RowOutcome.UNCHANGED
    assert "added on" in row.remarks[0]


def test_columns_may_be_left_out_and_come_in_any_order(table: Spreadsheet, factory: Factory) -> None:
    rows = [{"price": "5", "id": row["id"], "photo code": row["photo code"]} for row in rows_of(table.export_bytes())]
    report = table.apply(written(rows))
    assert report.count(RowOutcome.CHANGED) == 3
    assert "version" in report.notes[0]
    assert one(factory, 1).brand == "=Zara"


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [(",", "utf-8"), (";", "utf-8-sig"), ("\t", "utf-16"), (";", "cp1252"), ("|", "utf-8")],
)
def test_what_spreadsheets_write_in_other_countries_is_read(
    table: Spreadsheet, factory: Factory, mark: str, encoding: str
) -> None:
    rows = [
        {"id": row["id"], "photo code": row["photo code"], "version": row["version"], "notes": "größer\nals “das”"}
        for row in rows_of(table.export_bytes())
    ]
    assert table.apply(written(rows, mark, encoding)).count(RowOutcome.CHANGED) == 3
    assert one(factory, 3).notes == "größer\nals “das”"


def test_the_first_line_by_which_excel_is_told_the_mark_is_read_too(table: Spreadsheet) -> None:
    row = only(table.preview(b"sep=;\r\nphoto;name\r\nIMG_0001.jpg;x\r\n"))
    assert (row.row, row.outcome) == (3, RowOutcome.CHANGED)


def test_a_row_counts_as_the_spreadsheet_counts_it(table: Spreadsheet) -> None:
    report = table.preview(b'photo,notes\nIMG_0001.jpg,"two\nlines"\n,\nIMG_0002.jpg,x\n')
    assert [row.row for row in report.rows] == [2, 4]


def test_cells_beyond_the_headings_are_refused(table: Spreadsheet) -> None:
    assert "more cells" in told(only(table.preview(b"photo,name\nIMG_0001.jpg,Smith, the second\n")))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"\n\n,,\n", "empty"),
        (b"PK\x03\x04rest", "workbook"),
        (b"\xd0\xcf\x11\xe0rest", "workbook"),
        (b"a,b\n1,2\n", "no known column"),
        (b"id,photo,photo\n", "more than once"),
        (b'photo,name\nIMG_0001.jpg,"open\n', "quotation mark"),
        (b"photo,name\nIMG_0001.jpg,a\x00b\n", "readable text"),
        (b"\x81\x8d\x8f", "readable text"),
        (b"photo\n" + b"x" * 200_000, "cannot be read"),
        (b"photo," + b"," * 600, "columns"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_a_sentence(table: Spreadsheet, data: bytes, words: str) -> None:
    with pytest.raises(SpreadsheetRefused, match=words):
        table.preview(data)


def test_a_table_has_a_largest_size(table: Spreadsheet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MOST_ROWS", 3)
    assert len(table.preview(b"photo\n" + b"x\n" * 3).rows) == 3
    with pytest.raises(SpreadsheetRefused, match="more than 3 rows"):
        table.preview(b"photo\n" + b"x\n" * 4)
    monkeypatch.setattr(reader, "MOST_BYTES", 10)
    with pytest.raises(SpreadsheetRefused, match="too large"):
        table.preview(b"photo\n" + b"x\n" * 3)


def test_a_table_is_written_whole_to_a_file(table: Spreadsheet, tmp_path: Path) -> None:
    report = table.export(tmp_path / "garments.csv")
    assert (report.garments, report.bytes) == (3, (tmp_path / "garments.csv").stat().st_size)
    assert [path.name for path in tmp_path.glob("*.part")] == []


def test_the_heading_of_prices_names_the_chosen_currency_and_is_read_again(factory: Factory) -> None:
    before = all_of(factory)
    euros = Spreadsheet(factory, lambda kind: (), lambda: "EUR")
    data = euros.export_bytes()
    assert rows_of(data)[0]["price (EUR)"] == "1234.50"
    assert {row.outcome for row in euros.apply(data).rows} == {RowOutcome.UNCHANGED}
    assert all_of(factory) == before


def test_prices_of_a_column_in_another_currency_are_refused_where_they_would_change_one(factory: Factory) -> None:
    data = Spreadsheet(factory, lambda kind: (), lambda: "EUR").export_bytes()
    rows = rows_of(data)
    rows[1]["price (EUR)"] = "5"
    report = Spreadsheet(factory, lambda kind: (), lambda: "USD").apply(written(rows))
    assert [row.outcome for row in report.rows] == [RowOutcome.UNCHANGED, RowOutcome.REFUSED, RowOutcome.UNCHANGED]
    assert one(factory, 2).price is None
    bare = Spreadsheet(factory, lambda kind: ()).apply(written(rows))
    assert bare.count(RowOutcome.CHANGED) == 1
    assert one(factory, 2).price == Decimal(5)


@pytest.mark.parametrize(("heading", "price"), [("Price (JPY)", "1500"), ("price[jpy]", "1500")])
def test_the_currency_in_a_heading_tells_how_amounts_are_meant(factory: Factory, heading: str, price: str) -> None:
    Spreadsheet(factory, lambda kind: ()).apply(f"photo;{heading}\nIMG_0002.jpg;1.500\n".encode())
    assert one(factory, 2).price == Decimal(price)


def test_cells_say_types_and_the_rest_in_everyday_words(table: Spreadsheet, factory: Factory) -> None:
    everything = Spreadsheet(
        factory, lambda kind: ("grey", "pink", "navy") if kind is TagKind.COLOUR else ("solid", "striped")
    )
    report = everything.apply(edited(table, (1, "type", "Jumpers"), (2, "colour", "Gray"), (3, "pattern", "plain")))
    assert [row.problems for row in report.rows] == [(), (), ()]
    first, second, third = all_of(factory)
    assert (first.type, second.colour, third.pattern) == ("Sweater", "grey", "solid")


@pytest.mark.parametrize(
    ("said", "name"),
    [("Chinos", "Trousers"), ("Halter top", "Top"), ("Capri trousers", "Capris"), ("Joggers", "Sweatpants")],
)
def test_a_merged_type_of_an_older_table_is_read_as_the_one_it_was_merged_into(
    table: Spreadsheet, factory: Factory, said: str, name: str
) -> None:
    outcomes = [table.apply(edited(table, (1, "type", said))).rows[0].outcome for _ in range(2)]
    assert outcomes == [RowOutcome.CHANGED, RowOutcome.UNCHANGED]
    assert one(factory, 1).type == name


def test_a_word_for_a_value_that_is_not_offered_is_a_problem(table: Spreadsheet, factory: Factory) -> None:
    report = table.apply(edited(table, (1, "colour", "gray")))
    assert "colour" in reason(report, 2)
    assert one(factory, 1).colour == "pink"


def test_a_photo_is_found_by_its_name_however_accents_are_written(settings: Settings) -> None:
    made = stored(settings, [garment(1, filename="re\u0301union.jpg"), garment(2, filename="reunion.jpg")])
    own_list = "photo,name\nréunion.jpg,With\nreunion.jpg,Without\n".encode()
    Spreadsheet(made, lambda kind: ()).apply(own_list)
    assert [garment.name for garment in all_of(made)] == ["With", "Without"]


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "Etc/GMT+12"])
def test_added_on_is_a_day_of_the_owner_and_comes_back_unchanged(factory: Factory, zone: str) -> None:
    there = Spreadsheet(factory, lambda kind: (), days=Days(lambda: ZoneInfo(zone)))
    data = there.export_bytes()
    assert rows_of(data)[0]["added on"] == str(NOON.astimezone(ZoneInfo(zone)).date())
    assert not any(row.remarks for row in there.preview(data).rows)


def test_a_garment_can_be_bought_on_the_day_that_it_is_where_the_owner_is(factory: Factory) -> None:
    late = Days(lambda: ZoneInfo("Pacific/Kiritimati"), lambda: datetime(2025, 1, 1, 10, 30, tzinfo=UTC))
    report = Spreadsheet(factory, lambda kind: (), days=late).apply(
        b"photo,purchased on\nIMG_0002.jpg,2025-01-02\nIMG_0003.jpg,2025-01-03\n"
    )
    assert [row.outcome for row in report.rows] == [RowOutcome.CHANGED, RowOutcome.REFUSED]


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="this system has one time zone for all programs")
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12"])
def test_without_a_browser_days_are_those_of_the_computer(
    table: Spreadsheet, monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    try:
        with monkeypatch.context() as changed:
            changed.setenv("TZ", zone)
            time.tzset()
            assert rows_of(table.export_bytes())[0]["added on"] == str(NOON.astimezone(ZoneInfo(zone)).date())
    finally:
        time.tzset()
