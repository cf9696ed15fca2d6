from __future__ import annotations

import torch
from torch import Tensor

from classifier.serving.masks.mask_decoder import MaskDecoder

CHANNELS = (4, 6, 8)


def maps_of(side: int, batch: int = 1) -> list[Tensor]:
    torch.manual_seed(1)
    return [torch.randn(batch, channels, side >> number, side >> number) for number, channels in enumerate(CHANNELS)]


def a_decoder() -> MaskDecoder:
    torch.manual_seed(0)
    return MaskDecoder(CHANNELS, 8).eval()


@torch.inference_mode()
def test_every_place_of_the_finest_map_gets_an_answer() -> None:
    for side in (8, 24):
        assert a_decoder()(maps_of(side, 2)).shape == (2, side, side)


@torch.inference_mode()
def test_a_coarsest_map_of_one_place_is_enough() -> None:
    assert a_decoder()(maps_of(4)).shape == (1, 4, 4)


@torch.inference_mode()
def test_a_place_knows_what_is_far_from_it() -> None:
    decoder, maps = a_decoder(), maps_of(64)
    before = decoder(maps)[0, 0, 0]
    maps[-1][..., -1, -1] += 30
    assert not torch.isclose(decoder(maps)[0, 0, 0], before)
