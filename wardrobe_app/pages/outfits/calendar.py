"""What was worn when, what each wear cost, and what has not been worn for a long time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial

import streamlit as st

from wardrobe_app import startup
from wardrobe_app.components.outfits import calendar, wear_stats
from wardrobe_app.components.shared import address, empty_state, notices, photos
from wardrobe_app.components.shared.formatting import count_of, day_words
from wardrobe_app.components.shared.notices import Said, action
from wardrobe_app.components.shared.widgets import cards
from wardrobe_app.domain.garments.wear_log import OutfitState, Wear

MONTHS = (3, 6, 12, 18, 24)
RESTING_SHOWN = 24
IN_ADDRESS = [address.number("unworn", "resting_months", 12, MONTHS)]

rt = notices.opened(startup.current)
wear_log = rt.outfits.wear_log


def logged(made: Wear, new: bool) -> Said:
    day = day_words(made.worn_on)
    return (f"Saved for {day}.", partial(wear_log.take_back, made)) if new else f"Already saved for {day}."


@action
def wear_outfit(outfit_id: int, day: date) -> Said:
    return logged(*wear_log.wear_outfit(outfit_id, day))


@action
def wear(ids: Sequence[int], day: date) -> Said:
    return logged(*wear_log.wear(ids, day))


@action
def remove(wear_id: int) -> Said:
    gone = wear_log.remove(wear_id)
    return f"Removed from {day_words(gone.worn_on)}.", partial(wear_log.bring_back, gone)


st.title("Calendar", anchor=False)
everything = {garment.id: garment for garment in rt.catalogue.garments(include_archived=True)}
in_use = {number: garment for number, garment in everything.items() if garment.archived_at is None}
if not everything:
    empty_state.stop("calendar", "Nothing worn yet", "Add garments to keep track of what you wear.")

address.follow(IN_ADDRESS)
today = wear_log.today()
wears = wear_log.wears()
saved = rt.outfits.saved.all(OutfitState.SAVED)
thumbnail = rt.catalogue.thumbnail_path
chosen, month = calendar.chosen_day(today), calendar.chosen_month(today)

days, one = st.columns([3, 2], gap="large")
with days:
    calendar.heading(month, today)
    calendar.month(month, chosen, today, wears, everything, thumbnail)
with one:
    on_it = [wear for wear in wears if wear.worn_on == chosen]
    calendar.day(chosen, on_it, saved, everything, thumbnail, remove)
    wearable = [outfit for outfit in saved if set(outfit.item_ids) <= set(in_use)]
    calendar.note(chosen, wearable, in_use, rt.catalogue.search, wear_outfit, wear)

st.header("Cost per wear", anchor=False)
st.caption("Price times quantity, divided by the days worn. Set prices on a garment's page.")
wear_stats.table(wear_log.all_wear_stats(), rt.money)

with st.container(horizontal=True, vertical_alignment="bottom"):
    st.header("Not worn in the last", anchor=False, width="content")
    months = st.selectbox(
        "Not worn in the last", MONTHS, format_func=lambda number: count_of(number, "month"), key="resting_months",
        persist_state="session", label_visibility="collapsed", width=150,
    )  # fmt: skip
address.publish(IN_ADDRESS)
resting = wear_log.not_worn(months)
if resting:
    of_them = f" Showing the first {RESTING_SHOWN}." if len(resting) > RESTING_SHOWN else ""
    st.caption(f"{count_of(len(resting), 'garment')}, longest unworn first.{of_them}")
    for garment in cards(resting[:RESTING_SHOWN], 165, "resting"):
        photos.card(garment, thumbnail)
else:
    st.caption("None. Only garments you have had at least that long are counted.")
