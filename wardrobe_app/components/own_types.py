"""Types of the owner's own: making one up, and the list of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from wardrobe_app.components.words import SLOTS, count_of, plain
from wardrobe_app.domain.vocabulary import GarmentType, Slot

Make = Callable[[str, Slot], None]
Change = Callable[[str, str, Slot], None]


def _make(make: Make, key: str) -> None:
    make(st.session_state[f"{key}_name"], st.session_state[f"{key}_slot"])


def new(key: str, slot: Slot | None, make: Make) -> None:
    """A button that opens a form for a name and a slot; ``slot`` is the one to begin with."""
    with st.popover("A type of your own", icon=":material/new_label:", type="tertiary"), st.form(key, border=False):
        st.text_input("What you call it", key=f"{key}_name", placeholder="Dirndl", max_chars=60)
        slots = list(Slot)
        st.selectbox(
            "Worn on",
            slots,
            index=slots.index(slot or Slot.UPPER),
            format_func=SLOTS.__getitem__,
            key=f"{key}_slot",
        )
        st.caption("Once you have given it to three garments, those that look like them follow.")
        st.form_submit_button("Use it", type="primary", on_click=_make, args=(make, key))


def _change(change: Change, name: str) -> None:
    change(name, st.session_state[f"own_{name}_name"], st.session_state[f"own_{name}_slot"])


def listed(types: Sequence[tuple[GarmentType, int]], change: Change, remove: Callable[[str], None]) -> None:
    """The types with how many garments each was given to: rename, move to another slot, remove."""
    for kind, number in types:
        with (
            st.form(f"own_{kind.name}", border=False),
            st.container(horizontal=True, vertical_alignment="bottom", gap="small"),
        ):
            st.text_input("Name", value=kind.label, key=f"own_{kind.name}_name", max_chars=60, width=220)
            slots = list(Slot)
            st.selectbox(
                "Worn on",
                slots,
                index=slots.index(kind.slot),
                format_func=SLOTS.__getitem__,
                key=f"own_{kind.name}_slot",
                width=180,
            )
            st.form_submit_button("Save", icon=":material/check:", on_click=_change, args=(change, kind.name))
            st.form_submit_button(
                "Remove",
                icon=":material/delete:",
                type="tertiary",
                on_click=remove,
                args=(kind.name,),
                help=f"Back to what the model says: {count_of(number, 'garment')} that you called {plain(kind.label)}",
            )
            st.markdown(f":gray[{count_of(number, 'garment')}]")
