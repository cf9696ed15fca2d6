from __future__ import annotations

import pytest

from tests.support.garments import garment
from wardrobe_app.domain.compatibility.pair_scores import PairScores
from wardrobe_app.domain.compatibility.scores import DEFAULT
from wardrobe_app.domain.garments.garment import Garment, PairScore, Part
from wardrobe_app.domain.outfits.outfit import essence, from_the_body, judged, lacking, outfit_name, points, suits

BLOUSE = garment(1, "Blouse", "white", occasion="casual")
JEANS = garment(2, "Jeans", "navy", occasion="casual")
SHOES = garment(3, "Sneakers", "red", occasion="sports")
BAG = garment(4, "Bag", "brown")
DRESS = garment(5, "Dress", "green", season="summer")
WARDROBE = PairScores([BLOUSE, JEANS, SHOES, BAG, DRESS])


def test_a_look_scores_mostly_the_mean_of_its_pairs_and_a_little_the_least() -> None:
    outfit = judged([SHOES, JEANS, BLOUSE], WARDROBE)
    scores = sorted(pair.score for pair in outfit.pairs)
    assert len(scores) == 3
    assert (outfit.least, outfit.mean) == (scores[0], pytest.approx(sum(scores) / 3))
    assert outfit.score == pytest.approx(0.7 * outfit.mean + 0.3 * outfit.least, abs=1e-4)


def test_a_look_of_what_cannot_be_worn_at_once_scores_nothing() -> None:
    assert judged([BLOUSE, JEANS, DRESS], WARDROBE).score == 0


def test_garments_are_put_in_order_from_the_body_outwards() -> None:
    assert from_the_body([BAG, SHOES, JEANS, BLOUSE]) == (BLOUSE, JEANS, SHOES, BAG)


@pytest.mark.parametrize(
    ("items", "missing"),
    [
        ([BLOUSE, JEANS], ""),
        ([DRESS], ""),
        ([BLOUSE, SHOES], "a bottom"),
        ([JEANS], "a top"),
        ([BAG, SHOES], "a top with a bottom, or a one-piece"),
        ([garment(9, "Suit")], "a top"),
        ([garment(9, "Suit"), BLOUSE], ""),
    ],
)
def test_a_look_tells_what_it_lacks(items: list[Garment], missing: str) -> None:
    assert lacking(items) == missing


def test_what_the_parts_add_to_a_half_is_the_score_of_the_pair() -> None:
    pair = WARDROBE.pair(BLOUSE, SHOES)
    added = points(pair, DEFAULT)
    assert 0.5 + sum(value for _, value in added) == pytest.approx(pair.score, abs=1e-3)
    assert [abs(value) for _, value in added] == sorted((abs(value) for _, value in added), reverse=True)
    assert {part.name for part, _ in added} >= {"colour", "occasion"}


def test_a_hard_rule_takes_all_of_the_score() -> None:
    ((part, value),) = points(WARDROBE.pair(JEANS, DRESS), DEFAULT)
    assert (part.name, value) == ("slot", -0.5)


def test_bag_and_accessories_do_not_make_another_look() -> None:
    assert essence([BLOUSE, JEANS, BAG]) == essence([BLOUSE, JEANS, garment(8, "Jewellery")])
    assert essence([BLOUSE, JEANS, BAG], keep={BAG.id}) != essence([BLOUSE, JEANS])
    assert essence([BLOUSE, JEANS, SHOES]) != essence([BLOUSE, JEANS])


def test_a_look_is_named_after_what_covers_the_body() -> None:
    assert outfit_name([BAG, JEANS, BLOUSE]) == "White blouse and navy jeans"
    assert outfit_name([SHOES, BAG, DRESS]) == "Green dress and red sneakers"


def test_what_the_owner_taught_counts_on_top_of_the_conventions() -> None:
    pair = WARDROBE.pair(BLOUSE, JEANS)
    above = (pair.score - 0.5) * DEFAULT.total
    taught = Part("taste", "you wore them together", 1.0, 5.0)
    score = 0.5 + (above + 5.0 * 0.5) / (DEFAULT.total + 5.0)
    added = points(PairScore(1, 2, score, (*pair.parts, taught)), DEFAULT)
    assert 0.5 + sum(value for _, value in added) == pytest.approx(score, abs=1e-3)


def test_a_garment_suits_what_it_is_tagged_for_and_anything_where_it_has_no_tag() -> None:
    assert suits(BLOUSE, "casual", "winter")
    assert not suits(BLOUSE, "formal")
    assert not suits(DRESS, None, "winter")
    assert suits(BAG, "formal", "summer")


def test_a_guessed_occasion_keeps_a_garment_from_nothing() -> None:
    assert suits(garment(1, "Blouse", occasion="sports", tiers={"occasion": "unknown"}), "formal")
