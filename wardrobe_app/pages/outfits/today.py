"""Three outfits for today: wear one in a click, see another, or say that it is not for you."""

from __future__ import annotations

from functools import partial
from typing import NoReturn

import streamlit as st

from wardrobe_app import startup
from wardrobe_app.components.outfits import today
from wardrobe_app.components.shared import empty_state, notices
from wardrobe_app.components.shared.formatting import count_of, plain
from wardrobe_app.components.shared.notices import Said, action
from wardrobe_app.components.shared.widgets import CALENDAR_PAGE, OUTFITS_PAGE, WARDROBE_PAGE, Way, cards
from wardrobe_app.domain.garments.availability import Status
from wardrobe_app.domain.garments.garment import TagKind
from wardrobe_app.domain.outfits.outfit import Outfit, outfit_name
from wardrobe_app.services.outfits.saved_outfits import SavedChange

OCCASION = "today_occasion"
CARD_PX = 260  # so that three are in one row
WASH = {"status": Status.IN_WASH.value}

rt = notices.opened(startup.current)
service, saved, wear_log = rt.outfits.today, rt.outfits.saved, rt.outfits.wear_log


@action
def choose_occasion() -> Said:
    service.choose_occasion(st.session_state[OCCASION])
    return None


@action
def wear(place: int) -> Said:
    made, new = wear_log.wear(deck.open[place].ids)
    return ("Saved for today.", partial(wear_log.take_back, made)) if new else "Already saved for today."


@action
def another(place: int) -> Said:
    return None if deck.another(place) else "You have seen all outfits for today. They come again."


@action
def reject(place: int) -> Said:
    outfit = deck.open[place]
    done = saved.reject(outfit.ids)
    deck.remove(place)
    return "This outfit won't be suggested again.", partial(take_back, done, place, outfit)


def take_back(done: SavedChange, place: int, outfit: Outfit) -> None:
    saved.take_back(done)
    deck.bring_back(place, outfit)


def stop_without_outfits() -> NoReturn:
    if offers.in_wash:
        clean = Way(WARDROBE_PAGE, "What is in the wash", "local_laundry_service", WASH)
        many = f"{count_of(offers.in_wash, 'garment')} {'is' if offers.in_wash == 1 else 'are'} in the wash"
        text = f"{many}, and the others make no outfit. Mark what is clean again."
        empty_state.stop("outfits", "Nothing to wear today", text, clean)
    empty_state.stop("outfits", "No outfit for today yet", offers.why)


st.title("Today", anchor=False)
if rt.home.counts().live < 2:
    empty_state.stop("outfits", "No outfits yet", "Outfits need at least two garments.")
context = service.context(today.weather())
said = [f"{context.day:%A} {context.day.day} {context.day:%B}", f"{context.season} clothes", context.weather.words]
st.caption(" · ".join(filter(None, said)))
with st.container(horizontal=True, vertical_alignment="bottom"):
    occasions = rt.catalogue.choices(TagKind.OCCASION)
    st.session_state[OCCASION] = context.occasion if context.occasion in occasions else None
    st.selectbox(
        "Occasion", occasions, index=None, format_func=str.capitalize, placeholder="Any", key=OCCASION,
        on_change=choose_occasion, width=220,
    )  # fmt: skip
    today.ask_weather()
for garments in rt.outfits.planner.due():
    st.page_link(CALENDAR_PAGE, label=f"Planned: {plain(outfit_name(garments))}", icon=":material/event:")
offers, deck = today.dealt(context, service.stock(), service.offers)
deck.forget(service.rejected())
if not deck.open:
    stop_without_outfits()
if offers.tired:
    st.caption(":material/info: There is little else to wear, so this includes what you wore in the last days.")
worn = service.worn(context)
actions = today.Actions(wear, another, reject)
for place, outfit in enumerate(cards(tuple(deck.open), CARD_PX, "today")):
    is_worn = frozenset(outfit.ids) in worn
    today.card(place, outfit, rt.outfits.collages.svg, actions, worn=is_worn, others=deck.has_others)
with st.container(horizontal=True):
    st.page_link(OUTFITS_PAGE, label="More outfits", icon=":material/styler:", query_params={"part": "occasion"})
    if offers.in_wash:
        label = plain(f"{count_of(offers.in_wash, 'garment')} in the wash")
        st.page_link(WARDROBE_PAGE, label=label, icon=":material/local_laundry_service:", query_params=WASH)
