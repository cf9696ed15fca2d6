from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from tests.support.garments import garment
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.graph.schema import wardrobe_graph
from wardrobe_app.domain.redundancy.groups import find_groups
from wardrobe_app.domain.redundancy.links import MAX_GROUP_SIZE
from wardrobe_app.domain.similarity.relations import Relation
from wardrobe_app.domain.similarity.same_item import DEFAULT, KeypointMatch, keypoint_score, relation, scores, total
from wardrobe_app.domain.similarity.scores import scan, similarity

AGREES = KeypointMatch(40, 30, 0.66, False)
DIFFERS = KeypointMatch(40, 4, 0.05, False)


def striped(number: int, **fields: Any) -> Garment:
    vector = [1.0, 0.05 * number, 0.0]
    return garment(number, "Tee", "navy", pattern="striped", embedding=fields.pop("embedding", vector), **fields)


def hashed(item: Garment, phash: str) -> Garment:
    return replace(item, photos=tuple(replace(photo, phash=phash) for photo in item.photos))


def probability(share: float, cosine: float = 0.7, apart: float = 5.0) -> float:
    return float(total(scores(np.array([share]), np.array([cosine]), np.array([apart])))[0])


def test_details_found_on_both_make_it_one_garment() -> None:
    assert probability(0.6) > DEFAULT.same > probability(0.15)


def test_every_measure_counts_in_its_own_direction() -> None:
    assert probability(0.4) < probability(0.5)
    assert probability(0.4, cosine=0.2) <= probability(0.4, cosine=0.9)
    assert probability(0.4, apart=40) <= probability(0.4, apart=2)


def test_without_local_features_nobody_can_tell() -> None:
    assert np.isnan(probability(np.nan))


def test_the_score_of_shares_runs_from_nothing_to_all() -> None:
    found = keypoint_score(np.array([0.0, 0.5, 1.0]))
    assert found == pytest.approx([0, 0.5, 1])


def test_one_garment_on_two_photos_is_told_from_a_look_alike() -> None:
    a, b = striped(1), striped(2)
    assert relation(a, b, alike=True, same=0.99) is Relation.SAME_GARMENT
    assert relation(a, b, alike=True, same=0.1) is Relation.LOOK_ALIKE
    assert relation(a, b, alike=True, same=float("nan")) is Relation.LOOK_ALIKE
    assert relation(a, b, alike=False, same=0.1) is Relation.DIFFERENT


def test_plain_garments_can_only_ever_be_look_alikes() -> None:
    plain = [garment(number, pattern="solid") for number in (1, 2)]
    assert relation(*plain, alike=True, same=0.999) is Relation.LOOK_ALIKE
    guessed = [garment(number, pattern="solid", tiers={"pattern": "unknown"}) for number in (1, 2)]
    assert relation(*guessed, alike=True, same=0.999) is Relation.SAME_GARMENT


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"size": "M"}, {"size": "L"}),
        ({"purchased_on": date(2024, 1, 1)}, {"purchased_on": date(2025, 1, 1)}),
        ({"price": Decimal("20.00")}, {"price": Decimal("15.00")}),
    ],
)
def test_what_was_bought_twice_is_twins(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert relation(striped(1, **one), striped(2, **other), alike=True, same=0.99) is Relation.TWINS
    assert relation(striped(1, **one), striped(2), alike=True, same=0.99) is Relation.SAME_GARMENT


def test_one_picture_saved_twice_is_told_even_of_plain_garments() -> None:
    one, other = "f0" * 32 + "80" * 48, "f0" * 31 + "f1" + "82" * 48
    a, b = (hashed(garment(number), phash) for number, phash in ((1, one), (2, other)))
    assert relation(a, b, alike=True, same=0.2) is Relation.SAME_PICTURE
    far = hashed(garment(2), "0f" * 32 + "80" * 48)
    assert relation(a, far, alike=True, same=0.2) is Relation.LOOK_ALIKE


def test_agreeing_details_group_garments_whose_tags_differ() -> None:
    a = garment(1, "Tee", "navy", pattern="striped", embedding=[1, 0])
    b = garment(2, "Top", "grey", pattern="floral", embedding=[1, 0.1])
    assert find_groups([a, b]) == ()
    (group,) = find_groups([a, b], matches={(1, 2): AGREES})
    assert group.relation is Relation.SAME_GARMENT
    assert [one.differs for one in group.aspects if one.name == "details"] == [False]


def test_details_that_differ_do_not_part_look_alikes() -> None:
    alike = [striped(1), striped(2)]
    (group,) = find_groups(alike, matches={(1, 2): DIFFERS})
    assert group.relation is Relation.LOOK_ALIKE


def test_the_parts_shown_are_those_of_the_sum_that_counts() -> None:
    for match in (AGREES, DIFFERS):
        pair = similarity(striped(1), striped(2), match=match)
        prior = DEFAULT.prior if match is AGREES else -3.0
        told = prior + sum(part.weight * (2 * part.score - 1) for part in pair.parts)
        assert pair.score == pytest.approx(1 / (1 + np.exp(-told)), abs=2e-3)
    assert similarity(striped(1), striped(2), match=AGREES).parts[-1].weight > 0


def test_what_is_worn_in_different_places_is_never_the_same() -> None:
    tee, jeans = striped(1), garment(2, "Jeans", "navy", pattern="striped", embedding=[1, 0.1, 0])
    assert len(scan([tee, jeans], 0.5, matches={(1, 2): AGREES})) == 0
    assert similarity(tee, jeans, match=AGREES).score == 0


def test_a_match_of_garments_that_are_gone_does_no_harm() -> None:
    assert len(scan([striped(1)], 0.5, matches={(1, 9): AGREES, (7, 9): AGREES})) == 0


def test_a_group_of_the_same_and_of_look_alikes_is_one_of_look_alikes() -> None:
    three = [striped(1), striped(2), striped(3)]
    (group,) = find_groups(three, matches={(1, 2): AGREES})
    assert (group.ids, group.relation) == ((1, 2, 3), Relation.LOOK_ALIKE)


def test_groups_are_never_larger_than_can_be_looked_at() -> None:
    many = [striped(number, embedding=[1.0, 0.0]) for number in range(1, 21)]
    groups = find_groups(many)
    assert max(len(group.items) for group in groups) <= MAX_GROUP_SIZE
    assert sorted(id for group in groups for id in group.ids) == list(range(1, 21))


def test_groups_do_not_depend_on_the_order_or_on_what_is_added_elsewhere() -> None:
    some = [striped(1), striped(2), garment(3, "Jeans"), garment(4, "Jeans")]
    found = find_groups(some)
    assert find_groups(some[::-1]) == found
    more = find_groups([*some, garment(5, "Boots", "brown")])
    assert [group.ids for group in more] == [group.ids for group in found]


def test_in_the_graph_who_is_the_same_is_similar_whatever_its_type() -> None:
    a = garment(1, "Tee", "navy", pattern="striped", embedding=[1, 0])
    b = garment(2, "Top", "grey", pattern="floral", embedding=[1, 0.1])
    assert not wardrobe_graph([a, b]).has_edge("item:1", "item:2")
    edge = wardrobe_graph([a, b], local={(1, 2): AGREES}).edges["item:1", "item:2"]
    assert edge["relation"] == "similar-to"
    assert edge["part_local_features"] > 0.5
