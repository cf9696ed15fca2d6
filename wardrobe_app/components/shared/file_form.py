"""Import a file in two steps: choose it and see what it would change, then apply it, with an undo."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

import pandas as pd
import streamlit as st

from wardrobe_app.components.shared import notices
from wardrobe_app.components.shared.formatting import plain
from wardrobe_app.domain.errors import WardrobeError

_MOST_ROWS = 1000


class Report(Protocol):
    """What an import did or would do."""

    @property
    def undo(self) -> Callable[[], None] | None:
        """Undoes the import; None where nothing was changed."""


R = TypeVar("R", bound=Report)


def choose(key: str, label: str, types: Sequence[str]) -> bytes | None:
    """Draw the file chooser; the content of the chosen file. ``applied`` empties it."""
    chosen = st.file_uploader(label, type=list(types), key=f"{key}_{st.session_state.get(_round(key), 0)}")
    return None if chosen is None else bytes(chosen.getvalue())


def preview(read: Callable[[], R]) -> R | None:
    """Read a file and show why it cannot be read, if so."""
    try:
        return read()
    except WardrobeError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return None


def apply_button(key: str, label: str, icon: str, apply: Callable[[], R], said: Callable[[R], str]) -> None:
    """Draw the button that applies a file, and then says what was done."""
    st.button(label, icon=icon, type="primary", key=f"{key}_apply", on_click=_apply, args=(key, apply, said))


def table(key: str, headings: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Draw rows as a table, at most a thousand of them."""
    st.dataframe(pd.DataFrame(rows[:_MOST_ROWS], columns=list(headings)), hide_index=True, key=key)
    _and_more(len(rows) - _MOST_ROWS)


def lines(heading: str, texts: Sequence[str], number: int) -> None:
    """Draw the first ``texts`` of a ``number`` in an expander, if there are any."""
    if texts:
        with st.expander(heading):
            for text in texts:
                st.text(text)
            _and_more(number - len(texts))


def _and_more(number: int) -> None:
    if number > 0:
        st.caption(f"And {number} more.")


def _apply(key: str, apply: Callable[[], R], said: Callable[[R], str]) -> None:
    with notices.guarded():
        report = apply()
        st.session_state[_round(key)] = st.session_state.get(_round(key), 0) + 1  # another key empties the chooser
        notices.say(said(report), report.undo)


def _round(key: str) -> str:
    return f"{key}_round"
