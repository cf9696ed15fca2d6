from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from classifier.prediction import GarmentMask, Prediction
from classifier.serving.attributes.attributes import SHIPPED_ATTRIBUTES, AttributeReader
from classifier.serving.checkpoint import SHIPPED, CheckpointConfig, save
from classifier.serving.masks.garment_mask import SHIPPED_MASKS, Masker
from classifier.serving.preprocessing import Preprocessing
from classifier.serving.tagger import Tagger, full_tagger
from classifier.taxonomy import COLOURS, SLEEVES
from tests.classifier.support.checkpoints import a_checkpoint
from tests.support.drawing import draw_with_mask

Colour = tuple[int, int, int]


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return full_tagger()


def drawn(kind: str, colour: Colour, background: str, seed: int = 1) -> Image.Image:
    return draw_with_mask(kind, colour, background=background, size=(300, 400), seed=seed)[0]


def closeness(one: Prediction, other: Prediction) -> float:
    return float(one.embedding @ other.embedding)


def test_everything_shipped_works_together(tagger: Tagger) -> None:
    (found,) = tagger.tag([drawn("tshirt", (190, 30, 40), "wood")])
    assert found.mask
    assert found.mask.model == Masker(SHIPPED_MASKS).model
    assert found.colour.value == "red"
    assert found.palette[0].name == "red"
    assert found.attributes["sleeve"].value in SLEEVES
    assert float(np.linalg.norm(found.embedding)) == pytest.approx(1, abs=1e-5)


def test_what_has_no_sleeves_is_not_asked_for_them(tagger: Tagger) -> None:
    (found,) = tagger.tag([drawn("shoes", (90, 50, 30), "wood")])
    assert found.slot in {"feet", "bag"}
    assert "sleeve" not in found.attributes


def test_the_same_garment_on_another_ground_is_closer_than_another_one_on_the_same(tagger: Tagger) -> None:
    green, elsewhere, pink = tagger.tag(
        [
            drawn("tshirt", (40, 140, 70), "bedspread"),
            drawn("tshirt", (40, 140, 70), "door"),
            drawn("dress", (232, 120, 160), "bedspread"),
        ]
    )
    assert closeness(green, elsewhere) > closeness(green, pink) + 0.1


def test_where_the_owner_says_so_all_of_the_photo_counts(tagger: Tagger) -> None:
    photo = drawn("tshirt", (40, 140, 70), "bedspread")
    told, whole = tagger.tag([photo, photo], [True, False])
    alone = Tagger(SHIPPED).tag([photo])[0]
    assert told.mask
    assert whole.mask is None
    assert closeness(whole, alone) == pytest.approx(1, abs=1e-4)
    assert closeness(told, alone) < 0.999
    # Types are told by the whole photo either way; sums of floats differ in the last digits from batch to batch.
    for other in (whole, alone):
        assert (other.type.value, other.type.tier) == (told.type.value, told.type.tier)
        assert other.type.confidence == pytest.approx(told.type.confidence, abs=1e-6)


def test_a_tagger_that_the_looks_were_not_fitted_on_says_its_own(tmp_path: Path) -> None:
    heads = {"type": ("Tee", "Jeans", "Dress", "Blouse", "Shorts", "Skirt"), "colour": COLOURS}
    path = a_checkpoint(tmp_path / "tiny.safetensors", heads=heads)
    (found,) = Tagger(path, "cpu", masker=Masker(SHIPPED_MASKS), attributes=AttributeReader(SHIPPED_ATTRIBUTES)).tag(
        [drawn("tshirt", (190, 30, 40), "wood")]
    )
    assert found.mask
    assert "sleeve" not in found.attributes
    assert found.pattern.value == "other"


def test_without_the_masks_checkpoint_tagging_goes_on_and_says_so_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    tagger = Tagger(
        SHIPPED, masker=Masker(tmp_path / "none.safetensors"), attributes=AttributeReader(SHIPPED_ATTRIBUTES)
    )
    with caplog.at_level(logging.WARNING):
        first, second = (tagger.tag([drawn("tshirt", (190, 30, 40), "wood")])[0] for _ in range(2))
    assert first.mask is second.mask is None
    assert first.colour.value == "red"
    assert caplog.text.count("none.safetensors") == 1


def test_without_the_looks_checkpoint_colours_come_from_the_pixels_under_the_mask(tmp_path: Path) -> None:
    looks = AttributeReader(tmp_path / "none.safetensors")
    (found,) = Tagger(SHIPPED, masker=Masker(SHIPPED_MASKS), attributes=looks).tag(
        [drawn("tshirt", (190, 30, 40), "wood")]
    )
    assert found.mask
    assert found.colour.value == "red"


def test_a_cut_out_shows_the_garment_and_nothing_else() -> None:
    picture = Image.new("RGB", (40, 80), (200, 0, 0))
    likely = np.zeros((20, 10), np.uint8)
    likely[5:15] = 255
    shown = np.asarray(GarmentMask(likely, "masks 1").cut_out(picture))
    assert (shown[30:50] == (200, 0, 0)).all()
    assert (shown[:12] == 235).all()
    assert np.asarray(picture)[0, 0].tolist() == [200, 0, 0], "the photo itself stays as it is"


@pytest.mark.parametrize(("resize", "filled"), [("squash", 1.0), ("letterbox", 0.5)])
def test_a_mask_is_laid_like_its_picture(resize: str, filled: float) -> None:
    laid = Preprocessing(size=64, resize=resize).fit_mask(np.full((40, 20), 255, np.uint8))
    assert laid.shape == (64, 64)
    assert laid.mean() == pytest.approx(filled, abs=0.03)


def test_a_checkpoint_for_masks_is_refused_as_a_tagger_s_looks(tmp_path: Path) -> None:
    config = CheckpointConfig("other", "1", "none", Preprocessing(size=8), {"mask": ("cloth",)})
    save(tmp_path / "other.safetensors", config, {"mask.weight": torch.ones(1)})
    looks = AttributeReader(tmp_path / "other.safetensors")
    (found,) = Tagger(SHIPPED, masker=Masker(SHIPPED_MASKS), attributes=looks).tag(
        [drawn("tshirt", (190, 30, 40), "wood")]
    )
    assert found.colour.value == "red"
