"""The wardrobe without a browser. Every command parses, calls one service and prints what it answers."""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from wardrobe_app import runtime
from wardrobe_app.config import Settings
from wardrobe_app.domain.checkpoints import Checkpoint, tagged_by
from wardrobe_app.domain.decisions import JOINING, Decision
from wardrobe_app.domain.errors import InvalidEdit, NotFound, WardrobeError
from wardrobe_app.domain.garment import Garment, PairScore, Part, Tag, TagKind, Verdict
from wardrobe_app.domain.keeping import Keeping
from wardrobe_app.domain.outfits import Outfit
from wardrobe_app.domain.redundancy import RedundancyGroup
from wardrobe_app.services import packing, reports
from wardrobe_app.services.exporting import ExportFormat
from wardrobe_app.services.graph_pictures import PictureFormat
from wardrobe_app.services.graph_reading import graph_file
from wardrobe_app.services.importing import ImportResult, Outcome, Source, source_from_path

app = typer.Typer(
    name="wardrobe_app",
    help="Keeps a wardrobe as a graph. WARDROBE_DATA_DIR says where, if not in the user's data folder.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
WithCheckpoint = Annotated[
    Path | None, typer.Option("--checkpoint", help="The checkpoint to tag with.", show_default="the one in use")
]

AnyFormat = StrEnum("AnyFormat", {form.name: form.value for form in (*ExportFormat, *PictureFormat)})


def main() -> None:
    """Run the command line; ends the process with its exit status."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # a console may not know every letter
    app(prog_name="python -m wardrobe_app")


@app.command()
def add(
    paths: Annotated[list[Path], typer.Argument(help="Photos, and folders to walk.", show_default=False)],
    anyway: Annotated[bool, typer.Option("--anyway", help="Add also what is there already.")] = False,
    checkpoint: WithCheckpoint = None,
    as_json: AsJson = False,
) -> None:
    """Add photos: every file is added, already there, or refused with the reason."""
    with _reporting() as failures:
        wardrobe = _opened(checkpoint)
        sources: list[Source] = []
        for path in paths:
            try:
                sources += _sources(wardrobe, path)
            except WardrobeError as error:
                failures.add(str(error))
        results: list[dict[str, Any]] = []
        try:
            for result in wardrobe.importer.add(sources, add_anyway=anyway):
                results.append(_import_json(result))
                if result.outcome is Outcome.REFUSED or result.untagged:
                    failures.add(result.message)
                elif not as_json:
                    typer.echo(result.message)
        finally:  # also when it is interrupted: what was done stays done
            if as_json:
                _print(results)


@app.command("list")
def list_(
    archived: Annotated[bool, typer.Option("--archived", help="With the archived ones.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the garments, oldest first."""
    with _reporting():
        garments = runtime.build().catalogue.garments(include_archived=archived)
        if as_json:
            _print([garment_json(garment) for garment in garments])
        for garment in () if as_json else garments:
            typer.echo(f"{garment.id}\t{garment.title}\t{', '.join(_files(garment))}")


@app.command()
def redundancy(as_json: AsJson = False) -> None:
    """Show the groups of garments that are practically the same, why, and which of them to keep."""
    with _reporting():
        service = runtime.build().redundancy
        groups = service.groups()
        rankings = service.keeping(group.ids for group in groups)
        if as_json:
            _print([_redundant_json(group, keep) for group, keep in zip(groups, rankings, strict=True)])
            return
        for group, keep in zip(groups, rankings, strict=True):
            typer.echo(f"{group.title} ({group.score:.2f}, {group.relation}): {'; '.join(group.reasons)}")
            garments = {garment.id: garment for garment in group.items}
            for place in keep:
                garment, why = garments[place.item_id], ", ".join(place.reasons)
                typer.echo(f"  {garment.id}\t{garment.title}\t{', '.join(_files(garment))}\t{why}")


@app.command()
def decide(
    verdict: Annotated[Verdict, typer.Argument(help="What they are to each other.", show_default=False)],
    items: Annotated[list[int], typer.Argument(help="Ids of two garments or more.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Decide about garments that are alike; as the same garment or twins they become one, the first of them."""
    with _reporting():
        service = runtime.build().redundancy
        if len(set(items)) < 2:
            raise InvalidEdit("Name at least two garments to decide about.")
        first, *others = dict.fromkeys(items)
        if verdict in JOINING:
            done = service.twins(first, others) if verdict is Verdict.TWINS else service.merge(first, others)
        else:
            done = service.decide(items, verdict)
        if as_json:
            _print(_decision_json(done))
        else:
            typer.echo(f"{done.verdict}\t{' '.join(map(str, done.ids))}")


@app.command()
def decisions(
    take_back: Annotated[
        tuple[int, int] | None, typer.Option("--take-back", metavar="A B", help="Forget what was decided about a pair.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List what was decided about garments that are alike, the last decision first."""
    with _reporting():
        service = runtime.build().redundancy
        if take_back is not None and not service.take_back([take_back]):
            raise NotFound(f"Nothing is decided about {take_back[0]} and {take_back[1]}.")
        decided = service.decisions()
        if as_json:
            _print([_decision_json(one) for one in decided])
        for one in () if as_json else decided:
            typer.echo(f"{one.verdict}\t{' '.join(map(str, one.ids))}\t{one.decided_at:%Y-%m-%d}")


@app.command()
def outfits(
    item: Annotated[int, typer.Argument(help="The id of a garment, as `list` shows it.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Show what goes with a garment, and whole looks with it."""
    with _reporting():
        wardrobe = runtime.build()
        garment = wardrobe.catalogue.get(item)
        partners, looks = wardrobe.outfits.partners(item), wardrobe.outfits.looks(item)
        names = {other.id: other for other in wardrobe.catalogue.garments(include_archived=True)}
        if as_json:
            _print(
                {
                    "item": _brief(garment),
                    "partners": [_partner_json(score, names[_other(score, item)]) for score in partners],
                    "looks": [_group_json(look) for look in looks],
                }
            )
            return
        _echo_looks(looks)
        for score in partners:
            typer.echo(f"{names[_other(score, item)].title} ({score.score:.2f}): {'; '.join(score.reasons)}")


@app.command("looks")
def looks_(
    occasion: Annotated[str | None, typer.Option("--occasion", help="What the looks are for.")] = None,
    season: Annotated[str | None, typer.Option("--season", help="When they are worn.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show complete looks for an occasion and a season, no two alike."""
    with _reporting() as failures:
        wardrobe = runtime.build()
        _known(wardrobe, TagKind.OCCASION, occasion)
        _known(wardrobe, TagKind.SEASON, season)
        found = wardrobe.outfits.looks_for(occasion, season, limit=12)
        if as_json:
            _print([_group_json(look) for look in found])
        else:
            _echo_looks(found)
        if not found:
            failures.add(wardrobe.outfits.why_none_for(occasion, season))


@app.command("capsule")
def capsule_(
    size: Annotated[int, typer.Argument(metavar="K", help="How many garments, 3 to 40.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Show the K garments that give most looks, at most one of each redundant group."""
    with _reporting() as failures:
        found = runtime.build().outfits.capsule(size)
        if as_json:
            _print(
                {
                    "items": [_brief(garment) for garment in found.items],
                    "looks": found.looks,
                    "with_shoes": found.with_shoes,
                    "with_layer": found.with_layer,
                    "examples": [_group_json(look) for look in found.examples],
                }
            )
        else:
            typer.echo(packing.as_text(found), nl=False)
        if not found.items:
            failures.add("No garments in this wardrobe make a look together.")


@app.command()
def worn(
    items: Annotated[list[int], typer.Argument(help="Ids of garments worn together.", show_default=False)],
    on: Annotated[
        datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="The day; today if left out.")
    ] = None,
) -> None:
    """Note in the calendar what was worn on a day."""
    with _reporting():
        wear, new = runtime.build().wearing.wear(items, on.date() if on else None)
        typer.echo(
            f"{'Noted for' if new else 'Noted already for'} {wear.worn_on}: {', '.join(map(str, wear.item_ids))}"
        )


@app.command()
def compatibility(as_json: AsJson = False) -> None:
    """Score pairs of garments, told as JSON on standard input: a list of lists of two objects."""
    with _reporting(), _keeping_all():
        found = list(runtime.matching().scores(typer.get_binary_stream("stdin").read().decode(errors="replace")))
        if as_json:
            typer.echo(json.dumps([_match_json(score, parts) for score, parts in found]))
        for score, parts in () if as_json else found:
            typer.echo(f"{score:.4f}\t{'; '.join(part.text for part in parts if part.weight > 0)}")


@app.command()
def insights(as_json: AsJson = False) -> None:
    """Show how many garments the wardrobe is worth, what could go, what is lacking, and what looks hang on."""
    with _reporting():
        found = reports.insights(runtime.build().insights)
        if as_json:
            _print(found)
        for line in () if as_json else reports.insights_text(found):
            typer.echo(line)


@app.command()
def consider(
    path: Annotated[Path, typer.Argument(help="A photo of a garment that is not in the wardrobe.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Before you buy: tag a photo and weigh it against the wardrobe. The photo is kept nowhere."""
    with _reporting():
        considering = runtime.build().considering
        found = considering.weigh(considering.look_at(source_from_path(path)))
        report = reports.considered(found)
        if as_json:
            _print({"garment": _transient_json(found.garment), **report})
        for line in () if as_json else [found.garment.title, *reports.considered_text(report)]:
            typer.echo(line)


@app.command()
def export(
    output: Annotated[Path, typer.Option("--output", "-o", help="The file to write.", show_default=False)],
    format: Annotated[AnyFormat, typer.Option("--format", "-f", help="CSV is a ZIP of two tables.")],
) -> None:
    """Write the wardrobe's graph to a file, as data or as a picture."""
    with _reporting():
        wardrobe = runtime.build()
        if format.value in set(PictureFormat):
            report = wardrobe.graph_pictures.export(PictureFormat(format.value), output)
        else:
            report = wardrobe.graphs.export(ExportFormat(format.value), output)
        typer.echo(f"{report.path}: {report.nodes} nodes, {report.edges} edges, {report.bytes} bytes")


@app.command("import-graph")
def import_graph(
    file: Annotated[Path, typer.Argument(help="A graph that `export` wrote, in any format.", show_default=False)],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would change.")] = False,
    replace_: Annotated[bool, typer.Option("--replace", help="Where they differ, the file counts.")] = False,
    as_json: AsJson = False,
) -> None:
    """Give garments back what a graph says of them: names, prices, own tags, verdicts, looks and wears."""
    with _reporting():
        brings = runtime.build().graph_import
        data = graph_file(file)
        report = (brings.preview if dry_run else brings.bring_back)(data, replace=replace_)
        if as_json:
            told = {name: value for name, value in asdict(replace(report, undo=None)).items() if name != "undo"}
            _print({"file": str(file), "dry_run": dry_run, **told})
            return
        for mark, found in (("+", report.changes), ("!", report.conflicts)):
            for one in found:
                here = f"{one.here} here, {one.in_file} in the file" if one.here else one.in_file
                typer.echo(f"{mark} {one.where}: {one.what}: {here}")
        for line in (*(f"not here: {label}" for label in report.unknown), *report.problems):
            typer.echo(f"? {line}")
        did = "would be brought back" if dry_run else "brought back"
        typer.echo(f"{report.found} of {report.garments} garments found, {len(report.changes)} things {did}.")


@app.command()
def retag(
    items: Annotated[list[int] | None, typer.Argument(help="Ids of garments; all, if none is given.")] = None,
    checkpoint: WithCheckpoint = None,
    as_json: AsJson = False,
) -> None:
    """Let the model tag garments again; what a person set stays."""
    with _reporting():
        results = []
        for garment in _opened(checkpoint).catalogue.retag(items or None):
            results.append(garment_json(garment))
            if not as_json:
                typer.echo(f"{garment.id}\t{garment.title}")
        if as_json:
            _print(results)


@app.command()
def models(as_json: AsJson = False) -> None:
    """List the checkpoints that can tag: the one in use, and how many garments each has tagged."""
    with _reporting() as failures:
        wardrobe = runtime.build()
        used = wardrobe.models.in_use()
        tagged = tagged_by(wardrobe.catalogue.garments(include_archived=True))
        listed = [_model_json(entry, entry.key == used.key, tagged) for entry in wardrobe.models.all()]
        for entry in () if as_json else listed:
            told = entry["problem"] or f"{entry['types']} types, {entry['garments']} garments tagged, {entry['origin']}"
            typer.echo(f"{'*' if entry['in_use'] else ' '} {entry['model']}\t{told}\t{entry['file']}")
        if as_json:
            _print(listed)
        if used.problem:
            failures.add(used.problem)


class _Failures:
    """Prints each failure on one line of stderr as it happens, and counts them."""

    def __init__(self) -> None:
        self.count = 0

    def add(self, message: str) -> None:
        self.count += 1
        typer.echo(" ".join(message.split()), err=True)


@contextmanager
def _reporting() -> Iterator[_Failures]:
    """Turns what goes wrong into lines of stderr, and any failure into the exit status 1."""
    failures = _Failures()
    try:
        yield failures
    except WardrobeError as error:
        failures.add(str(error))
    if failures.count:
        raise typer.Exit(1)


@contextmanager
def _keeping_all() -> Iterator[None]:
    """No search for garbage where nearly all that is made is kept: it would take a third of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _opened(checkpoint: Path | None) -> runtime.Runtime:
    return runtime.build(Settings() if checkpoint is None else Settings(checkpoint=checkpoint))


def _sources(wardrobe: runtime.Runtime, path: Path) -> list[Source]:
    if not path.is_dir():
        return [source_from_path(path)]
    return [replace(source, name=str(path / source.name)) for source in wardrobe.importer.sources_in(path)]


def _print(value: Any) -> None:
    typer.echo(json.dumps(value, indent=2))


def garment_json(garment: Garment) -> dict[str, Any]:
    """What `list --json` prints of a garment."""
    return {
        **_brief(garment),
        "type": garment.type,
        "slot": garment.slot.value if garment.slot else None,
        "colour": garment.colour,
        "pattern": garment.pattern,
        "tags": {kind.value: _tag_json(tag) for kind, tag in garment.tags.items()},
        "palette": [{"name": part.name, "hex": part.hex, "share": round(part.share, 4)} for part in garment.palette],
        "brand": garment.brand,
        "size": garment.size,
        "price": str(garment.price) if garment.price is not None else None,
        "purchased_on": garment.purchased_on.isoformat() if garment.purchased_on else None,
        "notes": garment.notes,
        "favourite": garment.favourite,
        "archived": garment.archived_at is not None,
        "added_at": garment.added_at.isoformat() if garment.added_at else None,
    }


def _transient_json(garment: Garment) -> dict[str, Any]:
    """What `consider --json` prints of a garment that is not stored: what was seen of it."""
    seen = ("title", "type", "slot", "colour", "pattern", "tags", "palette")
    whole = garment_json(garment)
    return {name: whole[name] for name in seen}


def _model_json(entry: Checkpoint, in_use: bool, tagged: Mapping[str | None, int]) -> dict[str, Any]:
    header = entry.header
    return {
        "model": entry.title,
        "file": entry.file,
        "origin": entry.origin.value,
        "in_use": in_use,
        "types": header.types if header else None,
        "backbone": header.backbone if header else None,
        "figures": dict(header.figures) if header else {},
        "garments": tagged.get(entry.title, 0) if header else 0,
        "problem": entry.problem or None,
    }


def _brief(garment: Garment) -> dict[str, Any]:
    return {"id": garment.id, "title": garment.title, "files": _files(garment)}


def _files(garment: Garment) -> list[str]:
    return [photo.filename for photo in garment.photos]


def _tag_json(tag: Tag) -> dict[str, Any]:
    confidence = round(tag.confidence, 4) if tag.confidence is not None else None
    return {
        "value": tag.value,
        "source": tag.source.value,
        "confidence": confidence,
        "tier": tag.tier,
        "model": tag.model,
    }


def _import_json(result: ImportResult) -> dict[str, Any]:
    return {
        "path": result.name,
        "outcome": result.outcome.value,
        "same": result.same,
        "message": result.message,
        "item": garment_json(result.garment) if result.garment else None,
    }


def _group_json(group: Any) -> dict[str, Any]:
    title = {"title": group.title} if hasattr(group, "title") else {}
    items = [_brief(garment) for garment in group.items]
    return {**title, "items": items, "score": round(group.score, 4), "reasons": list(group.reasons)}


def _echo_looks(looks: Iterable[Outfit]) -> None:
    for look in looks:
        typer.echo(f"{' + '.join(part.title for part in look.items)} ({look.score:.2f}): {'; '.join(look.reasons)}")


def _known(wardrobe: runtime.Runtime, kind: TagKind, value: str | None) -> None:
    choices = wardrobe.catalogue.choices(kind)
    if value is not None and value not in choices:
        raise InvalidEdit(f"“{value}” is not one of {', '.join(choices)}.")


def _redundant_json(group: RedundancyGroup, keep: Sequence[Keeping]) -> dict[str, Any]:
    ranked = [{"id": place.item_id, "score": place.score, "reasons": list(place.reasons)} for place in keep]
    return {**_group_json(group), "relation": group.relation.value, "keep": ranked}


def _decision_json(one: Decision) -> dict[str, Any]:
    return {"verdict": one.verdict.value, "ids": list(one.ids), "decided_at": one.decided_at.isoformat()}


def _partner_json(score: PairScore, other: Garment) -> dict[str, Any]:
    return {**_brief(other), "score": round(score.score, 4), "reasons": list(score.reasons)}


def _match_json(score: float, parts: Iterable[Part]) -> dict[str, Any]:
    told = [
        {"name": part.name, "text": part.text, "score": round(part.score, 4), "weight": round(part.weight, 4)}
        for part in parts
    ]
    return {"score": score, "parts": told}


def _other(score: PairScore, item: int) -> int:
    return score.b if score.a == item else score.a
