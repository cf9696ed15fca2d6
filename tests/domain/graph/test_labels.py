from __future__ import annotations

import networkx as nx

from tests.support.garments import garment
from wardrobe_app.components.graph.tables import relations
from wardrobe_app.domain.garments.garment import Likeness
from wardrobe_app.domain.graph.labels import edge_lines
from wardrobe_app.domain.graph.schema import COMPATIBLE_WITH, SIMILAR_TO, build_graph
from wardrobe_app.domain.similarity.scores import similarity

ONE, OTHER, JEANS = garment(1, embedding=[1, 0]), garment(2, embedding=[1, 0]), garment(3, "Jeans", "navy")


def graph() -> nx.Graph[str]:
    return build_graph([ONE, OTHER, JEANS], [similarity(ONE, OTHER)], [similarity(ONE, JEANS)])


def test_what_is_similar_is_told_in_a_word_and_what_matches_as_a_percentage() -> None:
    built = graph()
    assert built.edges["item:1", "item:2"]["likeness"] == Likeness.NEARLY_IDENTICAL
    assert "%" not in " ".join(edge_lines(built, "item:1", "item:2"))
    assert "%" in " ".join(edge_lines(built, "item:1", "item:3"))


def test_the_table_holds_words_for_what_is_similar_and_scores_for_what_matches() -> None:
    built = graph()
    edges = {(a, b): data for a, b, data in built.edges(data=True) if data["relation"] in (SIMILAR_TO, COMPATIBLE_WITH)}
    table = relations(built.edge_subgraph(edges))
    assert set(table["Alike"]) == {"", Likeness.NEARLY_IDENTICAL}
    assert list(table["Match"].isna()) == [word != "" for word in table["Alike"]]
