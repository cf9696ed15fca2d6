"""Decisions about similar garments, each with a button that undoes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from wardrobe_app.components.shared import photos
from wardrobe_app.components.shared.formatting import day_words, plain
from wardrobe_app.components.shared.widgets import button
from wardrobe_app.domain.days import Days
from wardrobe_app.domain.garments.garment import Garment, Verdict
from wardrobe_app.domain.redundancy.verdicts import Decision
from wardrobe_app.domain.wording import listed

ON_A_PAGE = 10
WORDS = {
    Verdict.SAME_GARMENT: "the same garment",
    Verdict.TWINS: "several of the same",
    Verdict.KEEP_BOTH: "kept",
    Verdict.DIFFERENT: "different",
}


def draw(
    decided: Sequence[Decision],
    garments: Mapping[int, Garment],
    thumbnail_of: photos.PathOf,
    take_back: Callable[[Decision], object],
    days: Days,
) -> None:
    """One row a decision, in the order given, 10 a page, only of the kind that is asked for."""
    counts = {verdict: sum(one.verdict is verdict for one in decided) for verdict in WORDS}
    kind = st.pills(
        "Show only",
        [verdict for verdict, count in counts.items() if count],
        format_func=lambda verdict: f"{WORDS[verdict]} ({counts[verdict]})",
        key="decisions_kind",
    )
    shown = [one for one in decided if kind in (None, one.verdict)]
    last = -(-len(shown) // ON_A_PAGE)
    page = min(st.pagination(last, key="decisions_page"), last) if last > 1 else 1
    for one in shown[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]:
        _row(one, garments, thumbnail_of, take_back, days)


def _named(garment: Garment, joined: bool) -> str:
    """Its title; a garment that was joined with others goes by its photo, for it has no page of its own any more."""
    shown = garment.cover.filename if joined and garment.cover else ""
    where = " in the trash" if garment.trashed_at is not None and not joined else ""
    return plain(garment.title + (f" ({shown})" if shown else where))


def _row(
    one: Decision,
    garments: Mapping[int, Garment],
    thumbnail_of: photos.PathOf,
    take_back: Callable[[Decision], object],
    days: Days,
) -> None:
    there = [garments[item] for item in one.ids if item in garments]
    with st.container(border=True, key=f"decision_{one.pairs[0][0]}_{one.pairs[0][1]}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            for garment in there:
                photos.cover(garment, thumbnail_of, width=72)
        with st.container(horizontal=True, vertical_alignment="center", wrap=False):
            titles = listed(_named(garment, one.merge is not None) for garment in there)
            st.markdown(f"{titles}: **{WORDS[one.verdict]}**, {day_words(days.of(one.decided_at))}", width="stretch")
            told = "Separates them again" if one.merge is not None else "Compares them again"
            key = f"take_back_{one.pairs[0][0]}_{one.pairs[0][1]}"
            button("Undo", "undo", take_back, one, key=key, help=told)
