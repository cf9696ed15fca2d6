"""Read a CSV file from any program and any country."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from wardrobe_app.domain.errors import SpreadsheetRefused

MOST_BYTES: Final = 32 * 1024 * 1024
MOST_ROWS: Final = 100_000
MOST_COLUMNS: Final = 500
_MARKS: Final = ",;\t|"
_BOMS: Final = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_SAVE: Final = "In the spreadsheet, save it as “CSV UTF-8” and try again."
_WORKBOOKS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


class Column(StrEnum):
    """The columns of the table; the value is the heading."""

    ID = "id"
    NAME = "name"
    TYPE = "type"
    COLOUR = "colour"
    PATTERN = "pattern"
    SLEEVE = "sleeve"
    SEASON = "season"
    OCCASION = "occasion"
    GENDER = "gender"
    BRAND = "brand"
    SIZE = "size"
    PRICE = "price"
    PURCHASED_ON = "purchased on"
    QUANTITY = "quantity"
    CONDITION = "condition"
    STATUS = "status"
    LENT_TO = "lent to"
    FAVOURITE = "favourite"
    ARCHIVED = "archived"
    NOTES = "notes"
    ADDED_ON = "added on"
    PHOTO = "photo"
    PHOTO_CODE = "photo code"
    VERSION = "version"


_ALSO: Final[dict[str, Column]] = {
    "photos": Column.PHOTO, "photo file": Column.PHOTO, "photo files": Column.PHOTO, "file": Column.PHOTO,
    "file name": Column.PHOTO, "filename": Column.PHOTO, "image": Column.PHOTO, "picture": Column.PHOTO,
    "color": Column.COLOUR, "sleeves": Column.SLEEVE, "for": Column.GENDER, "count": Column.QUANTITY,
    "bought on": Column.PURCHASED_ON, "purchase date": Column.PURCHASED_ON, "favorite": Column.FAVOURITE,
}  # fmt: skip
_PRICE_IN: Final = re.compile(rf"{Column.PRICE} ?[(\[]([a-z]{{3}})[)\]]")
_HEADINGS: Final[Mapping[str, Column]] = {**_ALSO, **{column.value: column for column in Column}}


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its number in the spreadsheet (headings are row 1), its cells, and how many cells have no heading."""

    number: int
    cells: Mapping[Column, str]
    nameless: int = 0


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows that are not empty, the known columns, and the unknown headings.

    ``currency`` is the ISO 4217 code that the heading of prices names, as in "price (EUR)".
    """

    rows: tuple[Row, ...]
    columns: frozenset[Column]
    unknown: tuple[str, ...]
    currency: str | None = None

    def column(self, name: Column) -> list[str]:
        """The cells of one column."""
        return [row.cells[name] for row in self.rows if name in row.cells]


def read_sheet(data: bytes) -> Sheet:
    """Read the content of a file.

    UTF-8 with or without a byte order mark, UTF-16 with one, otherwise Windows-1252; cells are separated by commas,
    semicolons, tabs or bars.

    Raises:
        SpreadsheetRefused: it is too large, not a CSV file, damaged, or has no known heading.
    """
    records = _records(_decoded(data))
    number, headings = _headings(records)
    columns = _columns(headings)
    rows = [_row(at, record, columns) for at, record in enumerate(records[number + 1 :], number + 2)]
    unknown = tuple(heading.strip() for heading in headings if heading.strip() and _named(heading) is None)
    found = frozenset(column for column in columns if column is not None)
    filled = tuple(row for row in rows if row.nameless or any(row.cells.values()))
    return Sheet(filled, found, unknown, next(filter(None, map(_currency, headings)), None))


def table_file(path: Path) -> bytes:
    """Read a file on this computer, for ``read_sheet``.

    Raises:
        SpreadsheetRefused: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise SpreadsheetRefused(f"{path} cannot be read: {error.strerror or error}.") from error


def _decoded(data: bytes) -> str:
    if len(data) > MOST_BYTES:
        raise SpreadsheetRefused(
            f"This file is too large for a table of garments: more than {MOST_BYTES // 1024**2} MB."
        )
    if data.startswith(_WORKBOOKS):
        raise SpreadsheetRefused(f"This is a workbook, not a CSV file. {_SAVE}")
    encodings = next(([name] for mark, name in _BOMS if data.startswith(mark)), ["utf-8", "cp1252"])
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise SpreadsheetRefused(f"This file is not readable text. {_SAVE}")


def _records(text: str) -> list[list[str]]:
    """The cells of every line, with the separator that gives the first line the most known headings."""
    declared = re.match(r"sep=(.)\r?\n", text)  # a first line that tells Excel the separator
    if declared:
        # Kept as an empty line, so that row numbers are those of the spreadsheet.
        return _split("\n" + text[declared.end() :], declared[1])
    first = next((line for line in text.splitlines() if line.strip()), "")
    known = {mark: sum(_named(cell) is not None for cell in first.split(mark)) for mark in _MARKS}
    return _split(text, max(_MARKS, key=lambda mark: (known[mark], first.count(mark))))


def _split(text: str, mark: str) -> list[list[str]]:
    records: list[list[str]] = []
    try:
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True):
            records.append(record)
            if len(records) > MOST_ROWS + 1:
                raise SpreadsheetRefused(f"This table has more than {MOST_ROWS} rows. Import it in parts.")
    except (csv.Error, TypeError) as error:
        raise SpreadsheetRefused(
            f"Row {len(records) + 1} cannot be read ({error}); perhaps a quotation mark is not closed."
        ) from error
    return records


def _headings(records: list[list[str]]) -> tuple[int, list[str]]:
    at = next((at for at, record in enumerate(records) if any(cell.strip() for cell in record)), None)
    if at is None:
        raise SpreadsheetRefused("This table is empty.")
    if len(records[at]) > MOST_COLUMNS:
        raise SpreadsheetRefused(f"This table has more than {MOST_COLUMNS} columns.")
    known = [column for column in map(_named, records[at]) if column is not None]
    if not known:
        raise SpreadsheetRefused(
            "The first row names no known column, such as “id”, “photo” or “price”. Export the table "
            "once to see them all."
        )
    if twice := [column.value for column in Column if known.count(column) > 1]:
        raise SpreadsheetRefused(f"The column “{twice[0]}” appears more than once.")
    return at, records[at]


def _columns(headings: list[str]) -> list[Column | None]:
    return [_named(heading) for heading in headings]


def _named(heading: str) -> Column | None:
    words = _words(heading)
    return Column.PRICE if _PRICE_IN.fullmatch(words) else _HEADINGS.get(words)


def _currency(heading: str) -> str | None:
    found = _PRICE_IN.fullmatch(_words(heading))
    return found[1].upper() if found else None


def _words(heading: str) -> str:
    return re.sub(r"[\s_]+", " ", heading.strip().strip('"')).casefold()


def _row(number: int, record: list[str], columns: list[Column | None]) -> Row:
    given = [cell.strip() for cell in record] + [""] * (len(columns) - len(record))
    cells = {column: cell for column, cell in zip(columns, given, strict=False) if column is not None}
    return Row(number, cells, sum(bool(cell) for cell in given[len(columns) :]))
