"""What the owner decided about pairs of garments, each with the way back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from wardrobe_app.components import photos
from wardrobe_app.components.words import plain
from wardrobe_app.domain.garment import Garment, Verdict, VerdictRecord

_WORDS = {
    Verdict.KEEP_BOTH: "keep both",
    Verdict.DIFFERENT: "not the same",
    Verdict.SAME_GARMENT: "the same garment",
    Verdict.TWINS: "twins",
}


def draw(
    records: Sequence[VerdictRecord],
    garments: Mapping[int, Garment],
    thumbnail_of: photos.PathOf,
    take_back: Callable[[int, int], None],
) -> None:
    """One row a decision, newest first."""
    for record in sorted(records, key=lambda record: record.decided_at, reverse=True):
        both = [garments.get(record.a), garments.get(record.b)]
        with st.container(horizontal=True, vertical_alignment="center", border=True):
            for garment in both:
                if garment is not None:
                    photos.cover(garment, thumbnail_of, width=56)
            titles = " and ".join(plain(garment.title) if garment else "a garment in the trash" for garment in both)
            words = _WORDS[record.verdict]
            st.markdown(f"{titles}: **{words}**, {record.decided_at:%d %B %Y}", width="stretch")
            st.button(
                "Take back",
                icon=":material/undo:",
                key=f"take_back_{record.a}_{record.b}",
                on_click=take_back,
                args=(record.a, record.b),
            )
