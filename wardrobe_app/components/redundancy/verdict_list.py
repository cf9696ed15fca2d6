"""Decisions about similar garments, each with a button that undoes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

import streamlit as st

from wardrobe_app.components.shared import photos
from wardrobe_app.components.shared.formatting import day_words, plain
from wardrobe_app.components.shared.widgets import button
from wardrobe_app.domain.days import Days
from wardrobe_app.domain.garments.garment import Garment, Verdict
from wardrobe_app.domain.redundancy.verdicts import Decision
from wardrobe_app.domain.wording import listed

ON_A_PAGE = 10
LET_GO = "let go"
WORDS = {
    LET_GO: "let go",
    Verdict.SAME_GARMENT.value: "the same garment",
    Verdict.TWINS.value: "several of the same",
    Verdict.KEEP_BOTH.value: "kept",
    Verdict.DIFFERENT.value: "different",
}


def kind_of(one: Decision) -> str:
    """What was decided: a verdict, or to let go of some."""
    return LET_GO if one.let_go else one.verdict.value


def draw(
    decided: Sequence[Decision],
    garments: Mapping[int, Garment],
    thumbnail_of: photos.PathOf,
    take_back: Callable[[Decision], object],
    days: Days,
) -> None:
    """One row a decision, in the order given, 10 a page, only of the kind that is asked for."""
    counts = Counter(kind_of(one) for one in decided)
    kind = st.pills(
        "Show only",
        [kind for kind in WORDS if counts[kind]],
        format_func=lambda kind: f"{WORDS[kind]} ({counts[kind]})",
        key="decisions_kind",
    )
    shown = [one for one in decided if kind in (None, kind_of(one))]
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
    there = [garments[item] for item in (*one.let_go, *one.ids) if item in garments]
    key = "_".join(map(str, sorted((*one.let_go, *one.ids))))
    with st.container(border=True, key=f"decision_{key}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            for garment in there:
                photos.cover(garment, thumbnail_of, width=72)
        with st.container(horizontal=True, vertical_alignment="center", wrap=False):
            when = day_words(days.of(one.decided_at))
            st.markdown(f"{_sentence(one, garments)}, {when}", width="stretch")
            told = "Separates them again" if one.merge is not None else "Compares them again"
            told = "Takes them out of the trash" if one.let_go else told
            button("Undo", "undo", take_back, one, key=f"take_back_{key}", help=told)


def _sentence(one: Decision, garments: Mapping[int, Garment]) -> str:
    """What was decided about which garments."""

    def titles(ids: Iterable[int]) -> str:
        return listed(_named(garments[item], one.merge is not None) for item in ids if item in garments)

    if not one.let_go:
        return f"{titles(one.ids)}: **{WORDS[kind_of(one)]}**"
    kept = f"; {titles(one.ids)}: **kept**" if one.ids else ""
    return f"{titles(one.let_go)}: **let go**{kept}"
