from __future__ import annotations

import pytest
from PIL import Image, ImageDraw

from wardrobe_app.services.storage.mask_doubts import is_doubtful

Box = tuple[int, int, int, int]


def mask(*boxes: Box) -> Image.Image:
    drawn = Image.new("L", (240, 320))
    for box in boxes:
        ImageDraw.Draw(drawn).rectangle(box, fill=255)
    return drawn


BODY = (70, 80, 170, 250)


@pytest.mark.parametrize(
    ("boxes", "doubtful"),
    [
        ([BODY, (40, 80, 70, 150), (170, 80, 200, 150)], False),  # a shirt with sleeves
        ([(60, 80, 110, 240), (130, 80, 180, 240)], False),  # a pair
        ([(70, 80, 170, 319)], True),  # goes over the photo's edge
        ([BODY, *[(170, 90 + 12 * one, 230, 92 + 12 * one) for one in range(12)]], True),  # folds of a sheet
        ([], True),
    ],
)
def test_a_mask_that_takes_the_ground_along_is_doubtful(boxes: list[Box], doubtful: bool) -> None:
    assert is_doubtful(mask(*boxes)) is doubtful
