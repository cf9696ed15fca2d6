"""The command line `wardrobe-graph`, also `python -m wardrobe_app`. Gathers the commands."""

from __future__ import annotations

import sys

import typer

from wardrobe_app.commands.app import start
from wardrobe_app.commands.backups import backup, restore
from wardrobe_app.commands.doctor import doctor
from wardrobe_app.commands.graph import export, import_graph
from wardrobe_app.commands.insights import evaluate_purchase, insights
from wardrobe_app.commands.outfits import capsule_, compatibility, looks_, outfits, worn
from wardrobe_app.commands.photos import add_photo, cover, remove_photo
from wardrobe_app.commands.redundancy import compare, decide, decisions, redundancy
from wardrobe_app.commands.table import export_table, import_table
from wardrobe_app.commands.wardrobe import add, list_, models, retag

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
app.callback(invoke_without_command=True)(start)
for _command in (
    add, add_photo, cover, remove_photo, list_, retag, models, redundancy, compare, decide, decisions, insights,
    evaluate_purchase, outfits, looks_, capsule_, worn, compatibility, export, import_graph, export_table, import_table,
    backup, restore, doctor,
):  # fmt: skip
    # A name that Python or another module has already ends in "_" here.
    app.command(_command.__name__.rstrip("_").replace("_", "-"))(_command)


def main() -> None:
    """Run the command line; ends the process with its exit status."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # a console may not know every letter
    app()
