"""Packing lists for trips: the garments and outfits of each, to tick off (``?list=3`` opens one)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial

import streamlit as st

from wardrobe_app import startup
from wardrobe_app.components.outfits import packing
from wardrobe_app.components.shared import address, empty_state, notices
from wardrobe_app.components.shared.formatting import count_of, number_in
from wardrobe_app.components.shared.notices import Said, action
from wardrobe_app.domain.days import season_of
from wardrobe_app.domain.errors import InvalidEdit
from wardrobe_app.domain.garments.garment import TagKind
from wardrobe_app.domain.outfits.packing import PackingList
from wardrobe_app.domain.outfits.weather import read_weather
from wardrobe_app.services.outfits import packing_list
from wardrobe_app.services.outfits.packing_lists import PackingChange

rt = notices.opened(startup.current)
service, suggestions = rt.outfits.packing_lists, rt.outfits.suggestions


def open_list(list_id: int | None) -> None:
    address.change({"list": str(list_id) if list_id else None})


def told(words: str, done: PackingChange) -> Said:
    return words, partial(service.take_back, done)


@action
def make(trip: packing.Trip) -> Said:
    weather = read_weather(trip.weather)
    season = weather.season or (season_of(trip.starts_on, rt.days.zone()) if trip.starts_on else None)
    season = season if season in rt.catalogue.choices(TagKind.SEASON) else None
    # Nobody asked for the season: where it leaves nothing, it does not count.
    packed = partial(suggestions.for_a_trip, trip.days, trip.occasions, weather=weather)
    items = packed(season=season) or packed()
    if not items:
        raise InvalidEdit("No garments in this wardrobe make an outfit for that. Try fewer conditions.")
    note = ", ".join([*trip.occasions, *filter(None, [trip.weather.strip()])])
    done = service.make(trip.name, trip.days, [item.id for item in items], trip.starts_on, note)
    open_list(done.after.id if done.after else None)
    return told(f"{count_of(len(items), 'garment')} for {count_of(trip.days, 'day')}.", done)


@action
def tick(line_id: int, packed: bool) -> Said:
    service.tick(line_id, packed)
    return None


@action
def add(list_id: int, text: str, ids: Sequence[int]) -> Said:
    return told("Added to the list.", service.add(list_id, text, ids))


@action
def take_off(list_id: int, line_id: int) -> Said:
    return told("Taken off the list.", service.take_off(list_id, line_id))


@action
def reset(list_id: int) -> Said:
    return told("Nothing is packed now.", service.reset(list_id))


@action
def copy(list_id: int, name: str, starts_on: date | None) -> Said:
    done = service.copy(list_id, name, starts_on)
    open_list(done.after.id if done.after else None)
    return told("Copied for the next trip, nothing packed.", done)


@action
def change(list_id: int, name: str, days: int, starts_on: date | None, note: str) -> Said:
    return told("Saved.", service.change(list_id, name, days, starts_on, note))


@action
def remove(list_id: int) -> Said:
    done = service.remove(list_id)
    open_list(None)
    return told("Packing list deleted.", done)


@action
def plan() -> Said:
    dates = [day for day in found.dates if day >= rt.days.today()] if found else []
    if not dates or found is None:
        raise InvalidEdit("The days of this trip are over.")
    offset = len(found.dates) - len(dates)
    wanted = [(outfits[(offset + number) % len(outfits)].ids, day) for number, day in enumerate(dates)]
    done = rt.outfits.planner.plan_all(wanted)
    return f"{count_of(len(done.after), 'day')} planned in the calendar.", partial(rt.outfits.planner.take_back, done)


def draw(found: PackingList) -> None:
    actions = packing.Actions(tick, add, take_off, reset, copy, change, remove)
    packing.heading(found, actions, partial(open_list, None))
    left, right = st.columns([2, 3], gap="large")
    with left:
        packing.checklist(found, garments, rt.catalogue.thumbnail_path, actions)
        packing.more(found, in_use, rt.catalogue.search, actions)
        packing.downloads(
            packing_list.list_as_text(found, garments, outfits), packing_list.list_as_csv(found, garments)
        )
    with right:
        packing.days(found, outfits, partial(rt.outfits.collages.svg, side=200), plan)


st.title("Packing lists", anchor=False)
garments = {garment.id: garment for garment in rt.catalogue.garments(include_archived=True)}
in_use = {number: garment for number, garment in garments.items() if garment.archived_at is None}
lists = service.all()
if len(in_use) < 2 and not lists:
    empty_state.stop("packing", "No packing lists yet", "Packing lists need at least two garments.")

asked = number_in(address.read("list"))
found = next((one for one in lists if one.id == asked), None)
if asked and found is None:
    st.info("That packing list no longer exists.", icon=":material/info:")
if found is not None:
    outfits = suggestions.outfits_among(found.item_ids, found.days)
    draw(found)
else:
    packing.ask(rt.catalogue.choices(TagKind.OCCASION), make)
    if lists:
        st.header("Your lists", anchor=False)
        packing.overview(lists, garments, partial(rt.outfits.collages.svg, side=200), open_list)
    else:
        text = "Say how long you are away. You get garments that make many outfits together, and a list to tick off."
        empty_state.draw("packing", "No packing lists yet", text, None)
