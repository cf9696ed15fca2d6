"""The sidebar's filters: one list a facet, each value with its count."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from functools import partial

import streamlit as st

from wardrobe_app.components.shared import address
from wardrobe_app.domain.garments.garment import TagKind

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
_KEY = "filter_"
Known = Callable[[str, str], bool]


def params(known: Known, merged_types: Mapping[str, str]) -> list[address.Param]:
    """What addresses say of the facets: the values ticked in each, of those that are ``known`` (facet, value).

    A type in ``merged_types`` is that of another name now.
    """
    old_names = {TagKind.TYPE.value: merged_types}
    return [address.several(kind, _KEY + kind, partial(known, kind), (), old_names.get(kind)) for kind in FACETS]


def chosen() -> dict[str, frozenset[str]]:
    """The values ticked so far, by facet; facets without any are left out."""
    stored = {kind: st.session_state.get(_KEY + kind, ()) for kind in FACETS}
    return {kind: frozenset(values) for kind, values in stored.items() if values}


def clear() -> None:
    """Untick everything."""
    for kind in FACETS:
        st.session_state[_KEY + kind] = []


def _keep(kind: str, key: str, changed: Callable[[], None]) -> None:
    st.session_state[_KEY + kind] = list(st.session_state[key])
    changed()


def draw(
    counts: Mapping[str, Mapping[str, int]], label_of: Callable[[str, str], str], changed: Callable[[], None]
) -> None:
    """Draw every facet that has something to choose; ``changed`` is called after each choice.

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
            args=(kind, key, changed),
            placeholder="Any",
            select_all=False,
        )
