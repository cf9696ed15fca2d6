"""Widgets that pages share: buttons with an icon, grids of cards, and colour swatches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, Literal, TypeVar

import streamlit as st

ADD_PAGE: Final = "wardrobe_app/pages/add_photos.py"
REVIEW_PAGE: Final = "wardrobe_app/pages/review.py"
WARDROBE_PAGE: Final = "wardrobe_app/pages/wardrobe.py"
T = TypeVar("T")


def button(label: str, icon: str, act: Callable[..., Any], *args: object, **rest: Any) -> bool:
    """Draw a button with a Material ``icon`` that calls ``act(*args)``; whether it was clicked."""
    return st.button(label, icon=f":material/{icon}:", on_click=act, args=args, **rest)


def cards(
    things: Iterable[T], width: int, key: str | None = None, *, gap: Literal["small", "xsmall"] = "small"
) -> Iterator[T]:
    """Yield each thing inside a cell at least ``width`` pixels wide; with a ``key`` the cells have borders."""
    with st.grid(min_column_width=width, gap=gap, border=key is not None, key=key) as grid:
        for thing in things:
            with grid.cell():
                yield thing


def swatch(shade: str, alt: str, width: int, height: int) -> None:
    """Draw a rectangle of one colour, in pixels; ``shade`` is its hex code."""
    st.image(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
        f'<rect width="{width}" height="{height}" rx="6" fill="{shade}" stroke="#88888866"/></svg>',
        alt=alt,
        width=width,
    )
