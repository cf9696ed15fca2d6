"""Export the garments as a CSV file for a spreadsheet, and import an edited one."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Final

from db.unit_of_work import UnitOfWork, Units
from wardrobe_app.domain.days import OF_THE_COMPUTER, Days
from wardrobe_app.domain.errors import InvalidEdit
from wardrobe_app.domain.garments.garment import Garment, TagKind
from wardrobe_app.domain.garments.vocabulary import Vocabulary
from wardrobe_app.domain.records.spreadsheet import CellProblem, RowResult, SpreadsheetReport
from wardrobe_app.services.catalogue.amounts import decimal_mark
from wardrobe_app.services.catalogue.change_set import ChangeSet, undo
from wardrobe_app.services.catalogue.photo_matching import PhotoIndex, photo_code
from wardrobe_app.services.spreadsheet.cell_values import day_order
from wardrobe_app.services.spreadsheet.reader import Column, Row, Sheet, read_sheet
from wardrobe_app.services.spreadsheet.row_matching import BETWEEN_PHOTOS, garment_of, version_of
from wardrobe_app.services.spreadsheet.row_plan import TAGS, TEXTS, Known, RowPlan, planned, shown
from wardrobe_app.services.storage.atomic_files import write_whole
from wardrobe_app.services.storage.csv_cells import kept, write_rows


class Marks(StrEnum):
    """The separator of cells; with semicolons, amounts have a decimal comma."""

    COMMAS = "commas"
    SEMICOLONS = "semicolons"


@dataclass(frozen=True, slots=True)
class SpreadsheetWritten:
    """A table that was written: where, how many garments, how many bytes."""

    path: Path
    garments: int
    bytes: int


class Spreadsheet:
    """The table of all garments outside the trash."""

    def __init__(
        self,
        uow_factory: Units,
        choices: Callable[[TagKind], tuple[str, ...]],
        currency: Callable[[], str | None] = lambda: None,
        days: Days = OF_THE_COMPUTER,
    ) -> None:
        """``choices`` are the values that a tag of a kind, other than the type, can have; prices are in ``currency()``,
        an ISO 4217 code or None; ``days`` are the owner's."""
        self._uow = uow_factory
        self._choices = choices
        self._currency = currency
        self._days = days

    def export_bytes(self, marks: Marks = Marks.COMMAS, days: Days | None = None) -> bytes:
        """Return the table as a file: UTF-8 with a byte order mark, one row a garment, also archived ones.

        ``days`` are those of the owner, where they cannot be found out while it is made.
        """
        return self._written(marks, days or self._days)[0]

    def export(self, path: Path, marks: Marks = Marks.COMMAS) -> SpreadsheetWritten:
        """Write the table to ``path``; an existing file is replaced only once all is written.

        Raises:
            ExportFailed: it could not be written; an older file stays unchanged.
        """
        data, garments = self._written(marks, self._days)
        write_whole(path, data)
        return SpreadsheetWritten(path, garments, len(data))

    def preview(self, data: bytes) -> SpreadsheetReport:
        """Return what ``apply`` would do; nothing is changed.

        Raises:
            SpreadsheetRefused: it is not a table that can be read.
        """
        sheet = read_sheet(data)
        with self._uow() as uow:
            return _report(sheet, self._plans(uow, sheet))

    def apply(self, data: bytes) -> SpreadsheetReport:
        """Import every valid row, in one transaction; the others are refused with their reasons.

        Raises:
            SpreadsheetRefused: it is not a table that can be read.
            StorageFailed: the database failed; nothing was changed.
        """
        sheet = read_sheet(data)
        with self._uow() as uow:  # the slow part, during which others may write
            plans, looked_at = self._plans(uow, sheet), uow.revision()
        with self._uow(writing=True) as uow:
            if uow.revision() != looked_at:
                plans = self._plans(uow, sheet)
            changes = {plan.result.item_id: plan.values for plan in plans if plan.result.item_id and plan.values}
            done = ChangeSet(changes).apply(uow)
            uow.commit()
        return replace(_report(sheet, plans), undo=partial(undo, self._uow, done) if changes else None)

    def _plans(self, uow: UnitOfWork, sheet: Sheet) -> list[RowPlan]:
        index = PhotoIndex(uow.garments.all(include_archived=True))
        dates = sheet.column(Column.PURCHASED_ON) + sheet.column(Column.ADDED_ON)
        currency = self._currency()
        mark = decimal_mark(sheet.column(Column.PRICE), sheet.currency or currency)
        known = Known(uow.vocabulary, self._choices, day_order(dates), mark, currency, sheet.currency, self._days)
        seen: dict[int, int] = {}
        return [_plan(row, index, known, seen) for row in sheet.rows]

    def _written(self, marks: Marks, days: Days) -> tuple[bytes, int]:
        with self._uow() as uow:
            garments, vocabulary = uow.garments.all(include_archived=True), uow.vocabulary
        text = io.StringIO(newline="")
        semicolons = marks is Marks.SEMICOLONS
        currency = self._currency()
        price = f"{Column.PRICE.value} ({currency})" if currency else Column.PRICE.value
        rows = [[price if column is Column.PRICE else column.value for column in Column]]
        for garment in garments:
            cells = _cells(garment, vocabulary, days)
            if semicolons:
                cells[Column.PRICE] = cells[Column.PRICE].replace(".", ",")
            rows.append([cells[column] for column in Column])
        write_rows(text, rows, ";" if semicolons else ",")
        return text.getvalue().encode("utf-8-sig"), len(garments)


