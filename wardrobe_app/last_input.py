"""Take in what a browser sent last, even where its next request comes at once, and go where it was sent."""

from __future__ import annotations

from time import monotonic
from typing import Any, Final

from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime import websocket_session_manager
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner import script_runner
from streamlit.runtime.state.safe_session_state import SafeSessionState

LATE_S: Final = 1.5
"""So long after a link was clicked a busy browser may still send what was typed before."""


class PatientState(SafeSessionState):
    """The state of a session, in which a request is taken in before anybody asks whether there is a newer one.

    Streamlit 1.67 asks first, and again within callbacks. Where the newer request is for another page, it brings no
    fields along: text left by a click on another page was lost while an earlier run still kept the machine busy, and so
    was a button's click. Streamlit asks again right after the callbacks, so nothing more is run than before.
    """

    def on_script_will_rerun(self, *args: Any, **rest: Any) -> None:
        ask = self._yield_callback
        object.__setattr__(self, "_yield_callback", lambda: None)  # its own __setattr__ sets what a page keeps
        try:
            super().on_script_will_rerun(*args, **rest)
        finally:
            object.__setattr__(self, "_yield_callback", ask)


class Destination:
    """Where a session was sent last.

    A browser sends a field's text a moment after the field is left. Where a link to a page was clicked by then, the
    text came with the name of the page before, and Streamlit 1.67 went back there.
    """

    def __init__(self) -> None:
        self._page = self._query = self._left = ""
        self._since = 0.0
        self._around: frozenset[str] = frozenset()

    def direct(self, asked: ClientState) -> None:
        """Send what came late from the page that was left to the page that was asked for since."""
        if asked.page_script_hash == self._page:
            return
        sent, now = frozenset(state.id for state in asked.widget_states.widgets), monotonic()
        late = asked.page_script_hash == self._left or not self._left  # the first page has no name before it is shown
        # A link brings along what is around the pages, and nothing of the page that is left.
        if late and now - self._since < LATE_S and sent - self._around:
            asked.page_script_hash, asked.query_string, asked.fragment_id = self._page, self._query, ""
            return
        if self._page or not sent:
            self._left, self._since, self._around = self._page, now, sent
        self._page, self._query = asked.page_script_hash, asked.query_string


class Session(AppSession):
    """A session that goes where it was sent."""

    def __init__(self, *args: Any, **rest: Any) -> None:
        self._destination = Destination()
        super().__init__(*args, **rest)

    def request_rerun(self, client_state: ClientState | None) -> None:
        if client_state is not None:
            self._destination.direct(client_state)
        super().request_rerun(client_state)


def keep() -> None:
    """From now on lose no request of a browser, in all sessions of this process."""
    script_runner.SafeSessionState = PatientState  # type: ignore[attr-defined]
    websocket_session_manager.AppSession = Session  # type: ignore[attr-defined]
