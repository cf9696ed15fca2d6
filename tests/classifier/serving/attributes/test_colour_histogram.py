from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from classifier.serving.attributes.colour_histogram import colour_features, count, shades_of_grey, white_patch
from tests.support.drawing import draw_with_mask


def flat(colour: tuple[int, int, int], size: tuple[int, int] = (60, 80)) -> np.ndarray:
    return np.asarray(Image.new("RGB", size, colour), np.float64) / 255


@pytest.mark.parametrize("size", [(1, 1), (300, 2), (600, 800)])
def test_there_are_always_as_many_numbers_and_none_is_missing(size: tuple[int, int]) -> None:
    for value in (0, 128, 255):
        found = colour_features(Image.new("RGB", size, (200, 30, 40)), np.full((3, 3), value, np.uint8))
        assert found.shape == (count(),)
        assert np.isfinite(found).all()


def test_what_lies_around_the_cloth_does_not_change_what_the_cloth_is() -> None:
    votes = 13  # of the picture as it is, by name, at the front
    found = []
    for background in ("bedspread", "plain"):
        picture, mask = draw_with_mask("tshirt", (40, 90, 190), background=background, size=(300, 400), seed=2)
        found.append(colour_features(picture, mask)[:votes])
    assert int(found[0].argmax()) == int(found[1].argmax())
    assert np.abs(np.exp(found[0]) - np.exp(found[1])).max() < 0.08


def test_a_light_s_colour_is_taken_out() -> None:
    lamp = np.array([1.0, 0.86, 0.62])
    room = np.concatenate([flat((236, 236, 236)), flat((40, 90, 60)), flat((120, 120, 120))], axis=1) * lamp
    for corrected in (white_patch(room), shades_of_grey(room)):
        white = corrected[40, 30]
        assert np.ptp(white) < np.ptp(room[40, 30]) / 2
        assert 0 <= corrected.min() <= corrected.max() <= 1


def test_a_picture_in_good_light_is_left_nearly_as_it_is() -> None:
    room = np.concatenate([flat((255, 255, 255)), flat((40, 90, 160))], axis=1)
    assert np.abs(white_patch(room) - room).max() < 0.02
