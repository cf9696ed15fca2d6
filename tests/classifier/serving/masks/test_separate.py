from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from classifier.serving.masks.separate import separate_garments

Box = tuple[int, int, int, int]
SIZE = (400, 300)


def mask(*boxes: Box, size: tuple[int, int] = SIZE) -> np.ndarray:
    image = Image.new("L", size)
    for box in boxes:
        ImageDraw.Draw(image).rectangle(box, fill=255)
    return np.asarray(image)


def count(*boxes: Box, size: tuple[int, int] = SIZE) -> int:
    return int(separate_garments(mask(*boxes, size=size)).max())


LEFT, MIDDLE, RIGHT = (10, 60, 120, 240), (145, 60, 255, 240), (280, 60, 390, 240)


def test_garments_side_by_side_are_told_apart_from_left_to_right() -> None:
    labels = separate_garments(mask(RIGHT, LEFT, MIDDLE))
    assert int(labels.max()) == 3
    centres = [np.nonzero(labels == number)[1].mean() for number in (1, 2, 3)]
    assert centres == sorted(centres)


def test_four_in_two_rows_are_four() -> None:
    assert count((20, 10, 170, 140), (220, 10, 380, 140), (20, 165, 170, 290), (220, 165, 380, 290)) == 4


def test_one_garment_is_none_to_split() -> None:
    assert count(MIDDLE) == 0
    assert count() == 0


def test_crumbs_and_a_torn_off_cuff_are_no_garments() -> None:
    assert count(MIDDLE, (300, 200, 330, 230), (5, 5, 20, 20)) == 0


def test_garments_that_touch_are_not_clearly_separate() -> None:
    assert count((50, 60, 200, 240), (201, 60, 350, 240)) == 0
    assert count((50, 60, 198, 240), (201, 60, 350, 240)) == 0


def test_a_garment_that_a_belt_cuts_is_one() -> None:
    assert count((120, 20, 280, 120), (120, 125, 280, 280)) == 0


def test_what_the_edge_of_the_picture_cuts_is_ground_or_no_whole_garment() -> None:
    assert count(LEFT, (280, 0, 390, 90)) == 0
    assert count(LEFT, RIGHT, (385, 100, 399, 140)) == 2


def test_a_narrow_bridge_such_as_a_hanger_joins_nothing() -> None:
    assert count(LEFT, RIGHT, (110, 100, 300, 104)) == 2


def test_a_waist_a_strap_and_sleeves_part_nothing() -> None:
    assert count((130, 20, 270, 120), (170, 110, 230, 150), (120, 140, 280, 290)) == 0
    assert count((130, 40, 270, 280), (60, 50, 140, 80), (260, 50, 340, 80)) == 0


@pytest.mark.parametrize("scale", [1, 4])
def test_the_size_of_the_mask_does_not_matter(scale: int) -> None:
    boxes = [tuple(scale * side for side in box) for box in (LEFT, RIGHT)]
    labels = separate_garments(mask(*boxes, size=(scale * SIZE[0], scale * SIZE[1])))  # type: ignore[arg-type]
    assert int(labels.max()) == 2
    assert max(labels.shape) <= 256
