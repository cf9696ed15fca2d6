from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from PIL import Image

pytest.importorskip("lightning", reason="training needs requirements-dev.txt")

from classifier.datasets import clothing
from classifier.datasets.samples import LabelledPictures, Sample
from classifier.evaluation import inference
from classifier.recipes import RECIPES
from classifier.serving.checkpoint import load
from classifier.serving.inference import open_engine
from classifier.serving.tagger import UNCALIBRATED
from classifier.training.calibration import (
    PRIOR_PHOTOS,
    acceptable_answers,
    calibrate,
    confidences,
    fitted_confidence,
    thresholds_of,
)
from tests.classifier.support.checkpoints import HEADS, StrongestChannel, a_config

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


def test_confidence_counts_all_for_which_the_answer_would_do() -> None:
    logits = torch.tensor([[0.6, 0.3, 0.1], [0.2, 0.7, 0.1]]).log()
    accepted = torch.tensor([[1.0, 0.5, 0.0], [0.0, 1.0, 0.0], [1.0, 1.0, 1.0]])
    found = confidences(logits, torch.tensor([0, 1]), accepted)
    assert found.tolist() == [pytest.approx(0.6 + 0.15), pytest.approx(0.7)]


def test_the_temperature_brings_confidence_to_the_share_that_is_right() -> None:
    logits = torch.tensor([[6.0, 0.0, 0.0]]).repeat(100, 1)
    answer, right = logits.argmax(1), torch.arange(100) < 70
    cooled = logits / fitted_confidence(logits, answer, right, torch.eye(3))
    assert confidences(cooled, answer, torch.eye(3))[0].item() == pytest.approx(0.7, abs=0.03)


class FlatPictures:
    """Pictures in the colours of the samples' types, but black for every fifth."""

    def picture(self, sample: Sample) -> Image.Image:
        place = TYPES.index(sample.best["type"])
        wrong = int(sample.key) % 5 == 4
        return Image.new("RGB", (32, 32), tuple(0 if wrong else 255 * (channel == place) for channel in range(3)))


def test_tiers_and_temperatures_come_from_people_who_are_not_trained_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inference, "open_engine", lambda path, device: open_engine(path, device, StrongestChannel))
    family = min(clothing.FAMILY_OF_SMALL_TEST)
    parts = [("1", "train"), ("2", "val"), (family, "test"), ("204", "test")]
    made = [
        replace(sample(n, TYPES[n % 3], *(["Blouse"] if split == "train" else [])), group=who, split=split)
        for n, (who, split) in enumerate(parts * 60)
    ]
    data = LabelledPictures(made, FlatPictures(), {"type": TYPES, "season": HEADS["season"]})
    config = a_config(heads=dict(data.heads), temperatures={}, tiers={}, metrics={})
    path = tmp_path / "calibrated.safetensors"
    figures = calibrate(path, config, StrongestChannel(config).state_dict(), RECIPES["wardrobe"], data)
    written, state = load(path)
    assert figures["type_photos"] == 120, "of the validation people and of those held out but not reported on"
    assert figures["type_strict"] == pytest.approx(0.8 + 0.2 / 3, abs=0.02), "black is taken for the first type"
    assert figures["type_strict"] == figures["type_lenient"] <= figures["type_lenient_top3"]
    assert written.metrics["type_strict"] == figures["type_strict"]
    assert written.temperatures.keys() == {"type"}
    assert 0 <= written.tiers["type"].check <= written.tiers["type"].sure <= 1
    assert written.tiers["season"] == UNCALIBRATED, "of which nothing is known"
    assert state["acceptable"].shape == (6, 6)
    assert state["acceptable"][TYPES.index("Blouse"), :3].min() > 0.8, "it was told as an alternative everywhere"
