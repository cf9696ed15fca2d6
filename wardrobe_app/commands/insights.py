"""What the wardrobe as a whole tells, and what a garment would do for it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from wardrobe_app import startup
from wardrobe_app.commands import reports
from wardrobe_app.commands.json_output import garment_json
from wardrobe_app.commands.shared import AsJson, print_json, reporting, say
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.services.importing.importer import source_from_path


def insights(as_json: AsJson = False) -> None:
    """Show how many garments the wardrobe is worth, what could go, what is lacking, and what looks hang on."""
    with reporting():
        found = reports.insights(startup.build().insights)
        if as_json:
            print_json(found)
        for line in () if as_json else reports.insights_text(found):
            say(line)


def evaluate_purchase(
    path: Annotated[Path, typer.Argument(help="A photo of a garment that is not in the wardrobe.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Before you buy: tag a photo and weigh it against the wardrobe. The photo is kept nowhere."""
    with reporting():
        purchase_advisor = startup.build().purchase_advisor
        found = purchase_advisor.weigh(purchase_advisor.look_at(source_from_path(path)))
        report = reports.considered(found)
        if as_json:
            print_json({"garment": _transient_json(found.garment), **report})
        for line in () if as_json else [found.garment.title, *reports.considered_text(report)]:
            say(line)


def _transient_json(garment: Garment) -> dict[str, Any]:
    """What `consider --json` prints of a garment that is not stored: what was seen of it."""
    seen = ("title", "type", "slot", "colour", "pattern", "tags", "palette")
    whole = garment_json(garment)
    return {name: whole[name] for name in seen}
