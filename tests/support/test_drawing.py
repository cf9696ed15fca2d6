from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from tests.support.drawing import BACKGROUNDS, KINDS, PATTERNS, draw_garment, photo_bytes

SMALL = (150, 200)


def test_a_seed_always_draws_the_same_picture() -> None:
    first, again, other = (draw_garment("shirt", size=SMALL, seed=seed) for seed in (3, 3, 4))
    assert photo_bytes(first, "PNG") == photo_bytes(again, "PNG")
    assert photo_bytes(first, "PNG") != photo_bytes(other, "PNG")


@pytest.mark.parametrize("kind", KINDS)
def test_the_garment_has_its_colour_in_the_middle(kind: str) -> None:
    picture = np.asarray(draw_garment(kind, (200, 30, 40), background="plain", size=SMALL), dtype=int)
    red = (picture[..., 0] - picture[..., 1] > 60).mean()
    assert 0.04 < red < 0.7


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("background", BACKGROUNDS)
def test_every_pattern_and_ground_can_be_drawn_and_saved(pattern: str, background: str) -> None:
    data = photo_bytes(draw_garment("dress", pattern=pattern, background=background, size=SMALL), quality=90)
    assert Image.open(io.BytesIO(data)).size == SMALL
