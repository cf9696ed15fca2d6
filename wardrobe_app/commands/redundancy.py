"""What is there more than once, and what is decided about it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from wardrobe_app import startup
from wardrobe_app.commands import reports
from wardrobe_app.commands.json_output import files, group_json
from wardrobe_app.commands.shared import AsJson, print_json, reporting, say
from wardrobe_app.domain.days import OF_THE_COMPUTER
from wardrobe_app.domain.errors import InvalidEdit, MergeConflict, NotFound
from wardrobe_app.domain.garments.garment import Tag, Verdict
from wardrobe_app.domain.redundancy.groups import RedundancyGroup
from wardrobe_app.domain.redundancy.keep_ranking import KeepRanking
from wardrobe_app.domain.redundancy.merging import ASKED, Conflict
from wardrobe_app.domain.redundancy.verdicts import JOINING, Decision
from wardrobe_app.domain.similarity.relations import WORDS
from wardrobe_app.services.importing.sources import source_from_path
from wardrobe_app.services.redundancy.review import RedundancyService


def redundancy(as_json: AsJson = False) -> None:
    """Show the groups of garments that are practically the same, why, and which of them to keep."""
    with reporting():
        service = startup.build().redundancy
        groups = service.groups()
        rankings = service.keep_rankings(group.ids for group in groups)
        if as_json:
            print_json([_redundant_json(group, keep) for group, keep in zip(groups, rankings, strict=True)])
            return
        for group, keep in zip(groups, rankings, strict=True):
            say(f"{group.title} ({group.score:.2f}, {group.relation}): {'; '.join(group.reasons)}")
            garments = {garment.id: garment for garment in group.items}
            for place in keep:
                garment, why = garments[place.item_id], ", ".join(place.reasons)
                say(f"  {garment.id}\t{garment.title}\t{', '.join(files(garment))}\t{why}")


def compare(
    a: Annotated[Path, typer.Argument(help="A photo.", show_default=False)],
    b: Annotated[Path, typer.Argument(help="Another photo.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Tell what the garments on two photos are to each other, and why; nothing is stored."""
    with reporting():
        found = startup.build().photo_comparison.compare(source_from_path(a), source_from_path(b))
        if as_json:
            print_json(reports.compared(found))
            return
        words = WORDS[found.relation]
        say(f"{words.title} ({found.same.score:.2f} the same, {found.alike.score:.2f} alike). {words.meaning}")
        for text in [part.text for part in found.same.parts] + ([found.note] if found.note else []):
            say(f"  {text}")


def decide(
    verdict: Annotated[Verdict, typer.Argument(help="What they are to each other.", show_default=False)],
    items: Annotated[list[int], typer.Argument(help="Ids of two garments or more.", show_default=False)],
    prefer: Annotated[
        list[str] | None,
        typer.Option(
            metavar="[FIELD=]ID",
            help="Whose value holds where garments that become one differ, in all fields or in one. Repeatable.",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Decide about garments that are alike; as the same garment or twins they become one, the first of them.

    What was written about them is joined. Where they differ nothing is done, and the differences are listed, unless
    --prefer settles them.
    """
    with reporting() as failures:
        service = startup.build().redundancy
        if len(set(items)) < 2:
            raise InvalidEdit("Name at least two garments to decide about.")
        try:
            done = _joined(service, verdict, items, prefer or []) if verdict in JOINING else None
        except MergeConflict as error:
            failures.add(f"{error} Add --prefer ID, or --prefer FIELD=ID for one of them.")
            for conflict in error.conflicts:
                failures.add(f"{conflict.key}: {_values_told(conflict)}")
            if as_json:
                print_json({"conflicts": [_conflict_json(conflict) for conflict in error.conflicts]})
            return
        done = done or service.decide(items, verdict)
        if as_json:
            print_json(_decision_json(done))
        else:
            say(f"{done.verdict}\t{' '.join(map(str, done.ids))}")


def _joined(service: RedundancyService, verdict: Verdict, items: Sequence[int], prefer: Sequence[str]) -> Decision:
    """Make garments one, with the preferences of a command line."""
    first, *others = dict.fromkeys(items)
    everywhere, chosen = _preferences(prefer, items)
    try:
        return service.join(first, others, verdict, prefer=chosen)
    except MergeConflict as error:
        if everywhere is None:
            raise
        settled = {conflict.key: everywhere for conflict in error.conflicts if everywhere in conflict.values}
        if not settled:
            raise
        return service.join(first, others, verdict, prefer={**settled, **chosen})


def _preferences(given: Sequence[str], items: Sequence[int]) -> tuple[int | None, dict[str, int]]:
    """The garment that is preferred in everything, and those that are in single fields."""
    everywhere, chosen = None, {}
    for word in given:
        name, _, number = word.rpartition("=")
        if not number.isdecimal() or int(number) not in items:
            raise InvalidEdit(f"“{word}” names none of these garments: write --prefer ID or --prefer FIELD=ID.")
        if name and name not in ASKED:
            raise InvalidEdit(f"There is no field “{name}”. Fields are {', '.join(ASKED)}.")
        if name:
            chosen[name] = int(number)
        else:
            everywhere = int(number)
    return everywhere, chosen


def decisions(
    take_back: Annotated[
        tuple[int, int] | None, typer.Option("--take-back", metavar="A B", help="Forget what was decided about a pair.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List what was decided about garments that are alike, the last decision first."""
    with reporting():
        service = startup.build().redundancy
        if take_back is not None and not service.take_back([take_back]):
            raise NotFound(f"Nothing is decided about {take_back[0]} and {take_back[1]}.")
        decided = service.decisions()
        if as_json:
            print_json([_decision_json(one) for one in decided])
        for one in () if as_json else decided:
            say(f"{one.verdict}\t{' '.join(map(str, one.ids))}\t{OF_THE_COMPUTER.of(one.decided_at)}")


def _redundant_json(group: RedundancyGroup, keep: Sequence[KeepRanking]) -> dict[str, Any]:
    ranked = [{"id": place.item_id, "score": place.score, "reasons": list(place.reasons)} for place in keep]
    return {**group_json(group), "relation": group.relation.value, "keep": ranked}


def _decision_json(one: Decision) -> dict[str, Any]:
    return {"verdict": one.verdict.value, "ids": list(one.ids), "decided_at": one.decided_at.isoformat()}


def _conflict_json(conflict: Conflict) -> dict[str, Any]:
    return {"field": conflict.key, "values": {str(item): _shown(value) for item, value in conflict.values.items()}}


def _values_told(conflict: Conflict) -> str:
    return ", ".join(f"{item} says {_shown(value)}" for item, value in conflict.values.items())


def _shown(value: Any) -> str:
    if isinstance(value, Tag):
        return f"{value.value} ({value.shade})" if value.shade else value.value
    return str(value)
