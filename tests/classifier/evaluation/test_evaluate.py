from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from classifier.datasets import clothing
from classifier.datasets.samples import PictureSource
from classifier.evaluation.evaluate import evaluate_held_out, held_out, small_test, unnamed
from classifier.prediction import Prediction, Score, Tier
from tests.classifier.support.predictions import a_prediction

RED, BLUE = (200, 10, 10), (10, 10, 200)
TYPES = {"a": ("Tee", "Top"), "b": ("Top", "Tee"), "c": ("Jeans",), "d": (), "e": ("Dress",)}
LINES = ["a,310,T-Shirt,False,,", "b,204,T-Shirt,False,test,t-shirt", "c,204,Pants,False,test,pants",
         "d,204,Not sure,False,,", "e,1,Dress,False,,"]  # fmt: skip


class TeeOrJeans:
    """Takes red for a T-shirt, surely, and blue for a dress or else jeans."""

    def tag(self, images: Sequence[Image.Image]) -> list[Prediction]:
        return [self._one(np.asarray(image)[0, 0, 0] > 100) for image in images]

    def _one(self, red: bool) -> Prediction:
        types = (Score("Tee", 0.9), Score("Top", 0.1)) if red else (Score("Dress", 0.6), Score("Jeans", 0.4))
        return a_prediction(types, Tier.SURE if red else Tier.UNKNOWN, np.ones(1, np.float32))


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PictureSource:
    monkeypatch.setattr(clothing, "fine_types", lambda: TYPES)
    folder = tmp_path / "clothing"
    (folder / "images").mkdir(parents=True)
    for name in TYPES:
        Image.new("RGB", (8, 8), RED if name in "ab" else BLUE).save(folder / "images" / f"{name}.jpg")
    header = "image,sender_id,label,kids,small_split,small_label"
    (folder / "images.csv").write_text("\n".join([header, *LINES]), encoding="utf-8")
    return PictureSource(tmp_path)


def test_splits_take_their_photos(source: PictureSource) -> None:
    found = {part.__name__: [row["image"] for _, row in part(source)] for part in (held_out, small_test, unnamed)}
    assert found == {"held_out": ["a", "b", "c"], "small_test": ["b", "c"], "unnamed": ["d"]}


def test_held_out_people_are_judged_by_the_types_told_by_eye(source: PictureSource) -> None:
    figures = evaluate_held_out(TeeOrJeans(), source)  # type: ignore[arg-type]
    assert figures["photos"] == 3
    assert figures["strict"] == pytest.approx(1 / 3), "a top is no T-shirt"
    assert figures["top1"] == pytest.approx(2 / 3), "but a T-shirt would do"
    assert figures["top3"] == 1
    assert (figures["sure_share"], figures["sure_right"]) == (pytest.approx(2 / 3), 1)
    assert (figures["unknown_share"], figures["unknown_right"]) == (pytest.approx(1 / 3), 0)
    assert figures["everyday_labels"] == {"photos": 3, "top1": pytest.approx(2 / 3)}
    assert figures["right_by_sender"] == {"204": 0.5, "310": 1.0}
    assert figures["most_confused"] == [["Jeans", "Dress", 1]]
    assert figures["confusion_of_commonest"]["Top"] == {"Tee": 1}
