"""The picture of the graph as tables, for those who cannot see it."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from wardrobe_app.domain.graph.labels import KINDS
from wardrobe_app.domain.graph.scene import Scene
from wardrobe_app.domain.graph.ways import LINES
from wardrobe_app.domain.wording import capitalised


def links(scene: Scene) -> pd.DataFrame:
    """One row a line: both ends, what it is, and why; those of a kind in the order of their strength."""
    order = {name: at for at, name in enumerate(LINES)}
    known = scene.graph.nodes
    rows = [
        {"From": known[link.a]["label"], "Link": capitalised(LINES[link.kind].label), "To": known[link.b]["label"],
         "Why": link.why}
        for link in sorted(scene.links, key=lambda link: (order[link.kind], -link.strength, link.a, link.b))
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["From", "Link", "To", "Why"])


def nodes(scene: Scene) -> pd.DataFrame:
    """One row a node: its id, its label, what it is, its group of duplicates, and how many lines it has here."""
    lines = Counter(end for link in scene.links for end in (link.a, link.b))
    group_of = {node: hull.title for hull in scene.hulls for node in hull.nodes}
    rows = [
        {
            "Node": node,
            "Label": scene.graph.nodes[node]["label"],
            "Kind": KINDS.get(scene.graph.nodes[node]["kind"], scene.graph.nodes[node]["kind"]),
            "Group": group_of.get(node, ""),
            "Links": lines[node],
        }
        for node in scene.places
    ]
    table = pd.DataFrame(rows, columns=["Node", "Label", "Kind", "Group", "Links"])
    # Garments first: they are what can be opened.
    return table.sort_values(["Kind", "Label", "Node"], key=_garments_first, ignore_index=True)


def _garments_first(column: pd.Series) -> pd.Series:
    return column.where(column != KINDS["item"], "") if column.name == "Kind" else column
