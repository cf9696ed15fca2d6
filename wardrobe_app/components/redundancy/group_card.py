"""A group of near-duplicates as a card in a list, and what can be done about it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from wardrobe_app.components.redundancy import similarity_bars
from wardrobe_app.components.redundancy.review_queue import DIFFERENT_HELP, KEEP_HELP, Choices, Ids
from wardrobe_app.components.shared import photos
from wardrobe_app.components.shared.formatting import plain
from wardrobe_app.components.shared.widgets import button, cards
from wardrobe_app.domain.redundancy.groups import RedundancyGroup
from wardrobe_app.domain.redundancy.keep_ranking import KeepRanking


def key_of(group: RedundancyGroup) -> str:
    """The group's own name among widgets: its garments."""
    return "_".join(str(item.id) for item in group.items)


def _join_choice(group: RedundancyGroup, ranking: Sequence[KeepRanking], choices: Choices) -> None:
    titles = {item.id: f"{item.title} (number {item.id})" for item in group.items}
    ids: Ids = tuple(place.item_id for place in ranking)
    with st.popover("Merge", icon=":material/merge:"):
        keep = st.radio(
            "Which one do you keep? It gets the photos of the others.",
            ids,
            format_func=lambda item: plain(titles[item]),
            captions=[plain(", ".join(place.reasons)) for place in ranking],
            key=f"kept_{key_of(group)}",
        )
        others = tuple(item for item in ids if item != keep)
        with st.container(horizontal=True):
            key = key_of(group)
            button(
                "One garment in several photos", "merge", choices.same, keep, others, type="primary", key=f"merge_{key}"
            )
            button(
                "Several of the same", "filter_2", choices.identical, keep, others, type="primary", key=f"twins_{key}"
            )


def _let_go_choice(group: RedundancyGroup, ranking: Sequence[KeepRanking], choices: Choices) -> None:
    titles = {item.id: item.title for item in group.items}
    with st.popover("Let go", icon=":material/delete:"):
        st.markdown("Select what goes to the trash. You can restore it from there.")
        leaving = tuple(
            place.item_id
            for count, place in enumerate(ranking)
            if st.checkbox(
                f"{plain(titles[place.item_id])} (number {place.item_id})",
                value=count > 0,
                key=f"go_{key_of(group)}_{place.item_id}",
            )
        )
        staying, key = tuple(item for item in group.ids if item not in leaving), f"let_go_{key_of(group)}"
        button(
            "Move to trash", "delete", choices.let_go, leaving, staying, type="primary", key=key, disabled=not leaving
        )


def draw(group: RedundancyGroup, ranking: Sequence[KeepRanking], thumbnail_of: photos.PathOf, choices: Choices) -> None:
    """The group: title, relation, photos side by side, what they share, where they differ, and the choices."""
    with st.container(border=True, key=f"group_{key_of(group)}"):
        similarity_bars.heading(group)
        for item in cards(group.items, 140):
            photos.card(item, thumbnail_of)
            st.caption(f"number {item.id}")
        same, differ = st.columns(2)
        with same:
            similarity_bars.shared(group)
        with differ:
            similarity_bars.differences(group)
        with st.container(horizontal=True):
            ids, key = group.ids, key_of(group)
            button("Keep all", "favorite", choices.keep, ids, key=f"keep_{key}", help=KEEP_HELP)
            button("Different", "difference", choices.different, ids, key=f"different_{key}", help=DIFFERENT_HELP)
            _join_choice(group, ranking, choices)
            _let_go_choice(group, ranking, choices)
