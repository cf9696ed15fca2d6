"""A month with what was worn on each day, and one day of it."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

import streamlit as st

from wardrobe_app.components.shared import address, garment_picker, photos
from wardrobe_app.components.shared.formatting import count_of, day_words, plain
from wardrobe_app.components.shared.widgets import button
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.garments.wear_log import SavedOutfit, Wear
from wardrobe_app.domain.limits import FIRST_DAY

SMALL = 4  # pictures on a day
Garments = Mapping[int, Garment]


def chosen_day(today: date) -> date:
    """The day that is looked at, ``?day=2024-05-04`` in the address; today where it names none."""
    return _day_in(address.read("day"), today) or today


def choose(day: date) -> None:
    """Look at another day, and at its month."""
    address.change({"day": day.isoformat(), "month": None})


def chosen_month(today: date) -> date:
    """The first day of the month that is looked at, ``?month=2024-05`` in the address; else that of the chosen day."""
    return (_day_in(f"{address.read('month')}-01", today) or chosen_day(today)).replace(day=1)


def _day_in(text: str, today: date) -> date | None:
    """The day written in an address, no earlier than any that can be saved and no later than today; None for no day."""
    try:
        return min(max(date.fromisoformat(text), FIRST_DAY), today)
    except ValueError:
        return None


def _leaf(month: date, by: int) -> None:
    st.query_params["month"] = f"{month + timedelta(days=45 if by > 0 else -15):%Y-%m}"


def heading(month: date, today: date) -> None:
    """The month's name, and buttons to other months; the future is not offered."""
    with st.container(horizontal=True, vertical_alignment="center"):
        button("Earlier", "chevron_left", _leaf, month, -1, key="calendar_before")
        st.header(f"{month:%B %Y}", anchor=False, width="content")
        newest = month >= today.replace(day=1)
        button("Later", "chevron_right", _leaf, month, 1, icon_position="right", key="calendar_after", disabled=newest)
        button("Today", "today", choose, today, type="tertiary")


def month(
    first: date, chosen: date, today: date, wears: Sequence[Wear], garments: Garments, thumbnail_of: photos.PathOf
) -> None:
    """The month's weeks, from Monday on: each day is a button, with small pictures of what was worn below."""
    worn: dict[date, list[Garment]] = {}
    for wear in wears:
        worn.setdefault(wear.worn_on, []).extend(garments[item] for item in wear.item_ids if item in garments)
    with st.grid(columns=7, min_column_width=36, wrap=False, gap="xxsmall", key="calendar_grid") as grid:
        for name in calendar.day_abbr:
            with grid.cell():
                st.caption(name, text_alignment="center")
        for week in calendar.Calendar().monthdatescalendar(first.year, first.month):
            for day in week:
                with grid.cell():
                    if day.month == first.month:
                        _day(day, chosen, today, worn.get(day, []), thumbnail_of)


def _day(day: date, chosen: date, today: date, items: Sequence[Garment], thumbnail_of: photos.PathOf) -> None:
    st.button(
        str(day.day),
        key=f"day_{day}",
        type="primary" if day == chosen else "secondary" if day == today else "tertiary",
        disabled=day > today,
        on_click=choose,
        args=(day,),
        width="stretch",
        help=None if day > today else f"{day_words(day)}: {count_of(len(items), 'garment')} worn",
    )
    if items:
        with st.grid(columns=2, min_column_width=16, wrap=False, gap="xxsmall") as small:
            for item in items[: SMALL if len(items) <= SMALL else SMALL - 1]:
                with small.cell():
                    photos.cover(item, thumbnail_of)
            if len(items) > SMALL:
                with small.cell():
                    st.caption(f"+{len(items) - SMALL + 1}")


def day(
    chosen: date,
    wears: Sequence[Wear],
    outfits: Sequence[SavedOutfit],
    garments: Garments,
    thumbnail_of: photos.PathOf,
    remove: Callable[[int], object],
) -> None:
    """What was worn on the day, each with a button that removes it."""
    names = {outfit.id: outfit.name for outfit in outfits}
    st.header(f"{chosen:%A}, {day_words(chosen)}", anchor=False)
    for wear in wears:
        with st.container(border=True, key=f"wear_{wear.id}"):
            if wear.outfit_id in names:
                st.markdown(f"**{plain(names[wear.outfit_id])}**")
            photos.row([garments[item] for item in wear.item_ids if item in garments], thumbnail_of)
            button("Remove", "event_busy", remove, wear.id, key=f"remove_wear_{wear.id}", type="tertiary")
    if not wears:
        st.caption("Nothing saved for this day.")


def note(
    chosen: date,
    outfits: Sequence[SavedOutfit],
    garments: Garments,
    search: garment_picker.Search,
    wear_outfit: Callable[[int, date], object],
    wear: Callable[[Sequence[int], date], object],
) -> None:
    """Save what was worn on the day: one of the saved outfits, or any garments."""
    if outfits:
        names = {outfit.id: outfit.name for outfit in outfits}
        key = f"worn_look_{chosen}"
        with st.container(horizontal=True, vertical_alignment="bottom"):
            picked = st.selectbox(
                "Saved outfit", list(names), index=None, format_func=names.__getitem__, key=key, width=300
            )
            button(
                "Save", "event_available", _save_outfit, key, wear_outfit, chosen,
                key=f"{key}_note", disabled=picked is None,
            )  # fmt: skip
    key = f"worn_items_{chosen}"
    offered = garment_picker.ids(garments, search, key, st.session_state.get(key, ()))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        items = st.multiselect(
            "Garments", offered, placeholder="Type to search", key=key, select_all=False, width=300,
            format_func=lambda item: f"{garments[item].title} (number {item})",
        )  # fmt: skip
        button("Save", "event_available", _save_items, key, wear, chosen, key=f"{key}_note", disabled=not items)


def _save_outfit(key: str, wear_outfit: Callable[[int, date], object], chosen: date) -> None:
    wear_outfit(st.session_state[key], chosen)
    st.session_state[key] = None


def _save_items(key: str, wear: Callable[[Sequence[int], date], object], chosen: date) -> None:
    wear(st.session_state[key], chosen)
    st.session_state[key] = []
