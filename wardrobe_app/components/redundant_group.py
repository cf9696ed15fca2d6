"""A group of garments that are practically the same, and the three things that can be done about it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from wardrobe_app.components import photos
from wardrobe_app.components.words import plain
from wardrobe_app.domain.redundancy import RedundancyGroup

Ids = tuple[int, ...]


def key_of(group: RedundancyGroup) -> str:
    """The group's own name among widgets: its garments."""
    return "_".join(str(item.id) for item in group.items)


def _reasons(group: RedundancyGroup) -> None:
    same, differ = st.columns(2)
    with same:
        st.markdown("**What they share**")
        st.markdown("  \n".join(f":green[:material/check:] {plain(text)}" for text in group.shared))
    with differ:
        st.markdown("**Where they differ**")
        st.markdown(
            "  \n".join(f":orange[:material/difference:] {plain(text)}" for text in group.differences)
            or "Nothing that the photos or tags tell."
        )


def _merge_choice(group: RedundancyGroup, merge: Callable[[int, Ids], None], ids: Ids) -> None:
    titles = {item.id: f"{item.title} (number {item.id})" for item in group.items}
    key = f"kept_{key_of(group)}"
    with st.popover("Same garment, photographed twice", icon=":material/merge:"):
        keep = st.radio(
            "Which one to keep? It gets the photos of the others.",
            ids,
            format_func=lambda item: plain(titles[item]),
            key=key,
        )
        st.button(
            "Merge into this one",
            type="primary",
            key=f"merge_{key_of(group)}",
            on_click=merge,
            args=(keep, tuple(item for item in ids if item != keep)),
        )


def _let_go_choice(group: RedundancyGroup, let_go: Callable[[Ids], None]) -> None:
    with st.popover("Let go", icon=":material/delete:"):
        st.markdown("Tick what goes to the trash. It can be brought back.")
        leaving = tuple(
            item.id
            for item in group.items
            if st.checkbox(f"{plain(item.title)} (number {item.id})", key=f"go_{key_of(group)}_{item.id}")
        )
        st.button(
            "Move to trash",
            type="primary",
            key=f"let_go_{key_of(group)}",
            disabled=not leaving,
            on_click=let_go,
            args=(leaving,),
        )


def draw(
    group: RedundancyGroup,
    thumbnail_of: photos.PathOf,
    keep_all: Callable[[Ids], None],
    merge: Callable[[int, Ids], None],
    let_go: Callable[[Ids], None],
) -> None:
    """The group: title, score, photos side by side, what they share, where they differ, and the choices."""
    ids = tuple(item.id for item in group.items)
    with st.container(border=True, key=f"group_{key_of(group)}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader(plain(group.title), width="content", anchor=False)
            st.badge(f"{group.score:.0%} alike", color="violet", help="How alike the two least alike of them are")
        with st.grid(min_column_width=150, gap="small") as grid:
            for item in group.items:
                with grid.cell():
                    photos.card(item, thumbnail_of)
                    st.caption(f"number {item.id}")
        _reasons(group)
        with st.container(horizontal=True):
            st.button(
                "Keep all",
                icon=":material/favorite:",
                key=f"keep_{key_of(group)}",
                help="They will not be shown as a group again",
                on_click=keep_all,
                args=(ids,),
            )
            _merge_choice(group, merge, ids)
            _let_go_choice(group, let_go)
