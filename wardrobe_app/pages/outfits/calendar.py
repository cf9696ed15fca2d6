"""What was worn and what is planned, day by day, what each wear cost, and what has not been worn for a long time."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import streamlit as st

from wardrobe_app import startup
from wardrobe_app.components.outfits import calendar, day_panel, wear_stats
from wardrobe_app.components.outfits.calendar import Entry, Ids
from wardrobe_app.components.shared import address, empty_state, notices, photos
from wardrobe_app.components.shared.formatting import count_of, day_words
from wardrobe_app.components.shared.notices import Said, action
from wardrobe_app.components.shared.widgets import cards
from wardrobe_app.domain.days import season_of
from wardrobe_app.domain.garments.garment import TagKind
from wardrobe_app.domain.garments.wear_log import OutfitState
from wardrobe_app.domain.outfits.outfit import outfit_name
from wardrobe_app.domain.outfits.planning import planned
from wardrobe_app.services.outfits.planner import PlanChange

MONTHS = (3, 6, 12, 18, 24)
RESTING_SHOWN = 24
COMING_DAYS = 28
PICTURE_PX = 200  # there are many on this page
IN_ADDRESS = [address.number("unworn", "resting_months", 12, MONTHS), calendar.in_address()]

rt = notices.opened(startup.current)
wear_log, planner = rt.outfits.wear_log, rt.outfits.planner


@action
def wear(ids: Ids, day: date) -> Said:
    known = saved.get(frozenset(ids))
    made, new = wear_log.wear(ids, day, known.id if known else None)
    words = day_words(made.worn_on)
    return (f"Saved for {words}.", partial(wear_log.take_back, made)) if new else f"Already saved for {words}."


@action
def remove(wear_id: int) -> Said:
    gone = wear_log.remove(wear_id)
    return f"Removed from {day_words(gone.worn_on)}.", partial(wear_log.bring_back, gone)


def told(words: str, done: PlanChange) -> Said:
    return words, partial(planner.take_back, done)


@action
def plan(ids: Ids, day: date) -> Said:
    done = planner.plan(ids, day)
    return told(f"Planned for {day_words(day)}.", done) if done.after else f"Already planned for {day_words(day)}."


@action
def skip(plan_id: int, day: date) -> Said:
    return told(f"No longer planned for {day_words(day)}.", planner.skip(plan_id, day))


@action
def stop(plan_id: int, day: date) -> Said:
    return told(f"No longer planned from {day_words(day)} on.", planner.stop(plan_id, day))


@action
def move(plan_id: int, day: date, to: date) -> Said:
    done = planner.move(plan_id, day, to)
    if not done.after:
        return None
    calendar.choose(to)
    return told(f"Moved to {day_words(to)}.", done)


@action
def repeat(plan_id: int, every_days: int | None, until: date | None) -> Said:
    done = planner.repeat(plan_id, every_days, until)
    return told(f"{day_panel.repeat_words(done.after[0]) or 'Planned for one day'}.", done)


def entry(ids: Ids) -> Entry:
    known = saved.get(frozenset(ids))
    there = [everything[item] for item in ids if item in everything]
    return Entry(known.name if known else outfit_name(there), ids)


def collage_of(ids: Ids) -> str:
    return rt.outfits.collages.svg((everything[item] for item in ids if item in everything), side=PICTURE_PX)


def suggested(number: int) -> list[Entry]:
    season = season_of(chosen, rt.days.zone())
    season_or_none = season if season in rt.catalogue.choices(TagKind.SEASON) else None
    found = rt.outfits.suggestions.outfits_for(None, season_or_none, limit=number + len(on_this_day))
    return [entry(outfit.ids) for outfit in found if frozenset(outfit.ids) not in on_this_day][:number]


st.title("Calendar", anchor=False)
everything = {garment.id: garment for garment in rt.catalogue.garments(include_archived=True)}
in_use = {number: garment for number, garment in everything.items() if garment.archived_at is None}
if not everything:
    empty_state.stop("calendar", "Nothing worn yet", "Add garments to keep track of what you wear.")

address.follow(IN_ADDRESS)
today = wear_log.today()
wears, plans = wear_log.wears(), planner.plans()
saved = {frozenset(outfit.item_ids): outfit for outfit in rt.outfits.saved.all(OutfitState.SAVED)}
chosen, month = calendar.chosen_day(today), calendar.chosen_month(today)
view = st.session_state.get(calendar.VIEW) or calendar.MONTH
actions = day_panel.Actions(wear, plan, remove, skip, stop, move, repeat)

shown = calendar.shown_days(view, month, chosen)
open_plans = planned(plans, wears, min(*shown, chosen), max(*shown, chosen))
entries = {
    day: [entry(worn.item_ids) for worn in wears if worn.worn_on == day]
    + [Entry(entry(one.item_ids).name, one.item_ids, one) for one in open_plans.get(day, ())]
    for day in shown
}
days, one_day = st.columns([5, 3], gap="medium")
with days:
    calendar.heading(view, month, chosen, today)
    calendar.draw(view, month, chosen, today, entries, collage_of, move)
    ahead = planned(plans, wears, today, today + timedelta(days=COMING_DAYS))
    day_panel.coming(
        {day: [(one, entry(one.item_ids)) for one in some] for day, some in ahead.items()},
        today,
        collage_of,
        calendar.choose,
    )
with one_day, st.container(key="calendar_day"):
    on_it = [(worn, entry(worn.item_ids)) for worn in wears if worn.worn_on == chosen]
    to_come = [(one, entry(one.item_ids)) for one in open_plans.get(chosen, ())]
    day_panel.day(chosen, today, on_it, to_come, everything, collage_of, actions)
    on_this_day = {frozenset(one.ids) for _, one in (*on_it, *to_come)}
    wearable = [entry(outfit.item_ids) for ids, outfit in saved.items() if ids <= set(in_use)]
    day_panel.choice(chosen, today, wearable, suggested, in_use, rt.catalogue.search, collage_of, actions)

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
        photos.card(garment, rt.catalogue.thumbnail_path)
else:
    st.caption("None. Only garments you have had at least that long are counted.")
