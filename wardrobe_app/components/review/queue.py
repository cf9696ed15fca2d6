"""The review queue: a component of our own, so that nothing waits for the server between two garments."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import streamlit as st

from wardrobe_app.components.shared.widgets import elements, text_of

KEY: Final = "review_queue"
_SCRIPTS: Final = (
    "outbox.js", "questions.js", "keys.js", "drawing.js", "large.js", "cards.js", "strips.js", "frame.js", "review.js",
)  # fmt: skip


_component = st.components.v2.component(
    "wardrobe_review",
    html='<div class="review"></div>',
    css=text_of(__package__, "web", "review.css"),
    js=elements() + text_of(__package__, "web", *_SCRIPTS),
)


def show(data: Mapping[str, Any], on_sent: Callable[[], None]) -> None:
    """Draw the queue; ``on_sent`` is called when the browser sends decisions, which ``sent`` then returns."""
    _component(key=KEY, data=dict(data), on_sent_change=on_sent)


def sent() -> Mapping[str, Any]:
    """Return what the browser sent just now; empty if it is not as it should be."""
    found = getattr(st.session_state.get(KEY), "sent", None)
    return found if isinstance(found, dict) else {}
