"""A photo to click on: the colour there becomes the garment's."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from wardrobe_app.components.shared.formatting import plain
from wardrobe_app.components.shared.widgets import button, swatch
from wardrobe_app.domain.garments.garment import Garment, Photo, Swatch

PLACES = 56  # along the longer side: as finely as a finger points
At = Callable[[Photo, float, float], Swatch]
Use = Callable[[str, str], object]


def figure(picture: bytes, width: int, height: int) -> go.Figure:
    """The picture under a net of places that can be clicked and not be seen; in its pixels, y downwards."""
    across = max(2, round(PLACES * min(1.0, width / height)))
    down = max(2, round(PLACES * min(1.0, height / width)))
    x, y = np.meshgrid((np.arange(across) + 0.5) * width / across, (np.arange(down) + 0.5) * height / down)
    places = go.Scatter(
        x=x.ravel(), y=y.ravel(), mode="markers", marker={"size": 12, "opacity": 0}, hoverinfo="none",
        unselected={"marker": {"opacity": 0}},
        selected={"marker": {"opacity": 0.9, "color": "#ffffff", "size": 14}},
    )  # fmt: skip
    source = "data:image/jpeg;base64," + base64.b64encode(picture).decode("ascii")
    chart = go.Figure(places)
    chart.add_layout_image(
        source=source, xref="x", yref="y", x=0, y=0, sizex=width, sizey=height, sizing="stretch", layer="below"
    )
    chart.update_xaxes(range=[0, width], visible=False, fixedrange=True, constrain="domain")
    chart.update_yaxes(range=[height, 0], visible=False, fixedrange=True, constrain="domain", scaleanchor="x")
    tall = round(460 * min(1.4, height / width))
    chart.update_layout(
        margin={"l": 0, "r": 0, "t": 0, "b": 0}, height=tall, dragmode=False, clickmode="event+select", showlegend=False
    )
    return chart


def pick(
    garment: Garment, shot: Photo, picture: Callable[[Photo], bytes], at: At, names: Sequence[str], use: Use
) -> None:
    """Draw the photo to click on, then the colour found there; its name can be changed before it is used."""
    key = f"pick_{garment.id}_{shot.id}"
    chart, config = figure(picture(shot), shot.width, shot.height), {"displayModeBar": False}
    chosen: Any = st.plotly_chart(chart, key=key, on_select="rerun", selection_mode="points", config=config)
    points = chosen.selection.points if chosen and chosen.selection else []
    if not points:
        st.caption("Click where the colour looks right.")
        return
    found = at(shot, float(points[0]["x"]) / shot.width, float(points[0]["y"]) / shot.height)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        swatch(found.hex, f"{found.name}, {found.hex}", 40, 40)
        label, at_first = f"Colour name ({plain(found.hex)})", list(names).index(found.name)
        name = st.selectbox(label, names, at_first, format_func=str.capitalize, key=f"{key}_{found.hex}", width=190)
        button("Use this colour", "check", use, name, found.hex, type="primary", key=f"{key}_use")
