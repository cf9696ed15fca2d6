from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from classifier.datasets.cut_outs import cut_out, skin_of
from tests.support.drawing import draw_product

SKINS = [(236, 196, 168), (198, 140, 106), (141, 92, 62)]
SHIRT, JEANS, HAIR = (40, 90, 190), (52, 62, 92), (40, 28, 24)


def model(skin: tuple[int, int, int], shirt: tuple[int, int, int] = SHIRT) -> Image.Image:
    picture = Image.new("RGB", (224, 224), "white")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((76, 172, 148, 223), fill=JEANS)
    draw.rectangle((72, 60, 152, 176), fill=shirt)
    for left in (56, 153):
        draw.rectangle((left, 70, left + 14, 160), fill=skin)
    draw.rectangle((100, 44, 124, 66), fill=skin)
    draw.ellipse((94, 10, 130, 54), fill=skin)
    draw.pieslice((92, 4, 132, 50), 180, 360, fill=HAIR)
    return picture


@pytest.mark.parametrize("skin", SKINS)
def test_a_shirt_is_cut_out_without_who_wears_it(skin: tuple[int, int, int]) -> None:
    found = cut_out(model(skin), "upper")
    assert found is not None
    assert found.cloth[80:160, 80:145].all()
    assert not found.cloth[:50].any(), "the head"
    assert not found.cloth[75:150, 58:68].any(), "an arm"
    assert found.rest[20:40, 105:120].all()
    assert found.unsure[205:220, 90:140].all(), "what she wears besides"
    assert not (found.cloth & (found.rest | found.unsure)).any()


@pytest.mark.parametrize("kind", ["tshirt", "dress", "trousers", "bag", "shoes"])
def test_what_nobody_wears_is_cut_out_whole(kind: str) -> None:
    slot = {"tshirt": "upper", "dress": "full", "trousers": "lower", "bag": "bag", "shoes": "feet"}[kind]
    product = draw_product(kind, (150, 40, 60))
    found = cut_out(product, slot)
    assert found is not None
    there = np.asarray(product).min(2) < 230
    assert (found.cloth & there).sum() > 0.9 * there.sum()
    assert not found.rest.any()


def test_cloth_as_white_as_its_ground_is_left_out() -> None:
    shirt = Image.new("RGB", (224, 224), "white")
    draw = ImageDraw.Draw(shirt)
    for top in range(40, 200, 40):  # all that can be told of it are its seams
        draw.rectangle((60, top, 160, top + 8), fill=(190, 190, 190))
    assert cut_out(shirt, "upper") is None
    assert cut_out(Image.new("RGB", (224, 224), "white"), "upper") is None
    assert cut_out(Image.new("RGB", (224, 224), SHIRT), "upper") is None


def test_skin_is_told_from_cloth_by_its_colour() -> None:
    swatches = np.array([[*SKINS, SHIRT, JEANS, (250, 250, 250), (20, 20, 20), (60, 120, 60)]], np.uint8)
    assert skin_of(swatches)[0].tolist() == [True] * 3 + [False] * 5
