"""The wardrobe graph as a plotly picture: photos at the garments, colour by kind, reasons on hover."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import networkx as nx
import plotly.graph_objects as go

from wardrobe_app.components.graph_layout import Places
from wardrobe_app.components.words import RELATIONS

KIND_COLOURS: dict[str, str] = {
    "item": "#2a9d8f",
    "type": "#b4531f",
    "slot": "#7a4f63",
    "colour": "#b23a72",
    "pattern": "#6a4fb5",
    "sleeve": "#0f7c8c",
    "gender": "#3567c4",
    "season": "#4c7a38",
    "occasion": "#8a6a10",
    "brand": "#5c6778",
}
RELATION_COLOURS: dict[str, str] = {
    "is-a": "#c98a64",
    "has-attribute": "#9aa0a6",
    "similar-to": "#d1495b",
    "compatible-with": "#2a9d8f",
}
_OTHER = "#8d99ae"
# SVG draws finer and works everywhere; above this many points only WebGL stays quick.
_MOST_SVG_POINTS = 1500
_PHOTO = 0.92  # units of the layout

Trace = go.Scatter | go.Scattergl


def figure(part: nx.Graph, at: Places, pictures: Mapping[str, str], height: int = 760) -> go.Figure:
    """The picture of ``part`` with its nodes ``at`` these places.

    ``pictures`` maps item nodes to image addresses (data URIs); the nodes' ids travel in ``customdata``.
    """
    kind = go.Scattergl if part.number_of_nodes() + 3 * part.number_of_edges() > _MOST_SVG_POINTS else go.Scatter
    drawn = go.Figure([*_lines(kind, part, at), *_nodes(kind, part, at)])
    # All at once: added one by one, each copies all before it.
    drawn.update_layout(
        images=[_photo(source, *at[name]) for name, source in pictures.items()],
        annotations=[_label(data, *at[name]) for name, data in part.nodes(data=True) if data["kind"] != "item"],
        height=height,
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        legend={"orientation": "h", "y": -0.02, "itemsizing": "constant"},
        hovermode="closest",
        dragmode="pan",
        xaxis={"visible": False, "scaleanchor": "y"},
        yaxis={"visible": False},
    )
    return drawn


def _photo(source: str, x: float, y: float) -> dict[str, Any]:
    return {
        "source": source,
        "x": x,
        "y": y,
        "sizex": _PHOTO,
        "sizey": _PHOTO,
        "xref": "x",
        "yref": "y",
        "xanchor": "center",
        "yanchor": "middle",
    }


def _label(data: Mapping[str, Any], x: float, y: float) -> dict[str, Any]:
    return {
        "x": x,
        "y": y,
        "text": escape(data["label"]),
        "showarrow": False,
        "bgcolor": KIND_COLOURS.get(data["kind"], _OTHER),
        "font": {"color": "#ffffff", "size": 12},
        "borderpad": 3,
    }


def _lines(kind: type[Trace], part: nx.Graph, at: Places) -> list[Trace]:
    traces: list[Trace] = []
    for relation in sorted({data["relation"] for _, _, data in part.edges(data=True)}):
        edges = [edge for edge in part.edges(data=True) if edge[2]["relation"] == relation]
        scored = any("score" in data for _, _, data in edges)
        colour = RELATION_COLOURS.get(relation, _OTHER)
        traces.append(
            kind(
                x=[x for a, b, _ in edges for x in (at[a][0], at[b][0], None)],
                y=[y for a, b, _ in edges for y in (at[a][1], at[b][1], None)],
                mode="lines",
                line={"color": colour, "width": 1.6 if scored else 1},
                opacity=0.6 if scored else 0.45,
                hoverinfo="skip",
                name=RELATIONS.get(relation, relation),
                legendgroup=relation,
            )
        )
        if scored:
            traces.append(_middles(kind, part, edges, at, colour, relation))
    return traces


def _middles(
    kind: type[Trace], part: nx.Graph, edges: list[tuple[str, str, dict[str, Any]]], at: Places, colour: str, group: str
) -> Trace:
    """A dot in the middle of each line: lines themselves tell nothing when pointed at."""
    return kind(
        x=[(at[a][0] + at[b][0]) / 2 for a, b, _ in edges],
        y=[(at[a][1] + at[b][1]) / 2 for a, b, _ in edges],
        mode="markers",
        marker={"size": 7, "color": colour, "opacity": 0.6},
        text=[_reasons(part, a, b, data) for a, b, data in edges],
        hovertemplate="%{text}<extra></extra>",
        showlegend=False,
        legendgroup=group,
    )


def _reasons(part: nx.Graph, a: str, b: str, data: Mapping[str, Any]) -> str:
    ends = f"{escape(part.nodes[a]['label'])} – {escape(part.nodes[b]['label'])}"
    score = f" {data['score']:.0%}" if "score" in data else ""
    reasons = "<br>".join(escape(reason.strip()) for reason in str(data.get("reasons", "")).split(";"))
    return f"<b>{ends}</b><br>{RELATIONS.get(data['relation'], data['relation'])}{score}<br>{reasons}"


def _nodes(kind: type[Trace], part: nx.Graph, at: Places) -> list[Trace]:
    traces: list[Trace] = []
    for what in sorted({data["kind"] for _, data in part.nodes(data=True)}, key=lambda what: what != "item"):
        names = [name for name, data in part.nodes(data=True) if data["kind"] == what]
        traces.append(
            kind(
                x=[at[name][0] for name in names],
                y=[at[name][1] for name in names],
                mode="markers",
                text=[escape(part.nodes[name]["label"]) for name in names],
                customdata=[[name] for name in names],
                name="garment" if what == "item" else what,
                marker={
                    "size": 12,
                    "color": KIND_COLOURS.get(what, _OTHER),
                    "symbol": "square" if what == "item" else "circle",
                },
                hovertemplate="<b>%{text}</b><br>" + what + "<extra></extra>",
            )
        )
    return traces
