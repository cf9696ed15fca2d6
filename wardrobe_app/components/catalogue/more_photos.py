"""Several photos of one garment: an uploader for another one, and which photo is the cover."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from wardrobe_app.components.shared import photos
from wardrobe_app.components.shared.formatting import plain
from wardrobe_app.components.shared.widgets import button
from wardrobe_app.domain.garments.garment import Garment, Photo

ActOnPhoto = Callable[[int, int], object]
"""Called with the ids of the garment and of the photo."""


@dataclass(frozen=True)
class NotAdded:
    """A photo that was not added: why, the garment that already has it, if any, and what adds it all the same."""

    message: str
    garment: Garment | None
    force: Callable[[], object] | None


def uploader(item: int, add: Callable[[int, Sequence[Any]], object]) -> None:
    """Where to drop more photos; ``add`` is called with the garment and the uploads as soon as they are chosen."""
    key = f"more_photos_{item}_{st.session_state.get(_round(item), 0)}"
    st.file_uploader("Add another photo", accept_multiple_files=True, key=key, on_change=_add, args=(item, key, add))
    for number, one in enumerate(st.session_state.get(_left(item), ())):
        with st.container(border=True, key=f"not_added_{item}_{number}"):
            st.markdown(f":orange[:material/info:] {plain(one.message)}")
            if one.garment is not None and one.garment.id != item:
                photos.link(one.garment, icon=":material/open_in_full:")
            if one.force is not None:
                button("Add anyway", "add", one.force, key=f"anyway_{item}_{number}")


def _add(item: int, key: str, add: Callable[[int, Sequence[Any]], object]) -> None:
    if uploads := st.session_state[key]:
        add(item, uploads)


def done(item: int, left: Sequence[NotAdded]) -> None:
    """Empty the uploader, and show what was not added in place of what was shown before."""
    st.session_state[_round(item)] = st.session_state.get(_round(item), 0) + 1
    st.session_state[_left(item)] = tuple(left)


def choices(garment: Garment, photo: Photo, make_cover: ActOnPhoto, remove: ActOnPhoto) -> None:
    """What can be done with one of several photos; nothing if there is only one."""
    if len(garment.photos) < 2:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        if photo == garment.cover:
            st.badge("cover", icon=":material/star:", color="green")
        else:
            button("Make cover", "star", make_cover, garment.id, photo.id, key=f"cover_{photo.id}")
        told = "It becomes a garment of its own in the trash and can be restored from there"
        key = f"remove_photo_{photo.id}"
        button("Remove photo", "hide_image", remove, garment.id, photo.id, key=key, help=told)


def _round(item: int) -> str:
    return f"more_photos_round_{item}"


def _left(item: int) -> str:
    return f"more_photos_left_{item}"
