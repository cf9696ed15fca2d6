"""A capsule: the few garments that give most looks, as pictures and as a list to pack by."""

from __future__ import annotations

import streamlit as st

from wardrobe_app.components.outfits import outfit_cards
from wardrobe_app.components.shared import photos
from wardrobe_app.components.shared.formatting import count_of, plain
from wardrobe_app.domain.outfits.capsule import Capsule


def draw(found: Capsule, asked: int, thumbnail_of: photos.PathOf) -> None:
    """How many looks, from which garments, and some of the looks."""
    with st.container(horizontal=True):
        st.metric("Garments", len(found.items), border=True)
        st.metric(
            "Looks", found.outfits, border=True, help="Tops with bottoms that go together, and one-pieces, each once"
        )
        st.metric("Of these with shoes", found.with_shoes, border=True)
        st.metric("With a layer", found.with_layer, border=True)
    if len(found.items) < asked:
        st.caption(f"No garment beyond these {len(found.items)} would add a look, shoes or a layer.")
    st.subheader("What to take", anchor=False)
    with st.grid(min_column_width=165, gap="small", border=True, key="capsule") as grid:
        for item in found.items:
            with grid.cell():
                photos.card(item, thumbnail_of)
    if found.examples:
        st.subheader("Looks from it", anchor=False)
        outfit_cards.outfits(found.examples, thumbnail_of, key="capsule_looks")


def downloads(text: str, table: bytes, found: Capsule) -> None:
    """The packing list, to take along."""
    with st.container(horizontal=True):
        st.download_button(
            "Packing list (text)",
            text,
            "packing-list.txt",
            "text/plain",
            icon=":material/checklist:",
            on_click="ignore",
            help=f"{plain(count_of(len(found.items), 'garment'))} to tick off",
        )
        st.download_button(
            "Packing list (CSV)", table, "packing-list.csv", "text/csv", icon=":material/table:", on_click="ignore"
        )
