"""Compare a spreadsheet row with its garment: what it changes, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from typing import Any, Final

from wardrobe_app.domain.catalogue.filters import GarmentEdit
from wardrobe_app.domain.catalogue.lexicon import lexicon_of
from wardrobe_app.domain.days import OF_THE_COMPUTER, Days
from wardrobe_app.domain.errors import InvalidEdit
from wardrobe_app.domain.garments import tag_values
from wardrobe_app.domain.garments.availability import AVAILABLE, WORDS, Status
from wardrobe_app.domain.garments.garment import SEVERAL, Condition, Garment, Tag, TagKind, TagSource
from wardrobe_app.domain.garments.vocabulary import Vocabulary
from wardrobe_app.domain.records.spreadsheet import CellChange, CellProblem, RowResult
from wardrobe_app.services.catalogue import validation
from wardrobe_app.services.catalogue.amounts import DecimalMark, read_amount, read_whole_number
from wardrobe_app.services.catalogue.change_set import Values, values_of
from wardrobe_app.services.spreadsheet.cell_values import DayOrder, day, one_of, several_of, yes_or_no
from wardrobe_app.services.spreadsheet.reader import Column, Row
from wardrobe_app.services.spreadsheet.row_matching import version_of
from wardrobe_app.services.storage.csv_cells import given_back

TAGS: Final[Mapping[Column, TagKind]] = {
    Column.TYPE: TagKind.TYPE, Column.COLOUR: TagKind.COLOUR, Column.PATTERN: TagKind.PATTERN,
    Column.SLEEVE: TagKind.SLEEVE, Column.SEASON: TagKind.SEASON, Column.OCCASION: TagKind.OCCASION,
    Column.GENDER: TagKind.GENDER,
}  # fmt: skip
TEXTS: Final = (Column.NAME, Column.BRAND, Column.SIZE, Column.LENT_TO, Column.NOTES)
_STATUSES: Final[Mapping[str, str]] = {
    **{one.value: one.value for one in Status},
    **{said: one for one, said in WORDS.items()},
}
# These cannot be empty.
_ALWAYS_SET: Final = frozenset({Column.QUANTITY, Column.FAVOURITE, Column.ARCHIVED})
_CHANGED_SINCE: Final = "changed since this file was exported; export it again, or look at what it says now"


@dataclass(frozen=True, slots=True)
class Known:
    """What is needed to read a row: the vocabulary, the values of tags, and the notation of the file.

    ``order`` is that of dates with slashes, ``mark`` the decimal separator. Prices of the wardrobe are in
    ``currency``, those of the file in ``priced_in``, where its heading says so. ``days`` are the owner's.
    """

    vocabulary: Vocabulary
    choices: Callable[[TagKind], tuple[str, ...]]
    order: DayOrder | None
    mark: DecimalMark | None = None
    currency: str | None = None
    priced_in: str | None = None
    days: Days = OF_THE_COMPUTER

    def words(self, kind: TagKind) -> dict[str, str]:
        """The words for tags of this kind, with the value of each."""
        if kind is not TagKind.TYPE:
            return {value: value for value in self.choices(kind)}
        names = {name: name for name in self.vocabulary}
        return {**names, **{entry.label: entry.name for entry in self.vocabulary.values()}}


@dataclass(frozen=True, slots=True)
class RowPlan:
    """The result of one row, and the values to write, by field or tag kind."""

    result: RowResult
    values: Values = field(default_factory=dict)


@dataclass
class _Reading:
    row: Row
    garment: Garment
    values: dict[str, Any] = field(default_factory=dict)
    changes: list[CellChange] = field(default_factory=list)
    problems: list[CellProblem] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def change(self, column: Column, before: str, after: str) -> None:
        self.changes.append(CellChange(column.value, before, after))


def planned(row: Row, garment: Garment, known: Known) -> RowPlan:
    """Plan what a row changes about its garment.

    A row with an id was exported here, and an empty cell empties its field; in a list of the owner's own, an empty cell
    changes nothing.
    """
    reading = _Reading(row, garment)
    from_here = bool(row.cells.get(Column.ID))
    for column, cell in row.cells.items():
        if not cell and (column in _ALWAYS_SET or not from_here):
            continue
        try:
            _read(reading, column, given_back(cell).strip(), known)
        except InvalidEdit as error:
            reading.problems.append(CellProblem(column.value, cell, str(error)))
    if row.nameless:
        reading.problems.append(CellProblem("", "", "the row has more cells than there are headings"))
    if reading.changes and not reading.problems:
        reading.problems += _outdated(row, garment)
    changes = () if reading.problems else tuple(reading.changes)
    result = RowResult(row.number, garment.id, garment.title, changes, tuple(reading.problems), tuple(reading.remarks))
    return RowPlan(result, reading.values if changes else {})


def _read(reading: _Reading, column: Column, text: str, known: Known) -> None:
    if column in TAGS:
        _read_tag(reading, column, text, known)
    elif column is Column.ARCHIVED:
        wanted, now = yes_or_no(text), reading.garment.archived_at is not None
        if wanted is not now:
            reading.values["archived_at"] = datetime.now(UTC) if wanted else None
            reading.change(column, shown(now), shown(wanted))
    elif column is Column.ADDED_ON:
        _look_at_added(reading, text, known)
    elif column not in (Column.ID, Column.VERSION, Column.PHOTO, Column.PHOTO_CODE):
        _read_field(reading, column, text, known)


def _read_field(reading: _Reading, column: Column, text: str, known: Known) -> None:
    name = column.value.replace(" ", "_")
    value: Any
    if column in TEXTS:
        # Spreadsheets use one kind of line ending.
        value = text.replace("\r\n", "\n").replace("\r", "\n")
    elif column is Column.FAVOURITE:
        value = yes_or_no(text)
    elif column is Column.QUANTITY:
        value = read_whole_number(text)
    elif not text:
        value = None
    elif column is Column.PRICE:
        value = read_amount(text, known.priced_in or known.currency, known.mark)
    elif column is Column.PURCHASED_ON:
        value = day(text, known.order, known.days.today())
    elif column is Column.STATUS:
        found = one_of(text, _STATUSES, "status")
        value = None if found == AVAILABLE else Status(found)
    else:
        value = Condition(one_of(text, {one.value: one.value for one in Condition}, "condition"))
    if column is not Column.FAVOURITE:
        value = validation.checked(GarmentEdit(**{name: value}))[name]
    current = getattr(reading.garment, name)
    if _plain(current) != _plain(value):
        if column is Column.PRICE and value is not None:
            _require_currency(known)
        reading.values[name] = value
        reading.change(column, shown(current), shown(value))


def _require_currency(known: Known) -> None:
    if known.currency and known.priced_in and known.priced_in != known.currency:
        raise InvalidEdit(f"This column is in {known.priced_in}, and prices here are in {known.currency}.")


def _plain(value: Any) -> Any:
    # White space at the ends and the kind of line ending do not count as edits.
    return value.replace("\r\n", "\n").replace("\r", "\n").strip() if isinstance(value, str) else value


def _read_tag(reading: _Reading, column: Column, text: str, known: Known) -> None:
    kind, garment = TAGS[column], reading.garment
    current, own = garment.tags.get(kind), values_of(garment, [kind])[kind]

    def label(value: str | None) -> str:
        if kind in SEVERAL:
            return tag_values.spoken(value or "", ", ")
        return known.vocabulary.label(value) if kind is TagKind.TYPE and value else value or ""

    if not text:
        if own is not None:
            suggestion = garment.suggestions.get(kind)
            reading.values[kind] = None
            reading.change(column, label(own.value), label(suggestion.value if suggestion else None))
        return
    # A garment's current value stays allowed, even if the vocabulary lost it.
    words = {**known.words(kind), **({label(one): one for one in current.values} if current else {})}
    meant = partial(lexicon_of(known.vocabulary).value_named, kind)
    value = (several_of if kind in SEVERAL else one_of)(text, words, kind.value, meant)
    if current is None or value != current.value:
        reading.values[kind] = Tag(kind, value, TagSource.PERSON)
        reading.change(column, label(current.value if current else None), label(value))


def _look_at_added(reading: _Reading, text: str, known: Known) -> None:
    added = reading.garment.added_at
    try:
        written = day(text, known.order, known.days.today()) if text else None
        same = written is None or (added is not None and written == known.days.of(added))
    except InvalidEdit:
        same = False
    if not same:
        reading.remarks.append(f"“{Column.ADDED_ON}” cannot be changed by a table.")


def _outdated(row: Row, garment: Garment) -> list[CellProblem]:
    written = row.cells.get(Column.VERSION, "")
    return [] if written in ("", version_of(garment)) else [CellProblem("", "", _CHANGED_SINCE)]


def shown(value: Any) -> str:
    """A value as shown in reports and in the table."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Status):
        return WORDS[value.value]
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return "" if value is None else str(value)
