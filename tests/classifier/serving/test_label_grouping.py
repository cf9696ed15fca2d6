from __future__ import annotations

import pytest

from classifier.serving.label_grouping import group_probability, grouped_scores, share_label

KNITWEAR = {"Longsleeve": 0.25, "Sweater": 0.2, "Sweatshirt": 0.2, "Tee": 0.3, "Saree": 0.05}


def test_types_that_answer_to_one_label_are_kin() -> None:
    assert share_label("Jeans", "Chinos")
    assert not share_label("Jeans", "Skirt")
    assert share_label("Saree", "Saree")


def test_kin_vouch_for_each_other_against_a_lone_favourite() -> None:
    order = sorted(grouped_scores(KNITWEAR), key=lambda name: -grouped_scores(KNITWEAR)[name])
    assert order[0] == "Longsleeve"
    assert sum(grouped_scores(KNITWEAR).values()) == pytest.approx(1)


def test_confidence_is_that_of_the_whole_kin() -> None:
    assert group_probability(KNITWEAR, "Longsleeve") == pytest.approx(0.65)
    assert group_probability(KNITWEAR, "Saree") == pytest.approx(0.05)


def test_alternatives_to_the_first_are_other_garments_before_they_are_its_kin() -> None:
    scores = grouped_scores(KNITWEAR)
    order = sorted(scores, key=lambda name: -scores[name])
    assert order[:2] == ["Longsleeve", "Tee"]
    assert set(order) == set(KNITWEAR)
