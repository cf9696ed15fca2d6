from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from classifier.prediction import Swatch
from classifier.serving import palette as colour
from classifier.taxonomy import COLOURS
from tests.support.drawing import draw_garment


def test_every_name_but_multicolour_has_prototypes_that_answer_to_it() -> None:
    assert {*colour.PROTOTYPES, "multicolour"} == set(COLOURS)
    for name, shades in colour.PROTOTYPES.items():
        assert [colour.name_of_hex(shade) for shade in shades] == [name] * len(shades)


@pytest.mark.parametrize(
    ("shade", "name"),
    [("#000000", "black"), ("#ffffff", "white"), ("#808080", "grey"), ("#ff0000", "red"), ("#ffa500", "orange"),
     ("#ffff00", "yellow"), ("#008000", "green"), ("#0000cd", "blue"), ("#000080", "navy"), ("#800080", "purple"),
     ("#ffc0cb", "pink"), ("#8b4513", "brown"), ("#f5f5dc", "beige")],
)  # fmt: skip
def test_the_web_s_own_names_are_kept(shade: str, name: str) -> None:
    assert colour.name_of_hex(shade) == name


def test_the_garment_counts_and_not_the_bedspread() -> None:
    photo = draw_garment("tshirt", colour=(40, 80, 180), background="bedspread", size=(600, 800), seed=1)
    votes, palette = colour.describe(photo, None)
    assert max(votes, key=lambda name: votes[name]) == "blue"
    assert palette[0].name == "blue"


def test_shares_sum_to_one_and_the_largest_comes_first() -> None:
    rng = np.random.default_rng(0)
    noise = Image.fromarray(rng.integers(0, 255, (80, 60, 3), dtype=np.uint8))
    palette = colour.palette_of(noise)
    assert 1 <= len(palette) <= 4
    assert sum(swatch.share for swatch in palette) == pytest.approx(1)
    assert [s.share for s in palette] == sorted((s.share for s in palette), reverse=True)


@pytest.mark.parametrize("size", [(1, 1), (2, 300), (300, 2)])
def test_a_picture_of_one_colour_and_any_shape_has_that_colour(size: tuple[int, int]) -> None:
    votes, palette = colour.describe(Image.new("RGB", size, (200, 30, 40)), None)
    assert [swatch.name for swatch in palette] == ["red"]
    assert sum(votes.values()) == pytest.approx(1)


def test_the_network_and_the_pixels_decide_together() -> None:
    photo = Image.new("RGB", (60, 60), (26, 30, 52))
    even = dict.fromkeys(COLOURS, 0.0) | {"navy": 0.5, "black": 0.5}
    leaning = dict.fromkeys(COLOURS, 0.0) | {"navy": 0.02, "black": 0.98}
    by_pixels, _ = colour.describe(photo, even)
    by_network, _ = colour.describe(photo, leaning)
    assert by_pixels["navy"] > by_pixels["black"]
    assert by_network["black"] > by_network["navy"]
    assert sum(by_network.values()) == pytest.approx(1)


def test_a_white_shirt_in_a_dark_room_is_white() -> None:
    room = Image.new("RGB", (120, 160), (70, 40, 30))
    room.paste((160, 160, 158), (30, 30, 90, 130))
    votes, _ = colour.describe(room, None)
    assert max(votes, key=lambda name: votes[name]) == "white"


@pytest.mark.parametrize("lamp", [(1.0, 0.93, 0.78), (1.0, 0.88, 0.66), (0.86, 0.93, 1.0)])
def test_a_white_shirt_under_a_lamp_is_white(lamp: tuple[float, float, float]) -> None:
    room = Image.new("RGB", (120, 160), (90, 60, 50))
    room.paste((236, 236, 234), (20, 20, 100, 140))
    lit = Image.fromarray((np.asarray(room) * lamp).astype(np.uint8))
    mask = np.zeros((160, 120), np.uint8)
    mask[20:140, 20:100] = 255
    assert colour.palette_of(lit, mask, "white")[0].name in {"white", "grey"}


def test_a_red_bedspread_is_no_lamp() -> None:
    room = Image.new("RGB", (120, 160), (200, 30, 40))
    room.paste((30, 40, 90), (40, 50, 80, 110))
    balanced = colour.white_balanced(np.asarray(room) / 255)
    assert np.array_equal(balanced, np.asarray(room) / 255)


def test_a_grey_jumper_on_a_red_bedspread_does_not_turn_green() -> None:
    room = Image.new("RGB", (120, 160), (205, 40, 45))
    room.paste((150, 128, 127), (20, 20, 100, 140))  # red is thrown back on it
    mask = np.zeros((160, 120), np.uint8)
    mask[20:140, 20:100] = 255
    for called in ("grey", None):
        (swatch, *_) = colour.palette_of(room, mask, called)
        red, green, blue = (int(swatch.hex[at : at + 2], 16) for at in (1, 3, 5))
        assert red >= max(green, blue)


def test_a_dark_swatch_takes_the_name_that_the_garment_has() -> None:
    palette = (Swatch("black", "#17171f", 0.8), Swatch("white", "#f0f0f0", 0.2))
    named = colour.renamed(palette, {"navy": 0.7, "black": 0.3})
    assert [swatch.name for swatch in named] == ["navy", "white"]
    assert [swatch.hex for swatch in named] == [swatch.hex for swatch in palette]
    assert colour.renamed(palette, {"white": 0.9, "navy": 0.1}) == palette
    assert colour.renamed(palette, {"yellow": 0.9, "navy": 0.1}) == palette, "nothing there can be called yellow"


def test_a_picture_that_is_bright_enough_keeps_its_brightness() -> None:
    bright = np.full((4, 4, 3), 0.97)
    assert np.array_equal(colour.brighten(bright), bright)
