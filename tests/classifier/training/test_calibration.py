from __future__ import annotations

from classifier.evaluation.scored_answers import ScoredAnswer
from classifier.prediction import Answer, Tier
from classifier.training.calibration import MIN_SURE, thresholds


def scored(confidence: float, right: bool) -> ScoredAnswer:
    return ScoredAnswer("1", "Tee", Answer("Tee", confidence, Tier.CHECK), right, right)


def test_sure_begins_where_answers_are_right_nearly_always() -> None:
    limits = thresholds([scored(0.99, True)] * 60 + [scored(0.94, False)] * 4 + [scored(0.2, False)] * 9)
    assert limits.sure > 0.94
    assert 0.2 <= limits.check <= limits.sure


def test_nothing_is_sure_that_is_not_likely_however_lucky_the_photos_were() -> None:
    limits = thresholds([scored(0.6, True)] * 50)
    assert limits.sure == MIN_SURE
    assert limits.check < MIN_SURE
