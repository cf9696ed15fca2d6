"""What an outfit is for: an occasion and a season, both optional."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from wardrobe_app.components.shared import address


def ask(key: str, occasions: Sequence[str], seasons: Sequence[str]) -> tuple[str | None, str | None]:
    """The occasion and the season that are chosen, None for any."""
    with st.container(horizontal=True):
        chosen = [
            st.selectbox(
                label,
                values,
                index=None,
                format_func=str.capitalize,
                placeholder="Any",
                key=f"{key}_{label}",
                persist_state="session",
                width=200,
            )
            for label, values in (("Occasion", occasions), ("Season", seasons))
        ]
    return chosen[0], chosen[1]


def in_address(key: str, occasions: Sequence[str], seasons: Sequence[str]) -> list[address.Param]:
    """What addresses say of the two, whose state has the ``key`` that ``ask`` is given."""
    return [
        address.choice(label.lower(), f"{key}_{label}", {value: value for value in values}, None)
        for label, values in (("Occasion", occasions), ("Season", seasons))
    ]


def words(occasion: str | None, season: str | None) -> str:
    """What was chosen, to follow a noun: " for formal, winter"; empty where nothing was."""
    chosen = ", ".join(word for word in (occasion, season) if word)
    return f" for {chosen}" if chosen else ""
