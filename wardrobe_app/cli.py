"""The command line `wardrobe-graph`, also `python -m wardrobe_app`: collects the commands."""

from __future__ import annotations

import sys
from typing import Any

import typer
from typer.core import TyperGroup

from wardrobe_app.commands import old_names
from wardrobe_app.commands.app import start
from wardrobe_app.commands.backups import backup, restore
from wardrobe_app.commands.check import check
from wardrobe_app.commands.graph import export_graph, import_graph
from wardrobe_app.commands.insights import evaluate_purchase, insights
from wardrobe_app.commands.outfits import capsule, compatibility, log_wear, outfits, suggest_outfits
from wardrobe_app.commands.photos import add_photo, remove_photo, set_cover, split
from wardrobe_app.commands.redundancy import compare, decisions, duplicates, resolve, scan_duplicates
from wardrobe_app.commands.shared import reporting
from wardrobe_app.commands.table import export_table, import_table
from wardrobe_app.commands.wardrobe import import_, list_, models, retag


class _Group(TyperGroup):
    """Commands that report failures in one way, and can still be called by their old names."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command; a known error is a line on stderr and exit status 1."""
        with reporting():
            return super().invoke(ctx)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command that the first of ``args`` names."""
        return super().resolve_command(ctx, old_names.translated(args))


app = typer.Typer(cls=_Group, add_completion=False, pretty_exceptions_enable=False)
app.callback(invoke_without_command=True)(start)
for _command in (
    import_, add_photo, set_cover, remove_photo, split, list_, retag, models, duplicates, scan_duplicates, compare,
    resolve, decisions, insights, evaluate_purchase, outfits, suggest_outfits, capsule, log_wear, compatibility,
    export_graph, import_graph, export_table, import_table, backup, restore, check,
):  # fmt: skip
    # Without the line at the end of list_, which would hide Python's own list, and of import_, which is a keyword.
    app.command(_command.__name__.rstrip("_").replace("_", "-"))(_command)


def main() -> None:
    """Run the command line and end the process with its exit status."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # a console may lack some letters
    app()
