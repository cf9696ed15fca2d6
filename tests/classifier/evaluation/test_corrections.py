from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from classifier.datasets import clothing
from classifier.datasets.clothing import HELD_OUT_SENDERS
from classifier.datasets.samples import PictureSource
from classifier.errors import DatasetError
from classifier.evaluation.corrections import (
    Photo,
    custom_type,
    evaluate_corrections,
    measure,
    people_of,
)
from classifier.prediction import Prediction, Score, Tier
from classifier.serving.label_propagation import TypePrediction
from tests.classifier.support.predictions import a_prediction

NOISE = np.random.default_rng(5)


def photo(accepted: str, place: int, person: str = "41", **shares: float) -> Photo:
    # Acceptable types are separated by "|", the best first.
    vector = np.zeros(8) + NOISE.normal(0, 0.05, 8)
    vector[place] += 1
    vector /= np.linalg.norm(vector)
    return Photo(
        person, tuple(accepted.split("|")), TypePrediction(shares, vector.astype(np.float32)), max(shares.values())
    )


def wardrobe(person: str = "41") -> list[Photo]:
    """Shirts that the network takes for T-shirts, all alike, and trousers that it knows."""
    shirts = [photo("Button-Down", 0, person, **{"Tee": 0.6, "Button-Down": 0.4}) for _ in range(30)]
    return shirts + [photo("Trousers", 1, person, Trousers=0.9, Skirt=0.1) for _ in range(30)]


def test_corrections_mend_what_was_not_corrected() -> None:
    figures = measure(wardrobe(), seeds=3)
    for curve in figures["curve"].values():
        assert curve["0"]["accuracy"] == pytest.approx(0.5, abs=0.2)
        assert curve["0"]["propagated"] == 0
        assert curve["20"]["accuracy"] == 1
        assert curve["20"]["broken"] == 0
    assert figures["curve"]["least_confident_first"]["5"]["accuracy"] == 1


def test_a_withheld_type_comes_back_from_its_examples() -> None:
    photos = [photo("Skirt", place, Skirt=0.5, Shorts=0.4, Dress=0.1) for place in [0] * 8]
    photos += [photo("Trousers", 1, Trousers=0.9, Shorts=0.1) for _ in range(20)]
    found = custom_type({"41": photos}, 3, 10, seeds=2)
    assert set(found["by_type"]) == {"Skirt"}, "beside trousers, too few others are left to correct"
    assert (found["recall"], found["precision"]) == (1.0, 1.0)
    assert found["garments"] == 10


def test_the_owner_confirms_what_is_acceptable_and_else_says_the_best() -> None:
    seen = photo("Jeans|Trousers", 0, Leggings=0.6, Trousers=0.3, Jeans=0.1)
    assert (seen.best, seen.owners_type) == ("Jeans", "Trousers")
    assert seen.is_right("Trousers") and not seen.is_right("Leggings") and not seen.is_right(None)
    assert photo("Jeans|Trousers", 0, Leggings=1.0).owners_type == "Jeans"


def test_two_people_count_alike_however_many_photos_they_have() -> None:
    good = [photo("Trousers", 1, "54", Trousers=0.9, Skirt=0.1) for _ in range(40)]
    bad = [photo("Button-Down", 0, "41", Tee=1.0) for _ in range(120)]
    assert measure([*good, *bad], seeds=1)["curve"]["random"]["0"]["accuracy"] == 0.5


def test_somebody_has_to_have_enough_photos() -> None:
    with pytest.raises(DatasetError, match="40 labelled photos"):
        measure(wardrobe()[:39])


def test_settings_are_chosen_on_other_people_than_those_reported_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clothing, "fine_types", lambda: {"told": ("Trousers",), "no type": ()})
    rows = [{"sender_id": sender, "image": "told"} for sender in ("41", "7", "8") for _ in range(30)]
    rows += [{"sender_id": "8", "image": "told"}] * 40
    rows += [{"sender_id": "9", "image": "no type"}, {"sender_id": "9", "image": "unknown"}] * 20
    assert people_of(rows, "held-out") == HELD_OUT_SENDERS
    assert people_of(rows, "validation") == {"7"}
    with pytest.raises(KeyError):
        people_of(rows, "all")


class ByColour:
    """Takes every picture for a T-shirt, and lays red and blue ones apart."""

    def tag(self, images: Sequence[Image.Image]) -> list[Prediction]:
        return [self._one(image) for image in images]

    def _one(self, image: Image.Image) -> Prediction:
        red, _, blue = np.asarray(image, np.float32).reshape(-1, 3).mean(axis=0)
        vector = np.array([red, blue], np.float32)
        types = (Score("Tee", 0.5), Score("Button-Down", 0.3), Score("Trousers", 0.2))
        return a_prediction(types, Tier.CHECK, vector / np.linalg.norm(vector))


def test_the_curve_is_measured_from_the_photos_themselves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "clothing"
    (folder / "images").mkdir(parents=True)
    lines = ["image,sender_id,label,kids,small_split,small_label"]
    told: dict[str, tuple[str, ...]] = {}
    for number in range(40):
        label, colour = (("Button-Down", (200, 10, 10)), ("Trousers", (10, 10, 200)))[number % 2]
        told[str(number)] = (label,)
        Image.new("RGB", (8, 8), colour).save(folder / "images" / f"{number}.jpg")
        lines.append(f"{number},41,Shirt,False,,")
    monkeypatch.setattr(clothing, "fine_types", lambda: told)
    (folder / "images.csv").write_text("\n".join(lines), encoding="utf-8")
    figures = evaluate_corrections(ByColour(), PictureSource(tmp_path), seeds=2)  # type: ignore[arg-type]
    assert (figures["people"], figures["photos"]) == (["41"], 40)
    assert figures["curve"]["random"]["0"]["accuracy"] == 0
    assert figures["curve"]["random"]["20"]["accuracy"] == 1
