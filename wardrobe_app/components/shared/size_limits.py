"""What a large wardrobe is told about what was not looked at, wherever answers rest on a part of it."""

from __future__ import annotations

import streamlit as st

from wardrobe_app.domain.compatibility.pair_scores import AT_MOST
from wardrobe_app.domain.graph import edges
from wardrobe_app.domain.similarity import pair_blocking


def outfits(garments: int) -> None:
    """Over looks that are put together of what suits an occasion, and under what is counted by them."""
    if garments > AT_MOST:
        st.caption(f"Of your {garments:,} garments the {AT_MOST:,} newest that fit are looked at here.")


def worth(garments: int) -> None:
    """Under what is weighed garment by garment."""
    if garments > AT_MOST:
        st.caption(f"Of your {garments:,} garments the {AT_MOST:,} newest are weighed here, against each other.")


def worn(listed: int, garments: int) -> None:
    """Over the table of what a wear costs, where it does not hold all garments."""
    if not listed and garments:
        st.caption(f"None of your {garments:,} garments has a price, or was worn yet.")
    elif listed < garments:
        st.caption(
            f"Of your {garments:,} garments those with a price, or that were worn, are listed: {listed:,}"
            + (", the dearest wear first." if listed == AT_MOST else ".")
        )


def likeness(garments: int) -> None:
    """Under what is alike, and the number that rests on it."""
    if garments > pair_blocking.EXACT:
        st.caption(
            f"In a wardrobe of more than {pair_blocking.EXACT:,} garments each is compared with the "
            f"{pair_blocking.MOST} that are most likely to be like it; now and then a pair is missed."
        )


def graph(garments: int) -> None:
    """Under the graph."""
    likeness(garments)
    if garments > AT_MOST:
        st.caption(f"What goes together is tried with {edges.TRIED} others for each garment, drawn by lot.")
