"""The sidebar's filters: one list a facet, each value with its count."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping

import streamlit as st

from wardrobe_app.domain.garment import TagKind

FACETS: dict[str, str] = {
    TagKind.TYPE.value: "Type",
    TagKind.COLOUR.value: "Colour",
    TagKind.PATTERN.value: "Pattern",
    "slot": "Worn on",
    TagKind.SLEEVE.value: "Sleeves",
    TagKind.SEASON.value: "Season",
    TagKind.OCCASION.value: "Occasion",
    TagKind.GENDER.value: "For",
    "brand": "Brand",
    "status": "Status",
}
_CHOSEN = "facets"


def chosen() -> dict[str, frozenset[str]]:
    """The values ticked so far, by facet; facets without any are left out."""
    stored: dict[str, tuple[str, ...]] = st.session_state.setdefault(_CHOSEN, {})
    return {kind: frozenset(values) for kind, values in stored.items() if values}


def clear() -> None:
    """Untick everything."""
    st.session_state[_CHOSEN] = {}


def _keep(kind: str, key: str) -> None:
    st.session_state[_CHOSEN] = {**st.session_state.get(_CHOSEN, {}), kind: tuple(st.session_state[key])}


def draw(counts: Mapping[str, Mapping[str, int]], label_of: Callable[[str, str], str]) -> None:
    """Draw every facet that has something to choose.

    The counts stand in the options' words, and Streamlit tells options apart by their words: a list whose counts
    changed is a new widget, started from what is ticked.
    """
    ticked = chosen()
    for kind, title in FACETS.items():
        numbers = counts.get(kind, {})
        values = sorted({*numbers, *ticked.get(kind, ())}, key=lambda value: (-numbers.get(value, 0), value))
        if not values:
            continue
        words = {value: f"{label_of(kind, value)} ({numbers.get(value, 0)})" for value in values}
        key = f"facet_{kind}_{zlib.crc32(repr(words).encode())}"
        st.multiselect(
            title,
            values,
            default=[value for value in values if value in ticked.get(kind, ())],
            format_func=words.__getitem__,
            key=key,
            on_change=_keep,
            args=(kind, key),
            placeholder="Any",
            select_all=False,
        )
