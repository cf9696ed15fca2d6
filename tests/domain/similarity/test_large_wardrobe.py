from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.support.garments import garment, random_wardrobe
from wardrobe_app.domain.compatibility import pair_scores
from wardrobe_app.domain.compatibility.pair_scores import PairScores, split_newest
from wardrobe_app.domain.compatibility.scores import (
    CompatibilityConfig,
    partners,
    score_matrix,
    scores_against,
    scores_of,
)
from wardrobe_app.domain.compatibility.vectorised import CriteriaRows
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.graph import edges
from wardrobe_app.domain.graph.edges import compatible_pairs
from wardrobe_app.domain.insights.purchase_advice import evaluate_purchase
from wardrobe_app.domain.insights.removal_cost import standing
from wardrobe_app.domain.outfits import search
from wardrobe_app.domain.outfits.search import outfits_for, outfits_with
from wardrobe_app.domain.redundancy.groups import find_groups, pairs_of
from wardrobe_app.domain.redundancy.keep_ranking import partner_counts
from wardrobe_app.domain.similarity import candidates as candidates_module
from wardrobe_app.domain.similarity import pair_blocking
from wardrobe_app.domain.similarity.candidates import candidates, remaining_candidates, within_reach
from wardrobe_app.domain.similarity.scores import (
    DEFAULT,
    doubled,
    likenesses,
    most_alike,
    remaining_measures,
    scan,
    similarity,
)

WARDROBE = random_wardrobe(160, seed=6)
PART = 60


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (pair_scores, search, edges):
        monkeypatch.setattr(module, "AT_MOST", PART)
    monkeypatch.setattr(candidates_module, "ALL_PAIRS_UP_TO", 0)
    monkeypatch.setattr(pair_blocking, "ALL_PAIRS_UP_TO", 0)


def test_some_rows_of_scores_are_those_of_the_matrix() -> None:
    matrix = score_matrix(WARDROBE)
    rows = np.array([3, 90, 7])
    assert np.allclose(scores_against(WARDROBE, rows), matrix[rows], atol=1e-6)
    assert np.allclose(scores_of(WARDROBE, np.array([1, 2]), np.array([50, 2])), [matrix[1, 50], 0], atol=1e-6)
    assert np.allclose(PairScores(WARDROBE).against(np.array([5])), matrix[[5]], atol=1e-6)


def test_partners_are_counted_for_those_asked_for_only() -> None:
    assert partner_counts(WARDROBE, asked={3, 40}) == {item: partner_counts(WARDROBE)[item] for item in (3, 40)}


def test_one_garment_is_as_like_all_others_as_each_pair_says() -> None:
    item, *others = [*random_wardrobe(50, seed=9), garment(51, "Dress", gender="girls"), garment(52, None)]
    expected = sorted((similarity(item, other) for other in others), key=lambda pair: (-pair.score, pair.b))
    assert likenesses(item, others) == expected
    assert likenesses(item, others, at_least=0.3, most=2) == [pair for pair in expected if pair.score >= 0.3][:2]


def test_the_most_alike_of_a_large_wardrobe_are_those_of_all(large: None) -> None:
    for item in WARDROBE[:20]:
        others = [other for other in WARDROBE if other is not item]
        expected = likenesses(item, others, at_least=0.5)[:3]
        assert most_alike(item, others, 3, 0.5) == expected


def test_what_is_doubled_is_found_without_comparing_the_rest() -> None:
    some, rest = WARDROBE[:40], WARDROBE[40:]
    found = scan(WARDROBE, DEFAULT.redundant)
    across = (found.first < 40) & (found.second >= 40)
    assert doubled(some, rest, DEFAULT.redundant) == set(found.first[across].tolist())


def test_what_was_measured_holds_when_garments_go_or_get_a_name() -> None:
    known = pairs_of(WARDROBE)
    fewer = [replace(item, name="mine") if item.id == 9 else item for item in WARDROBE if item.id % 5]
    held = remaining_measures(known, fewer)
    assert held is not None
    assert find_groups(fewer, measured=held) == find_groups(fewer)


def test_what_was_measured_does_not_hold_for_what_is_new_or_another_thing_now() -> None:
    known = pairs_of(WARDROBE)
    assert remaining_measures(known, [*WARDROBE, garment(999)]) is None
    assert remaining_measures(known, [replace(WARDROBE[0], brand="Acme"), *WARDROBE[1:]]) is None
    assert remaining_measures(known, [replace(WARDROBE[0], tags=WARDROBE[1].tags), *WARDROBE[1:]]) is None


def test_most_candidates_of_a_large_wardrobe_are_those_of_all_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    every = set(candidates(WARDROBE))
    monkeypatch.setattr(candidates_module, "ALL_PAIRS_UP_TO", 0)
    assert len(every & set(candidates(WARDROBE))) > 0.7 * len(every)


