"""One day of the calendar: what was worn, what is planned, and outfits to put on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import streamlit as st

from wardrobe_app.components.outfits.calendar import Drawn, Entry, Ids
from wardrobe_app.components.shared import garment_picker, photos
from wardrobe_app.components.shared.formatting import day_words, plain
from wardrobe_app.components.shared.widgets import button, cards
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.garments.wear_log import Wear
from wardrobe_app.domain.outfits.planning import LONGEST_INTERVAL, WEEKLY, Plan

SAVED, SUGGESTED, OTHER = "Saved", "Suggested", "Garments"
SHOWN: Final = 4  # outfits at a time: as high as the month beside them
COMING: Final = 6
_NEVER, _WEEKLY, _OTHER = "Does not repeat", "Every week", "Every n days"
Garments = Mapping[int, Garment]


@dataclass(frozen=True, slots=True)
class Actions:
    """What can be done on a day: each is called with a plan's id or garments, and the day."""

    wear: Callable[[Ids, date], object]
    plan: Callable[[Ids, date], object]
    remove: Callable[[int], object]
    skip: Callable[[int, date], object]
    stop: Callable[[int, date], object]
    move: Callable[[int, date, date], object]
    repeat: Callable[[int, int | None, date | None], object]


def repeat_words(plan: Plan) -> str:
    """How a plan repeats, in words; "" for a plan for one day."""
    if plan.every_days is None:
        return ""
    every = {1: "day", WEEKLY: "week"}.get(plan.every_days, f"{plan.every_days} days")
    return f"Every {every}" + (f" until {day_words(plan.until)}" if plan.until else "")


def day(
    chosen: date,
    today: date,
    wears: Sequence[tuple[Wear, Entry]],
    plans: Sequence[tuple[Plan, Entry]],
    garments: Garments,
    collage_of: Drawn,
    actions: Actions,
) -> None:
    """What was worn and what is planned on the day, each with what can be done about it."""
    st.header(f"{chosen:%A}, {day_words(chosen)}", anchor=False)
    for wear, entry in wears:
        with st.container(border=True, key=f"wear_{wear.id}"):
            _outfit(entry, garments, collage_of)
            button("Remove", "event_busy", actions.remove, wear.id, key=f"remove_wear_{wear.id}", type="tertiary")
    for plan, entry in plans:
        with st.container(border=True, key=f"plan_{plan.id}"):
            passed = "Planned; not marked as worn" if chosen < today else "Planned"
            words = " · ".join(word for word in (passed, repeat_words(plan)) if word)
            st.markdown(f":violet-badge[:material/event: {words}]")
            _outfit(entry, garments, collage_of)
            _change(plan, chosen, today, actions)
    if not wears and not plans:
        st.caption("Nothing saved for this day." if chosen <= today else "Nothing planned for this day.")


def _outfit(entry: Entry, garments: Garments, collage_of: Drawn) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.image(collage_of(entry.ids), alt=f"Flat lay: {entry.name}", width=110)
        with st.container(width="stretch", gap="xsmall"):
            st.markdown(f"**{plain(entry.name)}**")
            for item in entry.ids:
                if item in garments:
                    photos.link(garments[item])


def _change(plan: Plan, chosen: date, today: date, actions: Actions) -> None:
    rest: dict[str, Any] = {"type": "tertiary"}
    with st.container(horizontal=True, gap="xsmall"):
        if chosen <= today:
            label = "Wear it" if chosen == today else "Worn"
            button(label, "check", actions.wear, plan.item_ids, chosen, key=f"worn_plan_{plan.id}", type="primary")
        key = f"move_plan_{plan.id}_{chosen}"
        with st.popover("Move", icon=":material/redo:", type="tertiary", key=f"{key}_open"):
            st.date_input("To", max(chosen, today), min_value=today, key=key)
            button("Move", "check", _move, plan.id, chosen, key, actions, type="primary", key=f"{key}_save")
        _repeat(plan, chosen, actions)
        if plan.every_days is None:
            button("Remove", "event_busy", actions.skip, plan.id, chosen, key=f"skip_plan_{plan.id}", **rest)
            return
        button("Skip this day", "event_busy", actions.skip, plan.id, chosen, key=f"skip_plan_{plan.id}", **rest)
        label = "End before this day" if plan.starts_on < chosen else "Remove all"
        button(label, "event_repeat", actions.stop, plan.id, chosen, key=f"stop_plan_{plan.id}", **rest)


def _move(plan_id: int, chosen: date, key: str, actions: Actions) -> None:
    actions.move(plan_id, chosen, st.session_state[key])


