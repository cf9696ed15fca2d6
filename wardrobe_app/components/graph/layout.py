"""Where the nodes of what is shown are drawn."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import networkx as nx

from wardrobe_app.components.graph.view import CLUSTER
from wardrobe_app.domain.graph.clusters import Cluster
from wardrobe_app.domain.graph.layout import Places, around, middle, placed
from wardrobe_app.domain.graph.schema import item_node
from wardrobe_app.domain.wording import capitalised

__all__ = ["Places", "names", "places", "radius"]


def places(part: nx.Graph[str], at: Places, focus: str | None = None) -> Places:
    """The place of each node of ``part``; ``at`` are those of all garments on the map, ``focus`` is in the middle."""
    if focus is not None and focus in part:
        return around(part, focus)
    clusters = {node: data for node, data in part.nodes(data=True) if data["kind"] == CLUSTER}
    if not clusters:
        return placed(part, at)
    known = {node: at[node] for node in part if node in at}
    known |= {node: middle([at[item] for item in data["items"]]) for node, data in clusters.items()}
    return placed(part, known, {node: radius(data) + 0.35 for node, data in clusters.items()})


def radius(data: Mapping[str, Any]) -> float:
    """Of the circle that stands for a cluster: its area is that of its photos."""
    return max(1.0, 0.56 * math.sqrt(len(data["items"])))


def names(clusters: Iterable[Cluster], at: Places) -> dict[str, str]:
    """Where clusters are named on a picture of garments: at the topmost garment of each, by its node."""
    told: dict[str, str] = {}
    for cluster in clusters:
        if shown := [node for node in map(item_node, cluster.item_ids) if node in at]:
            told[max(shown, key=lambda node: at[node][1])] = capitalised(cluster.name)
    return told
