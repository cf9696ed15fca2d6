from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from classifier.errors import CheckpointCorrupt, CheckpointIncompatible, CheckpointMissing
from classifier.serving.attributes.attribute_features import BLOCKS, FINE_VALUES, head_features
from classifier.serving.attributes.attributes import SHIPPED_ATTRIBUTES, AttributeReader
from classifier.serving.attributes.colour_histogram import count
from classifier.serving.checkpoint import SHIPPED, CheckpointConfig, identity, read_config, save
from classifier.serving.preprocessing import Preprocessing
from tests.classifier.support.checkpoints import a_checkpoint

NAMES = {"colour": ("red", "green", "blue"), "sleeve": ("long sleeve", "sleeveless")}
TAGGER = {
    "colour": np.array([0.7, 0.2, 0.1], np.float32),
    "type": np.array([0.5, 0.5], np.float32),
    "sleeve": np.array([0.9, 0.1], np.float32),
}
TEXTURE = np.linspace(0, 1, 200, dtype=np.float32)
CLOTH = np.full((4, 4), 255, np.uint8)


def tagger_in(folder: Path) -> Path:
    path = folder / "tiny.safetensors"
    return path if path.exists() else a_checkpoint(path)


def looks_in(folder: Path, **left_out: str) -> Path:
    state = {}
    for head, names in NAMES.items():
        size = len(head_features(head, TAGGER, TEXTURE, np.zeros(count(), np.float32)))
        weight = torch.zeros(len(names), size)
        weight[:, 0] = torch.arange(len(names), dtype=torch.float32)
        parts = {"mean": torch.zeros(size), "scale": torch.ones(size), "weight": weight,
                 "bias": torch.linspace(2, -2, len(names))}  # fmt: skip
        state |= {f"{head}.{part}": value for part, value in parts.items() if left_out.get(head) != part}
    base = identity(tagger_in(folder))
    config = CheckpointConfig("looks", "1", base, Preprocessing(size=1), NAMES, temperatures={"colour": 2.0})
    save(folder / "looks.safetensors", config, state, half=False)
    return folder / "looks.safetensors"


def test_each_head_s_probabilities_sum_to_one(tmp_path: Path) -> None:
    for cloth in (CLOTH, None):
        found = AttributeReader(looks_in(tmp_path)).read(Image.new("RGB", (8, 8), "red"), TAGGER, TEXTURE, cloth)
        assert {head: tuple(scores) for head, scores in found.items()} == NAMES
        for scores in found.values():
            assert sum(scores.values()) == pytest.approx(1)
            assert max(scores, key=lambda name: scores[name]) == next(iter(scores))


def test_they_fit_the_checkpoint_that_they_were_fitted_on_and_no_other(tmp_path: Path) -> None:
    looks = AttributeReader(looks_in(tmp_path))
    tagger = tagger_in(tmp_path)
    assert looks.fits(tagger)
    other = a_checkpoint(tmp_path / "again.safetensors", metrics={"top1": 0.5})
    assert read_config(other).model == read_config(tagger).model, "trained anew, it has the same name"
    assert not looks.fits(other)


def test_colour_is_told_by_the_finest_maps_alone() -> None:
    pixels = np.zeros(count(), np.float32)
    sizes = {head: len(head_features(head, TAGGER, TEXTURE, pixels)) for head in NAMES}
    assert sizes["colour"] == count() + len(TAGGER["colour"]) + FINE_VALUES
    assert sizes["sleeve"] == len(TAGGER["type"]) + len(TAGGER["sleeve"]) + len(TEXTURE)


def test_a_checkpoint_that_is_missing_incomplete_or_another_one_s_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CheckpointMissing):
        AttributeReader(tmp_path / "none.safetensors").fits(tagger_in(tmp_path))
    with pytest.raises(CheckpointIncompatible):
        AttributeReader(a_checkpoint(tmp_path / "tagger.safetensors")).fits(tagger_in(tmp_path))
    with pytest.raises(CheckpointCorrupt, match=r"sleeve\.bias"):
        AttributeReader(looks_in(tmp_path, sleeve="bias")).read(Image.new("RGB", (8, 8)), TAGGER, TEXTURE, CLOTH)


def test_what_is_shipped_fits_together() -> None:
    shipped = AttributeReader(SHIPPED_ATTRIBUTES)
    assert shipped.fits(SHIPPED)
    assert set(shipped.config.heads) == {"colour", "pattern", "sleeve"}
    assert set(shipped.config.heads) <= set(BLOCKS)
    for head, limits in shipped.config.tiers.items():
        assert 0 <= limits.check <= limits.sure < 1, head
