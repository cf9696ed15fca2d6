from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from classifier.evaluation import label_metrics
from classifier.evaluation.label_metrics import HeadResult

LABELS = ("coat", "boots", "jacket", "heels")
KIN = {"coat": "upper", "jacket": "upper", "boots": "feet", "heels": "feet"}
#        truth, answer, its probability; the rest of the probability goes to the other labels
ANSWERS = [
    ("coat", "coat", 0.97),
    ("coat", "jacket", 0.7),
    ("coat", "jacket", 0.91),
    ("jacket", "jacket", 0.55),
    ("boots", "heels", 0.7),
    ("boots", "boots", 0.7),
    ("", "boots", 0.9),
]


def head(
    answers: list[tuple[str, str, float]] = ANSWERS, labels: tuple[str, ...] = LABELS, name: str = "type", **more: Any
) -> HeadResult:
    truth = np.array([[label == t for label in labels] for t, _, _ in answers]).reshape(-1, len(labels))
    rows = [[p if label == said else (1 - p) / max(1, len(labels) - 1) for label in labels] for _, said, p in answers]
    probabilities = np.array(rows, np.float32).reshape(-1, len(labels))
    return HeadResult(name, labels, truth, probabilities, **more)


def test_a_picture_without_a_label_is_not_judged() -> None:
    assert label_metrics.figures(head())["pictures"] == 6


def test_accuracy_recall_and_calibration_are_what_they_are_called() -> None:
    found = label_metrics.figures(head())
    assert found["top1"] == pytest.approx(3 / 6)
    assert found["recall"] == {"coat": [1, 3], "boots": [1, 2], "jacket": [1, 1]}
    assert found["balanced"] == pytest.approx((1 / 3 + 1 / 2 + 1) / 3)
    # Bins of a fifteenth: one answer each at 0.55 (right), 0.91 (wrong) and 0.97 (right), three at 0.7 (one right).
    gaps = [1 - 0.97, 3 * (0.7 - 1 / 3), 0.91, 1 - 0.55]
    assert found["calibration_error"] == pytest.approx(sum(gaps) / 6, abs=1e-5)


def test_the_bins_of_the_diagram_add_up_to_the_calibration_error() -> None:
    rng = np.random.default_rng(3)
    logits = rng.normal(size=(400, 4)) * 2
    probabilities = (np.exp(logits) / np.exp(logits).sum(1, keepdims=True)).astype(np.float32)
    found = HeadResult("type", LABELS, np.eye(4, dtype=bool)[rng.integers(0, 4, 400)], probabilities)
    bins = label_metrics.reliability(found)
    filled = bins.count > 0
    error = (np.abs(bins.accuracy - bins.confidence)[filled] * bins.count[filled]).sum() / 400
    assert error == pytest.approx(label_metrics.figures(found)["calibration_error"], abs=1e-5)


def test_a_confidence_of_its_own_is_what_calibration_is_about() -> None:
    sure = label_metrics.figures(head([("coat", "coat", 0.6)] * 3, confidence=np.ones(3, np.float32)))
    assert sure["calibration_error"] == pytest.approx(0)


def test_the_most_confused_pair_comes_first() -> None:
    assert label_metrics.most_confused(head()) == [("coat", "jacket", 2), ("boots", "heels", 1)]


def test_the_confusion_matrix_puts_families_together() -> None:
    found = label_metrics.confusion(head(groups=KIN))
    assert found.rows == ("coat", "jacket", "boots")
    assert found.columns == ("coat", "jacket", "boots", "heels")
    assert found.counts.tolist() == [[1, 2, 0, 0], [0, 1, 0, 0], [0, 0, 1, 1]]
    assert found.right.tolist() == [
        [True, False, False, False],
        [False, True, False, False],
        [False, False, True, False],
    ]


def test_only_the_commonest_classes_are_shown_and_the_rest_is_counted() -> None:
    found = label_metrics.confusion(head(), most=1)
    assert found.rows == ("coat",) and found.columns == ("coat",)
    assert found.counts.tolist() == [[1]] and found.left_out == 5


