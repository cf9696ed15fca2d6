from __future__ import annotations

import numpy as np
import pytest
from skimage.color import deltaE_ciede2000

from classifier.taxonomy import COLOURS
from wardrobe_app.domain.colour import (
    MULTICOLOUR,
    NAMED,
    Shade,
    distance,
    lab,
    oklch,
    palette_distance,
)


def shade(name: str) -> Shade:
    return Shade(name, NAMED[name])


def test_every_colour_name_of_the_tagger_has_a_representative_and_no_other_has() -> None:
    assert set(NAMED) == set(COLOURS)


def test_no_representative_is_nearer_to_another_name_s_than_people_would_confuse() -> None:
    names = [name for name in NAMED if name != MULTICOLOUR]
    assert min(distance(NAMED[a], NAMED[b]) for a in names for b in names if a < b) > 10


def test_black_and_white_are_a_hundred_apart_and_a_colour_is_no_distance_from_itself() -> None:
    assert distance("#000000", "#ffffff") == pytest.approx(100, abs=0.1)
    assert distance("#336699", "#336699") == 0


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_distance_agrees_with_the_published_test_data_of_sharma_and_others(first, second, expected) -> None:  # noqa: ANN001
    assert float(deltaE_ciede2000(np.array(first), np.array(second))) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(
    ("hex_colour", "expected"),
    [
        ("#ffffff", (1.0, 0.0, None)),
        ("#ff0000", (0.62796, 0.25768, 29.234)),
        ("#00ff00", (0.86644, 0.29483, 142.495)),
        ("#0000ff", (0.45201, 0.31321, 264.052)),
    ],
)
def test_oklch_agrees_with_the_published_values_of_the_primaries(
    hex_colour: str, expected: tuple[float, float, float | None]
) -> None:
    lightness, chroma, hue = oklch(hex_colour)
    assert (lightness, chroma) == pytest.approx(expected[:2], abs=1e-4)
    if expected[2] is not None:
        assert hue == pytest.approx(expected[2], abs=0.01)


@pytest.mark.parametrize("text", ["", "red", "#12345", "#gggggg"])
def test_what_is_not_a_colour_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        oklch(text)


def test_a_palette_is_no_distance_from_itself_in_another_order() -> None:
    labs = np.array([[lab("#aa2244"), lab("#ffffff")]])
    shares = np.array([[0.7, 0.3]])
    assert palette_distance(labs, shares, labs[:, ::-1], shares[:, ::-1]) == pytest.approx(0)


def test_a_second_colour_that_the_other_garment_lacks_sets_palettes_apart_both_ways_round() -> None:
    plain, plain_shares = np.array([[lab("#aa2244"), (0, 0, 0)]]), np.array([[1.0, 0.0]])
    mixed, mixed_shares = np.array([[lab("#aa2244"), lab("#ffffff")]]), np.array([[0.5, 0.5]])
    there = palette_distance(plain, plain_shares, mixed, mixed_shares)
    assert there == pytest.approx(distance("#aa2244", "#ffffff") / 2)
    assert palette_distance(mixed, mixed_shares, plain, plain_shares) == pytest.approx(there)
