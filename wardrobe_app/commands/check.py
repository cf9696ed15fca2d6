"""The health check: do the database, the photos and what is made of them agree?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer

from wardrobe_app import startup, wiring
from wardrobe_app.commands.json_output import pick
from wardrobe_app.commands.shared import AsJson, answer, fail, print_json
from wardrobe_app.domain.errors import WardrobeError
from wardrobe_app.domain.records.integrity import Checkup, Finding

LISTED = 10  # names below a finding; JSON has all


def check(
    repair: Annotated[bool, typer.Option("--repair", help="Repair what can be repaired without loss.")] = False,
    as_json: AsJson = False,
) -> None:
    """Check that the database and the photos agree, reading every file. Exit status 0: no problems are left."""
    try:
        wardrobe = startup.build()
    except WardrobeError:
        if as_json:
            print_json({"ok": False, "summary": "The wardrobe cannot be opened.", "checked": {}, "findings": []})
        raise
    checkup = next(step.checkup for step in wardrobe.integrity.examine(repair=repair) if step.checkup)
    titles = _titles(wardrobe, checkup)
    answer(as_json, _checkup_json(checkup, titles), _lines(checkup, titles))
    if not checkup.is_ok:
        fail("The health check found problems.")


def _titles(wardrobe: wiring.Runtime, checkup: Checkup) -> dict[int, str]:
    found = {}
    for item_id in sorted({item_id for finding in checkup.findings for item_id in finding.item_ids}):
        try:
            found[item_id] = wardrobe.catalogue.get(item_id).title
        except WardrobeError:
            found[item_id] = "deleted garment"
    return found


def _lines(checkup: Checkup, titles: Mapping[int, str]) -> Iterator[str]:
    yield checkup.summary
    for finding in checkup.findings:
        mark = "repaired" if finding.is_repaired else "error" if finding.is_wrong else "note"
        yield f"[{mark}] {' '.join(part for part in (finding.sentence, finding.told, finding.advice) if part)}"
        for one in finding.found[:LISTED]:
            garment = f"{titles[one.item_id]} (item {one.item_id})" if one.item_id is not None else ""
            if line := "  ".join(part for part in (garment, one.name) if part):
                yield f"  {line}"
        if len(finding.found) > LISTED:
            yield f"  and {len(finding.found) - LISTED} more; --json lists all"


def _checkup_json(checkup: Checkup, titles: Mapping[int, str]) -> dict[str, Any]:
    findings = [_finding_json(finding, titles) for finding in checkup.findings]
    return {"ok": checkup.is_ok, **pick(checkup, "summary checked"), "findings": findings}


def _finding_json(finding: Finding, titles: Mapping[int, str]) -> dict[str, Any]:
    return {
        **pick(finding, "sentence advice repaired"),
        "kind": finding.trouble,
        "message": finding.told,
        "count": len(finding.found),
        "is_error": finding.is_wrong,
        "items": [{"id": item_id, "title": titles[item_id]} for item_id in finding.item_ids],
        "names": [one.name for one in finding.found if one.name],
    }
