from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

pytest.importorskip("lightning", reason="training needs requirements-dev.txt")

from classifier.datasets import clothing, photo_masks
from classifier.datasets.composites import CLOTH, UNSURE
from classifier.errors import DatasetError
from classifier.serving.checkpoint import load, read_config
from classifier.serving.inference import open_engine
from classifier.serving.preprocessing import Preprocessing
from classifier.serving.tagger import Tagger
from classifier.training.recipes import GARMENT_MASK
from classifier.training.train_mask import MaskModule, MaskPictures, mask_loss, overlap, train_mask
from tests.classifier.support.checkpoints import MASKING, a_checkpoint, a_config, a_network
from tests.classifier.support.miniature import draw_data
from tests.support.drawing import draw_garment

SMALL = replace(GARMENT_MASK, width=8, pictures=8, held_back=4, passes=2, batch_size=4)
INPUT = Preprocessing(size=64, resize="letterbox")


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
    pictures = MaskPictures(SMALL, INPUT, data, "train", 4)
    first = pictures[0]
    assert [tuple(part.shape) for part in first] == [(3, 64, 64), (64, 64)]
    assert [part.dtype for part in first] == [torch.float32, torch.uint8]
    assert torch.equal(first[0], pictures[0][0])
    assert not torch.equal(first[0], pictures[1][0])
    pictures.epoch = 1
    assert not torch.equal(first[0], pictures[0][0])


def test_photos_with_masks_have_their_share(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photo_masks, "masks", dict)
    assert MaskPictures(SMALL, INPUT, data, "train", 4).photo_share == 0, "no photo has a mask"
    mask = np.zeros((120, 90), bool)
    mask[30:90, 20:70] = True
    monkeypatch.setattr(photo_masks, "masks", lambda: {f"photo-{number}": mask for number in range(44)})
    parts = [MaskPictures(replace(SMALL, photo_share=1.0), INPUT, data, split, 4) for split in ("train", "val")]
    senders = [{sample.group for sample in part.masked} for part in parts]
    assert senders[0] and senders[1] and not senders[0] & senders[1], "the best pass is chosen on other people"
    assert not (senders[0] | senders[1]) & clothing.HELD_OUT_SENDERS
    monkeypatch.setattr(MaskPictures, "_composite", lambda *_: pytest.fail("a composite"))
    for number in range(4):
        _, labels = parts[0][number]
        assert set(labels.unique().tolist()) == {0, UNSURE, CLOTH}


def test_only_the_decoder_learns() -> None:
    network = a_network(a_config(**MASKING))
    module = MaskModule(SMALL, network, 4)
    module.train()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    logits, labels = module._answers(
        (torch.randn(4, 3, 32, 32), torch.randint(0, 2, (4, 32, 32)).to(torch.uint8) * 255)
    )
    assert logits.shape == labels.shape == (4, 16, 16)
    optimizer = module.configure_optimizers()["optimizer"]
    mask_loss(logits, labels).backward()
    optimizer.step()
    changed = {name for name, value in network.state_dict().items() if not torch.equal(value, before[name])}
    assert {name.partition(".")[0] for name in changed} == {"decoder"}
    assert {f"decoder.{name}" for name, _ in module.decoder.named_parameters()} <= changed
    assert module.decoder.training and not network.backbone.training


class PowerCut(Exception):
    pass


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return a_checkpoint(tmp_path / "tiny.safetensors", preprocessing=INPUT)


@pytest.mark.slow
def test_it_is_trained_resumed_and_served(
    data: Path, base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def cut_in_the_second_pass(pictures: MaskPictures, number: int) -> tuple[torch.Tensor, torch.Tensor]:
        if pictures.epoch:
            raise PowerCut
        return whole(pictures, number)

    whole = MaskPictures.__getitem__
    monkeypatch.setattr(MaskPictures, "__getitem__", cut_in_the_second_pass)
    with pytest.raises(PowerCut):
        train_mask(SMALL, data, tmp_path / "run", base)
    monkeypatch.undo()
    capfd.readouterr()
    path = train_mask(SMALL, data, tmp_path / "run", base)
    progress = capfd.readouterr().out
    assert "Epoch 1" in progress
    assert "Epoch 0" not in progress, "the first pass is not done again"
    told = json.loads((tmp_path / "run" / "mask-metrics.json").read_text(encoding="utf-8"))
    assert 0 <= told["figures"]["overlap"] <= 1
    assert told["seconds"] > 0
    assert read_config(path) == replace(read_config(base), mask_width=8)
    before, after = load(base)[1], load(path)[1]
    assert {name.partition(".")[0] for name in after.keys() - before.keys()} == {"decoder", "texture"}
    assert all(torch.equal(after[name], value) for name, value in before.items())
    outputs = open_engine(path, "cpu").run([INPUT.apply(draw_garment(size=(90, 120)))], 1)
    assert outputs.cloth is not None and outputs.cloth.shape == (1, 32, 32)
    assert len(Tagger(path, "cpu").tag([draw_garment(size=(90, 120))])) == 1


def test_without_product_pictures_it_says_what_is_missing(base: Path, tmp_path: Path) -> None:
    with pytest.raises(DatasetError):
        train_mask(SMALL, tmp_path, tmp_path / "run", base)
