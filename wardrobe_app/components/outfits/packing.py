"""Packing lists: asking about a trip, the lists there are, and one of them to tick off."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import streamlit as st

from wardrobe_app.components.outfits import collage
from wardrobe_app.components.shared import garment_picker, photos
from wardrobe_app.components.shared.formatting import count_of, day_words, plain
from wardrobe_app.components.shared.widgets import button, cards
from wardrobe_app.domain.compatibility.pair_scores import part_of
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.limits import LONGEST_OUTFIT_NAME
from wardrobe_app.domain.outfits.outfit import PARTS, Outfit
from wardrobe_app.domain.outfits.packing import (
    LONGEST_LINE,
    LONGEST_NOTE,
    LONGEST_TRIP,
    PackingLine,
    PackingList,
    capsule_size,
)

OTHER: Final = "Other things"
UNKNOWN: Final = "Not known"
Garments = Mapping[int, Garment]


@dataclass(frozen=True, slots=True)
class Trip:
    """What was asked about a trip."""

    name: str
    days: int
    starts_on: date | None
    occasions: tuple[str, ...] = ()
    weather: str = ""


@dataclass(frozen=True, slots=True)
class Actions:
    """What can be done with a list: each is called with its id, and what it needs."""

    tick: Callable[[int, bool], object]
    add: Callable[[int, str, Sequence[int]], bool]
    take_off: Callable[[int, int], object]
    reset: Callable[[int], object]
    copy: Callable[[int, str, date | None], object]
    change: Callable[[int, str, int, date | None, str], object]
    remove: Callable[[int], object]


def ask(occasions: Sequence[str], make: Callable[[Trip], object]) -> None:
    """Ask about a new trip; ``make`` is called with it."""
    with st.container(border=True, key="packing_new"):
        st.header("New trip", anchor=False)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input("Name", key="trip_name", placeholder="Rome", max_chars=LONGEST_OUTFIT_NAME, width=240)
            st.date_input("First day (optional)", None, key="trip_first", width=180)
            days = st.number_input("Days", 1, LONGEST_TRIP, 3, key="trip_days", width=120)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.multiselect(
                "Occasions", occasions, format_func=str.capitalize, placeholder="Any", key="trip_occasions", width=320
            )
            st.text_input("Weather (optional)", key="trip_weather", placeholder="12 rain", width=220)
        st.caption(f"About {count_of(capsule_size(days), 'garment')} that make the most outfits together.")
        button("Make the list", "luggage", _make, make, key="trip_make", type="primary")


def _make(make: Callable[[Trip], bool]) -> None:
    state = st.session_state
    days = int(state["trip_days"])
    name = state["trip_name"].strip() or f"{count_of(days, 'day')} away"
    trip = Trip(name, days, state["trip_first"], tuple(state["trip_occasions"]), state["trip_weather"])
    if make(trip):
        state["trip_name"] = state["trip_weather"] = ""


def dates_words(found: PackingList) -> str:
    """When a trip is: "3 days from 4 May 2026", or how long it takes."""
    days = count_of(found.days, "day")
    return f"{days} from {day_words(found.starts_on)}" if found.starts_on else days


def overview(
    lists: Sequence[PackingList], garments: Garments, svg_of: collage.SvgOf, open_list: Callable[[int], object]
) -> None:
    """The lists there are, each with a picture of its garments and how much is packed."""
    for found in cards(lists, 260, "packing_lists"):
        items = [garments[item] for item in found.item_ids if item in garments]
        if items:
            collage.draw(items[:8], svg_of)
        st.markdown(f"**{plain(found.name)}**")
        st.caption(f"{dates_words(found)} · {found.packed} of {len(found.lines)} packed")
        button("Open", "checklist", open_list, found.id, key=f"open_list_{found.id}")


def heading(found: PackingList, actions: Actions, close: Callable[[], object]) -> None:
    """The list's name, when it is, and what can be done with the whole of it."""
    button("All packing lists", "arrow_back", close, key="packing_all", type="tertiary")
    st.header(plain(found.name), anchor=False)
    st.caption(" · ".join(plain(word) for word in (dates_words(found), found.note) if word))
    with st.container(horizontal=True, gap="xsmall"):
        _edit(found, actions)
        _copy(found, actions)
        button("Untick all", "remove_done", actions.reset, found.id, key="packing_reset", disabled=not found.packed)
        button("Delete", "delete", actions.remove, found.id, key="packing_remove", type="tertiary")


def _edit(found: PackingList, actions: Actions) -> None:
    key = f"edit_list_{found.id}_{found.name}_{found.days}_{found.starts_on}_{found.note}"
    with st.popover("Edit trip", icon=":material/edit:", key=f"{key}_open"):
        st.text_input("Name", found.name, key=f"{key}_name", max_chars=LONGEST_OUTFIT_NAME)
        st.date_input("First day (optional)", found.starts_on, key=f"{key}_first")
        st.number_input("Days", 1, LONGEST_TRIP, found.days, key=f"{key}_days")
        st.text_input("Note", found.note, key=f"{key}_note", max_chars=LONGEST_NOTE)
        button("Save", "check", _save, found.id, key, actions, type="primary", key="packing_save")


def _save(list_id: int, key: str, actions: Actions) -> None:
    name, days, first, note = (st.session_state[f"{key}_{what}"] for what in ("name", "days", "first", "note"))
    actions.change(list_id, name, int(days), first, note)


