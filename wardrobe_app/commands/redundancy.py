"""Duplicates: the groups, the comparison of two photos, and decisions about them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from wardrobe_app import startup
from wardrobe_app.commands.engines import Address, ChosenEngine, EngineName, keypoint_engine
from wardrobe_app.commands.json_output import brief, files, parts_json, pick
from wardrobe_app.commands.shared import AsJson, answer, fail, print_json, print_json_of_each, progress, say
from wardrobe_app.domain.days import OF_THE_COMPUTER
from wardrobe_app.domain.errors import InvalidEdit, MergeConflict, NotFound
from wardrobe_app.domain.garments.garment import Tag, Verdict
from wardrobe_app.domain.redundancy.groups import RedundancyGroup
from wardrobe_app.domain.redundancy.keep_ranking import KeepRanking
from wardrobe_app.domain.redundancy.merging import ASKED, Conflict
from wardrobe_app.domain.redundancy.verdicts import JOINING, Decision
from wardrobe_app.domain.similarity.relations import WORDS, Relation
from wardrobe_app.services.importing.sources import source_from_path
from wardrobe_app.services.redundancy.photo_comparison import Comparison
from wardrobe_app.services.redundancy.review import RedundancyService

_DECISION = "verdict ids decided_at"


def duplicates(as_json: AsJson = False) -> None:
    """Show groups of garments that are practically the same, why, and which of them to keep."""
    service = startup.build().redundancy.review
    groups = service.groups()
    ranked = list(zip(groups, service.keep_rankings(group.ids for group in groups), strict=True))
    answer(as_json, [_group_json(group, keep) for group, keep in ranked], _group_lines(ranked))


def scan_duplicates(engine: ChosenEngine = EngineName.LOCAL, address: Address = None, as_json: AsJson = False) -> None:
    """Find the groups of `duplicates` in a wardrobe of any size, and print them one after the other.

    In PostgreSQL with pgvector, garments are compared in batches, so that memory hardly grows with the wardrobe. Which
    garment to keep is not told.
    """
    wardrobe = startup.build()
    with keypoint_engine(wardrobe, engine, address) as elsewhere:
        groups = wardrobe.redundancy.scan.groups(_tell, elsewhere)
        if as_json:
            print_json_of_each(_described(group) for group in groups)
            return
        for group in groups:
            say(_title_line(group))
            for garment in group.items:
                say(f"  {garment.id}\t{garment.title}\t{', '.join(files(garment))}")


_DOING = {"read": "Reading", "placed": "Indexing", "compared": "Comparing", "checked": "Checking the details of pairs"}


def _tell(what: str, done: int, total: int) -> None:
    if sys.stderr.isatty():
        progress(f"{_DOING[what]}: {done:,} of {total:,}" if done < total else "")


def compare(
    a: Annotated[Path, typer.Argument(help="A photo.", show_default=False)],
    b: Annotated[Path, typer.Argument(help="Another photo.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Compare the garments on two photos and explain the result; nothing is stored."""
    found = startup.build().redundancy.comparison.compare(source_from_path(a), source_from_path(b))
    answer(as_json, _comparison_json(found), _comparison_lines(found))


