"""Text fields that keep unsaved text when the page, the connection or the program ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from wardrobe_app.components.shared.formatting import clock
from wardrobe_app.components.shared.widgets import button
from wardrobe_app.domain.catalogue.drafts import Draft, Drafts
from wardrobe_app.domain.days import Days

_FIELD = "text"


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where fields keep their drafts, and the calendar of who types."""

    drafts: Drafts
    days: Days

    def waiting(self, key: str) -> Draft | None:
        """Return what was typed into the field of this key and is not saved."""
        return self.drafts.read(key)

    def saved(self, key: str) -> None:
        """Forget the draft of a field whose text was saved; the field begins anew."""
        self.drafts.drop(key)
        st.session_state[_anew(key)] = True


def text_input(label: str, saved: str, key: str, shelf: Shelf, **rest: Any) -> str:
    """Draw a text field that begins with its draft, else with what is ``saved``, and return what it says.

    ``key`` names the field in the session, and its draft; where the draft is not what is saved, that is said.
    """
    draft = shelf.waiting(key)
    if st.session_state.pop(_anew(key), False):
        st.session_state[key] = draft.typed[_FIELD] if draft else saved
    # Who has a text already keeps it: a browser that comes back to a program started anew brings its own along.
    first = "" if key in st.session_state else draft.typed[_FIELD] if draft else saved
    text = str(st.text_input(label, first, key=key, on_change=_keep, args=(key, saved, shelf), **rest) or "")
    if text != (draft.typed[_FIELD] if draft else saved):
        _keep(key, saved, shelf)
        draft = shelf.waiting(key)
    if draft is not None and text != saved:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f":material/edit_note: Not saved yet (typed at {clock(draft.typed_at, shelf.days)})")
            button("Discard", "undo", shelf.saved, key, key=f"discard_{key}", type="tertiary")
    return text


def _keep(key: str, saved: str, shelf: Shelf) -> None:
    if _anew(key) not in st.session_state:
        shelf.drafts.keep(key, {_FIELD: str(st.session_state[key] or "")}, {_FIELD: saved})


def _anew(key: str) -> str:
    return f"anew_{key}"
