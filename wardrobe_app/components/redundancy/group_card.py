"""A group of garments that are practically the same as a card in a list, and what can be done about it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from wardrobe_app.components.redundancy import similarity_bars
from wardrobe_app.components.redundancy.review_queue import Choices, Ids
from wardrobe_app.components.shared import photos
from wardrobe_app.components.shared.formatting import plain
from wardrobe_app.domain.redundancy.groups import RedundancyGroup
from wardrobe_app.domain.redundancy.keep_ranking import KeepRanking


def key_of(group: RedundancyGroup) -> str:
    """The group's own name among widgets: its garments."""
    return "_".join(str(item.id) for item in group.items)


def _join_choice(group: RedundancyGroup, ranking: Sequence[KeepRanking], choices: Choices) -> None:
    titles = {item.id: f"{item.title} (number {item.id})" for item in group.items}
    ids: Ids = tuple(place.item_id for place in ranking)
    with st.popover("The same, or two of the same", icon=":material/merge:"):
        keep = st.radio(
            "Which one to keep? It gets the photos of the others.",
            ids,
            format_func=lambda item: plain(titles[item]),
            captions=[plain(", ".join(place.reasons)) for place in ranking],
            key=f"kept_{key_of(group)}",
        )
        others = tuple(item for item in ids if item != keep)
        with st.container(horizontal=True):
            for label, name, action in (
                ("One garment, photographed twice", "merge", choices.same),
                ("Two of the same", "twins", choices.identical),
            ):
                st.button(label, type="primary", key=f"{name}_{key_of(group)}", on_click=action, args=(keep, others))


def _let_go_choice(group: RedundancyGroup, ranking: Sequence[KeepRanking], choices: Choices) -> None:
    titles = {item.id: item.title for item in group.items}
    with st.popover("Let go", icon=":material/delete:"):
        st.markdown("Tick what goes to the trash. It can be brought back; those that stay are kept.")
        leaving = tuple(
            place.item_id
            for count, place in enumerate(ranking)
            if st.checkbox(
                f"{plain(titles[place.item_id])} (number {place.item_id})",
                value=count > 0,
                key=f"go_{key_of(group)}_{place.item_id}",
            )
        )
        st.button(
            "Move to trash",
            type="primary",
            key=f"let_go_{key_of(group)}",
            disabled=not leaving,
            on_click=choices.let_go,
            args=(leaving, tuple(item for item in group.ids if item not in leaving)),
        )


def draw(group: RedundancyGroup, ranking: Sequence[KeepRanking], thumbnail_of: photos.PathOf, choices: Choices) -> None:
    """The group: title, relation, photos side by side, what they share, where they differ, and the choices."""
    with st.container(border=True, key=f"group_{key_of(group)}"):
        similarity_bars.heading(group)
        with st.grid(min_column_width=140, gap="small") as grid:
            for item in group.items:
                with grid.cell():
                    photos.card(item, thumbnail_of)
                    st.caption(f"number {item.id}")
        same, differ = st.columns(2)
        with same:
            similarity_bars.shared(group)
        with differ:
            similarity_bars.differences(group)
        with st.container(horizontal=True):
            for label, icon, name, action, told in (
                ("Keep all", "favorite", "keep", choices.keep, "They are alike, and that is fine"),
                ("Different", "difference", "different", choices.different, "They are no more alike than others"),
            ):
                st.button(
                    label,
                    icon=f":material/{icon}:",
                    key=f"{name}_{key_of(group)}",
                    help=told,
                    on_click=action,
                    args=(group.ids,),
                )
            _join_choice(group, ranking, choices)
            _let_go_choice(group, ranking, choices)
