"""An outfit as a flat-lay collage."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Literal

import streamlit as st

from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.outfits.collage import described

SvgOf = Callable[[Iterable[Garment]], str]
"""Draws the garments of an outfit as SVG."""


def draw(garments: Sequence[Garment], svg_of: SvgOf, width: int | Literal["stretch"] = "stretch") -> None:
    """Draw the collage of an outfit, at most ``width`` pixels wide."""
    st.image(svg_of(garments), alt=described(garments), width=width)
