from __future__ import annotations

from tests.support.garments import garment
from wardrobe_app.domain.garments.garment import Likeness
from wardrobe_app.domain.graph.labels import why
from wardrobe_app.domain.graph.schema import build_graph
from wardrobe_app.domain.similarity.scores import similarity

ONE, OTHER, JEANS = garment(1, embedding=[1, 0]), garment(2, embedding=[1, 0]), garment(3, "Jeans", "navy")


def test_what_is_similar_is_told_in_a_word_and_what_matches_as_a_percentage() -> None:
    built = build_graph([ONE, OTHER, JEANS], [similarity(ONE, OTHER)], [similarity(ONE, JEANS)])
    alike, match = built.edges["item:1", "item:2"], built.edges["item:1", "item:3"]
    assert alike["likeness"] == Likeness.NEARLY_IDENTICAL
    assert why(alike).startswith("Nearly identical: ")
    assert "%" not in why(alike)
    assert f"{match['score']:.0%}" in why(match)
    assert all(";" not in why(data) and "\n" not in why(data) for data in (alike, match))
