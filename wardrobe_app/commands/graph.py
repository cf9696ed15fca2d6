"""The graph as a file, and back from one."""

from __future__ import annotations

from dataclasses import asdict, replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from wardrobe_app import startup
from wardrobe_app.commands.shared import AsJson, print_json, reporting, say
from wardrobe_app.services.graph.exporter import ExportFormat
from wardrobe_app.services.graph.picture_export import PictureFormat
from wardrobe_app.services.graph.reader import graph_file

AnyFormat = StrEnum("AnyFormat", {form.name: form.value for form in (*ExportFormat, *PictureFormat)})  # type: ignore[misc]


def export(
    output: Annotated[Path, typer.Option("--output", "-o", help="The file to write.", show_default=False)],
    format: Annotated[AnyFormat, typer.Option("--format", "-f", help="CSV is a ZIP of two tables.")],
) -> None:
    """Write the wardrobe's graph to a file, as data or as a picture."""
    with reporting():
        wardrobe = startup.build()
        if format.value in set(PictureFormat):
            report = wardrobe.graph_pictures.export(PictureFormat(format.value), output)
        else:
            report = wardrobe.graph_exporter.export(ExportFormat(format.value), output)
        say(f"{report.path}: {report.nodes} nodes, {report.edges} edges, {report.bytes} bytes")


def import_graph(
    file: Annotated[Path, typer.Argument(help="A graph that `export` wrote, in any format.", show_default=False)],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would change.")] = False,
    replace_: Annotated[bool, typer.Option("--replace", help="Where they differ, the file counts.")] = False,
    as_json: AsJson = False,
) -> None:
    """Give garments back what a graph says of them: names, prices, own tags, verdicts, looks and wears."""
    with reporting():
        brings = startup.build().graph_import
        data = graph_file(file)
        report = (brings.preview if dry_run else brings.bring_back)(data, replace=replace_)
        if as_json:
            told = {name: value for name, value in asdict(replace(report, undo=None)).items() if name != "undo"}
            print_json({"file": str(file), "dry_run": dry_run, **told})
            return
        for mark, found in (("+", report.changes), ("!", report.conflicts)):
            for one in found:
                here = f"{one.here} here, {one.in_file} in the file" if one.here else one.in_file
                say(f"{mark} {one.where}: {one.what}: {here}")
        for line in (*(f"not here: {label}" for label in report.unknown), *report.problems):
            say(f"? {line}")
        did = "would be brought back" if dry_run else "brought back"
        say(f"{report.found} of {report.garments} garments found, {len(report.changes)} things {did}.")
