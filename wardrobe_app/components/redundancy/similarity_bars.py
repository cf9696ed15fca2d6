"""Why garments are alike: a small bar for each named part, what they share and where they differ."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from wardrobe_app.components.shared.formatting import as_list, plain, without_figures
from wardrobe_app.domain.garments.garment import PairScore, Part
from wardrobe_app.domain.redundancy.groups import RedundancyGroup
from wardrobe_app.domain.similarity.relations import WORDS, Relation


def weakest(pairs: Sequence[PairScore]) -> list[Part]:
    """Each named part as it is for the two that agree least in it; parts of which nothing is known are left out."""
    found: dict[str, Part] = {}
    for part in (part for pair in pairs for part in pair.parts if part.weight > 0):
        if part.name not in found or part.score < found[part.name].score:
            found[part.name] = part
    return sorted(found.values(), key=lambda part: -part.weight)


def bars(pairs: Sequence[PairScore]) -> None:
    """One bar a part, the heaviest first: full where it speaks for one garment, empty where it speaks against it."""
    parts = weakest(pairs)
    st.markdown("**Why they are grouped**", help=as_list(part.text for part in parts))
    for part in parts:
        name = part.name.replace("-", " ").replace("_", " ").capitalize()
        st.progress(min(max(part.score, 0.0), 1.0), text=f"{name} · {plain(without_figures(part.text))}")
    if len(pairs) > 1:
        st.caption("Each bar shows the two garments that are least alike.")


def shared(group: RedundancyGroup) -> None:
    """What all of the group share."""
    st.markdown("**What they have in common**")
    st.markdown(
        "  \n".join(f":green[:material/check:] {plain(without_figures(text))}" for text in group.shared)
        or "Nothing specific."
    )


def differences(group: RedundancyGroup) -> None:
    """Where garments of the group differ."""
    st.markdown("**How they differ**")
    st.markdown(
        "  \n".join(f":orange[:material/difference:] {plain(without_figures(text))}" for text in group.differences)
        or "No visible difference."
    )


def relation(group: RedundancyGroup, note: str = "") -> None:
    """What the garments are to each other in words, what can be done about it, and a ``note`` on how far it goes."""
    words = WORDS[group.relation]
    st.markdown(f"**{words.title}**  \n{words.meaning} {words.advice}")
    if note:
        st.caption(note)


def heading(group: RedundancyGroup) -> None:
    """The group's title, and how alike its garments are."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(plain(group.title), width="content", anchor=False)
        st.badge(group.likeness, color="violet", help="For the two that are least alike")
        if group.relation is Relation.SAME_PICTURE:
            st.badge(WORDS[group.relation].title, color="blue")
