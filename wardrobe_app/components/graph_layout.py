"""Places for the nodes of a graph: parts that hang together stay together, and nothing lies on anything else.

Unit: the width of a node's photo with its margin.
"""

from __future__ import annotations

from collections.abc import Iterable

import networkx as nx
import numpy as np
import streamlit as st
from scipy.spatial import KDTree

Places = dict[str, tuple[float, float]]
_SHAPE = 1.6  # width by height of the whole picture
_APART = 1.05
_ROOM = 1.9  # units of area side for each node, before nodes are pushed apart


def positions(part: nx.Graph) -> Places:
    """Where each node is drawn; the same graph always gets the same picture."""
    edges = tuple(sorted((*sorted((a, b)), float(data.get("score", 0.5))) for a, b, data in part.edges(data=True)))
    return _positions(tuple(sorted(part.nodes)), edges)


@st.cache_data(max_entries=32, show_spinner="Laying out the graph")
def _positions(nodes: tuple[str, ...], edges: tuple[tuple[str, str, float], ...]) -> Places:
    graph = nx.Graph()
    graph.add_nodes_from(nodes)
    graph.add_weighted_edges_from(edges)
    parts = sorted(nx.connected_components(graph), key=lambda names: (-len(names), min(names)))
    alone = [name for names in parts if len(names) == 1 for name in names]
    boxes = [_spread(graph.subgraph(sorted(names))) for names in parts if len(names) > 1]
    if alone:
        boxes.append(_rows(alone))
    return _packed(boxes)


def _spread(part: nx.Graph) -> Places:
    """One connected part: springs first, then pushed apart until hardly any two nodes are nearer than one unit."""
    names = list(part)
    side = _ROOM * len(names) ** 0.5
    found = nx.spring_layout(part, seed=7, iterations=60, k=1.6 / len(names) ** 0.5)
    points = np.array([found[name] for name in names]) * side / 1.6
    for _ in range(100):
        near = KDTree(points).query_pairs(_APART, output_type="ndarray")
        if not len(near):
            break
        gaps = points[near[:, 0]] - points[near[:, 1]]
        far = np.maximum(np.hypot(gaps[:, 0], gaps[:, 1]), 1e-3)
        step = 0.5 * gaps * ((_APART + 0.02 - far) / far)[:, None]
        np.add.at(points, near[:, 0], step)
        np.add.at(points, near[:, 1], -step)
    return {name: (float(x), float(y)) for name, (x, y) in zip(names, points, strict=True)}


def _rows(names: list[str]) -> Places:
    across = max(1, round((_SHAPE * len(names)) ** 0.5))
    return {name: (1.1 * (at % across), -1.1 * (at // across)) for at, name in enumerate(names)}


def _packed(boxes: Iterable[Places]) -> Places:
    """The parts beside and below each other, none overlapping, in about the shape of a screen."""
    sized = [(box, *_extent(box)) for box in boxes]
    width = (_SHAPE * sum((right - left + 1) * (top - bottom + 1) for _, left, right, bottom, top in sized)) ** 0.5
    places: Places = {}
    x = y = row = 0.0
    for box, left, right, bottom, top in sorted(sized, key=lambda one: one[3] - one[4]):
        if x and x + right - left > width * 1.05:
            x, y, row = 0.0, y - row, 0.0
        places |= {name: (x + px - left, y + py - top) for name, (px, py) in box.items()}
        x += right - left + 1.6
        row = max(row, top - bottom + 1.6)
    return places


def _extent(box: Places) -> tuple[float, float, float, float]:
    xs, ys = zip(*box.values(), strict=True)
    return min(xs), max(xs), min(ys), max(ys)
