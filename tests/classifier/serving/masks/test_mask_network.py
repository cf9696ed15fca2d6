from __future__ import annotations

import pytest
import torch

from classifier.serving.masks.mask_network import MaskNetwork


@pytest.mark.parametrize("backbone", ["tf_efficientnet_lite0", "mobilenetv3_small_050", "resnet18"])
@pytest.mark.parametrize("size", [64, 96])
def test_every_second_pixel_gets_an_answer(backbone: str, size: int) -> None:
    network = MaskNetwork(backbone, 8).eval()
    assert network(torch.zeros(2, 3, size, size)).shape == (2, size // 2, size // 2)


def test_maps_come_from_fine_to_coarse_one_a_resolution() -> None:
    sides = [found.shape[-1] for found in MaskNetwork("tf_efficientnet_lite0", 8).maps(torch.zeros(1, 3, 64, 64))]
    assert sides == [32, 16, 8, 4, 2]


def test_a_place_knows_what_is_far_from_it() -> None:
    torch.manual_seed(0)
    network = MaskNetwork("mobilenetv3_small_050", 8).eval()
    x = torch.zeros(1, 3, 128, 128)
    before = network(x)[0, 0, 0]
    x[..., 100:, 100:] = 3.0
    assert not torch.isclose(network(x)[0, 0, 0], before)


def test_an_unknown_backbone_is_named() -> None:
    with pytest.raises(ValueError, match="no-such-net"):
        MaskNetwork("no-such-net")
