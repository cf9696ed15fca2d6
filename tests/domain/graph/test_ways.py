from __future__ import annotations

from datetime import UTC, datetime

import networkx as nx
import pytest

from tests.support.garments import garment, random_wardrobe
from wardrobe_app.domain.garments.garment import PairScore, Verdict, VerdictRecord
from wardrobe_app.domain.garments.wear_log import OutfitState, SavedOutfit
from wardrobe_app.domain.graph import ways
from wardrobe_app.domain.graph.schema import build_graph, wardrobe_graph
from wardrobe_app.domain.graph.ways import LINES, Way, links
from wardrobe_app.domain.similarity.scores import similarity

NOON = datetime(2025, 5, 4, 12, tzinfo=UTC)
BLOUSES = [garment(number, "Blouse", "pink", embedding=[1, 0]) for number in (1, 2, 3)]
JEANS = garment(4, "Jeans", "navy", embedding=[0, 1])
ALIKE = [similarity(BLOUSES[0], BLOUSES[1]), similarity(BLOUSES[1], BLOUSES[2])]


def ends(found: list[ways.Link], kind: str) -> set[tuple[str, str]]:
    return {tuple(sorted((link.a, link.b))) for link in found if link.kind == kind}  # type: ignore[misc]


def match(a: int, b: int, score: float) -> PairScore:
    return PairScore(a, b, score, ())


def test_only_what_is_alike_is_shown_as_duplicates_by_how_alike_it_is() -> None:
    graph = build_graph([*BLOUSES, JEANS], ALIKE, [match(1, 4, 0.9)])
    found = links(graph, Way.DUPLICATES)
    assert ends(found, "nearly-identical") == {("item:1", "item:2"), ("item:2", "item:3")}
    assert len(found) == 2
    assert ways.nodes(graph, Way.DUPLICATES, found) == ["item:1", "item:2", "item:3"]
    assert ways.nodes(graph, Way.DUPLICATES, found, ["item:4"])[-1] == "item:4"


@pytest.mark.parametrize(("verdict", "kind"), [(Verdict.DIFFERENT, "different"), (Verdict.KEEP_BOTH, "kept")])
def test_what_the_owner_decided_has_a_line_of_its_own(verdict: Verdict, kind: str) -> None:
    graph = build_graph([*BLOUSES, JEANS], ALIKE, verdicts=[VerdictRecord(1, 2, verdict, NOON)])
    found = links(graph, Way.DUPLICATES)
    assert ends(found, kind) == {("item:1", "item:2")}
    assert ends(found, "nearly-identical") == {("item:2", "item:3")}


def test_outfits_show_what_is_among_the_best_of_both_and_one_match_for_the_rest() -> None:
    tops = [garment(number, "Tee", "white") for number in range(1, 8)]
    matches = [match(top.id, 9, 0.9 - top.id / 100) for top in tops]
    graph = build_graph([*tops, garment(9, "Jeans", "navy")], [], matches)
    found = links(graph, Way.OUTFITS)
    assert ends(found, "goes-with") == {(f"item:{number}", "item:9") for number in range(1, ways.BEST_PARTNERS + 1)}
    assert ends(found, "best-match") == {(f"item:{number}", "item:9") for number in range(5, 8)}
    assert len(ways.nodes(graph, Way.OUTFITS, [])) == len(tops) + 1, "every garment, linked or not"


def test_the_backbone_is_much_less_than_all_matches() -> None:
    graph = wardrobe_graph(random_wardrobe(120, seed=3))
    matches = sum(data["relation"] == "compatible-with" for *_, data in graph.edges(data=True))
    found = links(graph, Way.OUTFITS)
    of_each = nx.Graph((link.a, link.b) for link in found if link.kind == "goes-with").degree()
    assert len(found) < 0.6 * matches
    assert max(degree for _, degree in of_each) <= ways.BEST_PARTNERS


def test_types_and_attributes_link_a_garment_to_its_type_colour_and_pattern() -> None:
    found = links(build_graph([JEANS]), Way.TYPES)
    assert {(link.a, link.b, link.kind) for link in found} == {
        ("item:4", "type:Jeans", "type"),
        ("item:4", "colour:navy", "colour"),
        ("item:4", "pattern:solid", "pattern"),
    }


def test_what_was_worn_together_is_counted_and_a_saved_outfit_shown_besides() -> None:
    outfit = SavedOutfit(1, "Picnic", OutfitState.SAVED, (2, 4), NOON)
    graph = build_graph([*BLOUSES, JEANS], outfits=[outfit, SavedOutfit(2, "No", OutfitState.REJECTED, (3, 4), NOON)])
    found = links(graph, Way.WORN, [(1, 4), (4, 1), (1, 99), (3,)])
    assert ends(found, "worn-together") == {("item:1", "item:4")}
    assert ends(found, "saved-outfit") == {("item:2", "item:4")}
    assert "two times" in next(link.why for link in found if link.kind == "worn-together")
    assert ways.nodes(graph, Way.WORN, found) == ["item:1", "item:2", "item:4"]


def test_every_kind_of_line_has_a_look() -> None:
    graph = wardrobe_graph(random_wardrobe(60, seed=5))
    for way in Way:
        assert {link.kind for link in links(graph, way, [(1, 2)])} <= set(LINES)


def test_details_are_what_a_garment_is_alike_goes_with_and_was_worn_with_best_first() -> None:
    graph = build_graph([*BLOUSES, JEANS], ALIKE, [match(2, 4, 0.8)])
    worn = links(graph, Way.WORN, [(2, 3), (2, 4), (2, 4)])
    found = ways.details(graph, "item:2", worn)
    assert {node for node, _ in found["alike"]} == {"item:1", "item:3"}
    assert [node for node, _ in found["goes"]] == ["item:4"]
    assert [node for node, _ in found["worn_with"]] == ["item:4", "item:3"]
