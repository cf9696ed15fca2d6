"""Insights in plain values, as the command line prints them; docs/command-line.md lists the fields."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from wardrobe_app.domain.garments.garment import Garment, PairScore
from wardrobe_app.domain.insights.diversity import Share
from wardrobe_app.domain.outfits.search import Outfit
from wardrobe_app.domain.wording import listed
from wardrobe_app.services.insights.insights import InsightsService
from wardrobe_app.services.insights.purchase_advice import PurchaseAdvice
from wardrobe_app.services.redundancy.photo_comparison import Comparison


def insights(service: InsightsService) -> dict[str, Any]:
    """Everything that the wardrobe as a whole tells."""
    overview, state = service.overview(), service.standing()
    return {
        "sentence": overview.sentence,
        "garments": overview.garments,
        "effective_number": round(overview.effective, 4),
        "by_type": [_share("type", share) for share in overview.by_type],
        "by_colour": [_share("colour", share) for share in overview.by_colour],
        "history": [
            {"day": at.day.isoformat(), "garments": at.garments, "effective_number": round(at.effective, 4)}
            for at in overview.history
        ],
        "looks": state.outfits.count,
        "let_go": [
            {
                **_named(parting.garment),
                "diversity_lost": parting.diversity,
                "looks": parting.outfits,
                "looks_lost": parting.outfits_lost,
                "cost": parting.cost,
                "stand_in": _named(parting.substitute) if parting.substitute else None,
            }
            for parting in service.let_go(state)
        ],
        "gaps": [
            {
                "type": gap.type,
                "label": gap.label,
                "colours": [{"colour": colour, "looks": outfits} for colour, outfits in gap.colours],
                "looks": gap.outfits,
                "completes": gap.completes,
                "examples": _all_named(gap.examples),
            }
            for gap in service.gaps()
        ],
        "orphans": [{**_named(orphan.garment), "why": orphan.why} for orphan in service.isolated_garments(state)],
        "linchpins": [
            {
                **_named(pin.garment),
                "looks": pin.outfits,
                "share": round(pin.share, 4),
                "stranded": _all_named(pin.isolated),
                "islands": pin.components,
                "only": pin.only,
            }
            for pin in service.key_pieces(state)
        ],
    }


def compared(found: Comparison) -> dict[str, Any]:
    """What the garments on two photos are to each other; ``score`` is how likely they are the same, 0 to 1."""
    return {
        "relation": found.relation.value,
        "score": found.same.score,
        "parts": _parts(found.same),
        "alike": {"score": found.alike.score, "parts": _parts(found.alike)},
        "note": found.note or None,
    }


def _parts(pair: PairScore) -> list[dict[str, Any]]:
    return [{"name": part.name, "text": part.text, "score": part.score, "weight": part.weight} for part in pair.parts]


def considered(found: PurchaseAdvice) -> dict[str, Any]:
    """What a garment that is not in the wardrobe would do there, without its tags."""
    return {
        "nearest": [
            {**_named(garment), "score": round(pair.score, 4), "reasons": list(pair.reasons)}
            for garment, pair in found.nearest
        ],
        "duplicates": _all_named(found.duplicates),
        "looks_with_it": found.outfits_with_it,
        "new_looks": found.new_outfits,
        "looks": [_look(outfit, found.garment) for outfit in found.outfits],
        "effective_number": {"before": round(found.effective[0], 4), "after": round(found.effective[1], 4)},
        "verdict": found.advice.value,
        "advice": found.sentence,
        "reasons": list(found.reasons),
    }


def insights_text(found: dict[str, Any]) -> Iterator[str]:
    """What ``insights`` answered, in lines to read."""
    yield found["sentence"]
    for share in found["by_type"]:
        yield f"  {share['label']}: {share['garments']} like {share['effective_number']:.1f}"
    yield from _section(
        "Could go",
        (
            f"{entry['id']}\t{entry['title']}: {_falls(entry['diversity_lost'])}, "
            f"{entry['looks_lost']} of {entry['looks']} looks lost"
            for entry in found["let_go"]
        ),
    )
    yield from _section(
        "Would open looks",
        (
            f"{gap['label']} in {listed(entry['colour'] for entry in gap['colours'])}: "
            f"{gap['looks']} looks{' completed' if gap['completes'] else ''}"
            for gap in found["gaps"]
        ),
    )
    yield from _section("On their own", (f"{one['id']}\t{one['title']}: {one['why']}" for one in found["orphans"]))
    yield from _section(
        "Most looks hang on",
        (f"{one['id']}\t{one['title']}: {one['looks']} looks, {one['share']:.0%}" for one in found["linchpins"]),
    )


def considered_text(found: dict[str, Any]) -> Iterator[str]:
    """What ``considered`` answered, in lines to read."""
    yield found["advice"]
    yield from (f"  {reason}" for reason in found["reasons"])
    yield from _section(
        "Most like it",
        (f"{one['id']}\t{one['title']} ({one['score']:.2f}): {'; '.join(one['reasons'])}" for one in found["nearest"]),
    )
    yield from _section(
        "Looks with it", (" + ".join(item["title"] for item in outfit["items"]) for outfit in found["looks"])
    )


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    told = list(lines)
    if told:
        yield f"{title}:"
    yield from (f"  {line}" for line in told)


def _falls(diversity: float) -> str:
    return f"{abs(diversity):.2f} garments of diversity {'lost' if diversity > 0 else 'won'}"


def _share(kind: str, share: Share) -> dict[str, Any]:
    return {
        kind: share.name,
        "label": share.label,
        "garments": share.garments,
        "effective_number": round(share.effective, 4),
    }


def _named(garment: Garment) -> dict[str, Any]:
    return {"id": garment.id, "title": garment.title}


def _all_named(garments: Iterable[Garment]) -> list[dict[str, Any]]:
    return [_named(garment) for garment in garments]


def _look(outfit: Outfit, newcomer: Garment) -> dict[str, Any]:
    # The garment in question has no id yet.
    items = [{"id": None if item is newcomer else item.id, "title": item.title} for item in outfit.items]
    return {"items": items, "score": round(outfit.score, 4), "reasons": list(outfit.reasons)}
