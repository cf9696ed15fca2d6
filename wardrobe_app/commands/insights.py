"""The wardrobe as a whole, and what one more garment would add to it; docs/command-line.md lists the JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from wardrobe_app import startup
from wardrobe_app.commands.json_output import garment_json, named, pick
from wardrobe_app.commands.shared import AsJson, answer
from wardrobe_app.domain.garments.garment import Garment, PairScore
from wardrobe_app.domain.insights.diversity import Share
from wardrobe_app.domain.insights.purchases import Purchase, by_type
from wardrobe_app.domain.insights.smallest_set import SmallestSet
from wardrobe_app.domain.insights.spending import Cost, Spending
from wardrobe_app.domain.insights.stand_ins import Replaceable
from wardrobe_app.domain.insights.surplus import Surplus
from wardrobe_app.domain.outfits.search import Outfit
from wardrobe_app.domain.wording import listed, lower_first
from wardrobe_app.services.catalogue.amounts import write_amount
from wardrobe_app.services.importing.importer import source_from_path
from wardrobe_app.services.insights.insights import InsightsService
from wardrobe_app.services.insights.purchase_advice import PurchaseAdvice

_SEEN = ("title", "type", "slot", "colour", "pattern", "tags", "palette")


def insights(as_json: AsJson = False) -> None:
    """Show how varied the wardrobe is, what could go, what is missing, and the key pieces."""
    rt = startup.build()
    found = insights_json(rt.insights.analysis, rt.preferences.currency)
    answer(as_json, found, insights_lines(found))


def evaluate_purchase(
    path: Annotated[Path, typer.Argument(help="A photo of a garment that you do not own yet.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Before you buy: compare a garment on a photo with the wardrobe. The photo is not stored."""
    advisor = startup.build().insights.purchases
    found = advisor.weigh(advisor.look_at(source_from_path(path)))
    report, seen = purchase_json(found), garment_json(found.garment)
    value = {"garment": {name: seen[name] for name in _SEEN}, **report}
    answer(as_json, value, [found.garment.title, *_purchase_lines(found)])


def insights_json(service: InsightsService, currency: str | None = None) -> dict[str, Any]:
    """Collect all insights as plain values; amounts are in ``currency``."""
    overview, standing = service.overview(), service.standing()
    options, removals, much = service.options(standing), service.let_go(standing), service.surpluses(standing)
    return {
        **pick(overview, "sentence garments"),
        "effective_number": overview.effective,
        "by_type": [_share("type", share) for share in overview.by_type],
        "by_colour": [_share("colour", share) for share in overview.by_colour],
        "history": [
            {"day": at.day, "garments": at.garments, "effective_number": at.effective} for at in overview.history
        ],
        "outfits": standing.outfits.count,
        "removable": [
            {
                **named(one.garment, diversity_lost=one.diversity, **pick(one, "outfits outfits_lost cost")),
                "substitute": named(one.substitute) if one.substitute else None,
            }
            for one in removals
        ],
        **_spare(much, service.replaceable(removals, much, standing)),
        "gaps": [_gap(some) for some in by_type(options)],
        "purchases": [_purchase(one) for one in service.purchases(options, standing)],
        "spending": {"currency": currency, **_spending(service.spending(standing))},
        "isolated_garments": [named(one.garment, why=one.why) for one in service.isolated_garments(standing)],
        "single_partners": [
            named(one.garment, why=one.why, partner=named(one.partner) if one.partner else None)
            for one in service.single_partners(standing)
        ],
        "key_pieces": [
            named(
                one.garment,
                **pick(one, "why outfits share betweenness joins components only"),
                isolated=_all_named(one.isolated),
            )
            for one in service.key_pieces(standing)
        ],
        "types": [
            {
                **pick(one, "type label enough share"),
                "garments": len(one.garments),
                "kept": _all_named(one.kept),
            }
            for one in service.work_of_types(standing)
        ],
        "smallest_set": _smallest(service.smallest_set(standing)),
    }


def _spare(much: Iterable[Surplus], could_go: Iterable[Replaceable]) -> dict[str, Any]:
    """Describe what there is too ``much`` of, and what ``could_go`` without the loss of an outfit."""
    return {
        "too_much": [
            {
                **pick(one, "type colour label sentence enough share"),
                "garments": _all_named(one.garments),
                "kept": _all_named(one.kept),
            }
            for one in much
        ],
        "replaceable": [
            named(one.garment, **pick(one, "outfits why"), stand_ins=_all_named(one.stand_ins)) for one in could_go
        ],
    }


def _purchase(one: Purchase) -> dict[str, Any]:
    return {
        **pick(one, "name why reasons completes"),
        **pick(one.garment, "type colour"),
        "outfits": one.opens,
        "goes_with": _all_named(one.goes_with),
        "isolated": _all_named(one.isolated),
    }


def _gap(some: Sequence[Purchase]) -> dict[str, Any]:
    """Describe a type that would add outfits, from what it is in its best colours."""
    best = some[0]
    return {
        "type": best.garment.type,
        "label": best.garment.type_label,
        "outfits": best.opens,
        "completes": best.completes,
        "colours": [{"colour": one.garment.colour, "outfits": one.opens} for one in some],
        "examples": _all_named(best.examples),
    }


