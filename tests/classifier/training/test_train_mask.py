from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from classifier.errors import DatasetError
from classifier.serving.masks.garment_mask import Masker
from classifier.serving.preprocessing import Preprocessing
from classifier.training.composites import CLOTH, UNSURE
from classifier.training.recipes import GARMENT_MASK
from classifier.training.train_mask import Composites, mask_loss, overlap, train_mask
from tests.classifier.support.miniature import draw_data
from tests.support.drawing import draw_garment

SMALL = replace(
    GARMENT_MASK, backbone="mobilenetv3_small_050", initial="random", preprocessing=Preprocessing(size=64),
    width=8, pictures=8, held_back=4, passes=2, batch_size=4, frozen=0,
)  # fmt: skip


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return draw_data(tmp_path_factory.mktemp("data"))


def labels_of(rows: list[list[int]]) -> torch.Tensor:
    return torch.tensor([rows], dtype=torch.uint8)


def test_what_nobody_knows_costs_nothing() -> None:
    labels = labels_of([[CLOTH, 0], [UNSURE, UNSURE]])
    sure = torch.tensor([[[9.0, -9.0], [-9.0, 9.0]]])
    other = torch.tensor([[[9.0, -9.0], [9.0, -9.0]]])
    assert mask_loss(sure, labels) == mask_loss(other, labels)
    assert mask_loss(sure, labels) < 0.4
    assert mask_loss(-sure, labels) > 5


def test_overlap_is_what_is_in_both_by_what_is_in_either() -> None:
    labels = labels_of([[CLOTH, CLOTH, 0, UNSURE]])
    assert overlap(torch.tensor([[[1.0, -1.0, 1.0, 1.0]]]), labels).tolist() == [pytest.approx(1 / 3)]


def test_a_pass_has_its_own_pictures_and_always_the_same(data: Path) -> None:
    composites = Composites(SMALL, data, "train", 4)
    first = composites[0]
    assert torch.equal(first[0], composites[0][0])
    assert not torch.equal(first[0], composites[1][0])
    composites.epoch = 1
    assert not torch.equal(first[0], composites[0][0])


class PowerCut(Exception):
    pass


@pytest.mark.slow
def test_it_is_trained_resumed_and_served(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def cut_in_the_second_pass(composites: Composites, number: int) -> tuple[torch.Tensor, torch.Tensor]:
        if composites.epoch:
            raise PowerCut
        return whole(composites, number)

    whole = Composites.__getitem__
    monkeypatch.setattr(Composites, "__getitem__", cut_in_the_second_pass)
    with pytest.raises(PowerCut):
        train_mask(SMALL, data, tmp_path / "run")
    monkeypatch.undo()
    capfd.readouterr()
    path = train_mask(SMALL, data, tmp_path / "run")
    progress = capfd.readouterr().out
    assert "Epoch 1" in progress
    assert "Epoch 0" not in progress, "the first pass is not done again"
    told = json.loads((tmp_path / "run" / "metrics.json").read_text(encoding="utf-8"))
    assert 0 <= told["figures"]["overlap"] <= 1
    assert told["seconds"] > 0
    (mask,) = Masker(path).find([draw_garment(size=(90, 120))])
    assert mask.cloth.shape == (120, 90)
    assert mask.model == "garment-mask 1.0"


def test_without_product_pictures_it_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(DatasetError):
        train_mask(SMALL, tmp_path, tmp_path / "run")
