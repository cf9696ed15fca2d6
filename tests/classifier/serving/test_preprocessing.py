from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from classifier.serving.preprocessing import Preprocessing

RED, BLUE = (255, 0, 0), (0, 0, 255)


def two_halves(width: int, height: int) -> Image.Image:
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (width // 2, 0, width, height))
    return image


def test_a_picture_becomes_a_normalised_square() -> None:
    values = Preprocessing(size=64).apply(Image.new("RGB", (300, 200), (255, 0, 128)))
    assert values.shape == (3, 64, 64)
    assert values.dtype == np.float32
    assert values.flags.c_contiguous
    np.testing.assert_allclose(values[:, 10, 10], [1.0, -1.0, 128 / 255 * 2 - 1], atol=1e-6)


def test_mean_and_std_are_taken_channel_by_channel() -> None:
    mean, std = (0.1, 0.2, 0.3), (0.5, 0.25, 2.0)
    values = Preprocessing(size=8, mean=mean, std=std).apply(Image.new("RGB", (9, 9), (51, 102, 153)))
    expected = [(value - m) / s for value, m, s in zip((0.2, 0.4, 0.6), mean, std, strict=True)]
    np.testing.assert_allclose(values[:, 3, 3], expected, rtol=1e-5)


def test_squashing_keeps_the_whole_picture() -> None:
    fitted = np.asarray(Preprocessing(size=40).fit(two_halves(400, 100)))
    assert tuple(fitted[20, 0]) == RED
    assert tuple(fitted[20, 39]) == BLUE
    assert tuple(fitted[0, 0]) == RED


def test_letterboxing_keeps_the_proportions_between_bars_of_the_mean_colour() -> None:
    fitted = np.asarray(Preprocessing(size=40, resize="letterbox", mean=(0.2, 0.4, 0.6)).fit(two_halves(400, 100)))
    assert tuple(fitted[0, 20]) == (51, 102, 153)
    assert tuple(fitted[20, 0]) == RED
    assert (fitted[:, 0] == RED).all(axis=1).sum() == 10


def test_shrinking_averages_instead_of_picking_pixels() -> None:
    stripes = np.zeros((512, 512, 3), np.uint8)
    stripes[:, ::2] = 255
    fitted = np.asarray(Preprocessing(size=32).fit(Image.fromarray(stripes)))
    assert abs(fitted[8:-8, 8:-8].astype(int) - 127).max() < 8


@pytest.mark.parametrize("mode", ["L", "RGBA", "P", "CMYK", "1"])
def test_pictures_of_other_modes_are_taken_too(mode: str) -> None:
    values = Preprocessing(size=16).apply(Image.new("RGB", (20, 30), "white").convert(mode))
    np.testing.assert_array_equal(values, np.ones((3, 16, 16)))


@pytest.mark.parametrize("size", [(400, 100), (90, 120), (33, 7), (50, 50), (1, 9)])
@pytest.mark.parametrize("side", [64, 32])  # of the map; the input's is 64
def test_a_map_over_a_letterboxed_input_is_cut_to_the_picture(size: tuple[int, int], side: int) -> None:
    how = Preprocessing(size=64, resize="letterbox", mean=(0.0, 0.0, 0.0), std=(1.0, 1.0, 1.0))
    places = how.apply(Image.new("RGB", size, "white"))[0].reshape(side, 64 // side, side, 64 // side)
    values = places.mean((1, 3))
    cut = how.unfit(values, size)
    assert cut.min() >= 0.5, "no bar is left but for half a place"
    assert cut.sum() >= 0.9 * values.sum(), "and all of the picture is"


def test_a_map_over_a_squashed_input_shows_the_picture_everywhere() -> None:
    values = np.zeros((32, 32), np.float32)
    assert Preprocessing(size=64).unfit(values, (400, 100)) is values


@pytest.mark.parametrize(("resize", "filled"), [("squash", 1.0), ("letterbox", 0.5)])
def test_labels_are_laid_like_their_picture(resize: str, filled: float) -> None:
    how = Preprocessing(size=64, resize=resize, mean=(0.0, 0.0, 0.0))
    fitted = how.fit_labels(np.full((40, 20), 255, np.uint8))
    assert (fitted.shape, fitted.dtype) == ((64, 64), np.uint8)
    assert set(np.unique(fitted)) <= {0, 255}
    assert fitted.mean() == pytest.approx(255 * filled, abs=8)
    shown = np.asarray(how.fit(Image.new("RGB", (20, 40), "white")))[..., 0]
    assert ((shown > 127) == (fitted > 0)).all()


@pytest.mark.parametrize(
    "change", [{"size": 0}, {"resize": "stretch"}, {"mean": (0.5, 0.5)}, {"std": (0.5, 0.0, 0.5)}, {"std": (0.5,)}]
)
def test_senseless_values_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=next(iter(change))):
        replace(Preprocessing(), **change)  # type: ignore[arg-type]
