"""The cards of the home page: what waits to be done and what there is to see, each with the way there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import streamlit as st

from wardrobe_app.components.home import strip
from wardrobe_app.components.home.strip import IconOf
from wardrobe_app.components.shared.formatting import plain
from wardrobe_app.components.shared.widgets import Way
from wardrobe_app.domain.garments.garment import Garment


@contextmanager
def card(
    key: str, title: str, text: str, garments: Sequence[Garment] | None, icon_of: IconOf, nothing: str
) -> Iterator[None]:
    """Draw a card with a heading, a line of ``text`` and a row of photos; what is drawn inside becomes its last row.

    ``garments`` are None while they are being found out; the card is as high then as it will be.
    """
    with framed(key, title, text):
        strip.draw(key, garments, icon_of, nothing)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            yield


@contextmanager
def framed(key: str, title: str, text: str) -> Iterator[None]:
    """Draw a card's heading and its line of ``text``, and below them what is drawn meanwhile."""
    with st.container(key=f"home_{key}", gap="xsmall"):
        st.header(title, anchor=False)
        st.caption(plain(text))
        yield


def way(to: Way) -> None:
    """Draw a link of a card."""
    st.page_link(to.page, label=to.label, icon=f":material/{to.icon}:", query_params=dict(to.query))
