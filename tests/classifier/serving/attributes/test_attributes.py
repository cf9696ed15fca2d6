from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from classifier.errors import CheckpointCorrupt, CheckpointIncompatible, CheckpointMissing
from classifier.prediction import GarmentMask
from classifier.serving.attributes.attribute_features import BLOCKS, head_features
from classifier.serving.attributes.attributes import SHIPPED_ATTRIBUTES, AttributeReader, fitted_on
from classifier.serving.attributes.colour_histogram import count
from classifier.serving.checkpoint import SHIPPED, CheckpointConfig, read_config, save
from classifier.serving.masks.garment_mask import SHIPPED_MASKS
from classifier.serving.preprocessing import Preprocessing
from tests.classifier.support.checkpoints import a_checkpoint

NAMES = {"colour": ("red", "green", "blue"), "sleeve": ("long sleeve", "sleeveless")}
EMBEDDING = np.array([0.6, 0.8], np.float32)
TAGGER = {"colour": np.array([0.7, 0.2, 0.1], np.float32), "type": np.array([0.5, 0.5], np.float32)}
MASK = GarmentMask(np.full((4, 4), 255, np.uint8), "masks 7", tuple(np.ones(2, np.float32) for _ in range(4)))


def files_in(folder: Path) -> tuple[Path, Path]:
    tagger, masks = folder / "tiny.safetensors", folder / "masks.safetensors"
    return tagger if tagger.exists() else a_checkpoint(tagger), masks if masks.exists() else a_checkpoint(masks)


def looks_in(folder: Path, **left_out: str) -> Path:
    state = {}
    for head, names in NAMES.items():
        size = len(head_features(head, TAGGER, EMBEDDING, MASK.texture, np.zeros(count(), np.float32)))
        weight = torch.zeros(len(names), size)
        weight[:, 0] = torch.arange(len(names), dtype=torch.float32)
        parts = {"mean": torch.zeros(size), "scale": torch.ones(size), "weight": weight,
                 "bias": torch.linspace(2, -2, len(names))}  # fmt: skip
        state |= {f"{head}.{part}": value for part, value in parts.items() if left_out.get(head) != part}
    base = fitted_on(*files_in(folder))
    config = CheckpointConfig("looks", "1", base, Preprocessing(size=1), NAMES, temperatures={"colour": 2.0})
    save(folder / "looks.safetensors", config, state, half=False)
    return folder / "looks.safetensors"


def test_each_head_s_probabilities_sum_to_one(tmp_path: Path) -> None:
    found = AttributeReader(looks_in(tmp_path)).read(Image.new("RGB", (8, 8), "red"), TAGGER, EMBEDDING, MASK)
    assert {head: tuple(scores) for head, scores in found.items()} == NAMES
    for scores in found.values():
        assert sum(scores.values()) == pytest.approx(1)
        assert max(scores, key=lambda name: scores[name]) == next(iter(scores))


def test_they_fit_the_tagger_and_the_masks_that_they_were_fitted_on_and_no_others(tmp_path: Path) -> None:
    looks = AttributeReader(looks_in(tmp_path))
    tagger, masks = files_in(tmp_path)
    assert looks.fits(tagger, masks)
    other = a_checkpoint(tmp_path / "again.safetensors", metrics={"top1": 0.5})
    assert read_config(other).model == read_config(tagger).model, "trained anew, it has the same name"
    assert not looks.fits(other, masks)
    assert not looks.fits(tagger, other)


def test_a_checkpoint_that_is_missing_incomplete_or_another_one_s_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CheckpointMissing):
        AttributeReader(tmp_path / "none.safetensors").fits(*files_in(tmp_path))
    with pytest.raises(CheckpointIncompatible):
        AttributeReader(a_checkpoint(tmp_path / "tagger.safetensors")).fits(*files_in(tmp_path))
    with pytest.raises(CheckpointCorrupt, match=r"sleeve\.bias"):
        AttributeReader(looks_in(tmp_path, sleeve="bias")).read(Image.new("RGB", (8, 8)), TAGGER, EMBEDDING, MASK)


def test_what_is_shipped_fits_together() -> None:
    shipped = AttributeReader(SHIPPED_ATTRIBUTES)
    assert shipped.fits(SHIPPED, SHIPPED_MASKS)
    assert set(shipped.config.heads) == {"colour", "pattern", "sleeve"}
    assert set(shipped.config.heads) <= set(BLOCKS)
    for head, limits in shipped.config.tiers.items():
        assert 0 <= limits.check <= limits.sure < 1, head
