"""The part of the wardrobe graph that is shown: filtered, focused, capped."""

from __future__ import annotations

from collections.abc import Collection

import networkx as nx

ITEM = "item"


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
