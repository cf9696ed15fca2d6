from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from classifier.datasets import photo_masks
from classifier.datasets.samples import PictureSource
from classifier.errors import DatasetError
from classifier.evaluation.masks import boundary, evaluate_masks, overlap


def box(left: int, top: int, right: int, bottom: int) -> NDArray[np.bool_]:
    mask = np.zeros((60, 80), bool)
    mask[top:bottom, left:right] = True
    return mask


def test_overlap_is_what_is_in_both_by_what_is_in_either() -> None:
    assert overlap(box(0, 0, 20, 10), box(10, 0, 30, 10)) == pytest.approx(1 / 3)
    assert overlap(box(0, 0, 0, 0), box(0, 0, 0, 0)) == 1


def test_the_boundary_is_the_mask_s_rim_also_at_the_picture_s_edge() -> None:
    found = boundary(box(0, 10, 50, 50))  # 2 % of a diagonal of 100 pixels are two
    inner = box(2, 12, 48, 48)
    assert (found == (box(0, 10, 50, 50) & ~inner)).all()


class Finds:
    """Takes what is red for cloth, and is in doubt of what is blue."""

    def tag(self, images: Sequence[Image.Image]) -> list[SimpleNamespace]:
        return [self._one(np.asarray(image)) for image in images]

    def _one(self, pixels: NDArray[np.uint8]) -> SimpleNamespace:
        cloth = np.where(pixels[..., 0] > 120, 255, 0).astype(np.uint8)
        return SimpleNamespace(mask=SimpleNamespace(cloth=cloth) if cloth.any() else None)


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PictureSource:
    there = box(20, 10, 60, 50)
    monkeypatch.setattr(photo_masks, "masks", lambda: {"red": there, "blue": there, "trained": there})
    folder = tmp_path / "clothing"
    (folder / "images").mkdir(parents=True)
    for name, colour in (("red", (250, 0, 0)), ("blue", (0, 0, 250)), ("trained", (250, 0, 0)), ("plain", (250, 0, 0))):
        pixels = np.zeros((60, 80, 3), np.uint8)
        pixels[there] = colour
        Image.fromarray(pixels).save(folder / "images" / f"{name}.jpg", quality=100, subsampling=0)
    lines = ["red,204,Dress,False,,", "blue,204,Dress,False,,", "trained,1,Dress,False,,", "plain,204,Dress,False,,"]
    header = "image,sender_id,label,kids,small_split,small_label"
    (folder / "images.csv").write_text("\n".join([header, *lines]), encoding="utf-8")
    return PictureSource(tmp_path)


def test_masks_of_held_out_people_are_compared_and_a_photo_without_one_counts_whole(source: PictureSource) -> None:
    figures = evaluate_masks(Finds(), source)  # type: ignore[arg-type]
    assert figures["photos"] == 2
    assert figures["with_cut_out"] == 0.5
    assert figures["iou"] == pytest.approx((1 + 1600 / 4800) / 2, abs=0.01)
    assert figures["boundary_iou"] == pytest.approx(0.5, abs=0.05)
    assert figures["poor"] == 0.5


def test_without_masks_there_is_nothing_to_compare(source: PictureSource, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photo_masks, "masks", dict)
    with pytest.raises(DatasetError):
        evaluate_masks(Finds(), source)  # type: ignore[arg-type]
