"""Captions for large wardrobes, wherever an answer uses only part of the garments."""

from __future__ import annotations

import streamlit as st

from wardrobe_app.domain.compatibility.pair_scores import AT_MOST
from wardrobe_app.domain.graph import edges
from wardrobe_app.domain.similarity import pair_blocking


def outfits(garments: int) -> None:
    """Above outfits for an occasion, and below counts of outfits."""
    if garments > AT_MOST:
        st.caption(f"Only the {AT_MOST:,} newest matching garments of {garments:,} are used here.")


def worth(garments: int) -> None:
    """Above what is worked out garment by garment."""
    if garments > AT_MOST:
        st.caption(f"Only the {AT_MOST:,} newest of {garments:,} garments are compared here.")


def worn(listed: int, garments: int) -> None:
    """Above the table of costs per wear, if it does not hold all garments."""
    if not listed and garments:
        st.caption(f"None of your {garments:,} garments has a price or was worn yet.")
    elif listed < garments:
        st.caption(
            f"Showing {listed:,} of {garments:,} garments: those with a price or worn before"
            + (", highest cost per wear first." if listed == AT_MOST else ".")
        )


def likeness(garments: int) -> None:
    """Below what is based on similarity."""
    if garments > pair_blocking.ALL_PAIRS_UP_TO:
        st.caption(
            f"With more than {pair_blocking.ALL_PAIRS_UP_TO:,} garments, each is compared only with the "
            f"{pair_blocking.NEIGHBOURS} most likely to be similar, so a pair may be missed now and then."
        )


def graph(garments: int) -> None:
    """Under the graph."""
    likeness(garments)
    if garments > AT_MOST:
        st.caption(f"Matches are worked out with {edges.TRIED_PER_GARMENT} randomly chosen garments each.")
