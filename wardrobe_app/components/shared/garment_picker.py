"""The garments that a list offers: all, or in a large wardrobe the newest or those that a search finds."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import streamlit as st

from wardrobe_app.components.shared.formatting import number_in, searched_instead
from wardrobe_app.domain.catalogue.filters import SearchResult
from wardrobe_app.domain.compatibility.pair_scores import AT_MOST
from wardrobe_app.domain.garments.garment import Garment

MOST = 200  # that a list of a large wardrobe offers
Search = Callable[[str, int], SearchResult]
"""The newest garments that words are found in, at most so many."""


def ids(garments: Mapping[int, Garment], search: Search, key: str, chosen: Collection[int] = ()) -> list[int]:
    """The ids that a list offers: those ``chosen`` in it already are always among them.

    Every list is sent to the browser with all that it offers, at every click; so in a large wardrobe a field stands
    beside it, and what is typed there is looked for among all garments.
    """
    if len(garments) <= AT_MOST:
        return list(garments)
    words = st.text_input(
        "Search garments",
        key=f"{key}_search",
        placeholder="Name, brand, notes, tags or number",
        icon=":material/search:",
        help=f"The list shows your {MOST} newest garments of {len(garments):,}, or those found here",
        width=300,
    ).strip()
    found = search(words, MOST)
    if found.text != words:
        st.caption(searched_instead(words, found.text))
    offered = [*chosen, number_in(words), *(garment.id for garment in found.garments)]
    return [item for item in dict.fromkeys(offered) if item in garments]
