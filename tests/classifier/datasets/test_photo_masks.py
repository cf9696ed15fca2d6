from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from classifier.datasets import clothing, photo_masks
from classifier.datasets.photo_masks import LONGEST, masks, pack, unpack


def box(height: int, width: int, top: int, left: int) -> NDArray[np.bool_]:
    mask = np.zeros((height, width), bool)
    mask[top : top + 10, left : left + 12] = True
    return mask


@pytest.mark.parametrize(
    "mask",
    [
        box(40, 30, 5, 7),
        box(40, 30, 0, 0),  # from the first pixel
        box(40, 30, 30, 18),  # to the last one
        np.ones((9, 7), bool),
        np.zeros((9, 7), bool),
        box(400, 300, 380, 100),  # whose first row comes late
        np.arange(3 * 256 * 256).reshape(768, 256) >= 2 * LONGEST,
        np.random.default_rng(0).random((60, 50)) < 0.5,
    ],
)
def test_a_mask_is_read_as_it_was_written(mask: NDArray[np.bool_]) -> None:
    text = pack(mask)
    assert text.isprintable() and not {",", '"', " "} & set(text), "it is a cell of a CSV file"
    found = unpack(text, *mask.shape)
    assert (found.shape, found.dtype) == (mask.shape, np.bool_)
    np.testing.assert_array_equal(found, mask)


def test_masks_are_read_by_image(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photo_masks, "files", lambda _: tmp_path)
    assert masks.__wrapped__() == {}, "there is no file"
    rows = [f"{name},40,30,{pack(box(40, 30, top, 7))}" for name, top in (("a", 5), ("b", 20))]
    (tmp_path / photo_masks.FILE).write_text("\n".join(["image,height,width,mask", *rows]), encoding="utf-8")
    found = masks.__wrapped__()
    assert list(found) == ["a", "b"]
    np.testing.assert_array_equal(found["b"], box(40, 30, 20, 7))


def test_the_masks_are_of_photos_and_show_a_garment() -> None:
    assert set(masks()) <= set(clothing.fine_types())
    assert all(0.01 < mask.mean() < 1 for mask in masks().values())
