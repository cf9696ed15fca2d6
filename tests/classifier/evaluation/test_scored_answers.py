from __future__ import annotations

import pytest

from classifier.errors import DatasetError
from classifier.evaluation.scored_answers import (
    ScoredAnswer,
    accuracy_by,
    confusion_of_commonest,
    most_confused,
    type_figures,
)
from classifier.prediction import Answer, Tier


def scored(
    truth: str, value: str, *, right: bool | None = None, in_three: bool = True, tier: Tier = Tier.CHECK, who: str = "1"
) -> ScoredAnswer:
    strict = truth == value
    confidence = {Tier.SURE: 0.99, Tier.CHECK: 0.6, Tier.UNKNOWN: 0.1}[tier]
    return ScoredAnswer(
        who, truth, Answer(value, confidence, tier), strict if right is None else right, in_three, strict
    )


ANSWERS = [
    scored("Jeans", "Jeans", tier=Tier.SURE),
    scored("Jeans", "Trousers", right=True, tier=Tier.SURE, who="2"),
    scored("Jeans", "Leggings", who="2"),
    scored("Tee", "Dress", in_three=False, tier=Tier.UNKNOWN, who="2"),
]


def test_the_best_answer_and_the_acceptable_ones_are_counted_apart() -> None:
    figures = type_figures(ANSWERS)
    assert (figures["photos"], figures["strict"], figures["top1"], figures["top3"]) == (4, 0.25, 0.5, 0.75)
    assert (figures["sure_share"], figures["sure_right"]) == (0.5, 1.0)
    assert (figures["unknown_share"], figures["unknown_right"]) == (0.25, 0.0)
    assert 0 <= figures["calibration_error"] <= 1


def test_without_photos_there_are_no_figures() -> None:
    with pytest.raises(DatasetError):
        type_figures([])


def test_confusions_count_answers_by_truth() -> None:
    assert confusion_of_commonest(ANSWERS) == {
        "Jeans": {"Jeans": 1, "Trousers": 1, "Leggings": 1}, "Tee": {"Dress": 1},
    }  # fmt: skip
    assert sorted(most_confused(ANSWERS)) == [["Jeans", "Leggings", 1], ["Tee", "Dress", 1]], "without acceptable ones"
    many = [scored(str(number), "x") for number in range(30)] + [scored("Tee", "Tee")] * 2
    assert len(confusion_of_commonest(many)) == 20
    assert "Tee" in confusion_of_commonest(many)


def test_accuracy_is_told_by_person() -> None:
    assert accuracy_by(ANSWERS, lambda entry: entry.group) == {"1": 1.0, "2": pytest.approx(1 / 3, abs=1e-4)}
