"""What goes together, whole looks, capsules, and what was worn."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Any

import typer

from wardrobe_app import startup, wiring
from wardrobe_app.commands.json_output import brief, group_json
from wardrobe_app.commands.shared import AsJson, print_json, reporting, say
from wardrobe_app.domain.errors import InvalidEdit
from wardrobe_app.domain.garments.garment import Garment, PairScore, Part, TagKind
from wardrobe_app.domain.outfits.search import Outfit
from wardrobe_app.services.outfits import packing_list

IncludeAway = Annotated[
    bool, typer.Option("--include-away", help="With garments in the wash, lent, for sale or to give away.")
]


def outfits(
    item: Annotated[int, typer.Argument(help="The id of a garment, as `list` shows it.", show_default=False)],
    include_away: IncludeAway = False,
    as_json: AsJson = False,
) -> None:
    """Show what goes with a garment, and whole looks with it."""
    with reporting():
        wardrobe = startup.build()
        garment = wardrobe.catalogue.get(item)
        partners = wardrobe.outfits.partners(item, include_away=include_away)
        outfits = wardrobe.outfits.with_garment(item, include_away=include_away)
        names = {other.id: other for other in wardrobe.catalogue.garments(include_archived=True)}
        if as_json:
            print_json(
                {
                    "item": brief(garment),
                    "partners": [_partner_json(score, names[_other(score, item)]) for score in partners],
                    "looks": [group_json(outfit) for outfit in outfits],
                }
            )
            return
        _echo_looks(outfits)
        for score in partners:
            say(f"{names[_other(score, item)].title} ({score.score:.2f}): {'; '.join(score.reasons)}")


def looks_(
    occasion: Annotated[str | None, typer.Option("--occasion", help="What the looks are for.")] = None,
    season: Annotated[str | None, typer.Option("--season", help="When they are worn.")] = None,
    include_away: IncludeAway = False,
    as_json: AsJson = False,
) -> None:
    """Show complete looks for an occasion and a season, no two alike."""
    with reporting() as failures:
        wardrobe = startup.build()
        _known(wardrobe, TagKind.OCCASION, occasion)
        _known(wardrobe, TagKind.SEASON, season)
        found = wardrobe.outfits.outfits_for(occasion, season, limit=12, include_away=include_away)
        if as_json:
            print_json([group_json(outfit) for outfit in found])
        else:
            _echo_looks(found)
        if not found:
            failures.add(wardrobe.outfits.why_none_for(occasion, season, include_away=include_away))


def capsule_(
    size: Annotated[int, typer.Argument(metavar="K", help="How many garments, 3 to 40.", show_default=False)],
    include_away: IncludeAway = False,
    as_json: AsJson = False,
) -> None:
    """Show the K garments that give most looks, at most one of each redundant group."""
    with reporting() as failures:
        found = startup.build().outfits.capsule(size, include_away=include_away)
        if as_json:
            print_json(
                {
                    "items": [brief(garment) for garment in found.items],
                    "looks": found.outfits,
                    "with_shoes": found.with_shoes,
                    "with_layer": found.with_layer,
                    "examples": [group_json(outfit) for outfit in found.examples],
                }
            )
        else:
            for line in packing_list.as_text(found).splitlines():
                say(line)
        if not found.items:
            failures.add("No garments in this wardrobe make a look together.")


def worn(
    items: Annotated[list[int], typer.Argument(help="Ids of garments worn together.", show_default=False)],
    on: Annotated[
        datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="The day; today if left out.")
    ] = None,
) -> None:
    """Note in the calendar what was worn on a day."""
    with reporting():
        wear, new = startup.build().wear_log.wear(items, on.date() if on else None)
        say(f"{'Noted for' if new else 'Noted already for'} {wear.worn_on}: {', '.join(map(str, wear.item_ids))}")


def compatibility(as_json: AsJson = False) -> None:
    """Score pairs of garments, told as JSON on standard input: a list of lists of two objects."""
    with reporting(), _keeping_all():
        found = list(wiring.matching().scores(typer.get_binary_stream("stdin").read().decode(errors="replace")))
        if as_json:
            say(json.dumps([_match_json(score, parts) for score, parts in found]))
        for score, parts in () if as_json else found:
            say(f"{score:.4f}\t{'; '.join(part.text for part in parts if part.weight > 0)}")


def _echo_looks(outfits: Iterable[Outfit]) -> None:
    for outfit in outfits:
        say(f"{' + '.join(part.title for part in outfit.items)} ({outfit.score:.2f}): {'; '.join(outfit.reasons)}")


def _known(wardrobe: wiring.Runtime, kind: TagKind, value: str | None) -> None:
    choices = wardrobe.catalogue.choices(kind)
    if value is not None and value not in choices:
        raise InvalidEdit(f"“{value}” is not one of {', '.join(choices)}.")


def _partner_json(score: PairScore, other: Garment) -> dict[str, Any]:
    return {**brief(other), "score": round(score.score, 4), "reasons": list(score.reasons)}


def _match_json(score: float, parts: Iterable[Part]) -> dict[str, Any]:
    told = [
        {"name": part.name, "text": part.text, "score": round(part.score, 4), "weight": round(part.weight, 4)}
        for part in parts
    ]
    return {"score": score, "parts": told}


def _other(score: PairScore, item: int) -> int:
    return score.b if score.a == item else score.a


@contextmanager
def _keeping_all() -> Iterator[None]:
    """No search for garbage where nearly all that is made is kept: it would take a third of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
