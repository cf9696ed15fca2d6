"""What was just done, with its undo, and what went wrong: one notice, shown at the top of the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

import streamlit as st

from wardrobe_app.components.shared.formatting import plain
from wardrobe_app.domain.errors import ChangedElsewhere, WardrobeError

T = TypeVar("T")
_KEY = "notice"
_TOASTED = "notice_toasted"


Act = Callable[[], object]


@dataclass(frozen=True)
class Notice:
    """One sentence, whether it tells of a failure, and what takes the deed back.

    Where something was changed meanwhile, ``mine`` does all the same what was asked for, and ``theirs`` is what there
    is to do where that is given up.
    """

    text: str
    failed: bool = False
    undo: Act | None = None
    mine: Act | None = None
    theirs: Act | None = None


def say(text: str, undo: Act | None = None) -> None:
    """Show ``text`` on this and the next runs, until something else is said or it is put away."""
    st.session_state[_KEY] = Notice(text, undo=undo)


@contextmanager
def guarded(mine: Act | None = None, theirs: Act | None = None) -> Iterator[None]:
    """Turn an error that a user may be shown into a notice.

    Where something was changed meanwhile it offers ``mine``, to do it all the same, and to keep ``theirs``.
    """
    try:
        yield
    except ChangedElsewhere as error:
        st.session_state[_KEY] = Notice(str(error), failed=True, mine=mine, theirs=theirs)
    except WardrobeError as error:
        st.session_state[_KEY] = Notice(str(error), failed=True)


@contextmanager
def told() -> Iterator[None]:
    """Turn an error that a user may be shown, and that stops a page while it is drawn, into words on that page."""
    try:
        yield
    except WardrobeError as error:
        st.error(plain(str(error)), icon=":material/error:")


def opened(open_wardrobe: Callable[[], T]) -> T:
    """What ``open_wardrobe`` returns; a wardrobe that can't be opened is told instead of the page."""
    try:
        return open_wardrobe()
    except WardrobeError as error:
        st.error(plain(str(error)), icon=":material/error:")
        st.stop()


def _put_away() -> None:
    st.session_state.pop(_KEY, None)


def _choose(action: Act | None) -> None:
    _put_away()
    if action is not None:
        action()


def _undo(action: Act) -> None:
    _put_away()
    with guarded():
        action()
        say("Taken back.")


def show(undo_key: str | None = None) -> None:
    """Draw the notice, if there is one; ``undo_key`` is a key of the keyboard that takes the deed back."""
    notice: Notice | None = st.session_state.get(_KEY)
    if notice is None:
        return
    seen: object = st.session_state.get(_TOASTED)
    if seen is not notice:
        # Whoever pressed a button far down the page does not see the top of it.
        st.toast(plain(notice.text))
        st.session_state[_TOASTED] = notice
    with st.container(key="notice", border=True, horizontal=True, vertical_alignment="center"):
        icon = ":material/error:" if notice.failed else ":material/check:"
        colour = "red" if notice.failed else "green"
        st.markdown(f":{colour}[{icon}] {plain(notice.text)}", width="stretch")
        if notice.undo is not None:
            st.button(
                "Undo",
                icon=":material/undo:",
                key="notice_undo",
                shortcut=undo_key,
                on_click=_undo,
                args=(notice.undo,),
            )
        if notice.mine is not None:
            for label, icon, key, action in (
                ("Use mine anyway", ":material/edit:", "notice_mine", notice.mine),
                ("Keep theirs", ":material/check:", "notice_theirs", notice.theirs),
            ):
                st.button(label, icon=icon, key=key, on_click=_choose, args=(action,))
        else:
            st.button("Close", icon=":material/close:", key="notice_close", type="tertiary", on_click=_put_away)
