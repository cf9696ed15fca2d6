from __future__ import annotations

from pathlib import Path

import pytest
import torch

pytest.importorskip("lightning", reason="training needs requirements-dev.txt")

from classifier.datasets.samples import LabelledPictures, PictureSource, Sample
from classifier.recipes import RECIPES
from classifier.serving.checkpoint import load
from classifier.serving.tagger import UNCALIBRATED
from classifier.training.calibration import PRIOR_PHOTOS, acceptable_answers, calibrate, thresholds_of
from classifier.training.left_out import LeftOut
from tests.classifier.support.checkpoints import HEADS, a_config, a_network

TYPES = HEADS["type"]


def sample(number: int, *types: str, split: str = "train") -> Sample:
    targets = {"type": frozenset(types)} if types else {}
    best = {"type": types[0]} if types else {}
    return Sample(str(number), "", "", targets, "1", split, best=best)


def test_sure_begins_where_answers_are_right_nearly_always() -> None:
    confidence = torch.tensor([0.99] * 200 + [0.94] * 4 + [0.2] * 9)
    limits = thresholds_of(confidence, confidence > 0.95)
    assert limits.sure == pytest.approx(0.99)
    assert 0.2 <= limits.check <= limits.sure


def test_where_everything_is_right_everything_is_sure_and_where_nothing_is_nothing() -> None:
    confidence = torch.tensor([0.6, 0.7, 0.8])
    limits = thresholds_of(confidence, torch.ones(3, dtype=torch.bool))
    assert (limits.sure, limits.check) == (pytest.approx(0.6), 0.0)
    limits = thresholds_of(confidence, torch.zeros(3, dtype=torch.bool))
    assert (limits.sure, limits.check) == (1.0, pytest.approx(0.8))


def test_how_acceptable_an_answer_is_follows_from_the_alternatives_told_by_eye() -> None:
    samples = [sample(n, "Jeans", *(["Shorts"] if n < 4 else [])) for n in range(5)]
    samples += [sample(9), sample(10, "Tee", "Blouse"), sample(11, "Unknown")]
    found = acceptable_answers(samples, TYPES)
    jeans, shorts, tee, blouse = (TYPES.index(name) for name in ("Jeans", "Shorts", "Tee", "Blouse"))
    assert found.shape == (6, 6)
    assert found[shorts, jeans] == pytest.approx(4 / (5 + PRIOR_PHOTOS))
    assert found[blouse, tee] == pytest.approx(1 / (1 + PRIOR_PHOTOS)), "one photo says little"
    assert found[jeans, shorts] == found[tee, jeans] == 0, "it is not the same the other way round"
    assert found.diagonal().tolist() == [1] * 6


def test_tiers_and_temperatures_come_from_people_left_out(tmp_path: Path) -> None:
    torch.manual_seed(0)
    truth = torch.randint(0, len(TYPES), (300,))
    # The last fifty are a held-out person's, whom no network answered for.
    made = [sample(n, TYPES[row], TYPES[0], split="train" if n < 250 else "test") for n, row in enumerate(truth)]
    data = LabelledPictures(made, PictureSource(tmp_path), {"type": TYPES, "season": HEADS["season"]})
    logits = 6 * torch.nn.functional.one_hot(truth, len(TYPES)) + 3 * torch.randn(300, len(TYPES))
    logits[250:] = torch.nan
    config = a_config(heads=dict(data.heads), temperatures={}, tiers={}, metrics={})
    left_out = LeftOut({"type": logits, "season": torch.full((300, 2), torch.nan)})
    path = tmp_path / "calibrated.safetensors"
    figures = calibrate(path, config, a_network(config).state_dict(), RECIPES["wardrobe"], data, left_out)
    written, state = load(path)
    right = logits[:250].argmax(1) == truth[:250]
    assert figures["type_photos"] == 250
    assert figures["type_strict"] == pytest.approx(float(right.float().mean()))
    assert figures["type_strict"] <= figures["type_lenient"] <= figures["type_lenient_top3"]
    assert figures["type_sure_right"] >= 0.98 or figures["type_sure_share"] == 0
    assert written.metrics["type_strict"] == figures["type_strict"]
    assert written.temperatures.keys() == {"type"}
    assert 0 <= written.tiers["type"].check <= written.tiers["type"].sure < 1
    assert written.tiers["season"] == UNCALIBRATED, "of which nothing is known"
    assert state["acceptable"].shape == (6, 6)
    assert state["acceptable"][0, 1:].min() > 0.5, "the first type was told as an alternative everywhere"
