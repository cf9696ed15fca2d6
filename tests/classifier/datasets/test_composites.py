from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from classifier.datasets.composites import CLOTH, UNSURE, composite, crumples, drawn_texture, framed, masked_photo
from classifier.datasets.cut_outs import CutOut, cut_out
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


def red_where(cloth: np.ndarray) -> Image.Image:
    pixels = np.full((*cloth.shape, 3), (20, 30, 40), np.uint8)
    pixels[cloth] = (210, 40, 30)
    return Image.fromarray(pixels)


def test_a_frame_has_other_proportions_and_its_labels_go_along() -> None:
    labels = np.zeros((64, 64), np.uint8)
    labels[10:50, 20:45] = CLOTH
    shapes = set()
    for seed in range(20):
        picture, cut = framed(red_where(labels == CLOTH), labels, np.random.default_rng(seed))
        assert picture.size == cut.shape[::-1]
        assert ((np.asarray(picture)[..., 0] > 100) == (cut == CLOTH)).all()
        assert 64 in cut.shape, "only one side is cut"
        assert max(cut.shape) / min(cut.shape) < 1.65
        shapes.add(cut.shape)
    assert len(shapes) > 10
    assert {wide > high for high, wide in shapes} == {True, False}


def test_a_masked_photo_is_varied_together_with_its_labels() -> None:
    mask = np.zeros((96, 64), bool)
    mask[20:70, 8:40] = True
    found = [masked_photo(red_where(mask), mask, np.random.default_rng(seed)) for seed in range(30)]
    for picture, labels in found:
        assert picture.size == labels.shape[::-1]
        assert labels.dtype == np.uint8
        assert set(np.unique(labels)) == {0, UNSURE, CLOTH}
        pixels = np.asarray(picture, float)
        assert pixels[labels == CLOTH].mean(0)[0] > pixels[labels == 0].mean(0)[0] + 40
        redder = pixels[..., 0] > pixels[..., 2] + 10
        assert (redder[labels != UNSURE] == (labels == CLOTH)[labels != UNSURE]).mean() > 0.98
    shapes = {labels.shape for _, labels in found}
    assert (96, 64) in shapes, "some are whole"
    assert any(high < wide for high, wide in shapes), "some lie on their side"
    assert len(shapes) > 5, "some are cut"


def test_the_edge_of_a_mask_is_not_learnt() -> None:
    mask = np.zeros((40, 40), bool)
    mask[10:30, 10:30] = True
    for seed in range(30):
        _, labels = masked_photo(red_where(mask), mask, np.random.default_rng(seed))
        if labels.shape == (40, 40):
            assert (labels == CLOTH).sum() == 18 * 18
            assert (labels == UNSURE).sum() == 22 * 22 - 18 * 18
            return
    pytest.fail("each was cut")


def test_crumples_are_light_and_shade_around_one() -> None:
    for seed in range(5):
        shade = crumples(48, np.random.default_rng(seed))
        assert (shade.shape, shade.dtype) == ((48, 48, 1), np.float32)
        assert 0.5 < shade.min() < 0.97
        assert 1.03 < shade.max() < 1.5


def test_drawn_grounds_are_of_several_kinds() -> None:
    textures = [drawn_texture(48, np.random.default_rng(seed)) for seed in range(20)]
    assert all(texture.shape == (48, 48, 3) and 0 <= texture.min() <= texture.max() <= 255 for texture in textures)
    rough = [float(np.abs(np.diff(texture.mean(2), axis=1)).mean()) for texture in textures]
    assert max(rough) > 5 * min(rough)
