"""The grid in the browser: it gets all ids at once, and cards and pictures as they come near the screen.

Ticks live in the browser. What the owner does comes back as events: a filter that was switched, an action on the
ticked garments, a card that was opened. Both mounts run the same script, and so share what it remembers: the grid, and
a courier without a body of its own, which sits in a fragment and brings what the grid lacks.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

from wardrobe_app.components.gallery import cards
from wardrobe_app.components.shared.photos import PathOf
from wardrobe_app.components.shared.widgets import handle, handled, outbox, text_of
from wardrobe_app.domain.garments.garment import Garment

GRID: Final = "gallery_grid"
COURIER: Final = "gallery_courier"
AT_FIRST: Final = 48  # cards that come along with the ids
MOST_ASKED: Final = 200  # cards in one answer
_NEAR: Final = "gallery_near"
_WANTED: Final = "gallery_wanted"
_UNTICK: Final = "gallery_untick"
_SCRIPTS: Final = ("store.js", "grid.js", "keys.js", "selection.js", "chips.js", "main.js")

Ids = list[int]
Load = Callable[[Ids], Sequence[Garment]]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that was asked for of garments: an action's ``name``, their ``ids``, the versions ``seen`` of them."""

    name: str
    ids: Ids
    seen: dict[int, int]


_mount = st.components.v2.component(
    "wardrobe_gallery",
    css=text_of(__package__, "web", "gallery.css"),
    js=outbox() + text_of(__package__, "web", *_SCRIPTS),
    isolate_styles=False,
)


def draw(
    ids: Sequence[int],
    elsewhere: Iterable[int],
    load: Load,
    cut_outs: bool,
    facts: Mapping[str, Any],
    switch: Callable[[Mapping[str, Any]], None],
    act: Callable[[Event], None],
) -> None:
    """Draw the grid of the garments with these ``ids``, in this order.

    ``elsewhere`` are those that exist too, and stay ticked. ``facts`` are handed to the browser as they are. ``switch``
    is called with what was switched among the chips, ``act`` with what is to be done to ticked garments.
    """
    listed = set(ids)
    near = [item for item in st.session_state.get(_NEAR, ()) if item in listed]
    first = list(dict.fromkeys([*ids[:AT_FIRST], *near]))[:MOST_ASKED]
    data = {
        "role": "grid",
        "ids": list(ids),
        "elsewhere": [item for item in elsewhere if item not in listed],
        "cards": {one.id: cards.card(one, cut_outs) for one in load(first)},
        "untick": st.session_state.get(_UNTICK),
        "handled": handled(GRID),
        **facts,
    }
    _mount(
        key=GRID,
        data=data,
        on_sent_change=lambda: handle(GRID, {"switch": switch, "act": lambda value: act(_event(value))}),
    )


def untick(ids: Iterable[int]) -> None:
    """Let the browser untick ``ids``, once."""
    st.session_state[_UNTICK] = {"number": secrets.token_hex(4), "ids": list(ids)}


def deliver(
    load: Load, path_of: PathOf, cut_outs: bool, opened: int, last: int, open_item: Callable[[int], None]
) -> None:
    """Bring the cards and pictures that the browser asked for; to be called in a fragment.

    ``opened`` is the garment that is shown in a panel, ``last`` the one that was shown last, 0 for none; ``open_item``
    is called to show another one.
    """
    wanted: Mapping[str, Ids] = st.session_state.pop(_WANTED, {})
    garments = load([*wanted.get("cards", ()), *wanted.get("photos", ())][:MOST_ASKED])
    pictured = set(wanted.get("photos", ()))
    data = {
        "role": "courier",
        "cards": {one.id: cards.card(one, cut_outs) for one in garments},
        "photos": cards.pictures([one for one in garments if one.id in pictured], path_of, cut_outs),
        "handled": handled(COURIER),
        "opened": opened,
        "last": last,
    }
    _mount(
        key=COURIER,
        data=data,
        height=1,
        on_sent_change=lambda: handle(
            COURIER, {"want": _remember_wanted, "open": lambda value: open_item(_number(value.get("id")))}
        ),
    )


def _remember_wanted(wanted: Mapping[str, Any]) -> None:
    st.session_state[_WANTED] = {name: numbers(wanted.get(name)) for name in ("cards", "photos")}
    st.session_state[_NEAR] = numbers(wanted.get("near"))


def _event(payload: Mapping[str, Any]) -> Event:
    seen = payload.get("seen")
    versions = {int(item): _number(version) for item, version in seen.items()} if isinstance(seen, dict) else {}
    return Event(str(payload.get("name", "")), numbers(payload.get("ids")), versions)


def numbers(value: object) -> Ids:
    """The ids in a list from the browser; none in anything else."""
    return [_number(one) for one in value if _number(one)] if isinstance(value, list) else []


def _number(value: object) -> int:
    return int(value) if isinstance(value, int | float) else 0
