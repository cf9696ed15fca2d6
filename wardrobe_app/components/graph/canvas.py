"""The graph in the browser: one script draws it, here and in the web page that is exported.

Two mounts run it: the canvas, which gets a scene, and a courier in a fragment, which brings the pictures and the words
of the panel when the canvas asks for them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Final

import streamlit as st

from wardrobe_app.components.shared.widgets import handle, handled, outbox, text_of

CANVAS: Final = "graph_canvas"
COURIER: Final = "graph_courier"
MOST_ASKED: Final = 60  # pictures in one answer
SIDES: Final = (64, 160)  # of pictures, in pixels
_WANTED: Final = "graph_wanted"

Asked = Callable[[str], object]


@cache
def _component(script: str, style: str) -> Callable[..., Any]:
    js = "\n".join((script, outbox(), text_of(__package__, "web", "mount.js")))
    return st.components.v2.component("wardrobe_graph", css=style, js=js, isolate_styles=False)


def draw(script: str, style: str, scene: Mapping[str, Any], open_cluster: Asked, open_garment: Asked) -> None:
    """Draw a ``scene``; ``open_cluster`` and ``open_garment`` are called with the node to open."""
    handlers = {"open": lambda value: open_cluster(str(value.get("id"))),
                "garment": lambda value: open_garment(str(value.get("id")))}  # fmt: skip
    _component(script, style)(
        key=CANVAS,
        data={**scene, "role": "canvas", "handled": handled(CANVAS)},
        on_sent_change=lambda: handle(CANVAS, handlers),
    )


def deliver(
    script: str,
    style: str,
    pictures_of: Callable[[Sequence[str], int], Mapping[str, str | None]],
    details_of: Callable[[Sequence[str]], Mapping[str, Any]],
) -> None:
    """Bring what was asked for; to be called in a fragment.

    ``pictures_of`` gets nodes and a side in pixels, ``details_of`` nodes.
    """
    wanted: Mapping[str, Any] = st.session_state.pop(_WANTED, {})
    data = {
        "role": "courier",
        "pictures": pictures_of(wanted.get("pictures", ()), wanted.get("side", SIDES[0])),
        "side": wanted.get("side", SIDES[0]),
        "details": details_of(wanted.get("details", ())),
        "handled": handled(COURIER),
    }
    _component(script, style)(
        key=COURIER, data=data, height=1, on_sent_change=lambda: handle(COURIER, {"want": _remember})
    )


def _remember(value: Mapping[str, Any]) -> None:
    """Keep what is wanted; more than one message may come before it is delivered."""
    before: Mapping[str, Any] = st.session_state.get(_WANTED, {})
    side = SIDES[1] if value.get("side") == SIDES[1] else SIDES[0]
    st.session_state[_WANTED] = {
        "pictures": _texts(value.get("pictures"))[:MOST_ASKED],
        "side": side,
        "details": list(dict.fromkeys([*before.get("details", ()), *_texts(value.get("details"))]))[:MOST_ASKED],
    }


def _texts(value: object) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
