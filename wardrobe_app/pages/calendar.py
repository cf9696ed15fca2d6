"""What was worn when, what each wear cost, and what was not worn for long."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial

import streamlit as st

from wardrobe_app import startup
from wardrobe_app.components.outfits import calendar, wear_stats
from wardrobe_app.components.shared import address, notices, photos
from wardrobe_app.components.shared.formatting import count_of, day_words
from wardrobe_app.domain.garments.wear_log import OutfitState, Wear

MONTHS = (3, 6, 12, 18, 24)
RESTING_SHOWN = 24
IN_ADDRESS = [address.number("unworn", "resting_months", 12, MONTHS)]

rt = notices.opened(startup.current)


def noted(done: tuple[Wear, bool]) -> None:
    made, new = done
    said = f"Noted for {day_words(made.worn_on)}." if new else "That is noted for this day already."
    notices.say(said, partial(rt.outfits.wear_log.take_back, made) if new else None)


def wear_outfit(outfit_id: int, day: date) -> None:
    with notices.guarded():
        noted(rt.outfits.wear_log.wear_outfit(outfit_id, day))


def wear(ids: Sequence[int], day: date) -> None:
    with notices.guarded():
        noted(rt.outfits.wear_log.wear(ids, day))


def remove(wear_id: int) -> None:
    with notices.guarded():
        gone = rt.outfits.wear_log.remove(wear_id)
        notices.say(f"Removed from {day_words(gone.worn_on)}.", partial(rt.outfits.wear_log.bring_back, gone))


st.title("Calendar", anchor=False)
notices.show()
everything = {garment.id: garment for garment in rt.catalogue.garments(include_archived=True)}
in_use = {number: garment for number, garment in everything.items() if garment.archived_at is None}
if not everything:
    st.info("There is nothing to wear yet.", icon=":material/info:")
    st.page_link("wardrobe_app/pages/add_photos.py", label="Add photos", icon=":material/add_a_photo:")
    st.stop()

address.follow(IN_ADDRESS)
today = rt.outfits.wear_log.today()
wears = rt.outfits.wear_log.wears()
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

st.subheader("What a wear costs", anchor=False)
st.caption(
    "The price of one, times how many there are, divided by the days on which they were worn. Prices are set on a "
    "garment's page."
)
wear_stats.table(rt.outfits.wear_log.all_wear_stats(), rt.money)

with st.container(horizontal=True, vertical_alignment="bottom"):
    st.subheader("Not worn for", anchor=False, width="content")
    months = st.selectbox(
        "Not worn for",
        MONTHS,
        format_func=lambda number: count_of(number, "month"),
        key="resting_months",
        persist_state="session",
        label_visibility="collapsed",
        width=150,
    )
address.publish(IN_ADDRESS)
resting = rt.outfits.wear_log.not_worn(months)
if resting:
    of_them = f" The first {RESTING_SHOWN} are shown." if len(resting) > RESTING_SHOWN else ""
    st.caption(f"{count_of(len(resting), 'garment')}, what rests longest first.{of_them}")
    with st.grid(min_column_width=165, gap="small", border=True, key="resting") as grid:
        for garment in resting[:RESTING_SHOWN]:
            with grid.cell():
                photos.card(garment, thumbnail)
else:
    st.caption("Nothing. Only what was added before that long is counted.")