def resolve(
    verdict: Annotated[Verdict, typer.Argument(help="How the garments are related.", show_default=False)],
    items: Annotated[list[int], typer.Argument(help="Ids of two or more garments.", show_default=False)],
    prefer: Annotated[
        list[str] | None,
        typer.Option(
            metavar="[FIELD=]ID",
            help="The garment whose values to keep where they differ, for all fields or for one. Repeatable.",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Decide about similar garments. With same-garment or twins they are merged into the first one.

    Their details are combined. If details conflict, nothing is changed and the conflicts are listed, unless --prefer
    resolves them.
    """
    service = startup.build().redundancy.review
    if len(set(items)) < 2:
        raise InvalidEdit("Name at least two garments.")
    try:
        merged = _merge(service, verdict, items, prefer or []) if verdict in JOINING else None
    except MergeConflict as error:
        fail(f"{error} Add --prefer ID, or --prefer FIELD=ID for one field.")
        for conflict in error.conflicts:
            fail(f"{conflict.key}: {_values_text(conflict)}")
        if as_json:
            print_json({"conflicts": [_conflict_json(conflict) for conflict in error.conflicts]})
        return
    done = merged or service.decide(items, verdict)
    answer(as_json, pick(done, _DECISION), [f"{done.verdict}\t{' '.join(map(str, done.ids))}"])


def decisions(
    undo: Annotated[
        tuple[int, int] | None, typer.Option("--undo", metavar="A B", help="Undo the decision about a pair.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List decisions about similar garments, newest first."""
    service = startup.build().redundancy.review
    if undo is not None and not service.take_back([undo]):
        raise NotFound(f"There is no decision about {undo[0]} and {undo[1]}.")
    decided = service.decisions()
    lines = (f"{one.verdict}\t{' '.join(map(str, one.ids))}\t{OF_THE_COMPUTER.of(one.decided_at)}" for one in decided)
    answer(as_json, [pick(one, _DECISION) for one in decided], lines)


def _merge(service: RedundancyService, verdict: Verdict, items: Sequence[int], prefer: Sequence[str]) -> Decision:
    """Merge garments with the preferences from the command line."""
    first, *others = dict.fromkeys(items)
    everywhere, chosen = _preferences(prefer, items)
    try:
        return service.merge(first, others, verdict, prefer=chosen)
    except MergeConflict as error:
        if everywhere is None:
            raise
        settled = {conflict.key: everywhere for conflict in error.conflicts if everywhere in conflict.values}
        if not settled:
            raise
        return service.merge(first, others, verdict, prefer={**settled, **chosen})


def _preferences(given: Sequence[str], items: Sequence[int]) -> tuple[int | None, dict[str, int]]:
    """Return the garment preferred in all fields, if any, and those preferred in single fields."""
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


def _described(group: RedundancyGroup) -> dict[str, Any]:
    return {**pick(group, "title score reasons relation"), "items": [brief(garment) for garment in group.items]}


def _group_json(group: RedundancyGroup, keep: Sequence[KeepRanking]) -> dict[str, Any]:
    return {
        **_described(group),
        "keep": [{"id": place.item_id, **pick(place, "score reasons")} for place in keep],
    }


def _group_lines(ranked: Iterable[tuple[RedundancyGroup, Sequence[KeepRanking]]]) -> Iterator[str]:
    for group, keep in ranked:
        yield _title_line(group)
        garments = {garment.id: garment for garment in group.items}
        for place in keep:
            garment, why = garments[place.item_id], ", ".join(place.reasons)
            yield f"  {garment.id}\t{garment.title}\t{', '.join(files(garment))}\t{why}"


def _title_line(group: RedundancyGroup) -> str:
    return f"{group.title} ({group.likeness.lower()}, {group.relation}): {'; '.join(group.reasons)}"


def _comparison_json(found: Comparison) -> dict[str, Any]:
    return {
        "relation": found.relation,
        "score": found.same.score,
        "parts": parts_json(found.same.parts),
        "alike": {"score": found.alike.score, "parts": parts_json(found.alike.parts)},
        "note": found.note or None,
    }


def _comparison_lines(found: Comparison) -> Iterator[str]:
    words = WORDS[found.relation]
    likeness = found.same.likeness if found.relation is Relation.LOOK_ALIKE else None
    yield f"{words.title}{f' ({likeness.lower()})' if likeness else ''}. {words.meaning}"
    yield from (f"  {text}" for text in (*(part.text for part in found.same.parts), found.note) if text)


def _conflict_json(conflict: Conflict) -> dict[str, Any]:
    return {"field": conflict.key, "values": {item: _value_text(value) for item, value in conflict.values.items()}}


def _values_text(conflict: Conflict) -> str:
    return ", ".join(f"{item} has {_value_text(value)}" for item, value in conflict.values.items())


def _value_text(value: Any) -> str:
    if isinstance(value, Tag):
        return f"{value.value} ({value.shade})" if value.shade else value.value
    return str(value)
