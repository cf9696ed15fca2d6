"""A capsule: the few garments that make the most outfits, as pictures and as a packing list."""

from __future__ import annotations

from typing import Any

import streamlit as st

from wardrobe_app.components.outfits import collage, outfit_cards
from wardrobe_app.components.shared import photos
from wardrobe_app.components.shared.formatting import count_of
from wardrobe_app.components.shared.widgets import cards
from wardrobe_app.domain.outfits.capsule import Capsule


def draw(found: Capsule, asked: int, thumbnail_of: photos.PathOf, svg_of: collage.SvgOf) -> None:
    """How many outfits, from which garments, and some of the outfits."""
    with st.container(horizontal=True):
        st.metric("Garments", len(found.items), border=True)
        st.metric("Outfits", found.outfits, border=True, help="Matching tops and bottoms, and one-pieces")
        st.metric("with shoes", found.with_shoes, border=True)
        st.metric("with a layer", found.with_layer, border=True)
    if len(found.items) < asked:
        st.caption(f"No other garment would add an outfit to these {len(found.items)}.")
    st.header("Pack these", anchor=False)
    for item in cards(found.items, 165, "capsule"):
        photos.card(item, thumbnail_of)
    if found.examples:
        st.header("Outfits from these", anchor=False)
        outfit_cards.outfits(found.examples, svg_of, key="capsule_looks")


def downloads(text: str, table: bytes, found: Capsule) -> None:
    """The packing list, to take along."""
    with st.container(horizontal=True):
        rest: dict[str, Any] = {"on_click": "ignore", "help": count_of(len(found.items), "garment")}
        for label, data, name, mime, icon in (
            ("Packing list (text)", text, "packing-list.txt", "text/plain", ":material/checklist:"),
            ("Packing list (CSV)", table, "packing-list.csv", "text/csv", ":material/table:"),
        ):
            st.download_button(label, data, name, mime, icon=icon, **rest)
