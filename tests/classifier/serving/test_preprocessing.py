from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from classifier.serving.preprocessing import Preprocessing

RED, BLUE = (255, 0, 0), (0, 0, 255)


def two_halves(width: int, height: int) -> Image.Image:
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (width // 2, 0, width, height))
    return image


def test_a_picture_becomes_a_normalised_square_tensor() -> None:
    tensor = Preprocessing(size=64).apply(Image.new("RGB", (300, 200), (255, 0, 128)))
    assert tensor.shape == (3, 64, 64)
    assert tensor.dtype == torch.float32
    assert tensor.is_contiguous()
    torch.testing.assert_close(tensor[:, 10, 10], torch.tensor([1.0, -1.0, 128 / 255 * 2 - 1]))


def test_mean_and_std_are_taken_channel_by_channel() -> None:
    mean, std = (0.1, 0.2, 0.3), (0.5, 0.25, 2.0)
    tensor = Preprocessing(size=8, mean=mean, std=std).apply(Image.new("RGB", (9, 9), (51, 102, 153)))
    expected = [(value - m) / s for value, m, s in zip((0.2, 0.4, 0.6), mean, std, strict=True)]
    torch.testing.assert_close(tensor[:, 3, 3], torch.tensor(expected))


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
    tensor = Preprocessing(size=16).apply(Image.new("RGB", (20, 30), "white").convert(mode))
    torch.testing.assert_close(tensor, torch.ones(3, 16, 16))


@pytest.mark.parametrize(
    "change", [{"size": 0}, {"resize": "stretch"}, {"mean": (0.5, 0.5)}, {"std": (0.5, 0.0, 0.5)}, {"std": (0.5,)}]
)
def test_senseless_values_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=next(iter(change))):
        replace(Preprocessing(), **change)  # type: ignore[arg-type]
