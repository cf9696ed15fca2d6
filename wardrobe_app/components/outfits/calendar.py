"""A month or a week as pictures: what was worn on each day, and what is planned for it."""

from __future__ import annotations

import base64
import calendar
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import streamlit as st

from wardrobe_app.components.shared import address
from wardrobe_app.components.shared.formatting import day_words
from wardrobe_app.components.shared.widgets import button, elements, handle, handled, outbox, text_of
from wardrobe_app.domain.limits import FIRST_DAY
from wardrobe_app.domain.outfits.planning import LAST_DAY, Plan

MONTH, WEEK = "Month", "Week"
VIEWS: Final = {"month": MONTH, "week": WEEK}
VIEW: Final = "calendar_view"
GRID: Final = "calendar_days"
_PICTURED: Final = {MONTH: 2, WEEK: 3}  # outfits on a day
Ids = tuple[int, ...]
Drawn = Callable[[Ids], str]
"""Draws the garments of these ids as a collage: an SVG."""

_mount = st.components.v2.component(
    "wardrobe_calendar",
    css=text_of(__package__, "web", "calendar.css"),
    js=outbox() + elements() + text_of(__package__, "web", "buttons.js", "calendar.js"),
    isolate_styles=False,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """An outfit on a day: what it is called and its garments; ``plan`` where it is not worn yet."""

    name: str
    ids: Ids
    plan: Plan | None = None


def in_address() -> address.Param:
    """Whether a month or a week is shown, in the address."""
    return address.choice("view", VIEW, VIEWS, MONTH)


def chosen_day(today: date) -> date:
    """The day that is looked at, ``?day=2024-05-04`` in the address; today where it names none."""
    return _day_in(address.read("day")) or today


def choose(day: date) -> None:
    """Look at another day, and at its month."""
    address.change({"day": day.isoformat(), "month": None})


def chosen_month(today: date) -> date:
    """The first day of the month that is looked at, ``?month=2024-05`` in the address; else that of the chosen day."""
    return (_day_in(f"{address.read('month')}-01") or chosen_day(today)).replace(day=1)


def _day_in(text: str) -> date | None:
    """The day written in an address, within what can be saved and planned; None for no day."""
    try:
        return min(max(date.fromisoformat(text), FIRST_DAY), LAST_DAY)
    except ValueError:
        return None


def shown_days(view: str, month: date, chosen: date) -> tuple[date, ...]:
    """The days of the whole weeks of a month, or of the week of the chosen day, from Monday on."""
    if view == WEEK:
        monday = chosen - timedelta(days=chosen.weekday())
        return tuple(monday + timedelta(days=number) for number in range(7))
    return tuple(calendar.Calendar().itermonthdates(month.year, month.month))


def heading(view: str, month: date, chosen: date, today: date) -> None:
    """The month's name or the week's first day, and buttons to others."""
    with st.container(horizontal=True, vertical_alignment="center"):
        for label, icon, by, side in (("Earlier", "chevron_left", -1, "left"), ("Later", "chevron_right", 1, "right")):
            rest: dict[str, Any] = {"key": f"calendar_{'before' if by < 0 else 'after'}", "icon_position": side}
            if view == WEEK:
                button(label, icon, choose, chosen + timedelta(days=7 * by), **rest)
            else:
                button(label, icon, _leaf, month, by, **rest)
            if by < 0:
                title = (
                    f"{month:%B %Y}" if view == MONTH else f"Week of {day_words(shown_days(view, month, chosen)[0])}"
                )
                st.header(title, anchor=False, width="content")
        button("Today", "today", choose, today, type="tertiary")
        st.segmented_control(
            "View", list(VIEWS.values()), required=True, key=VIEW, persist_state="session", label_visibility="collapsed"
        )


def _leaf(month: date, by: int) -> None:
    st.query_params["month"] = f"{month + timedelta(days=45 if by > 0 else -15):%Y-%m}"


def draw(
    view: str,
    month: date,
    chosen: date,
    today: date,
    entries: Mapping[date, Sequence[Entry]],
    collage_of: Drawn,
    move: Callable[[int, date, date], object],
) -> None:
    """The days with their outfits; choosing a day, and moving a plan by dragging it, are handled.

    ``move`` is called with a plan's id, the day, and the day it is moved to.
    """
    days = shown_days(view, month, chosen)
    shown = {entry.ids for day in days for entry in entries.get(day, ())}
    names = {ids: f"p{number}" for number, ids in enumerate(sorted(shown))}
    data = {
        "days": [_day(day, view, month, chosen, today, entries.get(day, ()), names) for day in days],
        "names": list(calendar.day_abbr),
        "pictures": {name: _source(collage_of(ids)) for ids, name in names.items()},
        "title": f"{month:%B %Y}" if view == MONTH else f"Week of {day_words(days[0])}",
        "today": today.isoformat(),
        "most": _PICTURED[view],
        "handled": handled(GRID),
    }
    _mount(key=GRID, data=data, on_sent_change=lambda: handle(GRID, {"choose": _choose, "move": _moved(move)}))


def _day(
    day: date, view: str, month: date, chosen: date, today: date, entries: Sequence[Entry], names: Mapping[Ids, str]
) -> dict[str, Any]:
    return {
        "day": day.isoformat(),
        "number": day.day,
        "title": f"{day:%A}, {day_words(day)}",
        "short": f"{calendar.day_abbr[day.weekday()]} {day.day}",
        "outside": view == MONTH and day.month != month.month,
        "today": day == today,
        "chosen": day == chosen,
        "entries": [
            {
                "plan": entry.plan.id if entry.plan else 0,
                "day": day.isoformat(),
                "name": entry.name,
                "alt": f"{'Planned' if entry.plan else 'Worn'}: {entry.name}",
                "picture": names[entry.ids],
            }
            for entry in entries
        ],
    }


def _choose(value: Mapping[str, Any]) -> None:
    if (day := _day_in(str(value.get("day")))) is not None:
        choose(day)


def _moved(move: Callable[[int, date, date], object]) -> Callable[[Mapping[str, Any]], None]:
    def moved(value: Mapping[str, Any]) -> None:
        day, to, plan = _day_in(str(value.get("day"))), _day_in(str(value.get("to"))), value.get("plan")
        if day is not None and to is not None and isinstance(plan, int | float):
            move(int(plan), day, to)

    return moved


def _source(svg: str) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