def _repeat(plan: Plan, chosen: date, actions: Actions) -> None:
    key = f"repeat_plan_{plan.id}_{plan.every_days}_{plan.until}"
    options = [_NEVER, _WEEKLY, _OTHER]
    now = _NEVER if plan.every_days is None else _WEEKLY if plan.every_days == WEEKLY else _OTHER
    with st.popover("Repeat", icon=":material/repeat:", type="tertiary", key=f"{key}_open"):
        asked = st.radio("Repeat", options, options.index(now), key=key, label_visibility="collapsed")
        if asked == _OTHER:
            st.number_input("Days", 1, LONGEST_INTERVAL, plan.every_days or 2, key=f"{key}_days", width=160)
        if asked != _NEVER:
            last = plan.until or None
            st.date_input("Last day (optional)", last, min_value=plan.starts_on, key=f"{key}_until", width=220)
        button("Save", "check", _save_repeat, plan.id, key, actions, type="primary", key=f"{key}_save")


def _save_repeat(plan_id: int, key: str, actions: Actions) -> None:
    asked, until = st.session_state[key], st.session_state.get(f"{key}_until")
    every = {_NEVER: None, _WEEKLY: WEEKLY}.get(asked, st.session_state.get(f"{key}_days"))
    actions.repeat(plan_id, every, until if every else None)


def choice(
    chosen: date,
    today: date,
    saved: Sequence[Entry],
    suggested: Callable[[int], Sequence[Entry]],
    garments: Garments,
    search: garment_picker.Search,
    collage_of: Drawn,
    actions: Actions,
) -> None:
    """Outfits to put on the day by their pictures: saved ones, suggested ones, or any garments."""
    st.subheader("Put an outfit on this day", anchor=False)
    kinds = [SAVED, SUGGESTED, OTHER] if saved else [SUGGESTED, OTHER]
    kind = st.segmented_control(
        "Outfits", kinds, default=kinds[0], required=True, key="calendar_choice", label_visibility="collapsed"
    )
    if kind == OTHER:
        _any(chosen, today, garments, search, actions)
        return
    number = st.session_state.get(key := f"calendar_shown_{kind}_{chosen}", SHOWN)
    found = _named(saved) if kind == SAVED else suggested(number + 1)
    for entry in cards(found[:number], 240, f"calendar_outfits_{kind}", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.image(collage_of(entry.ids), alt=f"Flat lay: {entry.name}", width=80)
            with st.container(width="stretch", gap="xxsmall"):
                st.caption(plain(entry.name))
                _put(entry.ids, chosen, today, actions, "_".join(map(str, entry.ids)))
    if not found:
        st.caption("No outfits match." if kind == SAVED else "Nothing to suggest: too few garments go together.")
    if len(found) > number:
        button("Show more", "expand_more", _more, key, number + SHOWN, key=f"{key}_more", type="tertiary")


def _named(saved: Sequence[Entry]) -> list[Entry]:
    if len(saved) <= SHOWN:
        return list(saved)
    words = st.text_input(
        "Search outfits", key="calendar_outfit_words", placeholder="Name", icon=":material/search:", width=300
    )
    wanted = words.casefold().split()
    return [entry for entry in saved if all(word in entry.name.casefold() for word in wanted)]


def _more(key: str, number: int) -> None:
    st.session_state[key] = number


def _put(ids: Ids, chosen: date, today: date, actions: Actions, key: str) -> None:
    with st.container(horizontal=True, gap="xsmall"):
        if chosen <= today:
            button("Worn", "event_available", actions.wear, ids, chosen, key=f"put_worn_{key}", type="tertiary")
        if chosen >= today:
            button("Plan", "event", actions.plan, ids, chosen, key=f"put_plan_{key}", type="tertiary")


def _any(chosen: date, today: date, garments: Garments, search: garment_picker.Search, actions: Actions) -> None:
    key = f"worn_items_{chosen}"
    offered = garment_picker.ids(garments, search, key, st.session_state.get(key, ()))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        items = st.multiselect(
            "Garments", offered, placeholder="Type to search", key=key, select_all=False, width=300,
            format_func=lambda item: f"{garments[item].title} (number {item})",
        )  # fmt: skip
        if chosen <= today:
            button("Worn", "event_available", _save, key, actions.wear, chosen, key=f"{key}_note", disabled=not items)
        if chosen >= today:
            button("Plan", "event", _save, key, actions.plan, chosen, key=f"{key}_plan", disabled=not items)


def _save(key: str, act: Callable[[Ids, date], object], chosen: date) -> None:
    if act(tuple(st.session_state[key]), chosen):
        st.session_state[key] = []


def coming(
    plans: Mapping[date, Sequence[tuple[Plan, Entry]]], today: date, collage_of: Drawn, choose: Callable[[date], None]
) -> None:
    """The next planned days, each a picture that leads to its day."""
    days = [(on, entry) for on in sorted(plans) if on >= today for _, entry in plans[on]][:COMING]
    if not days:
        return
    with st.container(key="calendar_coming_up"):
        st.subheader("Coming up", anchor=False)
        for number, (on, entry) in enumerate(cards(days, 150, "calendar_coming")):
            st.image(collage_of(entry.ids), alt=f"Flat lay: {entry.name}", width="stretch")
            words = {today: "Today", today + timedelta(days=1): "Tomorrow"}.get(on, f"{on:%a} {on.day} {on:%b}")
            button(words, "event", choose, on, key=f"coming_{number}", type="tertiary", help=plain(entry.name))
