from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from classifier.errors import CheckpointIncompatible, CheckpointMissing
from classifier.serving.checkpoint import CheckpointConfig, save
from classifier.serving.masks.garment_mask import HEAD, SHIPPED_MASKS, Masker, close_outline
from classifier.serving.masks.mask_network import MaskNetwork
from classifier.serving.preprocessing import Preprocessing
from tests.classifier.support.checkpoints import BACKBONE, a_checkpoint
from tests.support.drawing import draw_with_mask


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    torch.manual_seed(0)
    config = CheckpointConfig("masks", "7", BACKBONE, Preprocessing(size=64), {HEAD: ("cloth",)}, hidden=8)
    save(tmp_path / "masks.safetensors", config, MaskNetwork(BACKBONE, 8).state_dict())
    return tmp_path / "masks.safetensors"


@pytest.mark.parametrize(
    ("size", "shape"), [((600, 800), (256, 192)), ((3000, 30), (3, 256)), ((40, 20), (20, 40)), ((1, 1), (1, 1))]
)
def test_masks_have_the_proportions_of_their_pictures(
    checkpoint: Path, size: tuple[int, int], shape: tuple[int, int]
) -> None:
    (mask,) = Masker(checkpoint).find([Image.new("RGB", size, "red")])
    assert (mask.cloth.shape, mask.cloth.dtype, mask.model) == (shape, np.uint8, "masks 7")


def test_batches_do_not_mix_pictures_up(checkpoint: Path) -> None:
    pictures = [draw_with_mask(kind, size=(60, 80))[0] for kind in ("tshirt", "dress", "bag")]
    alone = [Masker(checkpoint).find([picture])[0].cloth for picture in pictures]
    together = Masker(checkpoint, batch_size=2).find(pictures)
    for one, other in zip(alone, together, strict=True):
        assert np.abs(one.astype(int) - other.cloth).max() <= 1


def test_a_checkpoint_that_is_missing_or_another_one_s_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CheckpointMissing):
        Masker(tmp_path / "none.safetensors").find([Image.new("RGB", (9, 9))])
    with pytest.raises(CheckpointIncompatible, match="does not find garments"):
        Masker(a_checkpoint(tmp_path / "tagger.safetensors")).find([Image.new("RGB", (9, 9))])


def test_a_print_belongs_to_the_garment_and_a_handle_s_hole_does_not() -> None:
    likely = np.zeros((128, 128), np.float32)
    likely[20:100, 30:90] = 0.9
    likely[40:60, 45:70] = 0.2  # a print that the network is unsure of
    likely[80:95, 40:70] = 0.02  # the ground seen through a handle
    likely[110:114, 100:104] = 0.9  # a crumb
    found = close_outline(likely) > 0.5
    assert found[40:60, 45:70].all()
    assert not found[82:93, 42:68].any()
    assert not found[105:].any()


def test_both_shoes_count() -> None:
    likely = np.zeros((128, 128), np.float32)
    likely[40:90, 10:50] = likely[40:90, 70:110] = 0.95
    assert (close_outline(likely) > 0.5).sum() == 2 * 50 * 40


def test_where_nothing_is_found_all_of_the_picture_counts(checkpoint: Path) -> None:
    assert (close_outline(np.full((64, 64), 0.1, np.float32)) == 1).all()
    (found,) = Masker(checkpoint).find([Image.new("RGB", (60, 80), "red")], [False])
    assert found.whole
    assert (found.cloth == 255).all()


@pytest.mark.parametrize("background", ["bedspread", "door", "wood", "plain"])
def test_the_shipped_network_finds_drawn_garments_on_any_ground(background: str) -> None:
    drawn = [
        draw_with_mask(kind, colour, background=background, size=(300, 400), seed=seed)
        for seed, (kind, colour) in enumerate(
            [
                ("tshirt", (40, 120, 70)),
                ("dress", (60, 60, 150)),
                ("trousers", (30, 34, 60)),
                ("blouse", (232, 150, 172)),
            ]
        )
    ]
    for (_, there), mask in zip(drawn, Masker(SHIPPED_MASKS).find([picture for picture, _ in drawn]), strict=True):
        found = np.asarray(Image.fromarray(mask.cloth).resize((300, 400))) > 127
        assert (found & there).sum() > 0.6 * (found | there).sum(), "drawings have less to go by than photos"
