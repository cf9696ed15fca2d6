"""Notices at the foot of the page: what was just done, with its undo, and what went wrong."""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial, wraps
from typing import Any, ParamSpec, TypeAlias, TypeVar, cast

import streamlit as st

from wardrobe_app.components.shared.formatting import plain
from wardrobe_app.components.shared.widgets import button, text_of
from wardrobe_app.domain.errors import ChangedElsewhere, WardrobeError

_announce = st.components.v2.component("wardrobe_announcement", js=text_of(__package__, "web", "announce.js"))

P = ParamSpec("P")
T = TypeVar("T")
_KEY = "notice"
_SHOWN = "notice_shown"
LED_ON_S = 1.0  # an action that leads to another page is reported there

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


def bar(page: str, undo_key: str | None = "U") -> None:
    """Draw the notice, if there is one, at the foot of the ``page``; ``undo_key`` is the keyboard shortcut for undo.

    A notice goes when another one comes, when it is closed, and when its reader goes on to another page. A conflict is
    a question, and asked as one.
    """
    notice: Notice | None = st.session_state.get(_KEY)
    if notice is None:
        return
    if notice.mine is not None:
        _ask(notice)
    elif _is_read(notice, page):
        _put_away()
    else:
        with st.bottom.container(key="notice", horizontal=True, vertical_alignment="center", gap="small"):
            _draw(notice, undo_key)


def inside() -> None:
    """Draw a failure, or what can be undone, here inside a dialog, which covers the foot of the page."""
    notice: Notice | None = st.session_state.get(_KEY)
    if notice is None or notice.mine is not None or not (notice.failed or notice.undo):
        return
    with st.container(key="notice_inside", horizontal=True, vertical_alignment="center", gap="small"):
        _words(notice)
        if notice.undo is not None:
            button("Undo", "undo", _undo, notice.undo, key="notice_inside_undo")


def asks() -> bool:
    """Whether a question is open: a page can have no other dialog then."""
    notice: Notice | None = st.session_state.get(_KEY)
    return notice is not None and notice.mine is not None


def _words(notice: Notice) -> None:
    icon, colour = (":material/error:", "red") if notice.failed else (":material/check:", "green")
    st.markdown(f":{colour}[{icon}] {plain(notice.text)}", width="stretch")


def _is_read(notice: Notice, page: str) -> bool:
    """Whether it was to be read on another page than this one, and not only for the moment of being led on."""
    last, where, since = st.session_state.get(_SHOWN, (None, "", 0.0))
    if last is not notice or (where != page and time.monotonic() - since < LED_ON_S):
        st.session_state[_SHOWN] = notice, page, time.monotonic()
        return False
    return bool(where != page)


def _draw(notice: Notice, undo_key: str | None) -> None:
    _announce(data={"text": notice.text, "failed": notice.failed, "id": id(notice)}, key="notice_said", width="content")
    _words(notice)
    if notice.undo is not None:
        button("Undo", "undo", _undo, notice.undo, key="notice_undo", shortcut=undo_key)
    button("Close", "close", _put_away, key="notice_close", type="tertiary")


def _ask(notice: Notice) -> None:
    """Ask whether what was typed counts, or what is stored."""

    @st.dialog("Changed in another place", icon=":material/sync_problem:", on_dismiss=_put_away)
    def question() -> None:
        st.markdown(plain(notice.text))
        with st.container(horizontal=True, horizontal_alignment="right"):
            done = button("Keep theirs", "check", _choose, notice.theirs, key="notice_theirs")
            done |= button("Save mine anyway", "edit", _choose, notice.mine, type="primary", key="notice_mine")
        if done:
            st.rerun()

    question()
