from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from classifier import colour
from classifier.taxonomy import COLOURS
from tests.drawing import draw_garment


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


def test_a_picture_that_is_bright_enough_keeps_its_brightness() -> None:
    bright = np.full((4, 4, 3), 0.97)
    assert np.array_equal(colour.exposed(bright), bright)
