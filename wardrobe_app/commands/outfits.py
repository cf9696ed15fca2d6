"""What goes together: partners, outfits, capsules, and the wear log."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Annotated

import typer

from wardrobe_app import startup, wiring
from wardrobe_app.commands.json_output import brief, outfit_json, parts_json, pick
from wardrobe_app.commands.shared import AsJson, ItemId, answer, fail, say
from wardrobe_app.domain.errors import InvalidEdit
from wardrobe_app.domain.garments.garment import TagKind
from wardrobe_app.domain.outfits.search import Outfit
from wardrobe_app.services.outfits import packing_list

SUGGESTED = 12  # outfits for an occasion and a season
IncludeAway = Annotated[
    bool,
    typer.Option(
        "--include-away", help="Include garments that are in the wash, lent, for sale or waiting to be given away."
    ),
]


def outfits(item: ItemId, include_away: IncludeAway = False, as_json: AsJson = False) -> None:
    """Show what goes with a garment, and outfits with it."""
    wardrobe = startup.build()
    garment = wardrobe.catalogue.get(item)
    names = {other.id: other for other in wardrobe.catalogue.garments(include_archived=True)}
    scores = wardrobe.outfits.suggestions.partners(item, include_away=include_away)
    partners = [(names[score.b if score.a == item else score.a], score) for score in scores]
    found = wardrobe.outfits.suggestions.with_garment(item, include_away=include_away)
    value = {
        "item": brief(garment),
        "partners": [brief(partner, **pick(score, "score reasons")) for partner, score in partners],
        "outfits": [outfit_json(outfit) for outfit in found],
    }
    lines = (f"{partner.title} ({score.score:.2f}): {'; '.join(score.reasons)}" for partner, score in partners)
    answer(as_json, value, [*_lines(found), *lines])


def suggest_outfits(
    occasion: Annotated[str | None, typer.Option("--occasion", help="What the outfits are for.")] = None,
    season: Annotated[str | None, typer.Option("--season", help="The season to dress for.")] = None,
    include_away: IncludeAway = False,
    as_json: AsJson = False,
) -> None:
    """Suggest complete and varied outfits for an occasion and a season."""
    wardrobe = startup.build()
    _require_known(wardrobe, TagKind.OCCASION, occasion)
    _require_known(wardrobe, TagKind.SEASON, season)
    found = wardrobe.outfits.suggestions.outfits_for(occasion, season, limit=SUGGESTED, include_away=include_away)
    answer(as_json, [outfit_json(outfit) for outfit in found], _lines(found))
    if not found:
        fail(wardrobe.outfits.suggestions.why_none_for(occasion, season, include_away=include_away))


def capsule(
    size: Annotated[int, typer.Argument(metavar="K", help="How many garments, 3 to 40.", show_default=False)],
    include_away: IncludeAway = False,
    as_json: AsJson = False,
) -> None:
    """Choose the K garments that make the most outfits, at most one of each group of duplicates."""
    found = startup.build().outfits.suggestions.capsule(size, include_away=include_away)
    value = {
        "items": [brief(garment) for garment in found.items],
        **pick(found, "outfits with_shoes with_layer"),
        "examples": [outfit_json(outfit) for outfit in found.examples],
    }
    answer(as_json, value, packing_list.as_text(found).splitlines())
    if not found.items:
        fail("No garments in this wardrobe make an outfit together.")


def log_wear(
    items: Annotated[list[int], typer.Argument(help="Ids of garments worn together.", show_default=False)],
    on: Annotated[datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="The day. Default: today.")] = None,
) -> None:
    """Enter in the calendar what was worn on a day."""
    wear, new = startup.build().outfits.wear_log.wear(items, on.date() if on else None)
    say(f"{'Entered' if new else 'Already entered'} for {wear.worn_on}: {', '.join(map(str, wear.item_ids))}")


def compatibility(as_json: AsJson = False) -> None:
    """Score pairs of garments from standard input, a JSON list of lists of two objects."""
    found = list(wiring.matching().scores(typer.get_binary_stream("stdin").read().decode(errors="replace")))
    if as_json:  # on one line: there may be many thousand pairs
        say(json.dumps([{"score": score, "parts": parts_json(parts)} for score, parts in found]))
    for score, parts in () if as_json else found:
        say(f"{score:.4f}\t{'; '.join(part.text for part in parts if part.weight > 0)}")


def _lines(outfits: Iterable[Outfit]) -> Iterator[str]:
    for outfit in outfits:
        yield f"{' + '.join(part.title for part in outfit.items)} ({outfit.score:.2f}): {'; '.join(outfit.reasons)}"


def _require_known(wardrobe: wiring.Runtime, kind: TagKind, value: str | None) -> None:
    choices = wardrobe.catalogue.choices(kind)
    if value is not None and value not in choices:
        raise InvalidEdit(f"“{value}” is not one of {', '.join(choices)}.")
