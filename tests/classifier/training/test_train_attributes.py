from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file

from classifier.datasets import clothing
from classifier.errors import CheckpointIncompatible, DatasetError
from classifier.serving.attributes.attributes import AttributeReader
from classifier.serving.tagger import Tagger
from classifier.taxonomy import COLOURS, SLEEVES
from classifier.training import train_attributes as fitting
from classifier.training.recipes import GARMENT_ATTRIBUTES, LABELS
from classifier.training.train_attributes import train_attributes
from tests.classifier.support.checkpoints import MASKING, a_checkpoint
from tests.classifier.support.miniature import draw_data
from tests.support.drawing import draw_garment

RECIPE = replace(GARMENT_ATTRIBUTES, heads=("colour", "sleeve"), shipped=("colour",), strengths=(0.01, 1.0), folds=3)
NAMES = ("red", "blue", "white", "green")


def said(number: int) -> dict[str, str]:
    colour = NAMES[number % 4]
    return {"image": f"photo-{number}", "colour": colour, "colour_alt": "grey" if colour == "white" else "",
            "pattern": "solid", "pattern_alt": "", "sleeve": "", "neckline": "", "fabric": ""}  # fmt: skip


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return draw_data(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    heads = {"type": ("Tee", "Jeans", "Dress", "Blouse"), "colour": COLOURS, "pattern": ("solid",), "sleeve": SLEEVES}
    return a_checkpoint(tmp_path_factory.mktemp("base") / "tiny.safetensors", heads=heads, **MASKING)


@pytest.fixture
def labels(monkeypatch: pytest.MonkeyPatch) -> Mapping[str, Mapping[str, str]]:
    table = {f"photo-{number}": said(number) for number in range(44)}
    for number in (0, 1, 2, 4, 5, 7, 8, 9):
        table[f"photo-{number}"]["sleeve"] = ("long sleeve", "sleeveless")[number % 2]
    monkeypatch.setattr(clothing, "attributes", lambda: table)
    return table


def test_what_was_fitted_reads_photos_it_never_saw(
    labels: Mapping[str, Any], data: Path, base: Path, tmp_path: Path
) -> None:
    path = train_attributes(RECIPE, data, tmp_path / "run", base)
    reader = AttributeReader(path)
    assert reader.fits(base)
    assert set(reader.config.heads) == {"colour"}, "what is only measured is not kept"
    assert reader.config.heads["colour"] == LABELS["colour"]
    photo = draw_garment("dress", colour=(190, 30, 40), background="bedspread", size=(90, 120), seed=99)
    [found] = Tagger(base, "cpu", attributes=reader).tag([photo])
    assert found.colour.value in NAMES, "names that no photo had are never answered"
    told = json.loads((tmp_path / "run" / "metrics.json").read_text(encoding="utf-8"))
    assert told["photos"] + told["held_out"] == len(labels)
    assert told["figures"]["colour"]["left_out"]["main"] > 0.4, "drawn colours are told from each other"
    assert told["figures"]["sleeve"]["left_out"]["photos"] <= 8


def test_held_out_people_are_measured_on_and_never_fitted_on(
    labels: Mapping[str, Any], data: Path, base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: set[str] = set()
    whole = fitting._fit

    def fit(head: str, recipe: Any, photos: Any, strength: float) -> Any:
        seen.update(photo.sample.group for photo in photos)
        return whole(head, recipe, photos, strength)

    monkeypatch.setattr(fitting, "_fit", fit)
    train_attributes(replace(RECIPE, heads=("colour",)), data, tmp_path / "run", base)
    assert seen
    assert not seen & clothing.HELD_OUT_SENDERS


def test_features_are_computed_once(
    labels: Mapping[str, Any], data: Path, base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = train_attributes(RECIPE, data, tmp_path / "run", base)
    weights = load_file(first)
    monkeypatch.setattr(fitting, "_features", lambda *_: pytest.fail("computed again"))
    again = load_file(train_attributes(RECIPE, data, tmp_path / "run", base))
    assert {name: value.tolist() for name, value in again.items()} == {k: v.tolist() for k, v in weights.items()}


def test_without_the_labelled_photos_it_says_what_is_missing(data: Path, base: Path, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="attribute labels"):
        train_attributes(RECIPE, data, tmp_path / "run", base)


def test_a_network_that_finds_no_masks_is_refused(labels: Mapping[str, Any], data: Path, tmp_path: Path) -> None:
    tagger = a_checkpoint(tmp_path / "tiny.safetensors")
    with pytest.raises(CheckpointIncompatible, match="finds no masks"):
        train_attributes(RECIPE, data, tmp_path / "run", tagger)


def test_the_labels_are_of_the_vocabulary() -> None:
    rows = clothing.attributes()
    assert len(rows) > 1000
    for row in rows.values():
        for head, names in LABELS.items():
            given = [row[head], *row.get(f"{head}_alt", "").split("|")]
            assert {name for name in given if name} <= set(names)


def test_two_names_alone_are_told_apart() -> None:
    rng = np.random.default_rng(0)
    numbers = rng.normal(size=(40, 3)).astype(np.float32)
    photos = [
        fitting.LabelledPhoto(None, {"sleeve": "long sleeve" if row[0] > 0 else "sleeveless"}, {"sleeve": row})  # type: ignore[arg-type]
        for row in numbers
    ]
    weights = fitting._fit("sleeve", RECIPE, photos, 10.0)
    logits = ((numbers - weights["mean"]) / weights["scale"]) @ weights["weight"].T + weights["bias"]
    answers = [LABELS["sleeve"][row] for row in logits.argmax(1)]
    assert answers == [photo.labels["sleeve"] for photo in photos]
