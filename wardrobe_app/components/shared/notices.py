"""Notices at the top of the page: what was just done, with its undo, and what went wrong."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial, wraps
from typing import Any, ParamSpec, TypeAlias, TypeVar, cast

import streamlit as st

from wardrobe_app.components.shared.formatting import plain
from wardrobe_app.components.shared.widgets import button
from wardrobe_app.domain.errors import ChangedElsewhere, WardrobeError

P = ParamSpec("P")
T = TypeVar("T")
_KEY = "notice"
_TOASTED = "notice_toasted"

Act = Callable[[], object]
Said: TypeAlias = str | tuple[str, Act | None] | None
"""What an action reports: nothing, a sentence, or a sentence and what undoes it."""


@dataclass(frozen=True)
class Notice:
    """A sentence, whether it reports a failure, and what undoes the action.

    After a conflict ``mine`` does what was asked for all the same, and ``theirs`` is what to do to give that up.
    """

    text: str
    failed: bool = False
    undo: Act | None = None
    mine: Act | None = None
    theirs: Act | None = None


def say(text: str, undo: Act | None = None) -> None:
    """Show ``text`` from this run on, until another notice replaces it or it is closed."""
    st.session_state[_KEY] = Notice(text, undo=undo)


@contextmanager
def guarded(mine: Act | None = None, theirs: Act | None = None) -> Iterator[None]:
    """Turn an error with a message for users into a notice; after a conflict it offers ``mine`` and ``theirs``."""
    try:
        yield
    except ChangedElsewhere as error:
        st.session_state[_KEY] = Notice(str(error), failed=True, mine=mine, theirs=theirs)
    except WardrobeError as error:
        st.session_state[_KEY] = Notice(str(error), failed=True)


def action(act: Callable[P, Said], theirs: Callable[P, object] | None = None) -> Callable[P, Any]:
    """Decorate a page's callback: say what it did, offer undo, show a known error; it returns whether it worked.

    ``act`` returns a sentence, a sentence and what undoes it, or None where there is nothing to say. If a garment was
    changed elsewhere meanwhile and ``act`` takes ``force``, the notice offers to do it all the same, or to keep what is
    stored; ``theirs`` is then called with the same arguments.
    """
    takes_force = "force" in inspect.signature(act).parameters

    @wraps(act)
    def run(*args: P.args, **kwargs: P.kwargs) -> bool:
        mine = partial(cast(Callable[..., bool], run), *args, **{**kwargs, "force": True}) if takes_force else None
        with guarded(mine, partial(theirs, *args, **kwargs) if theirs else None):
            said = act(*args, **kwargs)
            if said is not None:
                say(*((said,) if isinstance(said, str) else said))
            return True
        return False

    return run


@contextmanager
def told() -> Iterator[None]:
    """Show on the page an error with a message for users that stops it while it is drawn."""
    try:
        yield
    except WardrobeError as error:
        st.error(plain(str(error)), icon=":material/error:")


def opened(open_wardrobe: Callable[[], T]) -> T:
    """Return what ``open_wardrobe`` returns; if the wardrobe can't be opened, show why instead of the page."""
    try:
        return open_wardrobe()
    except WardrobeError as error:
        st.error(plain(str(error)), icon=":material/error:")
        st.stop()


def _put_away() -> None:
    st.session_state.pop(_KEY, None)


def _choose(act: Act | None) -> None:
    _put_away()
    if act is not None:
        act()


def _undo(act: Act) -> None:
    _put_away()
    with guarded():
        act()
        say("Undone.")


def show(undo_key: str | None = None) -> None:
    """Draw the notice, if there is one; ``undo_key`` is the keyboard shortcut for undo."""
    place = st.empty()  # also without a notice: what follows keeps its place, and is not drawn twice for a moment
    notice: Notice | None = st.session_state.get(_KEY)
    if notice is None:
        return
    seen: object = st.session_state.get(_TOASTED)
    if seen is not notice:
        # Whoever pressed a button far down the page does not see the top of it.
        st.toast(plain(notice.text))
        st.session_state[_TOASTED] = notice
    with place.container(key="notice", border=True, horizontal=True, vertical_alignment="center"):
        icon = ":material/error:" if notice.failed else ":material/check:"
        colour = "red" if notice.failed else "green"
        st.markdown(f":{colour}[{icon}] {plain(notice.text)}", width="stretch")
        if notice.undo is not None:
            button("Undo", "undo", _undo, notice.undo, key="notice_undo", shortcut=undo_key)
        if notice.mine is not None:
            button("Save mine anyway", "edit", _choose, notice.mine, key="notice_mine")
            button("Keep theirs", "check", _choose, notice.theirs, key="notice_theirs")
        else:
            button("Close", "close", _put_away, key="notice_close", type="tertiary")