def test_candidates_hold_until_what_they_rest_on_changes(large: None) -> None:
    known = candidates(WARDROBE)
    renamed = [replace(WARDROBE[0], name="mine"), *WARDROBE[1:]]
    assert remaining_candidates(known, WARDROBE, renamed) == known
    assert remaining_candidates(known, WARDROBE, WARDROBE[1:]) == [pair for pair in known if WARDROBE[0].id not in pair]
    assert remaining_candidates(known, WARDROBE, [*WARDROBE, garment(999, embedding=[1.0] * 64)]) is None
    other = replace(WARDROBE[0], embedding=-np.ones(64, np.float32))
    assert remaining_candidates(known, WARDROBE, [other, *WARDROBE[1:]]) is None


def test_in_a_small_wardrobe_candidates_are_looked_for_again_when_a_garment_goes() -> None:
    assert remaining_candidates(candidates(WARDROBE), WARDROBE, WARDROBE[1:]) is None


def test_within_reach_are_those_that_look_most_like_a_newcomer() -> None:
    newcomer = WARDROBE[5]
    near = within_reach(newcomer, WARDROBE, 10)
    assert newcomer in near
    assert len(near) == 10


def test_looks_with_a_garment_are_as_good_in_a_large_wardrobe(large: None, monkeypatch: pytest.MonkeyPatch) -> None:
    tee = next(item for item in WARDROBE if item.type == "Tee")
    found = outfits_with(tee, WARDROBE, 3)
    monkeypatch.setattr(pair_scores, "AT_MOST", 10_000)
    assert found
    assert found[0].score == pytest.approx(outfits_with(tee, WARDROBE, 3)[0].score, abs=0.02)


def test_looks_for_an_occasion_are_made_of_the_newest_that_fit(large: None) -> None:
    pairs = PairScores(WARDROBE)
    looks = outfits_for(pairs, "casual", limit=4)
    newest = sorted(item.id for item in search.looked_at(pairs, "casual").garments)
    assert len(newest) == PART
    assert looks
    assert all(item.id >= newest[0] for outfit in looks for item in outfit.items)


def test_the_part_that_is_looked_at_is_worked_out_once(large: None) -> None:
    pairs = PairScores(WARDROBE)
    assert search.looked_at(pairs, "casual") is search.looked_at(pairs, "casual")


def test_of_a_large_wardrobe_the_newest_are_weighed_and_the_others_named(large: None) -> None:
    newest, others = split_newest(WARDROBE)
    state = standing(WARDROBE)
    assert state.garments == newest == tuple(WARDROBE[-PART:])
    assert state.others == others == tuple(WARDROBE[:-PART])


def test_what_is_owned_already_is_found_among_the_oldest_too(large: None) -> None:
    newcomer = replace(garment(0, "Saree", "orange", embedding=[1.0] * 64), id=0)
    owned: list[Garment] = [replace(newcomer, id=1), *WARDROBE[1:]]
    assert [item.id for item in evaluate_purchase(newcomer, standing(owned)).duplicates] == [1]


def test_partners_in_the_graph_of_a_large_wardrobe_are_good_ones_among_some(large: None) -> None:
    found = compatible_pairs(WARDROBE)
    degree = np.bincount([end for pair in found for end in (pair.a, pair.b)])
    assert len(found) > 100
    assert degree.max() <= edges.DEFAULT.compatible_per_item
    assert min(pair.score for pair in found) >= edges.DEFAULT.compatible_at_least
    assert found == compatible_pairs(WARDROBE[::-1])


def test_what_goes_with_a_garment_is_the_same_from_scores_that_are_known() -> None:
    pairs = PairScores(WARDROBE)
    item = WARDROBE[3]
    scores = pairs.against(np.array([pairs.row[item.id]]))[0]
    assert partners(item, pairs.garments, 0.3, most=9, scores=scores) == partners(item, pairs.garments, 0.3, most=9)


def test_the_arrays_of_a_large_wardrobe_are_made_once(large: None, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    real = pair_scores.as_rows

    def counted(garments: tuple[Garment, ...], config: CompatibilityConfig) -> CriteriaRows:
        made.append(len(garments))
        return real(garments, config)

    monkeypatch.setattr(pair_scores, "as_rows", counted)
    monkeypatch.setattr(pair_scores, "FEW_ROWS", 1)
    pairs = PairScores(WARDROBE)
    assert pairs.around(3) is pairs.around(3)
    pairs.against(np.array([4]))
    assert made == [len(WARDROBE)]
    assert pairs.with_one(WARDROBE[0]) is pairs.with_one(WARDROBE[0])
