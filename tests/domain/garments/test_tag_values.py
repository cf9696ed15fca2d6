from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from classifier import taxonomy
from tests.support.garments import VOCABULARY, garment, random_wardrobe
from wardrobe_app.domain.catalogue.free_text import Reader
from wardrobe_app.domain.compatibility.conventions import judge_occasion, judge_season
from wardrobe_app.domain.compatibility.criteria import worn
from wardrobe_app.domain.compatibility.scores import CompatibilityConfig, compatibility, match, score_matrix
from wardrobe_app.domain.garments import tag_values
from wardrobe_app.domain.garments.garment import Garment, Tag, TagKind, TagSource
from wardrobe_app.domain.garments.tag_reliability import possible
from wardrobe_app.domain.graph.parsing import contents
from wardrobe_app.domain.graph.schema import build_graph
from wardrobe_app.domain.insights.candidates import hypothetical
from wardrobe_app.domain.outfits.outfit import suits
from wardrobe_app.domain.redundancy.groups import group_of
from wardrobe_app.domain.similarity.scores import similarity


def part(one: Garment, other: Garment, name: str) -> object:
    return next(part for part in similarity(one, other).parts if part.name == name)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["winter", "spring"], "spring|winter"),
        (["spring|autumn", "spring"], "spring|autumn"),
        (["dry", "summer"], "summer|dry"),
        ([], ""),
    ],
)
def test_values_are_kept_in_the_order_of_the_vocabulary_and_none_twice(given: list[str], expected: str) -> None:
    assert tag_values.joined(given, taxonomy.SEASONS) == expected


def test_only_seasons_and_occasions_hold_several_values() -> None:
    assert garment(1, season="spring|autumn").values(TagKind.SEASON) == ("spring", "autumn")
    assert Tag(TagKind.TYPE, "My|type", TagSource.PERSON).values == ("My|type",)
    assert garment(1).values(TagKind.SEASON) == ()


def test_a_garment_is_for_each_of_its_seasons_and_occasions() -> None:
    item = garment(1, season="spring|autumn", occasion="casual|work")
    assert suits(item, "work", "autumn")
    assert suits(item, "casual", "spring")
    assert not suits(item, "formal", None)
    assert not suits(item, None, "winter")


@pytest.mark.parametrize("judge", [judge_season, judge_occasion])
def test_of_several_values_the_best_two_count(judge: object) -> None:
    values = taxonomy.SEASONS if judge is judge_season else taxonomy.OCCASIONS
    several = [tag_values.joined(pair, values) for pair in product(values, values)]
    for one, other in product(several, several):
        best = max(judge(a, b)[0] for a, b in product(one.split("|"), other.split("|")))  # type: ignore[operator]
        assert judge(one, other)[0] == judge(other, one)[0] == best  # type: ignore[operator]


def test_work_stands_between_casual_and_formal() -> None:
    near = {other: judge_occasion("work", other)[0] for other in taxonomy.OCCASIONS}
    assert near["casual"] == near["formal"] > 0.5
    assert near["sports"] == 0
    assert near["work"] > near["formal"]


def test_scores_of_many_pairs_are_those_of_each_pair() -> None:
    garments = random_wardrobe(30, seed=4)
    rng = np.random.default_rng(5)
    several = []
    for item in garments:
        seasons = tag_values.joined(rng.choice(taxonomy.SEASONS, 2).tolist(), taxonomy.SEASONS)
        occasions = tag_values.joined(rng.choice(taxonomy.OCCASIONS, 2).tolist(), taxonomy.OCCASIONS)
        own = {
            TagKind.SEASON: Tag(TagKind.SEASON, seasons, TagSource.PERSON),
            TagKind.OCCASION: Tag(TagKind.OCCASION, occasions, TagSource.PERSON),
        }
        several.append(replace(item, tags={**item.tags, **own}))
    scores = score_matrix(several, CompatibilityConfig())
    for one, other in ((several[a], several[b]) for a in range(30) for b in range(a)):
        expected = compatibility(one, other).score
        assert scores[one.id - 1, other.id - 1] == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("told", ["spring|autumn", "autumn, spring", "Fall / spring", ["spring", "autumn"]])
def test_garments_that_are_told_of_may_have_several_values(told: object) -> None:
    read = Reader(VOCABULARY).read({"type": "Blouse", "season": told, "occasion": "work"}, {})
    assert (read.season, read.occasion) == ("spring|autumn", "work")
    jeans = worn(garment(2, "Jeans", "navy", season="autumn|winter", occasion="casual|work"))
    texts = [one.text for one in match(read, jeans)[1] if one.name in ("season", "occasion")]
    assert "autumn" in texts[1] and "work" in texts[0]


def test_seasons_that_share_one_are_no_difference_between_two_garments() -> None:
    one, other, third = (garment(n, season=s) for n, s in ((1, "spring|autumn"), (2, "autumn"), (3, "winter")))
    assert part(one, other, "attributes").score > 0.5 > part(one, third, "attributes").score  # type: ignore[attr-defined]
    assert "autumn" in part(one, other, "attributes").text  # type: ignore[attr-defined]
    assert "Both for autumn" in group_of((one, other)).reasons


def test_a_tag_may_stand_for_each_of_its_values() -> None:
    assert possible(Tag(TagKind.SEASON, "spring|autumn", TagSource.PERSON)) == ("autumn", "spring")


def test_what_could_be_bought_is_tried_for_the_commonest_single_occasion() -> None:
    owned = [garment(1, occasion="casual|work"), garment(2, occasion="work"), garment(3, occasion="formal")]
    assert {one.value(TagKind.OCCASION) for one in hypothetical(owned, VOCABULARY, 1)} == {"work"}


def test_the_graph_has_a_node_for_each_value_and_reads_them_back_as_one_tag() -> None:
    item = garment(1, season="spring|autumn", by_person=("season",))
    graph = build_graph([item, garment(2, season="autumn")])
    assert {"season:spring", "season:autumn"} <= set(graph)
    assert "season:spring|autumn" not in graph
    assert sorted(graph["season:autumn"]) == ["item:1", "item:2"]
    assert graph.nodes["item:1"]["season"] == "spring|autumn"
    said = next(one for one in contents(graph).garments if one.item_id == 1)
    assert said.tags[TagKind.SEASON].value == "spring|autumn"
