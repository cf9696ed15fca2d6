"""The recipe of the mask network."""

from __future__ import annotations

from dataclasses import field

from pydantic.dataclasses import dataclass

from classifier.recipes import ALL_STAGES, Optimization
from classifier.serving.preprocessing import Preprocessing


@dataclass(frozen=True)
class MaskRecipe:
    """How to train the mask network."""

    name: str = "garment-mask"
    version: str = "1.0"
    backbone: str = "tf_efficientnet_lite0"
    preprocessing: Preprocessing = field(default_factory=lambda: Preprocessing(size=256))
    width: int = 48  # channels of the decoder
    optimization: Optimization = field(default_factory=lambda: Optimization(rate=3e-3, backbone_share=0.1))
    pictures: int = 4_800  # composites per pass, drawn anew each time
    passes: int = 4
    batch_size: int = 16
    frozen: int = ALL_STAGES  # first stages of the backbone that keep their weights
    initial: str = "imagenet"  # or "random"
    held_back: int = 400  # composites of other products on other grounds, to choose the best pass
    seed: int = 2026


GARMENT_MASK = MaskRecipe()
