from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal
from itertools import combinations
from xml.etree import ElementTree

import networkx as nx
import pytest

from tests.paths import ROOT
from tests.support.garments import NOON, garment, random_wardrobe
from wardrobe_app.domain.compatibility.rules import Rule
from wardrobe_app.domain.compatibility.scores import CompatibilityConfig, compatibility
from wardrobe_app.domain.graph import schema as schema
from wardrobe_app.domain.graph.schema import (
    EDGE_ATTRIBUTES,
    NODE_ATTRIBUTES,
    GraphConfig,
    build_graph,
    wardrobe_graph,
)
from wardrobe_app.domain.similarity.scores import similarity
from wardrobe_app.domain.text import one_line

DOCUMENT = ROOT / "docs" / "graph-schema.md"
ONLY_COLOURS = CompatibilityConfig(rule_weights={Rule.OCCASION: 0, Rule.SEASON: 0})
BLOUSES = [garment(1, "Blouse", "pink"), garment(2, "Blouse", "pink"), garment(3, "Jeans", "navy")]


def related(graph: nx.Graph[str], relation: str) -> list[tuple[str, str]]:
    return [(a, b) for a, b, data in graph.edges(data=True) if data["relation"] == relation]


def test_a_garment_is_a_type_which_is_worn_somewhere_and_has_attributes() -> None:
    graph = build_graph([garment(12, "Blouse", "pink", season="summer", brand="Zara")])
    assert set(graph) == {
        "item:12", "type:Blouse", "slot:upper", "colour:pink", "pattern:solid", "season:summer", "brand:zara",
    }  # fmt: skip
    assert set(related(graph, "is-a")) == {("item:12", "type:Blouse"), ("type:Blouse", "slot:upper")}
    assert len(related(graph, "has-attribute")) == 4
    assert graph.nodes["item:12"]["label"] == "Pink blouse"
    assert graph.edges["item:12", "brand:zara"]["attribute"] == "brand"


def test_signs_of_xml_are_percent_encoded_in_ids_and_plain_in_labels() -> None:
    graph = build_graph([garment(1, brand="100% H&M")])
    assert graph.nodes["brand:100%25 h%26m"]["label"] == "100% H&M"


def test_each_tag_tells_who_set_it_and_how_sure_a_model_was() -> None:
    graph = build_graph([garment(1, by_person=["type"])])
    assert graph.edges["item:1", "type:Tee"]["set_by"] == "person"
    assert "confidence" not in graph.edges["item:1", "type:Tee"]
    assert graph.edges["item:1", "colour:pink"] | {"id": ""} == {
        "id": "", "relation": "has-attribute", "attribute": "colour", "set_by": "model", "confidence": 0.95,
    }  # fmt: skip


def test_a_similarity_edge_carries_its_score_and_every_part_in_words_and_numbers() -> None:
    graph = wardrobe_graph(BLOUSES)
    edge, pair = graph.edges["item:1", "item:2"], similarity(*BLOUSES[:2])
    assert edge["relation"] == "similar-to"
    assert edge["score"] == pair.score
    assert edge["reasons"] == "same type: Blouse; colour distance 0.0: both pink; both solid"
    assert {name: value for name, value in edge.items() if name.startswith("part_")} == {
        f"part_{part.name}": part.score for part in pair.parts
    }


def test_a_compatibility_edge_carries_its_score_and_every_part_in_words_and_numbers() -> None:
    graph = wardrobe_graph(BLOUSES)
    edge, pair = graph.edges["item:1", "item:3"], compatibility(BLOUSES[0], BLOUSES[2])
    assert edge["relation"] == "compatible-with"
    assert edge["score"] == pair.score
    assert "pink with navy: neutral with a colour (convention: neutrals)" in edge["reasons"].split("; ")
    assert {f"part_{part.name}" for part in pair.parts} <= set(edge)


def test_no_pair_is_both_similar_and_compatible() -> None:
    wardrobe = random_wardrobe(150, seed=5)
    config = GraphConfig(1000, 0.01, 1000, 0.01)
    similar = {frozenset({pair.a, pair.b}) for pair in schema.similar_pairs(wardrobe, config)}
    compatible = {frozenset({pair.a, pair.b}) for pair in schema.compatible_pairs(wardrobe, config)}
    assert len(similar) > 100 < len(compatible)
    assert not similar & compatible


@pytest.mark.parametrize("most", [1, 3])
def test_each_garment_keeps_only_its_best_relations(most: int) -> None:
    config = GraphConfig(similar_per_item=most, similar_at_least=0.1, compatible_per_item=most)
    graph = wardrobe_graph(random_wardrobe(120), config)
    for relation in ("similar-to", "compatible-with"):
        degrees = Counter(end for pair in related(graph, relation) for end in pair)
        assert max(degrees.values()) == most


