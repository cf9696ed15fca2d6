"""The installed models: what each is, how well it scored, and which one is in use."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from wardrobe_app.components.shared.formatting import count_of, plain
from wardrobe_app.components.shared.widgets import button
from wardrobe_app.domain.garments.models import Checkpoint

Tagged = Mapping[str | None, int]


def draw(
    entries: Sequence[Checkpoint], used: Checkpoint, tagged: Tagged, fixed: bool, choose: Callable[[str], object]
) -> None:
    """One card a model; ``fixed`` takes the choice away. ``tagged`` counts garments by model."""
    for entry in entries:
        with st.container(border=True, key=f"model_{_word(entry.key)}"):
            _card(entry, entry.key == used.key, tagged, fixed, choose)
    here = {entry.title for entry in entries}
    for model, number in sorted(tagged.items(), key=lambda one: -one[1]):
        if model is None:
            st.caption(f"{count_of(number, 'garment')} not tagged by a model yet.")
        elif model not in here:
            st.caption(f"{count_of(number, 'garment')} tagged by **{plain(model)}**, which is no longer installed.")


def _card(entry: Checkpoint, in_use: bool, tagged: Tagged, fixed: bool, choose: Callable[[str], object]) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{plain(entry.title)}**", width="content")
        if in_use and not entry.problem:
            st.badge("in use", color="green", icon=":material/check:")
        if entry.problem:
            st.badge("unusable", color="red", icon=":material/error:")
        st.badge(entry.origin.value, color="gray")
        if not in_use and not fixed and not entry.problem:
            button("Use this one", "check", choose, entry.key, key=f"use_{_word(entry.key)}")
    if entry.header is None:
        st.markdown(plain(entry.problem))
        return
    number = count_of(tagged.get(entry.title, 0), "garment")
    st.caption(f"Recognises {entry.header.types} types. {number} tagged.")
    if entry.header.figures:
        with st.expander("How well it scored in training"):
            st.caption(f"Network: {plain(entry.header.backbone)}")
            rows = {name: figure(value) for name, value in entry.header.figures.items()}
            st.table([{"Figure": plain(words(name)), "Value": value} for name, value in rows.items()], hide_index=True)


def words(name: str) -> str:
    """A figure's name as people read it: "type_right" is "Type right"."""
    spoken = " ".join(name.replace("_", " ").split())
    return spoken[:1].upper() + spoken[1:]


def figure(value: float) -> str:
    """A figure as people read it: shares in percent, all else as a number."""
    return f"{value:.1%}" if 0 <= value <= 1 else f"{value:,.10g}"


def _word(key: str) -> str:
    """The key as a part of a widget's key, which also names a CSS class."""
    return "".join(letter if letter.isalnum() else "_" for letter in key)
