from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from classifier.prediction import Prediction
from classifier.serving.attributes.attributes import SHIPPED_ATTRIBUTES, AttributeReader
from classifier.serving.checkpoint import SHIPPED, CheckpointConfig, read_config, save
from classifier.serving.preprocessing import Preprocessing
from classifier.serving.tagger import Tagger, full_tagger
from classifier.taxonomy import COLOURS, SLEEVES
from tests.classifier.support.checkpoints import a_checkpoint
from tests.support.drawing import draw_with_mask

Colour = tuple[int, int, int]
pytestmark = pytest.mark.skipif(not read_config(SHIPPED).mask_width, reason="the shipped network finds no masks")


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
    assert found.mask.model == tagger.model
    assert found.colour.value == "red"
    assert found.palette[0].name == "red"
    assert found.attributes["sleeve"].value in SLEEVES
    assert float(np.linalg.norm(found.embedding)) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("background", ["bedspread", "door", "wood", "plain"])
def test_drawn_garments_are_found_on_any_ground(tagger: Tagger, background: str) -> None:
    garments = [("tshirt", (40, 120, 70)), ("dress", (60, 60, 150)), ("trousers", (30, 34, 60)),
                ("blouse", (232, 150, 172))]  # fmt: skip
    pictures = [
        draw_with_mask(kind, colour, background=background, size=(300, 400), seed=seed)
        for seed, (kind, colour) in enumerate(garments)
    ]
    for (_, there), found in zip(pictures, tagger.tag([picture for picture, _ in pictures]), strict=True):
        assert found.mask
        shown = np.asarray(Image.fromarray(found.mask.cloth).resize((300, 400))) > 127
        assert (shown & there).sum() > 0.6 * (shown | there).sum(), "drawings have less to go by than photos"


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
    assert told.mask
    assert whole.mask is None
    assert closeness(told, whole) < 0.999
    # Types are told by the whole photo either way.
    assert (whole.type.value, whole.type.tier) == (told.type.value, told.type.tier)
    assert whole.type.confidence == pytest.approx(told.type.confidence, abs=1e-6)


def test_a_tagger_that_the_looks_were_not_fitted_on_says_its_own(tmp_path: Path) -> None:
    heads = {"type": ("Tee", "Jeans", "Dress", "Blouse", "Shorts", "Skirt"), "colour": COLOURS}
    path = a_checkpoint(tmp_path / "tiny.safetensors", heads=heads)
    (found,) = Tagger(path, "cpu", attributes=AttributeReader(SHIPPED_ATTRIBUTES)).tag(
        [drawn("tshirt", (190, 30, 40), "wood")]
    )
    assert "sleeve" not in found.attributes
    assert found.pattern.value == "other"


def test_without_the_looks_checkpoint_colours_come_from_the_pixels_under_the_mask(tmp_path: Path) -> None:
    looks = AttributeReader(tmp_path / "none.safetensors")
    (found,) = Tagger(SHIPPED, attributes=looks).tag([drawn("tshirt", (190, 30, 40), "wood")])
    assert found.mask
    assert found.colour.value == "red"


def test_another_checkpoint_is_refused_as_a_tagger_s_looks(tmp_path: Path) -> None:
    config = CheckpointConfig("other", "1", "none", Preprocessing(size=8), {"mask": ("cloth",)})
    save(tmp_path / "other.safetensors", config, {"mask.weight": torch.ones(1)})
    looks = AttributeReader(tmp_path / "other.safetensors")
    (found,) = Tagger(SHIPPED, attributes=looks).tag([drawn("tshirt", (190, 30, 40), "wood")])
    assert found.colour.value == "red"