def _plan(row: Row, index: PhotoIndex, known: Known, seen: dict[int, int]) -> RowPlan:
    """Plan a row; ``seen`` has the row of each garment so far."""
    try:
        garment = garment_of(row, index)
    except InvalidEdit as error:
        at = next((column for column in _IDENTIFYING if row.cells.get(column)), None)
        problem = CellProblem(at.value if at else "", row.cells[at] if at else "", str(error))
        named = row.cells.get(Column.NAME) or row.cells.get(Column.PHOTO, "")
        return RowPlan(RowResult(row.number, None, named[:200], problems=(problem,)))
    if garment.id in seen:
        problem = CellProblem("", "", f"row {seen[garment.id]} is about the same garment; leave one of them out")
        return RowPlan(RowResult(row.number, garment.id, garment.title, problems=(problem,)))
    seen[garment.id] = row.number
    return planned(row, garment, known)


_IDENTIFYING: Final = (Column.ID, Column.PHOTO_CODE, Column.PHOTO)


def _report(sheet: Sheet, plans: Sequence[RowPlan]) -> SpreadsheetReport:
    notes = []
    if sheet.unknown:
        notes.append(f"Unknown columns, ignored: {', '.join(f'“{name[:40]}”' for name in sheet.unknown[:12])}.")
    if Column.ID in sheet.columns and Column.VERSION not in sheet.columns:
        notes.append(f"Without the column “{Column.VERSION}”, changes made here since the export cannot be detected.")
    return SpreadsheetReport(tuple(plan.result for plan in plans), tuple(notes))


def _cells(garment: Garment, vocabulary: Vocabulary, days: Days) -> dict[Column, str]:
    cells = {column: shown(getattr(garment, column.value.replace(" ", "_"))) for column in TEXTS}
    for column, kind in TAGS.items():
        value = garment.value(kind)
        cells[column] = vocabulary.label(value) if kind is TagKind.TYPE and value else ", ".join(garment.values(kind))
    cells |= {
        Column.CONDITION: shown(garment.condition),
        Column.STATUS: shown(garment.status),
        Column.PHOTO: BETWEEN_PHOTOS.join(photo.filename for photo in garment.photos),
    }
    cells = {column: kept(text) for column, text in cells.items()}
    price: Decimal | None = garment.price
    return cells | {
        Column.ID: str(garment.id),
        Column.PRICE: shown(price),
        Column.PURCHASED_ON: garment.purchased_on.isoformat() if garment.purchased_on else "",
        Column.QUANTITY: str(garment.quantity),
        Column.FAVOURITE: shown(garment.favourite),
        Column.ARCHIVED: shown(garment.archived_at is not None),
        Column.ADDED_ON: days.of(garment.added_at).isoformat() if garment.added_at else "",
        Column.PHOTO_CODE: photo_code(garment.photos[0]) if garment.photos else "",
        Column.VERSION: version_of(garment),
    }
