from __future__ import annotations

import pytest
import torch
from torchmetrics.functional.retrieval import retrieval_recall

from classifier.evaluation.metrics import (
    BEST_SHARE,
    expected_calibration_error,
    fitted_temperature,
    partial_nll,
    threshold_for,
    top_k_recall_by_group,
    top_k_right,
)


def test_a_label_set_costs_what_its_summed_probability_costs() -> None:
    logits = torch.tensor([[1.0, 2.0, 0.5, -1.0]])
    allowed = torch.tensor([[True, False, True, False]])
    p = torch.softmax(logits, 1)[0]
    assert partial_nll(logits, allowed).item() == pytest.approx(-torch.log(p[0] + p[2]).item(), abs=1e-6)


def test_the_best_of_several_labels_has_most_of_the_loss() -> None:
    logits = torch.tensor([[1.0, 2.0, 0.5, -1.0]]).repeat(2, 1)
    allowed = torch.tensor([[True, False, True, False]]).repeat(2, 1)
    p = torch.softmax(logits, 1)[0]
    found = partial_nll(logits, allowed, best=torch.tensor([2, -1]))
    expected = -BEST_SHARE * torch.log(p[2]) - (1 - BEST_SHARE) * torch.log(p[0] + p[2])
    assert found[0].item() == pytest.approx(expected.item(), abs=1e-6)
    assert found[1].item() == pytest.approx(-torch.log(p[0] + p[2]).item(), abs=1e-6), "none is the best"


def test_smoothing_asks_a_little_of_every_label() -> None:
    logits = torch.tensor([[1.0, 2.0, 0.5, -1.0]])
    allowed = torch.tensor([[False, True, False, False]])
    expected = 0.9 * -logits.log_softmax(1)[0, 1] + 0.1 * -logits.log_softmax(1).mean()
    assert partial_nll(logits, allowed, 0.1).item() == pytest.approx(expected.item(), abs=1e-6)


def test_an_acceptable_label_among_the_first_k_counts() -> None:
    logits = torch.tensor([[3.0, 2.0, 1.0, 0.0]])
    allowed = torch.tensor([[False, False, True, False]])
    assert not top_k_right(logits, allowed, 2)[0]
    assert top_k_right(logits, allowed, 3)[0]


def test_confidence_that_keeps_its_word_has_no_calibration_error() -> None:
    confidence = torch.full((10,), 0.7)
    right = torch.tensor([True] * 7 + [False] * 3)
    assert expected_calibration_error(confidence, right) == pytest.approx(0, abs=1e-6)
    assert expected_calibration_error(confidence, torch.ones(10, dtype=torch.bool)) == pytest.approx(0.3, abs=1e-6)


def test_an_overconfident_head_gets_a_temperature_above_one() -> None:
    torch.manual_seed(0)
    truth = torch.randint(0, 4, (2000,))
    logits = torch.randn(2000, 4) + 1.5 * torch.nn.functional.one_hot(truth, 4)
    allowed = torch.nn.functional.one_hot(truth, 4).bool()
    plain = fitted_temperature(logits, allowed)
    assert fitted_temperature(logits * 3, allowed) == pytest.approx(plain * 3, rel=0.05)


def test_the_sure_threshold_is_the_lowest_that_keeps_its_precision() -> None:
    confidence = torch.tensor([0.9, 0.8, 0.7, 0.6, 0.5])
    right = torch.tensor([True, True, True, False, False])
    assert threshold_for(confidence, right, 0.97) == pytest.approx(0.7)
    assert threshold_for(confidence, ~right, 0.97) == 1.0


def test_recall_counts_the_true_labels_among_the_highest_of_a_group_and_of_all() -> None:
    scores = {
        "texture": torch.tensor([[4.0, 3.0, -1.0], [0.0, -2.0, -3.0]]),
        "style": torch.tensor([[3.5, 1.0], [2.0, 1.0]]),
        "part": torch.tensor([[0.5], [0.1]]),
    }
    present = {
        "texture": torch.tensor([[True, False, True], [False, True, False]]),
        "style": torch.tensor([[False, True], [True, False]]),
        "part": torch.tensor([[False], [False]]),
    }
    # All, two highest: of the first picture texture 0 (there) and style 0, of the second style 0 (there) and style 1.
    assert top_k_recall_by_group(scores, present, 1) == pytest.approx({"texture": 1 / 3, "style": 1 / 2, "all": 2 / 5})
    assert top_k_recall_by_group(scores, present, 2) == pytest.approx({"texture": 2 / 3, "style": 1.0, "all": 2 / 5})
    assert top_k_recall_by_group(scores, present, 9) == {"texture": 1.0, "style": 1.0, "all": 1.0}


def test_where_every_picture_has_as_many_labels_recall_is_that_of_retrieval() -> None:
    torch.manual_seed(0)
    scores = {"texture": torch.randn(20, 12), "style": torch.randn(20, 30)}
    present = {group: torch.rand_like(values).argsort(1) < 3 for group, values in scores.items()}
    found = top_k_recall_by_group(scores, present, 5)
    joined = (
        {**scores, "all": torch.cat(list(scores.values()), 1)},
        {**present, "all": torch.cat(list(present.values()), 1)},
    )
    for group in ("texture", "style", "all"):
        each = [retrieval_recall(s, p, top_k=5) for s, p in zip(joined[0][group], joined[1][group], strict=True)]
        assert found[group] == pytest.approx(float(torch.stack(each).mean()), abs=1e-6)


def test_no_groups_and_no_labels_have_no_recall() -> None:
    assert top_k_recall_by_group({}, {}, 3) == {}
    assert top_k_recall_by_group({"style": torch.randn(2, 4)}, {"style": torch.zeros(2, 4)}, 3) == {}
