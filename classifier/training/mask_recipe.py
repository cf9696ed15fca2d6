"""How the network that finds cloth comes about: one frozen config."""

from __future__ import annotations

from dataclasses import field

from pydantic.dataclasses import dataclass

from classifier.recipes import ALL_STAGES, Optimization
from classifier.serving.preprocessing import Preprocessing


@dataclass(frozen=True)
class MaskRecipe:
    """What the mask network is trained on, and how.

    A pass has ``pictures`` composites, drawn anew each time. The first ``frozen`` stages of the backbone keep their
    initial weights ("imagenet" or "random"). ``width`` is that of the decoder, ``held_back`` how many composites of
    other products on other people's grounds choose the best pass.
    """

    name: str = "garment-mask"
    version: str = "1.0"
    backbone: str = "tf_efficientnet_lite0"
    preprocessing: Preprocessing = field(default_factory=lambda: Preprocessing(size=256))
    width: int = 48
    optimization: Optimization = field(default_factory=lambda: Optimization(rate=3e-3, backbone_share=0.1))
    pictures: int = 4_800
    passes: int = 4
    batch_size: int = 16
    frozen: int = ALL_STAGES
    initial: str = "imagenet"
    held_back: int = 400
    seed: int = 2026


GARMENT_MASK = MaskRecipe()
