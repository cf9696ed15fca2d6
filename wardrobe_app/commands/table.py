"""Export the garments as a table for a spreadsheet, and import one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from wardrobe_app import startup
from wardrobe_app.commands.shared import AsJson, DryRun, answer, fail, plain, say
from wardrobe_app.domain.records.spreadsheet import RowOutcome, SpreadsheetReport
from wardrobe_app.services.spreadsheet.reader import table_file
from wardrobe_app.services.spreadsheet.service import Marks


def export_table(
    output: Annotated[Path, typer.Option("--output", "-o", help="The CSV file to write.", show_default=False)],
    semicolons: Annotated[
        bool, typer.Option("--semicolons", help="Use semicolons and decimal commas, as some spreadsheets expect.")
    ] = False,
) -> None:
    """Export the garments to a CSV file for a spreadsheet, one row per garment."""
    report = startup.build().spreadsheet.export(output, Marks.SEMICOLONS if semicolons else Marks.COMMAS)
    say(f"{report.path}: {report.garments} garments, {report.bytes} bytes")


def import_table(
    file: Annotated[Path, typer.Argument(help="A CSV file: an edited export or your own list.")],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Update garments from a CSV file. Each row is changed, unchanged, or refused with the reason."""
    table, data = startup.build().spreadsheet, table_file(file)
    report = (table.preview if dry_run else table.apply)(data)
    rows = [{"outcome": row.outcome, **plain(row)} for row in report.rows]
    value = {"file": file, "dry_run": dry_run, "notes": report.notes, "rows": rows}
    answer(as_json, value, _lines(report, dry_run))
    for row in report.rows:
        if row.outcome is RowOutcome.REFUSED:
            fail(f"row {row.row}: {row.title or 'refused'}: {'; '.join(one.text for one in row.problems)}")


def _lines(report: SpreadsheetReport, dry_run: bool) -> Iterator[str]:
    for row in report.rows:
        if row.outcome is not RowOutcome.REFUSED:
            where = f"row {row.row}: {row.title}"
            yield from (f"{where}: {one.column}: {one.before or '-'} -> {one.after or '-'}" for one in row.changes)
            yield from (f"{where}: {remark}" for remark in row.remarks)
    yield from report.notes
    counts = ", ".join(f"{report.count(outcome)} {outcome}" for outcome in RowOutcome)
    yield f"{counts}{' (nothing was written)' if dry_run else ''}."
