"""Backups made, and brought back."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from wardrobe_app import startup
from wardrobe_app.commands.shared import AsJson, print_json, progress, reporting, say
from wardrobe_app.domain.days import OF_THE_COMPUTER
from wardrobe_app.domain.errors import InvalidEdit
from wardrobe_app.domain.records.backup import BackupReport, Mode, Progress, Reason, RestoreCounts, RestoreReport

R = TypeVar("R", BackupReport, RestoreReport)


def backup(
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file to write.", show_default="in the backups folder")
    ] = None,
    if_due: Annotated[bool, typer.Option("--if-due", help="Only if the schedule of Safekeeping says so.")] = False,
    as_json: AsJson = False,
) -> None:
    """Back up everything into one ZIP file: photos, tags, looks, wears, decisions and preferences."""
    with reporting() as failures:
        backups = startup.build().backups
        if if_due and output is not None:
            raise InvalidEdit("Backups of the schedule go into the backups folder: leave out --output or --if-due.")
        if if_due and not backups.is_due():
            _say_nothing_due(as_json)
            return
        report = _finished(backups.make(Reason.SCHEDULED if if_due else Reason.BY_HAND, output))
        if as_json:
            told: dict[str, Any] = {"made": True, "file": str(report.path), "bytes": report.bytes, **report.counts}
            print_json({**told, "left_out": list(report.left_out)})
        else:
            counts = ", ".join(f"{number} {what}" for what, number in report.counts.items())
            say(f"{report.path}: {counts}, {report.bytes} bytes")
        for name in report.left_out:
            failures.add(f"{name}: left out, it cannot be read")


def restore(
    file: Annotated[Path, typer.Argument(help="A ZIP that `backup` wrote.", show_default=False)],
    merge: Annotated[
        bool, typer.Option("--merge", help="Add what is missing; what is here stays. The default.")
    ] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Put the backup in place of what is here.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would happen.")] = False,
    as_json: AsJson = False,
) -> None:
    """Bring a backup back, all of it or nothing; before replacing, what is here is backed up."""
    with reporting():
        if merge and replace:
            raise InvalidEdit("Choose one of --merge and --replace.")
        restoring, mode = startup.build().restore, Mode.REPLACE if replace else Mode.MERGE
        report = _finished((restoring.preview if dry_run else restoring.restore)(file, str(file), mode))
        if as_json:
            print_json({"file": str(file), "dry_run": dry_run, **_report_json(report)})
        else:
            _echo(report, dry_run)


def _finished(steps: Iterable[Progress | R]) -> R:
    """Take all steps, saying on a terminal how far it is; the report, which is the last of them."""
    report: R | None = None
    for step in steps:
        if not isinstance(step, Progress):
            report = step
        elif sys.stderr.isatty():
            progress(f"{step.doing}: {step.done} of {step.total}")
    if sys.stderr.isatty():
        progress("")
    assert report is not None  # noqa: S101 - what makes the steps ends with it
    return report


def _say_nothing_due(as_json: bool) -> None:
    if as_json:
        print_json({"made": False})
    else:
        say("No backup is due.")


def _report_json(report: RestoreReport) -> dict[str, Any]:
    kept = str(report.kept_before) if report.kept_before else None
    return {**asdict(report), "mode": report.mode.value, "made_at": report.made_at.isoformat(), "kept_before": kept}


def _echo(report: RestoreReport, dry_run: bool) -> None:
    made = OF_THE_COMPUTER.local(report.made_at)
    say(f"Made on {made:%Y-%m-%d %H:%M} by version {report.program}, schema {report.schema}")
    for name in ("garments", "outfits", "wears", "decisions", "types"):
        tally: RestoreCounts = getattr(report, name)
        say(f"{name}: {tally.come} come, {tally.there} are here already, {tally.go} go")
    for mark, titles in (("+", report.come), ("-", report.go), ("!", report.differing)):
        for title in titles:
            say(f"{mark} {title}")
    if report.differ:
        what = "stays as it is here" if report.mode is Mode.MERGE else "becomes as it is in the backup"
        say(f"{report.differ} of those that are here differ: each {what}")
    if report.without_file:
        say(f"{report.without_file} photos come without their file: it is not in the backup")
    for model in report.models:
        say(f"The model {model} is not in the models folder here")
    if report.kept_before:
        say(f"What was here before is kept in {report.kept_before}")
    did = "would be written" if dry_run else "written"
    say(f"{report.photos} photos {did}, {report.bytes} bytes")
