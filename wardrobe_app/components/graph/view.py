"""The part of the wardrobe graph that is shown: filtered, focused, capped, and with clusters in place of garments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any

import networkx as nx

from wardrobe_app.components.shared.formatting import count_of
from wardrobe_app.domain.graph.clusters import Cluster
from wardrobe_app.domain.graph.labels import relation_word
from wardrobe_app.domain.graph.schema import item_node
from wardrobe_app.domain.wording import capitalised

ITEM = "item"
CLUSTER = "cluster"
MOST_GARMENTS = 60
"""Up to here garments are shown at once; above, their clusters are."""


def select(
    graph: nx.Graph[str],
    relations: Collection[str],
    kinds: Collection[str],
    focus: str | None = None,
    least_score: float = 0.0,
    most_edges: int = 1500,
) -> tuple[nx.Graph[str], int]:
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


def garments_in(part: nx.Graph[str]) -> int:
    """How many garments are shown, those inside clusters included."""
    return sum(
        len(data.get("items", (node,))) for node, data in part.nodes(data=True) if data["kind"] in (ITEM, CLUSTER)
    )


def collapsed(part: nx.Graph[str], clusters: Iterable[Cluster], opened: Collection[str]) -> nx.Graph[str]:
    """``part`` with one node for each cluster that is not ``opened``, by its name, instead of its garments.

    Such a node has its garments' nodes in ``items``, and in ``face`` the one that stands for them. Relations between
    the same two nodes become one, which tells how many there are and which is the strongest. What hangs on closed
    clusters only, like a colour or a look, goes.
    """
    shown = type(part)()
    stands_for: dict[str, str] = {}
    for cluster in clusters:
        items = tuple(node for node in map(item_node, cluster.item_ids) if node in part)
        if cluster.name not in opened and items:
            stands_for |= dict.fromkeys(items, cluster.node)
            label = capitalised(cluster.name)
            shown.add_node(cluster.node, kind=CLUSTER, label=label, items=items, face=item_node(cluster.face))
    kept = [node for node, data in part.nodes(data=True) if data["kind"] == ITEM and node not in stands_for]
    kept += [node for node, data in part.nodes(data=True) if data["kind"] != ITEM and set(part[node]) & set(kept)]
    shown.add_nodes_from((node, part.nodes[node]) for node in kept)
    between: dict[tuple[str, str], list[tuple[str, str, dict[str, Any]]]] = {}
    for a, b, data in part.edges(data=True):
        one, other = sorted((stands_for.get(a, a), stands_for.get(b, b)))
        if one != other and one in shown and other in shown:
            between.setdefault((one, other), []).append((a, b, data))
    for ends, edges in between.items():
        single = edges[0][2] if not set(ends) & set(stands_for.values()) else None
        shown.add_edge(*ends, **(single or _bundle(part, edges)))
    return shown


def _bundle(part: nx.Graph[str], edges: list[tuple[str, str, dict[str, Any]]]) -> dict[str, Any]:
    counted = Counter(data["relation"] for _, _, data in edges)
    a, b, best = max(edges, key=lambda edge: (edge[2].get("score", 0.0), edge[:2]))
    told = [f"{count_of(count, 'pair')}: {relation_word(name)}" for name, count in counted.most_common()]
    strongest = f"strongest: {part.nodes[a]['label']} – {part.nodes[b]['label']}"
    scored: dict[str, Any] = {name: best[name] for name in ("score", "likeness") if name in best}
    reasons = "; ".join([*told, strongest, *filter(None, [best.get("reasons", "")])])
    return {"relation": counted.most_common(1)[0][0], "reasons": reasons, "pairs": len(edges), **scored}
