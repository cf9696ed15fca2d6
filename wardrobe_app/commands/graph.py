"""Export the graph to a file, and import one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from wardrobe_app import startup
from wardrobe_app.commands.shared import AsJson, DryRun, answer, say
from wardrobe_app.domain.graph.parsing import ImportReport
from wardrobe_app.domain.graph.ways import Way
from wardrobe_app.services.graph.exporter import ExportFormat
from wardrobe_app.services.graph.picture_export import Look, PictureFormat
from wardrobe_app.services.graph.reader import graph_file

AnyFormat = StrEnum("AnyFormat", {form.name: form.value for form in (*ExportFormat, *PictureFormat)})  # type: ignore[misc]


def export_graph(
    output: Annotated[Path, typer.Option("--output", "-o", help="The file to write.", show_default=False)],
    format: Annotated[
        AnyFormat, typer.Option("--format", "-f", help="CSV is a ZIP of two tables; Parquet, the edges.")
    ],
    way: Annotated[Way, typer.Option("--way", help="What a picture shows.")] = Way.OUTFITS,
) -> None:
    """Export the wardrobe's graph to a file, as data or as a picture."""
    wardrobe = startup.build()
    if format.value in set(PictureFormat):
        report = wardrobe.graph.pictures.export(PictureFormat(format.value), output, Look(way))
    else:
        report = wardrobe.graph.exporter.export(ExportFormat(format.value), output)
    say(f"{report.path}: {report.nodes} nodes, {report.edges} edges, {report.bytes} bytes")


def import_graph(
    file: Annotated[
        Path, typer.Argument(help="A GraphML, GEXF, JSON or CSV file of `export-graph`.", show_default=False)
    ],
    dry_run: DryRun = False,
    replace_: Annotated[bool, typer.Option("--replace", help="Let the file win where the two differ.")] = False,
    as_json: AsJson = False,
) -> None:
    """Import what a graph says about garments that are here: names, prices, your tags, decisions, outfits and wears."""
    service = startup.build().graph.importer
    data = graph_file(file)
    report = (service.preview if dry_run else service.apply)(data, replace=replace_)
    found = {field.name: getattr(report, field.name) for field in fields(report) if field.name != "undo"}
    answer(as_json, {"file": file, "dry_run": dry_run, **found}, _lines(report, dry_run))


def _lines(report: ImportReport, dry_run: bool) -> Iterator[str]:
    for mark, found in (("+", report.changes), ("!", report.conflicts)):
        for one in found:
            values = f"{one.here} here, {one.in_file} in the file" if one.here else one.in_file
            yield f"{mark} {one.where}: {one.what}: {values}"
    yield from (f"? not here: {label}" for label in report.unknown)
    yield from (f"? {problem}" for problem in report.problems)
    did = "to import" if dry_run else "imported"
    yield f"{report.found} of {report.garments} garments found, {len(report.changes)} changes {did}."
