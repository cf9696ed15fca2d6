"""The table of garments for a spreadsheet, and back from one."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from wardrobe_app import startup
from wardrobe_app.commands.shared import AsJson, print_json, reporting, say
from wardrobe_app.domain.records.spreadsheet import RowOutcome, RowResult
from wardrobe_app.services.spreadsheet.reader import table_file
from wardrobe_app.services.spreadsheet.service import Marks


def export_table(
    output: Annotated[Path, typer.Option("--output", "-o", help="The CSV file to write.", show_default=False)],
    semicolons: Annotated[
        bool, typer.Option("--semicolons", help="For spreadsheets that expect semicolons and decimal commas.")
    ] = False,
) -> None:
    """Write the table of garments to a CSV file, one row a garment, for a spreadsheet."""
    with reporting():
        report = startup.build().table.export(output, Marks.SEMICOLONS if semicolons else Marks.COMMAS)
        say(f"{report.path}: {report.garments} garments, {report.bytes} bytes")


def import_table(
    file: Annotated[Path, typer.Argument(help="A CSV file: the exported one, or a list of your own.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would change.")] = False,
    as_json: AsJson = False,
) -> None:
    """Take over what a CSV file says of garments; every row is changed, unchanged, or refused with the reason."""
    with reporting() as failures:
        table, data = startup.build().table, table_file(file)
        report = (table.preview if dry_run else table.bring_in)(data)
        if as_json:
            rows = [_row_json(row) for row in report.rows]
            print_json({"file": str(file), "dry_run": dry_run, "notes": report.notes, "rows": rows})
        for row in report.rows:
            if row.outcome is RowOutcome.REFUSED:
                failures.add(f"row {row.row}: {row.title or 'refused'}: {'; '.join(one.text for one in row.problems)}")
            elif not as_json:
                _tell(row)
        if not as_json:
            for note in report.notes:
                say(note)
            counts = (f"{report.count(outcome)} {outcome.value}" for outcome in RowOutcome)
            say(f"{', '.join(counts)}{' (nothing was written)' if dry_run else ''}.")


def _tell(row: RowResult) -> None:
    for change in row.changes:
        say(f"row {row.row}: {row.title}: {change.column}: {change.before or '-'} -> {change.after or '-'}")
    for remark in row.remarks:
        say(f"row {row.row}: {row.title}: {remark}")


def _row_json(row: RowResult) -> dict[str, Any]:
    return {"outcome": row.outcome.value, **asdict(row)}
