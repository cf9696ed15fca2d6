"""Whether the wardrobe is well: database, photos and what is made of them."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from wardrobe_app import startup, wiring
from wardrobe_app.commands.shared import AsJson, print_json, reporting, say
from wardrobe_app.domain.errors import WardrobeError
from wardrobe_app.domain.records.integrity import Checkup, Finding

SHOWN = 10  # names below a finding; JSON has all


def doctor(
    repair: Annotated[bool, typer.Option("--repair", help="Mend what can be mended without loss.")] = False,
    as_json: AsJson = False,
) -> None:
    """Check that database and photos agree; every file is read. The exit status is 0 if all is well or was mended."""
    with reporting() as failures:
        try:
            wardrobe = startup.build()
        except WardrobeError:
            if as_json:
                print_json({"well": False, "summary": "The wardrobe cannot be opened.", "checked": {}, "findings": []})
            raise
        checkup = next(step.checkup for step in wardrobe.doctor.examine(repair=repair) if step.checkup)
        titles = _titles(wardrobe, checkup)
        if as_json:
            print_json(_checkup_json(checkup, titles))
        else:
            _tell(checkup, titles)
        if not checkup.is_ok:
            failures.add("The wardrobe is not well.")


def _titles(wardrobe: wiring.Runtime, checkup: Checkup) -> dict[int, str]:
    wanted = {item_id for finding in checkup.findings for item_id in finding.item_ids}
    found = {}
    for item_id in sorted(wanted):
        try:
            found[item_id] = wardrobe.catalogue.get(item_id).title
        except WardrobeError:
            found[item_id] = "a garment that is gone"
    return found


def _tell(checkup: Checkup, titles: dict[int, str]) -> None:
    say(checkup.summary)
    for finding in checkup.findings:
        mark = "mended" if finding.is_repaired else "wrong" if finding.is_wrong else "note"
        say(f"[{mark}] {' '.join(part for part in (finding.sentence, finding.told, finding.advice) if part)}")
        for one in finding.found[:SHOWN]:
            garment = f"{titles[one.item_id]} (item {one.item_id})" if one.item_id is not None else ""
            if line := "  ".join(part for part in (garment, one.name) if part):
                say(f"  {line}")
        if len(finding.found) > SHOWN:
            say(f"  and {len(finding.found) - SHOWN} more; --json names all")


def _checkup_json(checkup: Checkup, titles: dict[int, str]) -> dict[str, Any]:
    return {
        "well": checkup.is_ok,
        "summary": checkup.summary,
        "checked": dict(checkup.checked),
        "findings": [_finding_json(finding, titles) for finding in checkup.findings],
    }


def _finding_json(finding: Finding, titles: dict[int, str]) -> dict[str, Any]:
    return {
        "kind": finding.trouble.value,
        "sentence": finding.sentence,
        "advice": finding.advice,
        "told": finding.told,
        "count": len(finding.found),
        "mended": finding.repaired,
        "wrong": finding.is_wrong,
        "items": [{"id": item_id, "title": titles[item_id]} for item_id in finding.item_ids],
        "names": [one.name for one in finding.found if one.name],
    }
