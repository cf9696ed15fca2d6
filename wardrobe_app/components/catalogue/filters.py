"""The filters of the gallery: one list of values a facet, each value with its count."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

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


def switch(kind: str, value: str, on: bool) -> None:
    """Tick a value of a facet, or untick it."""
    others = [one for one in st.session_state.get(_KEY + kind, ()) if one != value]
    st.session_state[_KEY + kind] = [*others, value] if on else others


def facets(counts: Mapping[str, Mapping[str, int]], label_of: Callable[[str, str], str]) -> list[dict[str, Any]]:
    """Every facet that has something to choose, with its values, the most frequent first, and their counts."""
    ticked = chosen()
    found = []
    for kind, title in FACETS.items():
        numbers, on = counts.get(kind, {}), ticked.get(kind, frozenset())
        values = [
            {"value": value, "label": label_of(kind, value), "count": numbers.get(value, 0), "on": value in on}
            for value in sorted({*numbers, *on}, key=lambda value: (-numbers.get(value, 0), value))
        ]
        if values:
            found.append({"name": kind, "title": title, "values": values})
    return found
