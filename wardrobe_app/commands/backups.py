"""Make a backup, and restore one."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from wardrobe_app import startup
from wardrobe_app.commands.shared import AsJson, DryRun, answer, fail, progress
from wardrobe_app.domain.days import OF_THE_COMPUTER
from wardrobe_app.domain.errors import InvalidEdit
from wardrobe_app.domain.records.backup import BackupReport, Mode, Progress, Reason, RestoreReport

COUNTED = ("garments", "outfits", "wears", "plans", "packing_lists", "decisions", "types")
R = TypeVar("R", BackupReport, RestoreReport)


def backup(
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file to write.", show_default="in the backups folder")
    ] = None,
    if_due: Annotated[bool, typer.Option("--if-due", help="Only if one is due by the schedule in the app.")] = False,
    as_json: AsJson = False,
) -> None:
    """Back up everything to one ZIP file: photos, tags, outfits, wears, decisions and preferences."""
    backups = startup.build().backup.backups
    if if_due and output is not None:
        raise InvalidEdit("Scheduled backups go to the backups folder: use either --output or --if-due.")
    if if_due and not backups.is_due():
        answer(as_json, {"made": False}, ["No backup is due."])
        return
    report = _finished(backups.make(Reason.SCHEDULED if if_due else Reason.BY_HAND, output))
    counts = {"outfits" if what == "looks" else what: number for what, number in report.counts.items()}
    value = {"made": True, "file": report.path, "bytes": report.bytes, **counts, "left_out": report.left_out}
    told = ", ".join(f"{number} {what.replace('_', ' ')}" for what, number in counts.items())
    answer(as_json, value, [f"{report.path}: {told}, {report.bytes} bytes"])
    for name in report.left_out:
        fail(f"{name}: left out, because it cannot be read")


def restore(
    file: Annotated[Path, typer.Argument(help="A ZIP file written by `backup`.", show_default=False)],
    merge: Annotated[
        bool, typer.Option("--merge", help="Add what is missing and keep what is here. The default.")
    ] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Replace what is here by the backup.")] = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Restore a backup, completely or not at all. Before replacing, what is here is backed up."""
    if merge and replace:
        raise InvalidEdit("Choose one of --merge and --replace.")
    restoring, mode = startup.build().backup.restore, Mode.REPLACE if replace else Mode.MERGE
    report = _finished((restoring.preview if dry_run else restoring.restore)(file, str(file), mode))
    answer(as_json, {"file": file, "dry_run": dry_run, **asdict(report)}, _lines(report, dry_run))


def _finished(steps: Iterable[Progress | R]) -> R:
    """Run all steps, showing progress on a terminal, and return the report that ends them."""
    report: R | None = None
    for step in steps:
        if not isinstance(step, Progress):
            report = step
        elif sys.stderr.isatty():
            progress(f"{step.doing}: {step.done} of {step.total}")
    if sys.stderr.isatty():
        progress("")
    assert report is not None  # noqa: S101 - the steps always end with it
    return report


def _lines(report: RestoreReport, dry_run: bool) -> Iterator[str]:
    made = OF_THE_COMPUTER.local(report.made_at)
    yield f"Made on {made:%Y-%m-%d %H:%M} by version {report.program}, schema {report.schema}"
    for name in COUNTED:
        count = getattr(report, name)
        yield f"{name.replace('_', ' ')}: {count.added} added, {count.existing} already here, {count.removed} removed"
    for mark, titles in (("+", report.added), ("-", report.removed), ("!", report.differing)):
        yield from (f"{mark} {title}" for title in titles)
    if report.differ:
        which = "the version here is kept" if report.mode is Mode.MERGE else "the version in the backup is used"
        yield f"{report.differ} garments differ: {which}"
    if report.without_file:
        yield f"{report.without_file} photos are added without their file, which is not in the backup"
    yield from (f"The model {model} is not in the models folder" for model in report.models)
    if report.kept_before:
        yield f"The previous wardrobe was backed up to {report.kept_before}"
    yield f"{report.photos} photos {'to write' if dry_run else 'written'}, {report.bytes} bytes"
