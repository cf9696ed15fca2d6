"""Several photos of one garment: an uploader for another one, and which photo stands for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from wardrobe_app.components.shared import photos
from wardrobe_app.components.shared.formatting import plain
from wardrobe_app.domain.garments.garment import Garment, Photo


@dataclass(frozen=True)
class NotAdded:
    """A photo that was not added: why, the garment that has it already, if one does, and what adds it all the same."""

    message: str
    garment: Garment | None
    anyway: Callable[[], None] | None


def uploader(item: int, add: Callable[[int, Sequence[Any]], None]) -> None:
    """Where to drop further photos; ``add`` is called with the garment and the uploads as soon as they are chosen."""
    key = f"more_photos_{item}_{st.session_state.get(_round(item), 0)}"
    st.file_uploader("Add another photo", accept_multiple_files=True, key=key, on_change=_add, args=(item, key, add))
    for number, one in enumerate(st.session_state.get(_left(item), ())):
        with st.container(border=True, key=f"not_added_{item}_{number}"):
            st.markdown(f":orange[:material/info:] {plain(one.message)}")
            if one.garment is not None and one.garment.id != item:
                photos.link(one.garment, icon=":material/open_in_full:")
            if one.anyway is not None:
                st.button("Add it anyway", key=f"anyway_{item}_{number}", on_click=one.anyway)


def _add(item: int, key: str, add: Callable[[int, Sequence[Any]], None]) -> None:
    if uploads := st.session_state[key]:
        add(item, uploads)


def done(item: int, left: Sequence[NotAdded]) -> None:
    """Empty the uploader, and show what was not added in place of what was told before."""
    st.session_state[_round(item)] = st.session_state.get(_round(item), 0) + 1
    st.session_state[_left(item)] = tuple(left)


def choices(
    garment: Garment, photo: Photo, make_cover: Callable[[int, int], None], remove: Callable[[int, int], None]
) -> None:
    """What can be done with one of several photos; nothing where there is only one."""
    if len(garment.photos) < 2:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        if photo == garment.cover:
            st.badge("cover", icon=":material/star:", color="green")
        else:
            args = (garment.id, photo.id)
            st.button("Make cover", icon=":material/star:", key=f"cover_{photo.id}", on_click=make_cover, args=args)
        st.button(
            "Remove photo",
            icon=":material/hide_image:",
            key=f"remove_photo_{photo.id}",
            on_click=remove,
            args=(garment.id, photo.id),
            help="It goes to the trash as a garment of its own, and can be restored from there",
        )


def _round(item: int) -> str:
    return f"more_photos_round_{item}"


def _left(item: int) -> str:
    return f"more_photos_left_{item}"
