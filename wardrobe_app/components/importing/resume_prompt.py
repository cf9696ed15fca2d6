"""An import that was interrupted: how far it came, and the offer to resume it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from wardrobe_app.components.shared.formatting import count_of, plain
from wardrobe_app.components.shared.widgets import button

if TYPE_CHECKING:
    from wardrobe_app.services.importing.resume import StoppedImport


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


def _named(paths: Sequence[str]) -> str:
    more = len(paths) - 1
    return paths[0] + (f" and {more} more" if more else "")
