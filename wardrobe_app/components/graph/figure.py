"""The wardrobe graph as a plotly picture: photos at the garments, colour by kind, reasons on hover."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from textwrap import shorten, wrap
from typing import Any, TypeAlias

import networkx as nx
import plotly.graph_objects as go

from wardrobe_app.components.graph.layout import Places, radius
from wardrobe_app.components.graph.view import CLUSTER
from wardrobe_app.domain.graph.labels import KINDS, RELATION_COLOURS, edge_lines, node_lines, relation_word

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
    "look": "#8a6a10",
    "cluster": "#2a9d8f",
}
_OTHER = "#8d99ae"
# SVG draws finer and works everywhere; above this many points only WebGL stays quick.
_MOST_SVG_POINTS = 1500
_PHOTO = 0.92  # units of the layout

Trace: TypeAlias = go.Scatter | go.Scattergl


def figure(
    part: nx.Graph[str],
    at: Places,
    pictures: Mapping[str, str],
    height: int = 760,
    names: Mapping[str, str] | None = None,
) -> go.Figure:
    """The picture of ``part`` with its nodes ``at`` these places.

    ``pictures`` maps nodes of garments and clusters to image addresses (data URIs); the nodes' ids travel in
    ``customdata``. ``names`` are clusters to name where their garments lie, by one of their garments' nodes.
    """
    kind = go.Scattergl if part.number_of_nodes() + 3 * part.number_of_edges() > _MOST_SVG_POINTS else go.Scatter
    drawn = go.Figure([*_lines(kind, part, at), *_nodes(kind, part, at, pictures, height)])
    clusters = {name: data for name, data in part.nodes(data=True) if data["kind"] == CLUSTER}
    plain = [(name, data) for name, data in part.nodes(data=True) if data["kind"] not in ("item", CLUSTER)]
    # All at once: added one by one, each copies all before it.
    drawn.update_layout(
        images=[_photo(source, *at[name], _size(part.nodes[name])) for name, source in pictures.items()],
        shapes=[_circle(*at[name], radius(data)) for name, data in clusters.items()],
        annotations=[
            *(_label(data, *at[name]) for name, data in plain),
            *(_cluster_label(data, *at[name]) for name, data in clusters.items()),
            *(_name(text, *at[node]) for node, text in (names or {}).items()),
        ],
        height=height,
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        legend={"orientation": "h", "y": -0.02, "itemsizing": "constant"},
        hovermode="closest",
        hoverdistance=30,
        dragmode="pan",
        xaxis={"visible": False, "scaleanchor": "y", "range": _range(part, at, 0)},
        yaxis={"visible": False, "range": _range(part, at, 1)},
    )
    return drawn


def _range(part: nx.Graph[str], at: Places, axis: int) -> list[float]:
    """The range shown at first: everything, with a margin."""
    half = {name: 0.5 * _size(data) + (0.6 if data["kind"] == CLUSTER else 0) for name, data in part.nodes(data=True)}
    low = min((at[name][axis] - half[name] for name in part), default=0)
    high = max((at[name][axis] + half[name] for name in part), default=0)
    return [low - 1, high + 1]


def _size(data: Mapping[str, Any]) -> float:
    return 1.25 * radius(data) if data["kind"] == CLUSTER else _PHOTO


def _circle(x: float, y: float, radius: float) -> dict[str, Any]:
    box = {"x0": x - radius, "x1": x + radius, "y0": y - radius, "y1": y + radius}
    look = {"fillcolor": "rgba(42, 157, 143, 0.14)", "line": {"color": KIND_COLOURS[CLUSTER], "width": 1.5}}
    return {"type": "circle", "layer": "below", **box, **look}


def _cluster_label(data: Mapping[str, Any], x: float, y: float) -> dict[str, Any]:
    text = "<br>".join(map(escape, wrap(f"{data['label']}\u00a0·\u00a0{len(data['items'])}", 18)))
    label = _label({"kind": CLUSTER, "label": ""}, x, y - radius(data))
    return {**label, "text": text, "bgcolor": "rgba(15, 107, 99, 0.85)", "font": {"color": "#ffffff", "size": 11}}


def _name(text: str, x: float, y: float) -> dict[str, Any]:
    """The name of a cluster, above its topmost garment."""
    label = _label({"kind": CLUSTER, "label": text}, x, y + 0.62)
    return {**label, "bgcolor": "rgba(15, 107, 99, 0.85)", "borderpad": 2, "font": {"color": "#ffffff", "size": 11}}


def _photo(source: str, x: float, y: float, size: float) -> dict[str, Any]:
    place = {"x": x, "y": y, "xref": "x", "yref": "y", "xanchor": "center", "yanchor": "middle"}
    return {"source": source, "sizex": size, "sizey": size, **place}


def _label(data: Mapping[str, Any], x: float, y: float) -> dict[str, Any]:
    text, colour = escape(shorten(data["label"], 34, placeholder="…")), KIND_COLOURS.get(data["kind"], _OTHER)
    look = {"showarrow": False, "bgcolor": colour, "font": {"color": "#ffffff", "size": 12}, "borderpad": 3}
    return {"x": x, "y": y, "text": text, **look}


def _lines(kind: type[Trace], part: nx.Graph[str], at: Places) -> list[Trace]:
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
                name=relation_word(relation),
                legendgroup=relation,
            )
        )
        if scored or relation == "decided":
            traces.append(_middles(kind, part, edges, at, colour, relation))
    return traces


def _middles(
    kind: type[Trace],
    part: nx.Graph[str],
    edges: list[tuple[str, str, dict[str, Any]]],
    at: Places,
    colour: str,
    group: str,
) -> Trace:
    """An unseen mark in the middle of each line: lines themselves tell nothing when pointed at."""
    return kind(
        x=[(at[a][0] + at[b][0]) / 2 for a, b, _ in edges],
        y=[(at[a][1] + at[b][1]) / 2 for a, b, _ in edges],
        mode="markers",
        marker={"size": 16, "color": colour, "opacity": 0},
        text=[_as_html(edge_lines(part, a, b)) for a, b, _ in edges],
        hovertemplate="%{text}<extra></extra>",
        showlegend=False,
        legendgroup=group,
    )


def _as_html(lines: Sequence[str]) -> str:
    """Plain lines as plotly's own few tags, the first one in bold; theirs are shown, not read."""
    first, *rest = map(escape, lines)
    return "<br>".join([f"<b>{first}</b>", *rest])


