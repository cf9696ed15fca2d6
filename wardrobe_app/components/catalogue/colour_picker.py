"""A photo to be clicked on: the colour there becomes the garment's."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from wardrobe_app.components.shared.formatting import plain
from wardrobe_app.domain.garments.garment import Garment, Photo, Swatch

PLACES = 56  # along the longer side: as finely as a finger points
At = Callable[[Photo, float, float], Swatch]
Use = Callable[[str, str], None]


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
    garment: Garment,
    shot: Photo,
    picture: Callable[[Photo], bytes],
    at: At,
    names: Sequence[str],
    label: Callable[[str], str],
    use: Use,
) -> None:
    """The photo to click on, then the colour found there with its name, which can be changed before it is used."""
    key = f"pick_{garment.id}_{shot.id}"
    chosen: Any = st.plotly_chart(
        figure(picture(shot), shot.width, shot.height),
        key=key,
        on_select="rerun",
        selection_mode="points",
        config={"displayModeBar": False},
        width="stretch",
    )
    points = chosen.selection.points if chosen and chosen.selection else []
    if not points:
        st.caption("Click on the cloth where its colour is truest.")
        return
    found = at(shot, float(points[0]["x"]) / shot.width, float(points[0]["y"]) / shot.height)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.image(
            f'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40">'
            f'<rect width="40" height="40" rx="6" fill="{found.hex}" stroke="#88888866"/></svg>',
            alt=f"{found.name}, {found.hex}",
            width=40,
        )
        name = st.selectbox(
            f"Its name ({plain(found.hex)})",
            names,
            index=list(names).index(found.name),
            format_func=label,
            key=f"{key}_{found.hex}",
            width=190,
        )
        st.button("Use this colour", type="primary", key=f"{key}_use", on_click=use, args=(name, found.hex))