def _copy(found: PackingList, actions: Actions) -> None:
    key = f"copy_list_{found.id}"
    with st.popover("Copy for the next trip", icon=":material/content_copy:", key=f"{key}_open"):
        st.text_input("Name", f"{found.name} again"[:LONGEST_OUTFIT_NAME], key=f"{key}_name")
        st.date_input("First day (optional)", None, key=f"{key}_first")
        button("Copy", "check", _save_copy, found.id, key, actions, type="primary", key="packing_copy")


def _save_copy(list_id: int, key: str, actions: Actions) -> None:
    actions.copy(list_id, st.session_state[f"{key}_name"], st.session_state[f"{key}_first"])


def days(found: PackingList, outfits: Sequence[Outfit], svg_of: collage.SvgOf, plan: Callable[[], object]) -> None:
    """An outfit for each day of the trip, and a button that plans them in the calendar where the days are known."""
    st.subheader("Outfits for the days", anchor=False)
    if not outfits:
        st.caption("These garments make no complete outfit together yet.")
        return
    for number, outfit in enumerate(cards(outfits, 150, "packing_days")):
        on = found.starts_on + timedelta(days=number) if found.starts_on else None
        collage.draw(outfit.items, svg_of)
        st.caption(f"{on:%A}, {day_words(on)}" if on else f"Day {number + 1}")
    if len(outfits) < found.days:
        st.caption(f"For {count_of(found.days, 'day')}: some outfits are worn more than once.")
    if found.starts_on:
        button("Plan these days", "event", plan, key="packing_plan")


def checklist(found: PackingList, garments: Garments, path_of: photos.PathOf, actions: Actions) -> None:
    """The lines to tick off, garments by the part they play, then everything else."""
    done, all_lines = found.packed, len(found.lines)
    st.subheader("To pack", anchor=False)
    if not all_lines:
        st.caption("Nothing on the list yet. Add garments or things below.")
        return
    st.progress(done / all_lines, text=f"{done} of {all_lines} packed" + (" — all done" if done == all_lines else ""))
    for title, lines in _parts(found.lines, garments).items():
        st.markdown(f"**{title}**")
        for line in lines:
            _line(found.id, line, garments, path_of, actions)


def _parts(lines: Sequence[PackingLine], garments: Garments) -> dict[str, list[PackingLine]]:
    """The lines under the names of parts, in the order of the body."""
    found: dict[str, list[PackingLine]] = {}
    for title in (*PARTS.values(), UNKNOWN, OTHER):
        some = [line for line in lines if _part(line, garments) == title]
        if some:
            found[title] = some
    return found


def _part(line: PackingLine, garments: Garments) -> str:
    if line.item_id is None:
        return OTHER
    part = part_of(garments[line.item_id]) if line.item_id in garments else None
    return PARTS.get(part, UNKNOWN) if part else UNKNOWN


def _line(list_id: int, line: PackingLine, garments: Garments, path_of: photos.PathOf, actions: Actions) -> None:
    item = garments.get(line.item_id) if line.item_id is not None else None
    words = item.title if item else line.text or "A garment in the trash"
    key = f"packed_{line.id}"
    st.session_state[key] = line.packed  # another tab may have ticked it
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if item is not None:
            photos.cover(item, path_of, 44)
        st.checkbox(plain(words), key=key, on_change=_tick, args=(line.id, key, actions), width="stretch")
        button(
            "Remove", "close", actions.take_off, list_id, line.id,
            key=f"take_off_{line.id}", type="tertiary", help=f"Take {plain(words)} off the list",
        )  # fmt: skip


def _tick(line_id: int, key: str, actions: Actions) -> None:
    actions.tick(line_id, bool(st.session_state[key]))


def more(found: PackingList, garments: Garments, search: garment_picker.Search, actions: Actions) -> None:
    """Add things in words, and garments."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input("Add a thing", key="packing_text", placeholder="Charger", max_chars=LONGEST_LINE, width=220,
                      on_change=_add_text, args=(found.id, actions))  # fmt: skip
        button("Add", "add", _add_text, found.id, actions, key="packing_add_text")
    offered = garment_picker.ids(garments, search, "packing_items", st.session_state.get("packing_items", ()))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        items = st.multiselect(
            "Add garments", [item for item in offered if item not in found.item_ids], key="packing_items",
            placeholder="Type to search", select_all=False, width=220,
            format_func=lambda item: f"{garments[item].title} (number {item})",
        )  # fmt: skip
        button("Add", "add", _add_items, found.id, actions, key="packing_add_items", disabled=not items)


def _add_text(list_id: int, actions: Actions) -> None:
    words = st.session_state["packing_text"].strip()
    if words and actions.add(list_id, words, ()):
        st.session_state["packing_text"] = ""


def _add_items(list_id: int, actions: Actions) -> None:
    if actions.add(list_id, "", tuple(st.session_state["packing_items"])):
        st.session_state["packing_items"] = []


def downloads(text: str, table: bytes) -> None:
    """The list as a text to print, and as a table."""
    with st.container(horizontal=True):
        for label, data, name, mime, icon in (
            ("Text to print", text, "packing-list.txt", "text/plain", ":material/print:"),
            ("Table (CSV)", table, "packing-list.csv", "text/csv", ":material/table:"),
        ):
            st.download_button(label, data, name, mime, icon=icon, on_click="ignore")