def _spending(found: Spending) -> dict[str, Any]:
    return {
        **_cost(found.whole),
        "in_duplicates": found.in_duplicates,
        "duplicates": _all_named(found.duplicates),
        "never_worn": found.unworn_cost,
        "by_type": [{"type": one.name, "label": one.label, **_cost(one.cost)} for one in found.by_type],
        "by_month": [{"month": f"{one.first:%Y-%m}", **pick(one, "bought spent worn")} for one in found.months],
    }


def _cost(found: Cost) -> dict[str, Any]:
    return {**pick(found, "spent priced unpriced"), "days_worn": found.days, "per_wear": found.per_wear}


def _smallest(found: SmallestSet | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        **pick(found, "outfits outfits_kept share"),
        "garments": _all_named(found.garments),
        "removable": _all_named(found.removable),
    }


def purchase_json(found: PurchaseAdvice) -> dict[str, Any]:
    """Return what a garment would add to the wardrobe, without its tags."""
    return {
        "nearest": [named(garment, **pick(pair, "score reasons")) for garment, pair in found.nearest],
        "duplicates": _all_named(found.duplicates),
        **pick(found, "outfits_with_it new_outfits reasons"),
        "outfits": [_outfit(outfit, found.garment) for outfit in found.outfits],
        "effective_number": dict(zip(("before", "after"), found.effective, strict=True)),
        "verdict": found.advice,
        "advice": found.sentence,
    }


def insights_lines(found: dict[str, Any]) -> Iterator[str]:
    """Write what ``insights_json`` collected as lines of text."""
    yield found["sentence"]
    for share in found["by_type"]:
        yield f"  {share['label']}: {share['garments']}, as varied as {share['effective_number']:.1f}"
    yield from _section("Too much of", (one["sentence"] for one in found["too_much"]))
    yield from _section(
        "Could go at no cost to outfits",
        (f"{one['id']}\t{one['title']}: {one['why']}" for one in found["replaceable"]),
    )
    yield from _section(
        "One purchase", (" ".join([f"{one['name']}:", one["why"], *one["reasons"]]) for one in found["purchases"])
    )
    yield from _section("Costs", _spending_lines(found["spending"]))
    yield from _section(
        "Type by type",
        (
            f"{one['garments']} {lower_first(one['label'])} do the work of {one['enough']}"
            for one in found["types"]
            if one["enough"] < one["garments"]
        ),
    )
    if few := found["smallest_set"]:
        yield (
            f"Fewest garments: {len(few['garments'])} of {len(few['garments']) + len(few['removable'])} tops, bottoms "
            f"and one-pieces keep {few['outfits_kept']} of {few['outfits']} outfits (greedy)"
        )
    yield from _section(
        "Could go",
        (
            f"{one['id']}\t{one['title']}: {-one['diversity_lost']:+.2f} diversity, "
            f"{one['outfits_lost']} of {one['outfits']} outfits lost"
            for one in found["removable"]
        ),
    )
    yield from _section(
        "Would add outfits",
        (
            f"{gap['label']} in {listed(one['colour'] for one in gap['colours'])}: "
            f"{gap['outfits']} outfits{' completed' if gap['completes'] else ''}"
            for gap in found["gaps"]
        ),
    )
    yield from _section(
        "Go with one garment only",
        (
            f"{one['id']}\t{one['title']} with {one['partner']['id']}\t{one['partner']['title']}: {one['why']}"
            for one in found["single_partners"]
        ),
    )
    yield from _section(
        "Go with nothing", (f"{one['id']}\t{one['title']}: {one['why']}" for one in found["isolated_garments"])
    )
    yield from _section(
        "Key pieces",
        (f"{one['id']}\t{one['title']}: {one['why']}" for one in found["key_pieces"]),
    )


def _spending_lines(found: dict[str, Any]) -> Iterator[str]:
    if not found["priced"]:
        yield "No garment has a price yet."
        return
    money = partial(write_amount, currency=found["currency"])
    yield f"{money(found['spent'])} for {found['priced']} garments; {found['unpriced']} have no price"
    if found["per_wear"] is not None:
        yield f"{money(found['per_wear'])} for each day that one was worn"
    yield f"{money(found['in_duplicates'])} in {len(found['duplicates'])} garments that do the job of another one"
    yield f"{money(found['never_worn'])} in garments that were never worn"
    yield from (f"{one['label']}: {money(one['spent'])}" for one in found["by_type"] if one["spent"])


def _purchase_lines(found: PurchaseAdvice) -> Iterator[str]:
    yield found.sentence
    yield from (f"  {reason}" for reason in found.reasons)
    yield from _section("Most similar", (_nearest_line(garment, pair) for garment, pair in found.nearest))
    yield from _section("Outfits with it", (" + ".join(item.title for item in one.items) for one in found.outfits))


def _nearest_line(garment: Garment, pair: PairScore) -> str:
    likeness = f" ({pair.likeness.lower()})" if pair.likeness else ""
    return f"{garment.id}\t{garment.title}{likeness}: {'; '.join(pair.reasons)}"


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        if number == 0:
            yield f"{title}:"
        yield f"  {line}"


def _share(kind: str, share: Share) -> dict[str, Any]:
    return {kind: share.name, **pick(share, "label garments"), "effective_number": share.effective}


def _all_named(garments: Iterable[Garment]) -> list[dict[str, Any]]:
    return [named(garment) for garment in garments]


def _outfit(outfit: Outfit, newcomer: Garment) -> dict[str, Any]:
    # The garment in question has no id yet.
    items = [{"id": None if item is newcomer else item.id, "title": item.title} for item in outfit.items]
    return {"items": items, **pick(outfit, "score reasons")}
