"""Types of the owner's own: making one up, and the list of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from wardrobe_app.components.catalogue import drafts
from wardrobe_app.components.shared.formatting import SLOTS, count_of, plain
from wardrobe_app.domain.garments.vocabulary import GarmentType, Slot
from wardrobe_app.domain.limits import LONGEST_TYPE_NAME

Make = Callable[[str, Slot], bool]
Change = Callable[[str, str, Slot], bool]
"""Each tells whether it was done."""


def _make(make: Make, key: str, shelf: drafts.Shelf) -> None:
    if make(st.session_state[f"{key}_name"], st.session_state[f"{key}_slot"]):
        shelf.saved(f"{key}_name")


def new(key: str, slot: Slot | None, make: Make, shelf: drafts.Shelf) -> None:
    """A button that opens a form for a name and a slot; ``slot`` is the one to begin with."""
    with st.popover("A type of your own", icon=":material/new_label:", type="tertiary"):
        drafts.text_input(
            "What you call it", "", f"{key}_name", shelf, placeholder="Dirndl", max_chars=LONGEST_TYPE_NAME
        )
        slots = list(Slot)
        st.selectbox(
            "Worn on",
            slots,
            index=slots.index(slot or Slot.UPPER),
            format_func=SLOTS.__getitem__,
            key=f"{key}_slot",
        )
        st.caption("Once you have given it to three garments, those that look like them follow.")
        st.button("Use it", type="primary", key=f"{key}_make", on_click=_make, args=(make, key, shelf))


def _change(change: Change, name: str, shelf: drafts.Shelf) -> None:
    if change(name, st.session_state[f"own_{name}_name"], st.session_state[f"own_{name}_slot"]):
        shelf.saved(f"own_{name}_name")


def listed(
    types: Sequence[tuple[GarmentType, int]], change: Change, remove: Callable[[str], None], shelf: drafts.Shelf
) -> None:
    """The types with how many garments each was given to: rename, move to another slot, remove."""
    for kind, number in types:
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key=f"own_{kind.name}"):
            drafts.text_input(
                "Name", kind.label, f"own_{kind.name}_name", shelf, max_chars=LONGEST_TYPE_NAME, width=220
            )
            slots = list(Slot)
            st.selectbox(
                "Worn on",
                slots,
                index=slots.index(kind.slot),
                format_func=SLOTS.__getitem__,
                key=f"own_{kind.name}_slot",
                width=180,
            )
            st.button(
                "Save",
                icon=":material/check:",
                key=f"own_{kind.name}_save",
                on_click=_change,
                args=(change, kind.name, shelf),
            )
            st.button(
                "Remove",
                key=f"own_{kind.name}_remove",
                icon=":material/delete:",
                type="tertiary",
                on_click=remove,
                args=(kind.name,),
                help=f"Back to what the model says: {count_of(number, 'garment')} that you called {plain(kind.label)}",
            )
            st.markdown(f":gray[{count_of(number, 'garment')}]")
