from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import combinations

import numpy as np
import pytest

from tests.support.garments import garment
from wardrobe_app.domain.compatibility.pair_scores import PairScores
from wardrobe_app.domain.compatibility.picture_learning import PictureLearning
from wardrobe_app.domain.compatibility.preference_learning import LIKE_OUTFITS, UNLIKE_OUTFITS, learned
from wardrobe_app.domain.compatibility.scores import DEFAULT, compatibilities, compatibility, score_matrix
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.garments.wear_log import Wear
from wardrobe_app.domain.outfits.outfit import judged


def wardrobe(seed: int = 0, each: int = 20) -> tuple[list[Garment], list[int]]:
    """Return tops, bottoms and shoes of two styles, which only their pictures tell apart, and the styles."""
    rng = np.random.default_rng(seed)
    directions = rng.normal(size=(2, 64))
    garments, styles = [], []
    for number in range(1, 3 * each + 1):
        styles.append(number % 2)
        look = (directions[styles[-1]] + rng.normal(scale=0.7, size=64)).tolist()
        garments.append(garment(number, ["Tee", "Jeans", "Sneakers"][(number - 1) // each], "grey", embedding=look))
    return garments, styles


def worn_in_style(garments: Sequence[Garment], count: int) -> list[Wear]:
    """Return outfits of a top, a bottom and shoes, each of one style."""
    rng, each = np.random.default_rng(1), len(garments) // 3
    wears = []
    for number in range(count):
        places = [start + 2 * int(rng.integers(each // 2)) + number % 2 for start in (0, each, 2 * each)]
        wears.append(Wear(number, date(2025, 1, 1), tuple(garments[place].id for place in places)))
    return wears


def lifts(known: PictureLearning, garments: Sequence[Garment]) -> dict[tuple[int, int], float]:
    pairs = np.array(list(combinations(range(len(garments)), 2)))
    found = known.lifts(garments, pairs[:, 0], pairs[:, 1])
    return {(int(a), int(b)): lift for (a, b), lift in zip(pairs, found.tolist(), strict=True)}


def taught(garments: Sequence[Garment], wears: Sequence[Wear]) -> PictureLearning:
    found = learned([], wears, garments).pictures
    assert found is not None
    return found


def test_pairs_that_look_like_those_she_wears_are_lifted_and_others_are_not() -> None:
    garments, styles = wardrobe()
    found = lifts(taught(garments, worn_in_style(garments, 30)), garments)
    apart = [pair for pair in found if garments[pair[0]].type != garments[pair[1]].type]
    alike = np.mean([found[pair] for pair in apart if styles[pair[0]] == styles[pair[1]]])
    unlike = np.mean([found[pair] for pair in apart if styles[pair[0]] != styles[pair[1]]])
    assert alike > 0.2 > -0.2 > unlike
    assert {found[pair] for pair in found if pair not in apart} == {0.0}


def test_the_more_outfits_teach_the_more_it_counts_and_none_count_nothing() -> None:
    garments, _ = wardrobe()
    sizes = [
        np.abs(list(lifts(taught(garments, worn_in_style(garments, count)), garments).values())).mean()
        for count in (0, 2, 10, 40)
    ]
    assert sizes[0] == 0
    assert sizes == sorted(sizes)
    plain = score_matrix(garments, DEFAULT)
    assert np.array_equal(score_matrix(garments, DEFAULT, learned([], [], garments)), plain)


def test_the_order_of_outfits_and_garments_does_not_matter() -> None:
    garments, _ = wardrobe(each=6)
    wears = worn_in_style(garments, 12)
    first = lifts(taught(garments, wears), garments)
    second = lifts(taught(garments[::-1], wears[::-1]), garments)
    assert list(second.values()) == pytest.approx(list(first.values()), abs=1e-5)


def test_what_pictures_taught_is_one_of_the_reasons() -> None:
    garments, _ = wardrobe()
    known = learned([], worn_in_style(garments, 40), garments)
    alike, unlike = (compatibility(garments[38], garments[58 + other], DEFAULT, known).reasons for other in (0, 1))
    assert any(LIKE_OUTFITS in reason.split("; ") for reason in alike)
    assert any(UNLIKE_OUTFITS in reason.split("; ") for reason in unlike)
    outfit = judged([garments[38], garments[58]], PairScores(garments, DEFAULT, known))
    assert any(LIKE_OUTFITS in reason.split("; ") for reason in outfit.reasons)


def test_many_pairs_are_scored_as_each_alone() -> None:
    garments, _ = wardrobe(each=6)
    known = learned([], worn_in_style(garments, 10), garments)
    pairs = list(combinations(garments, 2))
    each = [compatibility(a, b, DEFAULT, known) for a, b in pairs]
    assert compatibilities(pairs, DEFAULT, known) == each
    matrix = score_matrix(garments, DEFAULT, known)
    assert [matrix[a.id - 1, b.id - 1] for a, b in pairs] == pytest.approx([pair.score for pair in each], abs=1e-5)


def test_garments_without_a_picture_or_of_another_model_are_not_judged() -> None:
    garments, _ = wardrobe()
    known = taught(garments, worn_in_style(garments, 30))
    rng = np.random.default_rng(2)
    others = [garment(101, "Tee"), garment(102, "Tee", embedding=rng.random(9).tolist(), embedding_model="other 1")]
    asked = [*others, garments[25]]
    assert known.lifts(asked, np.array([0, 1]), np.array([2, 2])).tolist() == [0.0, 0.0]
    assert not PictureLearning(others, {(101, 102): 1.0}, {})
