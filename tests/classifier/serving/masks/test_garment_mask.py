from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from classifier.serving.masks.garment_mask import (
    Found,
    close_outline,
    find_mask,
    guided_filter,
    is_doubtful,
    refine,
)
from classifier.serving.masks.separate import separate_garments

Floats = NDArray[np.float32]


def likely_in(*boxes: tuple[int, int, int, int], value: float = 0.9, side: int = 128) -> Floats:
    # Boxes are left, top, right, bottom.
    found = np.full((side, side), 0.02, np.float32)
    for left, top, right, bottom in boxes:
        found[top:bottom, left:right] = value
    return found


def closed(probability: Floats) -> NDArray[np.bool_]:
    outline = close_outline(probability)
    assert outline is not None
    return outline >= 0.5


def mask_of(probability: Floats, picture: Image.Image) -> Found:
    found = find_mask(probability, picture, "tiny 3")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("size", "shape"), [((600, 800), (512, 384)), ((3000, 30), (5, 512)), ((40, 20), (20, 40)), ((1, 1), (1, 1))]
)
def test_masks_have_the_proportions_of_their_pictures(size: tuple[int, int], shape: tuple[int, int]) -> None:
    mask = mask_of(np.full((16, 16), 0.9, np.float32), Image.new("RGB", size, "red")).mask
    assert (mask.cloth.shape, mask.cloth.dtype, mask.model) == (shape, np.uint8, "tiny 3")
    assert mask.cloth.min() == 255


def test_where_nothing_is_found_there_is_no_mask() -> None:
    for probability in (np.full((64, 64), 0.5, np.float32), likely_in((3, 3, 5, 5), side=64)):
        assert close_outline(probability) is None
        assert find_mask(probability, Image.new("RGB", (60, 80)), "tiny 3") is None


def test_a_print_belongs_to_the_garment_and_a_handle_s_hole_does_not() -> None:
    likely = likely_in((30, 20, 90, 100), (100, 110, 104, 114))  # the second is a crumb
    likely[40:60, 45:70] = 0.2  # a print that the network is unsure of
    likely[80:95, 40:70] = 0.02  # the ground seen through a handle
    found = closed(likely)
    assert found[40:60, 45:70].all()
    assert not found[82:93, 42:68].any()
    assert not found[105:].any()


def test_what_is_merely_likely_counts_only_beside_what_is_sure() -> None:
    found = closed(likely_in((10, 10, 40, 40)) + likely_in((40, 10, 60, 40), (80, 10, 110, 40), value=0.43) - 0.02)
    assert found[10:40, 10:60].all()
    assert not found[:, 80:].any()


def test_both_shoes_count() -> None:
    assert closed(likely_in((10, 40, 50, 90), (70, 40, 110, 90))).sum() == 2 * 50 * 40


def two_halves(left: tuple[float, float, float], right: tuple[float, float, float]) -> Floats:
    # A picture with an edge at column 280.
    guide = np.empty((384, 512, 3), np.float32)
    guide[:, :280], guide[:, 280:] = left, right
    return guide


def short_of_the_edge() -> Floats:
    # A mask of fewer pixels that ends before the edge, at column 276 or 277.
    coarse = np.zeros((168, 224), np.float32)
    coarse[:, :121] = 1
    return coarse


def test_the_guided_filter_follows_an_edge_of_the_picture_that_the_mask_misses() -> None:
    found = guided_filter(two_halves((0.1, 0.2, 0.7), (0.8, 0.8, 0.3)), short_of_the_edge())
    assert (found.shape, found.dtype) == ((384, 512), np.float32)
    assert ((found > 0.5) == (np.arange(512) < 280)).all()
    assert (found[:, 279] - found[:, 280]).min() > 0.5


def test_on_a_plain_picture_the_guided_filter_only_smooths() -> None:
    found = guided_filter(two_halves((0.5, 0.5, 0.5), (0.5, 0.5, 0.5)), short_of_the_edge())
    steps = np.diff(found, axis=1)
    assert steps.max() < 1e-3
    assert steps.min() > -0.1
    assert set((found > 0.5).sum(1)) <= {276, 277}


def test_a_coarse_mask_is_refined_to_the_garment_s_edge() -> None:
    pixels = np.full((400, 300, 3), (190, 180, 160), np.uint8)
    pixels[83:317, 61:239] = (30, 40, 120)
    probability = likely_in((13, 13, 51, 51), side=64)  # each place covers about 6 x 5 pixels
    opacity = refine(np.where(probability > 0.5, 0.9, 0.1).astype(np.float32), Image.fromarray(pixels))
    there = np.zeros((400, 300), bool)
    there[83:317, 61:239] = True
    coarse = np.asarray(Image.fromarray(probability).resize((300, 400), Image.Resampling.BILINEAR)) > 0.5
    missed = ((opacity > 127) != there).mean()
    assert missed < 0.3 * (coarse != there).mean()
    assert opacity[200, 150] == 255
    assert opacity[5, 5] == 0


@pytest.mark.parametrize(
    ("probability", "doubtful"),
    [
        (likely_in((20, 20, 100, 100)), False),
        (likely_in((20, 20, 100, 100), value=0.7), True),  # unsure all over
        (likely_in((4, 4, 60, 124), (68, 4, 124, 124)), False),  # a pair
        (likely_in((4, 4, 24, 24), (68, 4, 88, 24), (4, 68, 24, 88), (68, 68, 88, 88)), True),  # four pieces
    ],
)
def test_a_mask_is_doubtful_where_the_network_hesitates_or_finds_pieces(probability: Floats, doubtful: bool) -> None:
    outline = close_outline(probability)
    assert outline is not None
    assert is_doubtful(probability, outline) is doubtful
    assert mask_of(probability, Image.new("RGB", (90, 90))).doubtful is doubtful


def test_garments_that_the_network_joins_by_a_mere_guess_are_kept_apart() -> None:
    likely = likely_in((8, 30, 50, 100), (78, 30, 120, 100))
    likely[40:90, 50:78] = 0.4
    found = mask_of(likely, Image.new("RGB", (512, 512)))
    assert not found.doubtful
    assert int(separate_garments(found.mask.cloth).max()) == 2
    assert closed(likely)[60, 64], "otherwise a guess beside cloth is cloth"


def test_four_garments_are_no_torn_mask_and_five_crumbs_are() -> None:
    boxes = [(left, top, left + 44, top + 44) for left in (10, 74) for top in (10, 74)]
    assert not mask_of(likely_in(*boxes), Image.new("RGB", (512, 512))).doubtful
    crumbs = [(left, top, left + 14, top + 14) for left in (10, 74) for top in (10, 74)]
    assert mask_of(likely_in(*crumbs), Image.new("RGB", (512, 512))).doubtful
