"""A row of square photos of garments, each of which opens its garment; as high without photos as with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from wardrobe_app.components.shared.photos import GARMENT_PAGE
from wardrobe_app.components.shared.widgets import text_of
from wardrobe_app.domain.garments.garment import Garment, Photo

MOST = 8
SIDE_PX = 160
IconOf = Callable[[Photo], str | None]
"""Returns a photo as a small data URI; None where its file cannot be read."""


_mount = st.components.v2.component(
    "wardrobe_strip",
    html='<div class="strip"></div>',
    css=text_of(__package__, "web", "strip.css"),
    js=text_of(__package__, "web", "strip.js"),
)


def draw(key: str, garments: Sequence[Garment] | None, icon_of: IconOf, nothing: str) -> None:
    """Draw the first ``MOST`` of the garments; None waits for them, and ``nothing`` is said where there are none."""
    shown = [
        {"id": item.id, "title": item.title, "src": icon_of(item.cover) if item.cover else None}
        for item in (garments or ())[:MOST]
    ]
    data = {"photos": tuple(shown), "waiting": garments is None, "nothing": nothing}
    result = _mount(key=f"strip_{key}", data=data, on_open_change=lambda: None)
    opened = getattr(result, "open", None)
    if opened in {photo["id"] for photo in shown}:
        st.switch_page(GARMENT_PAGE, query_params={"item": str(opened)})