def test_a_truth_may_allow_several_labels() -> None:
    truth = np.array([[True, False, True, False], [False, True, False, True], [True, True, True, True]])
    probabilities = np.array([[0.1, 0.3, 0.6, 0], [0.9, 0.1, 0, 0], [1, 0, 0, 0]], np.float32)
    found = HeadResult("type", LABELS, truth, probabilities)
    assert found.partial
    assert label_metrics.figures(found)["recall"] == {
        "boots or heels": [0, 1], "coat or boots or 2 more": [1, 1], "coat or jacket": [1, 1],
    }  # fmt: skip
    assert label_metrics.figures(found)["loss"] == pytest.approx((-np.log(0.7) - np.log(0.1) - 0) / 3, rel=1e-4)
    assert label_metrics.confusion(found).right[0].tolist() == [True, True]
    named = HeadResult("type", LABELS, truth, probabilities, truth_names=("Outwear", "Shoes", "Anything"))
    assert label_metrics.most_confused(named) == [("Shoes", "coat", 1)]


def test_the_worst_are_the_surest_of_the_wrong() -> None:
    worst = label_metrics.worst(head(), most=2)
    assert [(loss.row, loss.answer) for loss in worst] == [(2, "jacket"), (1, "jacket")]
    assert worst[0].probability == pytest.approx(0.91) and worst[0].probability_of_truth == pytest.approx(0.03)
    assert len(label_metrics.worst(head())) == 3


def test_a_certain_mistake_has_a_finite_loss() -> None:
    found = head([("coat", "boots", 1.0)])
    assert np.isfinite(label_metrics.figures(found)["loss"])
    assert np.isfinite(label_metrics.worst(found)[0].loss)


@pytest.mark.parametrize("answers", [[], [("", "coat", 0.8)]])
def test_without_a_judged_picture_there_are_no_figures(answers: list[tuple[str, str, float]]) -> None:
    assert label_metrics.figures(head(answers)) == {"pictures": 0}


def test_a_head_with_one_class_is_always_right() -> None:
    found = label_metrics.figures(head([("coat", "coat", 1.0)] * 2, labels=("coat",)))
    assert found["top1"] == 1 and found["calibration_error"] == 0 and "top3" not in found


def test_of_many_labels_recall_is_told_by_family() -> None:
    truth = np.array([[True, True, False, False], [False, False, False, True]])
    probabilities = np.array([[0.9, 0.1, 0.8, 0.2], [0.9, 0.8, 0.7, 0.6]], np.float32)
    found = HeadResult("attributes", LABELS, truth, probabilities, many=True, groups=KIN)
    assert label_metrics.group_recalls(found, ks=(1, 3)) == {
        "upper": {1: 1.0, 3: 1.0}, "feet": {1: 0.0, 3: 1.0}, "all": {1: pytest.approx(1 / 3), 3: pytest.approx(1 / 3)},
    }  # fmt: skip
    assert set(label_metrics.figures(found)["recall_at"]) == {"upper", "feet", "all"}
    worst = label_metrics.worst(found)[0]
    assert worst.row == 0 and worst.answer == "coat, jacket, heels, boots"


def test_the_figures_are_plain_json() -> None:
    assert json.loads(json.dumps(label_metrics.figures(head()), allow_nan=False))["most_confused"][0] == [
        "coat",
        "jacket",
        2,
    ]


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"labels": ("coat",)}, "1 labels, but truth is"),
        ({"probabilities": np.full((7, 4), np.nan, np.float32)}, "between 0 and 1"),
        ({"probabilities": np.full((7, 4), 2, np.float32)}, "between 0 and 1"),
        ({"truth_names": ("coat",)}, "1 truth names for 7 pictures"),
        ({"confidence": np.ones(2, np.float32)}, "2 confidences for 7 pictures"),
    ],
)
def test_answers_that_do_not_fit_are_refused(change: dict[str, Any], wrong: str) -> None:
    good = head()
    fields = {"labels": LABELS, "truth": good.truth, "probabilities": good.probabilities, **change}
    with pytest.raises(ValueError, match=wrong):
        HeadResult("type", **fields)