def test_the_best_are_chosen_as_one_pair_after_the_other_would_be() -> None:
    wardrobe = random_wardrobe(150)
    every = sorted(
        (compatibility(a, b, ONLY_COLOURS) for a, b in combinations(wardrobe, 2)),
        key=lambda pair: (-pair.score, pair.a, pair.b),
    )
    degree: Counter[int] = Counter()
    expected = []
    for pair in (pair for pair in every if pair.score >= 0.6):
        if max(degree[pair.a], degree[pair.b]) < 3:
            degree.update((pair.a, pair.b))
            expected.append(pair)
    assert schema.compatible_pairs(wardrobe, GraphConfig(compatible_per_item=3), ONLY_COLOURS) == expected


def test_the_best_relation_of_all_is_kept() -> None:
    wardrobe = random_wardrobe(60)
    (best, *_), every = (schema.compatible_pairs(wardrobe, GraphConfig(compatible_per_item=most)) for most in (1, 1000))
    assert best.score == max(pair.score for pair in every)


def test_values_are_plain_and_of_the_documented_type() -> None:
    graph = wardrobe_graph([*random_wardrobe(80), garment(500, None, None, None, pattern=None)])
    nodes = [data for _, data in graph.nodes(data=True)]
    edges = [data for _, _, data in graph.edges(data=True)]
    for values, types in ((nodes, NODE_ATTRIBUTES), (edges, EDGE_ATTRIBUTES)):
        assert {(name, type(value)) for data in values for name, value in data.items()} <= set(types.items())
    assert all(type(value) in (str, int) for value in graph.graph.values())


def test_what_is_not_known_is_left_out() -> None:
    graph = build_graph([garment(7, None, None, None, pattern=None)])
    assert list(graph) == ["item:7"]
    assert set(graph.nodes["item:7"]) == {
        "kind",
        "label",
        "item_id",
        "favourite",
        "quantity",
        "photo",
        "photos",
        "sha256",
        "worn",
    }


def test_everything_known_of_a_garment_is_in_its_node_but_the_notes_and_folders() -> None:
    made = garment(
        1, "Blouse", "pink", filename="/home/me/pics\\summer\\IMG 1.jpg", price=Decimal("19.90"), size="M",
        notes="from my secret aunt", purchased_on=NOON.date(), added_at=NOON, favourite=True, name="Party blouse",
    )  # fmt: skip
    data = build_graph([made]).nodes["item:1"]
    assert data["label"] == "Party blouse"
    assert data["photo"] == "IMG 1.jpg"
    assert (data["price"], data["clothing_size"], data["favourite"]) == (19.9, "M", True)
    assert (data["purchased_on"], data["added_at"]) == ("2025-05-04", "2025-05-04T12:00:00+00:00")
    assert "secret" not in repr(data)


def test_text_is_one_line_that_xml_can_hold() -> None:
    text = one_line("a\x00b\x0b \ud800\ufffe c\r\n\td\x85e \U0001f457 <&>\"'")
    assert text == "ab c d e \U0001f457 <&>\"'"
    assert ElementTree.fromstring(f"<a>{text.replace('&', '&amp;').replace('<', '&lt;')}</a>").text == text  # noqa: S314


def test_a_name_of_nothing_but_control_characters_falls_back_to_the_node_s_name() -> None:
    assert build_graph([garment(4, name="\x00\x01")]).nodes["item:4"]["label"] == "item:4"


def test_the_graph_does_not_depend_on_the_order_of_the_garments() -> None:
    wardrobe = random_wardrobe(60)
    one, other = wardrobe_graph(wardrobe), wardrobe_graph(wardrobe[::-1])
    assert list(one.nodes(data=True)) == list(other.nodes(data=True))
    assert list(one.edges(data=True)) == list(other.edges(data=True))


def test_every_edge_has_an_id_of_its_own() -> None:
    graph = wardrobe_graph(random_wardrobe(60))
    ids = [data["id"] for _, _, data in graph.edges(data=True)]
    assert len(set(ids)) == len(ids)


def test_five_hundred_garments_make_a_usable_graph() -> None:
    wardrobe = random_wardrobe(500)
    graph = wardrobe_graph(wardrobe)
    assert len(related(graph, "similar-to")) + len(related(graph, "compatible-with")) <= 500 * 8


def test_an_empty_wardrobe_is_an_empty_graph() -> None:
    assert wardrobe_graph([]).number_of_nodes() == 0


def test_the_schema_is_documented_with_every_attribute_its_type_and_the_version() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| (\w+) \|", text, re.MULTILINE))
    for name, kind in {**NODE_ATTRIBUTES, **EDGE_ATTRIBUTES}.items():
        assert rows.get(name) == kind.__name__, name
    assert set(rows) == {*NODE_ATTRIBUTES, *EDGE_ATTRIBUTES}
    assert f"version {schema.SCHEMA_VERSION}" in text
    assert all(f"`{name}`" in text for name in ("is-a", "has-attribute", "similar-to", "compatible-with", "decided"))
    assert "`part-of-look`" in text
