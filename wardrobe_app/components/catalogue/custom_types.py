"""The owner's own types: creating one, and the list of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from wardrobe_app.components.catalogue import drafts
from wardrobe_app.components.shared.formatting import SLOTS, count_of, plain
from wardrobe_app.components.shared.widgets import button
from wardrobe_app.domain.garments.vocabulary import GarmentType, Slot
from wardrobe_app.domain.limits import LONGEST_TYPE_NAME

Make = Callable[[str, Slot], bool]
Change = Callable[[str, str, Slot], bool]
"""Each returns whether it worked."""


def _make(make: Make, key: str, shelf: drafts.Shelf) -> None:
    if make(st.session_state[f"{key}_name"], st.session_state[f"{key}_slot"]):
        shelf.saved(f"{key}_name")


def _worn_on(key: str, slot: Slot, width: int | None = None) -> None:
    slots = list(Slot)
    at = slots.index(slot)
    st.selectbox("Worn on", slots, at, format_func=SLOTS.__getitem__, key=f"{key}_slot", width=width or "stretch")


def new(key: str, slot: Slot | None, make: Make, shelf: drafts.Shelf) -> None:
    """A button that opens a form for a name and a slot; ``slot`` is the one to begin with."""
    with st.popover("New type", icon=":material/new_label:", type="tertiary"):
        drafts.text_input("Name", "", f"{key}_name", shelf, placeholder="Dirndl", max_chars=LONGEST_TYPE_NAME)
        _worn_on(key, slot or Slot.UPPER)
        st.caption("Once three garments have this type, similar ones get it too.")
        button("Create and use", "check", _make, make, key, shelf, type="primary", key=f"{key}_make")


def _change(change: Change, name: str, shelf: drafts.Shelf) -> None:
    if change(name, st.session_state[f"own_{name}_name"], st.session_state[f"own_{name}_slot"]):
        shelf.saved(f"own_{name}_name")


def listed(
    types: Sequence[tuple[GarmentType, int]], change: Change, remove: Callable[[str], object], shelf: drafts.Shelf
) -> None:
    """The types with how many garments have each: rename, move to another slot, remove."""
    for kind, number in types:
        key, garments = f"own_{kind.name}", count_of(number, "garment")
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key=key):
            drafts.text_input("Name", kind.label, f"{key}_name", shelf, max_chars=LONGEST_TYPE_NAME, width=220)
            _worn_on(key, kind.slot, 180)
            button("Save", "check", _change, change, kind.name, shelf, key=f"{key}_save")
            told = f"{garments} of type {plain(kind.label)} will get the model's type again"
            button("Remove", "delete", remove, kind.name, key=f"{key}_remove", type="tertiary", help=told)
            st.markdown(f":gray[{garments}]")
