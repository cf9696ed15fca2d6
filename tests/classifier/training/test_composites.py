from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from classifier.datasets.cut_outs import CutOut, cut_out
from classifier.training.composites import CLOTH, UNSURE, composite, drawn_texture
from tests.classifier.datasets.test_cut_outs import SKINS, model
from tests.support.drawing import draw_garment, draw_product


@pytest.fixture(scope="module")
def grounds() -> list[Image.Image]:
    return [draw_garment(background=name, size=(120, 160)) for name in ("bedspread", "wood", "door")]


def cut(picture: Image.Image) -> CutOut:
    found = cut_out(picture, "upper")
    assert found is not None
    return found


def test_labels_lie_where_the_garment_lies(grounds: list[Image.Image]) -> None:
    garment = cut(draw_product("tshirt", (200, 20, 30)))
    for seed in range(12):
        picture, labels = composite(garment, grounds, 96, np.random.default_rng(seed))
        assert (picture.size, labels.shape, labels.dtype) == ((96, 96), (96, 96), np.uint8)
        assert set(np.unique(labels)) <= {0, CLOTH}
        assert 0.02 < (labels == CLOTH).mean() < 0.9
        pixels = np.asarray(picture, float)
        apart = np.abs(pixels[labels == CLOTH].mean(0) - pixels[labels == 0].mean(0)).max()
        assert apart > 3, "the eye can tell them apart"


def test_the_same_seed_gives_the_same_picture_and_another_another(grounds: list[Image.Image]) -> None:
    garment = cut(draw_product("tshirt"))
    first, again, other = (composite(garment, grounds, 64, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert first[0] == again[0]
    assert (first[1] == again[1]).all()
    assert first[0] != other[0]


def test_a_model_is_laid_down_with_it_at_times_and_is_no_cloth(grounds: list[Image.Image]) -> None:
    garment = cut(model(SKINS[1]))
    labels = [composite(garment, grounds, 96, np.random.default_rng(seed))[1] for seed in range(30)]
    with_model = [one for one in labels if (one == UNSURE).any()]
    assert 2 <= len(with_model) <= 20
    assert all((one == CLOTH).any() for one in labels)


def test_without_photos_grounds_are_drawn() -> None:
    picture, labels = composite(cut(draw_product("tshirt")), [], 64, np.random.default_rng(3))
    assert picture.size == (64, 64)
    assert (labels == CLOTH).any()


def test_drawn_grounds_are_of_several_kinds() -> None:
    textures = [drawn_texture(48, np.random.default_rng(seed)) for seed in range(20)]
    assert all(texture.shape == (48, 48, 3) and 0 <= texture.min() <= texture.max() <= 255 for texture in textures)
    rough = [float(np.abs(np.diff(texture.mean(2), axis=1)).mean()) for texture in textures]
    assert max(rough) > 5 * min(rough)
