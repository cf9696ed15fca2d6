"""Imports that were interrupted, and photos that were chosen and never added: the offer to go on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from wardrobe_app.components.shared.formatting import clock, count_of, plain
from wardrobe_app.components.shared.widgets import button

if TYPE_CHECKING:
    from wardrobe_app.domain.days import Days
    from wardrobe_app.services.importing.resume import StoppedImport
    from wardrobe_app.services.importing.uploads import PendingUpload

_NAMED = 5


def offer(left: StoppedImport, resume: Callable[[], object], forget: Callable[[], object]) -> None:
    """Draw one interrupted import; uploads can't be resumed, only chosen again."""
    files, stored = count_of(left.total, "file"), count_of(left.stored, "photo")
    with st.container(border=True, key=f"stopped_{left.key}"):
        pause = ":orange[:material/pause_circle:]"
        if left.paths:
            what, rest = f"The import of **{plain(_named(left.paths))}**", ""
        else:
            what, rest = (
                "An upload",
                " Choose the same files again to add the rest; files already added are recognised.",
            )
        st.markdown(f"{pause} {what} stopped after {left.done} of {files}; {stored} added.{rest}")
        with st.container(horizontal=True):
            if left.paths:
                button("Resume", "play_arrow", resume, key=f"go_on_{left.key}", type="primary")
            button("Dismiss", "close", forget, key=f"forget_{left.key}")


def waiting(
    uploads: Sequence[PendingUpload], days: Days, add: Callable[[], object], discard: Callable[[], object]
) -> None:
    """Draw the photos that wait to be added, at least one."""
    with st.container(border=True, key="waiting_photos"):
        count, since = count_of(len(uploads), "photo"), clock(uploads[0].chosen_at, days)
        st.markdown(f":material/photo_library: **{count} chosen earlier but not added yet** (since {since})")
        st.caption(plain(", ".join(one.name for one in uploads[:_NAMED])) + (" …" if len(uploads) > _NAMED else ""))
        with st.container(horizontal=True):
            button("Add now", "add", add, key="add_waiting", type="primary")
            button("Discard", "delete", discard, key="discard_waiting", type="tertiary")


def _named(paths: Sequence[str]) -> str:
    more = len(paths) - 1
    return paths[0] + (f" and {more} more" if more else "")
