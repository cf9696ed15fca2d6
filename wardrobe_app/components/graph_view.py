"""The part of the wardrobe graph that is shown: filtered, focused, capped, and laid out."""

from __future__ import annotations

from collections.abc import Collection

import networkx as nx
import streamlit as st

ITEM = "item"
SCORED = ("similar-to", "compatible-with")


def select(
    graph: nx.Graph,
    relations: Collection[str],
    kinds: Collection[str],
    focus: str | None = None,
    least_score: float = 0.0,
    most_edges: int = 1500,
) -> tuple[nx.Graph, int]:
    """The wanted part of ``graph``, and how many wanted edges were left out because of ``most_edges``.

    Edges of other ``relations``, those that touch a node of another kind, and scored ones under ``least_score`` go;
    of the rest the strongest stay. Values that no garment shown has go too; garments stay. With a ``focus``, only
    that node and its neighbours stay.
    """
    kind = nx.get_node_attributes(graph, "kind")
    wanted = [
        (a, b, data)
        for a, b, data in graph.edges(data=True)
        if data["relation"] in relations
        and kind[a] in kinds
        and kind[b] in kinds
        and data.get("score", 1.0) >= least_score
        and (focus is None or focus in (a, b))
    ]
    wanted.sort(key=lambda edge: -edge[2].get("score", 1.0))
    part = type(graph)()
    part.add_nodes_from(
        (node, data)
        for node, data in graph.nodes(data=True)
        if node == focus or (focus is None and data["kind"] == ITEM and ITEM in kinds)
    )
    for a, b, data in wanted[:most_edges]:
        part.add_node(a, **graph.nodes[a])
        part.add_node(b, **graph.nodes[b])
        part.add_edge(a, b, **data)
    return part, max(0, len(wanted) - most_edges)


@st.cache_data(max_entries=32, show_spinner="Laying out the graph")
def _positions(nodes: tuple[str, ...], edges: tuple[tuple[str, str, float], ...]) -> dict[str, tuple[float, float]]:
    graph = nx.Graph()
    graph.add_nodes_from(nodes)
    graph.add_weighted_edges_from(edges)
    spread = 2.2 / max(1.0, len(nodes)) ** 0.5
    found = nx.spring_layout(graph, k=spread, seed=7, iterations=60)
    return {node: (float(x), float(y)) for node, (x, y) in found.items()}


def positions(part: nx.Graph) -> dict[str, tuple[float, float]]:
    """Where each node is drawn, -1 to 1 in both directions; the same graph always gets the same picture."""
    edges = tuple(sorted((*sorted((a, b)), float(data.get("score", 0.5))) for a, b, data in part.edges(data=True)))
    return _positions(tuple(sorted(part.nodes)), edges)
