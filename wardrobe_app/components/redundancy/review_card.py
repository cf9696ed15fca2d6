"""One group under review: photos to compare, what they share, how they differ, and the decisions.

A component of our own: its photos are one row to swipe on a phone, and every decision has a key.
"""

from __future__ import annotations

import base64
import mimetypes
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

from wardrobe_app.components.shared.formatting import photo_alt
from wardrobe_app.components.shared.photos import PathOf
from wardrobe_app.components.shared.widgets import elements, handle, handled, outbox, text_of
from wardrobe_app.domain.garments.garment import Garment, Likeness
from wardrobe_app.domain.garments.photos import ClothSample
from wardrobe_app.domain.redundancy.groups import RedundancyGroup
from wardrobe_app.domain.redundancy.keep_ranking import KeepRanking
from wardrobe_app.domain.redundancy.review_queue import QueuedGroup
from wardrobe_app.domain.similarity.relations import PLAIN_NOTE, Relation, plain_note

KEY: Final = "duplicate_card"
STRENGTH: Final[Mapping[Likeness, str]] = {
    Likeness.SAME_ITEM: "The same garment",
    Likeness.NEARLY_IDENTICAL: "Nearly identical",
    Likeness.SIMILAR: "Similar",
}
_PARTS: Final = ("drawing.js", "card.js")
Ids = tuple[int, ...]

_mount = st.components.v2.component(
    "wardrobe_duplicates",
    html='<div class="dup"></div>',
    css=text_of(__package__, "web", "card.css"),
    js=outbox() + elements() + text_of(__package__, "web", *_PARTS),
)


@dataclass(frozen=True, slots=True)
class Shown:
    """The group on the table: its place among the ``groups`` of the review, and what is ``left`` to decide of it."""

    groups: Sequence[QueuedGroup]
    open_ids: Sequence[int]
    at: int
    left: RedundancyGroup
    ranking: Sequence[KeepRanking]
    cloth: Mapping[int, ClothSample]


@dataclass(frozen=True, slots=True)
class Choice:
    """A decision about the garments ``keep`` and ``others`` of a group."""

    name: str
    group: int
    keep: int
    others: Ids


def draw(shown: Shown, path_of: PathOf, act: Callable[[Choice], object], move: Callable[[int], object]) -> None:
    """Draw the group; ``act`` is called with a decision, ``move`` with the id of another group to show."""
    known = set(shown.left.ids)

    def decide(value: Mapping[str, Any]) -> None:
        ids = [item for item in value.get("ids", []) if item in known]
        if value.get("group") == shown.at and len(ids) > 1 and value.get("keep") in ids:
            keep = int(value["keep"])
            act(Choice(str(value.get("name")), shown.at, keep, tuple(int(item) for item in ids if item != keep)))

    def go(value: Mapping[str, Any]) -> None:
        if value.get("to") in shown.open_ids:
            move(int(value["to"]))

    _mount(
        key=KEY,
        data={**_payload(shown, path_of), "handled": handled(KEY)},
        on_sent_change=lambda: handle(KEY, {"decide": decide, "move": go}),
    )


def _payload(shown: Shown, path_of: PathOf) -> dict[str, Any]:
    group, numbers = shown.left, [one.id for one in shown.groups]
    garments = {item.id: item for item in group.items}
    place = shown.open_ids.index(shown.at)
    decided = len(numbers) - len(shown.open_ids)
    return {
        "group": shown.at,
        "progress": f"{numbers.index(shown.at) + 1} of {len(numbers)}",
        "decided": decided,
        "total": len(numbers),
        "previous": shown.open_ids[place - 1] if place else None,
        "next": shown.open_ids[place + 1] if place + 1 < len(shown.open_ids) else None,
        "title": group.title,
        "strength": STRENGTH[group.likeness],
        "samePicture": group.relation is Relation.SAME_PICTURE,
        "share": list(group.reasons),
        "differ": list(group.differences) or (["No visible difference"] if _is_same(group) else []),
        "note": PLAIN_NOTE if plain_note(group.items) and group.likeness is not Likeness.SIMILAR else "",
        "items": [_item(garments[place.item_id], place, shown.cloth, path_of) for place in shown.ranking],
    }


def _is_same(group: RedundancyGroup) -> bool:
    """Whether nothing visible differs, and the group is as strong as there is."""
    return group.looks_identical and group.likeness is Likeness.SAME_ITEM


def _item(garment: Garment, place: KeepRanking, cloth: Mapping[int, ClothSample], path_of: PathOf) -> dict[str, Any]:
    sample = cloth.get(garment.id)
    facts = [*place.reasons, *([f"quantity {garment.quantity}"] if garment.quantity > 1 else [])]
    return {
        "id": garment.id,
        "title": garment.title,
        "alt": photo_alt(garment),
        "photo": _picture(garment, path_of),
        "facts": ", ".join(facts),
        "shade": sample.shade if sample else None,
        "colour": garment.colour or "",
        "cloth": sample.picture if sample else None,
    }


def _picture(garment: Garment, path_of: PathOf) -> str | None:
    """The first photo as a data URI; None without a readable one."""
    if garment.cover is None:
        return None
    path = path_of(garment.cover)
    try:
        data = base64.b64encode(path.read_bytes()).decode()
    except OSError:
        return None
    return f"data:{mimetypes.guess_type(path.name)[0] or 'image/jpeg'};base64,{data}"