def _nodes(kind: type[Trace], part: nx.Graph[str], at: Places, pictures: Mapping[str, str], height: int) -> list[Trace]:
    traces: list[Trace] = []
    unit = height / max(3.2, _spans(at)[1] + 3.2)  # pixels, about, as it is first drawn
    for what in sorted({data["kind"] for _, data in part.nodes(data=True)}, key=lambda what: what != "item"):
        names = [name for name, data in part.nodes(data=True) if data["kind"] == what]
        large = what in ("item", CLUSTER)
        traces.append(
            kind(
                x=[at[name][0] for name in names],
                y=[at[name][1] for name in names],
                mode="markers",
                text=[_told(part.nodes[name]) for name in names],
                customdata=[[name] for name in names],
                name=KINDS.get(what, what),
                showlegend=not large,
                marker={
                    "size": [max(12.0, unit * _size(part.nodes[name])) if large else 12.0 for name in names],
                    "color": KIND_COLOURS.get(what, _OTHER),
                    "symbol": "square" if what == "item" else "circle",
                    # What has a picture is seen by it; the mark is there to be pointed at.
                    "opacity": [0.0 if name in pictures else 0.8 for name in names],
                    "line": {"width": 0},
                },
                unselected={"marker": {"opacity": 0.0}} if all(name in pictures for name in names) else None,
                hovertemplate="%{text}<extra></extra>",
            )
        )
    return traces


def _spans(at: Places) -> tuple[float, float]:
    xs, ys = [x for x, _ in at.values()] or [0.0], [y for _, y in at.values()] or [0.0]
    return max(xs) - min(xs), max(ys) - min(ys)


def _told(data: Mapping[str, Any]) -> str:
    """What is told of a node that is pointed at."""
    if data["kind"] == CLUSTER:
        return _as_html([data["label"], f"{len(data['items'])} garments; click to show them"])
    return _as_html(node_lines(data))
