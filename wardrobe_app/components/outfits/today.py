"""Today's outfits: what they are for, the few that lie open, and what can be done with each."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from wardrobe_app.components.outfits import collage, outfit_cards
from wardrobe_app.components.shared import photos
from wardrobe_app.components.shared.formatting import plain
from wardrobe_app.components.shared.widgets import button
from wardrobe_app.domain.errors import InvalidEdit
from wardrobe_app.domain.outfits.deck import Deck
from wardrobe_app.domain.outfits.outfit import Outfit
from wardrobe_app.domain.outfits.weather import Weather, read_weather

if TYPE_CHECKING:
    from wardrobe_app.services.outfits.today import DayContext, Offers

WEATHER: Final = "today_weather"
_DECK: Final = "today_deck"
Act = Callable[[int], Any]


@dataclass(frozen=True, slots=True)
class Actions:
    """What can be done with the outfit in a place: each is called with its number."""

    wear: Act
    another: Act
    reject: Act


def dealt(context: DayContext, stock: Hashable, offers_of: Callable[[DayContext], Offers]) -> tuple[Offers, Deck]:
    """This session's offers and those that lie open, asked for anew in another context and when garments change.

    What is worn or rejected meanwhile leaves the others where they are.
    """
    kept: tuple[Hashable, Offers, Deck] | None = st.session_state.get(_DECK)
    if kept is None or kept[0] != (context, stock):
        offers = offers_of(context)
        kept = st.session_state[_DECK] = (context, stock), offers, Deck(offers.outfits)
    return kept[1:]


def first(context: DayContext, stock: Hashable) -> Outfit | None:
    """The first outfit that lies open in this session, if there is one."""
    kept: tuple[Hashable, Offers, Deck] | None = st.session_state.get(_DECK)
    return kept[2].open[0] if kept is not None and kept[0] == (context, stock) and kept[2].open else None


def weather() -> Weather:
    """The weather that was typed in this session; what cannot be understood says nothing."""
    try:
        return read_weather(str(st.session_state.get(WEATHER) or ""))
    except InvalidEdit:
        return Weather()


def ask_weather() -> None:
    """A small field for the weather, with what it was understood as."""
    st.text_input(
        "Weather (optional)", key=WEATHER, persist_state="session", max_chars=40, width=220, placeholder="12 rain",
        help="A temperature, or cold, mild, warm or hot, and rain if it rains. Nothing is looked up.",
    )  # fmt: skip
    try:
        read_weather(str(st.session_state.get(WEATHER) or ""))
    except InvalidEdit as error:
        st.error(plain(str(error)), icon=":material/error:")


def card(place: int, outfit: Outfit, svg_of: collage.SvgOf, actions: Actions, *, worn: bool, others: bool) -> None:
    """The outfit in a ``place`` with its actions; ``worn`` marks one worn today, ``others`` if there are any."""
    collage.draw(outfit.items, svg_of)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        outfit_cards.line(outfit)
        if worn:
            st.badge("worn today", icon=":material/event_available:", color="green")
    wide: dict[str, Any] = {"width": "stretch"}
    button("Wear", "event_available", actions.wear, place, key=f"wear_{place}", type="primary", disabled=worn, **wide)
    wide["type"] = "tertiary"
    with st.container(horizontal=True, gap="xsmall"):
        button("Another", "refresh", actions.another, place, key=f"another_{place}", disabled=not others, **wide)
        button("Not for me", "thumb_down", actions.reject, place, key=f"reject_{place}", disabled=worn, **wide)
    with st.container(horizontal=True, gap="xsmall"):
        for item in outfit.items:
            photos.link(item)
