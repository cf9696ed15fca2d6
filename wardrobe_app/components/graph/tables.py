"""The wardrobe graph as tables: the same content as the picture."""

from __future__ import annotations

import networkx as nx
import pandas as pd

from wardrobe_app.domain.graph.labels import KINDS, relation_word


def relations(part: nx.Graph[str]) -> pd.DataFrame:
    """One row an edge: both ends, the relation, how alike or how well matched they are, and the reasons.

    Rows of a relation are in the order of their scores.
    """
    rows = [
        {
            "From": part.nodes[a]["label"],
            "Link": relation_word(data["relation"]),
            "To": part.nodes[b]["label"],
            "Alike": data.get("likeness", ""),
            "Match": data.get("score") if data["relation"] == "compatible-with" else None,
            "Score": data.get("score"),
            "Why": data.get("reasons", ""),
        }
        for a, b, data in part.edges(data=True)
    ]
    table = pd.DataFrame(rows, columns=["From", "Link", "To", "Alike", "Match", "Why", "Score"])
    table = table.sort_values(["Link", "Score", "From"], ascending=[True, False, True], ignore_index=True)
    return table.drop(columns="Score")


def nodes(part: nx.Graph[str]) -> pd.DataFrame:
    """One row a node: its id, what it is, its label, and how many relations it has here."""
    rows = [
        {
            "Node": name,
            "Label": data["label"],
            "Kind": KINDS.get(data["kind"], data["kind"]),
            "Links": part.degree(name),
        }
        for name, data in part.nodes(data=True)
    ]
    table = pd.DataFrame(rows, columns=["Node", "Label", "Kind", "Links"])
    # Garments first: they are what can be opened.
    return table.sort_values(["Kind", "Label", "Node"], key=_garments_first, ignore_index=True)


def _garments_first(column: pd.Series) -> pd.Series:
    return column.where(column != KINDS["item"], "") if column.name == "Kind" else column
