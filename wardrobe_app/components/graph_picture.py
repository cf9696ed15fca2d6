"""The wardrobe graph as a plotly picture: photos at the garments, colour by kind, reasons on hover."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import networkx as nx
import plotly.graph_objects as go

KIND_COLOURS: dict[str, str] = {
    "item": "#2a9d8f",
    "type": "#e07a3f",
    "slot": "#b5838d",
    "colour": "#d6568c",
    "pattern": "#8a6fd1",
    "gender": "#5b8def",
    "season": "#7fb069",
    "occasion": "#c9a227",
    "brand": "#8d99ae",
}
RELATION_COLOURS: dict[str, str] = {
    "is-a": "#e07a3f",
    "has-attribute": "#9aa0a6",
    "similar-to": "#d1495b",
    "compatible-with": "#2a9d8f",
}
_OTHER = "#8d99ae"
# SVG draws finer and works everywhere; above this many points only WebGL stays quick.
_MOST_SVG_POINTS = 1500

Positions = Mapping[str, tuple[float, float]]


def _trace(gl: bool, **options: Any) -> go.Scatter | go.Scattergl:
    return go.Scattergl(**options) if gl else go.Scatter(**options)


def _lines(part: nx.Graph, at: Positions, gl: bool) -> list[go.Scatter | go.Scattergl]:
    traces = []
    for relation in sorted({data["relation"] for _, _, data in part.edges(data=True)}):
        xs: list[float | None] = []
        ys: list[float | None] = []
        middles: list[tuple[float, float, str]] = []
        for a, b, data in part.edges(data=True):
            if data["relation"] != relation:
                continue
            (ax, ay), (bx, by) = at[a], at[b]
            xs += [ax, bx, None]
            ys += [ay, by, None]
            middles.append(((ax + bx) / 2, (ay + by) / 2, _edge_text(part, a, b, data)))
        colour = RELATION_COLOURS.get(relation, _OTHER)
        scored = any("score" in data for _, _, data in part.edges(data=True) if data["relation"] == relation)
        line = {"color": colour, "width": 1.4 if scored else 0.6}
        traces.append(
            _trace(
                gl,
                x=xs,
                y=ys,
                mode="lines",
                line=line,
                opacity=0.55 if scored else 0.3,
                hoverinfo="skip",
                name=relation,
                legendgroup=relation,
            )
        )
        if scored:
            traces.append(
                _trace(
                    gl,
                    x=[x for x, _, _ in middles],
                    y=[y for _, y, _ in middles],
                    mode="markers",
                    marker={"size": 7, "color": colour, "opacity": 0.5},
                    text=[text for _, _, text in middles],
                    hovertemplate="%{text}<extra></extra>",
                    showlegend=False,
                    legendgroup=relation,
                )
            )
    return traces


def _edge_text(part: nx.Graph, a: str, b: str, data: Mapping[str, Any]) -> str:
    ends = f"{escape(part.nodes[a]['label'])} – {escape(part.nodes[b]['label'])}"
    score = f" {data['score']:.0%}" if "score" in data else ""
    reasons = "<br>".join(escape(reason.strip()) for reason in str(data.get("reasons", "")).split(";"))
    return f"<b>{ends}</b><br>{data['relation']}{score}<br>{reasons}"


def _nodes(part: nx.Graph, at: Positions, gl: bool, pictured: Mapping[str, str]) -> list[go.Scatter | go.Scattergl]:
    traces = []
    for kind in sorted({data["kind"] for _, data in part.nodes(data=True)}, key=lambda kind: kind != "item"):
        names = [name for name, data in part.nodes(data=True) if data["kind"] == kind]
        labels = [escape(part.nodes[name]["label"]) for name in names]
        item = kind == "item"
        sizes = [26 if name in pictured else 12 for name in names] if item else 13
        opacity = [0.25 if name in pictured else 0.95 for name in names] if item else 0.95
        traces.append(
            _trace(
                gl,
                x=[at[name][0] for name in names],
                y=[at[name][1] for name in names],
                mode="markers" if item else "markers+text",
                text=labels,
                textposition="top center",
                customdata=[[name] for name in names],
                name=kind,
                marker={
                    "size": sizes,
                    "opacity": opacity,
                    "color": KIND_COLOURS.get(kind, _OTHER),
                    "symbol": "square" if item else "circle",
                },
                hovertemplate="<b>%{text}</b><br>" + kind + "<extra></extra>",
            )
        )
    return traces


def figure(part: nx.Graph, at: Positions, pictures: Mapping[str, str], height: int = 720) -> go.Figure:
    """The picture of ``part`` with its nodes ``at`` these places.

    ``pictures`` maps item nodes to image addresses (data URIs); the nodes' ids travel in ``customdata``.
    """
    gl = part.number_of_nodes() + 3 * part.number_of_edges() > _MOST_SVG_POINTS
    drawn = go.Figure([*_lines(part, at, gl), *_nodes(part, at, gl, pictures)])
    side = 2.2 / max(6.0, 1.25 * max(1, part.number_of_nodes()) ** 0.5)
    for name, source in pictures.items():
        x, y = at[name]
        drawn.add_layout_image(
            source=source,
            x=x,
            y=y,
            sizex=side,
            sizey=side,
            xref="x",
            yref="y",
            xanchor="center",
            yanchor="middle",
            layer="below",
        )
    drawn.update_layout(
        height=height,
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        legend={"orientation": "h", "y": -0.02, "itemsizing": "constant"},
        hovermode="closest",
        dragmode="pan",
        xaxis={"visible": False, "scaleanchor": "y"},
        yaxis={"visible": False},
    )
    return drawn
