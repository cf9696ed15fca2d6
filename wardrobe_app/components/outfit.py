"""What goes with a garment: partners one by one, and whole looks, each with its reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from wardrobe_app.components import photos
from wardrobe_app.components.words import plain
from wardrobe_app.domain.garment import Garment, PairScore
from wardrobe_app.domain.outfits import Outfit


def reasons(texts: Sequence[str], most: int = 4) -> None:
    """The first ``most`` reasons as a short list."""
    st.caption("\n".join(f"- {plain(text)}" for text in texts[:most]))


def partners(
    item: Garment, pairs: Sequence[PairScore], garments: Mapping[int, Garment], thumbnail_of: photos.PathOf, key: str
) -> None:
    """A grid of the other halves of ``pairs``, best first."""
    with st.grid(min_column_width=190, gap="small", border=True, key=key) as grid:
        for pair in pairs:
            other = garments.get(pair.b if pair.a == item.id else pair.a)
            if other is None:
                continue
            with grid.cell():
                photos.card(other, thumbnail_of)
                st.badge(f"{pair.score:.0%}", color="violet")
                reasons(pair.reasons)


def looks(outfits: Sequence[Outfit], thumbnail_of: photos.PathOf) -> None:
    """Whole looks, best first: the photos of each in a row, and why they go together."""
    with st.grid(min_column_width=400, gap="small", border=True, key="looks") as grid:
        for number, outfit in enumerate(outfits, 1):
            with grid.cell():
                _look(outfit, number, thumbnail_of)


def _look(outfit: Outfit, number: int, thumbnail_of: photos.PathOf) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**Look {number}**")
        st.badge(f"{outfit.score:.0%}", color="violet")
    with st.grid(min_column_width=84, gap="xsmall") as grid:
        for item in outfit.items:
            with grid.cell():
                photos.cover(item, thumbnail_of)
    with st.container(horizontal=True, gap="xsmall"):
        for item in outfit.items:
            photos.link(item)
    reasons(outfit.reasons, most=5)
