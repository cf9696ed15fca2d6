"""Predict colour, pattern and sleeves of photos with linear heads. Plain numpy, loaded for the first photo."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.special import softmax

from classifier.errors import CheckpointCorrupt, CheckpointIncompatible
from classifier.serving import checkpoint as files
from classifier.serving.attributes.attribute_features import BLOCKS, head_features
from classifier.serving.attributes.colour_histogram import colour_features
from classifier.serving.checkpoint import CheckpointConfig

Floats = NDArray[np.float32]
Weights = dict[str, Floats]
EVERYWHERE = np.full((1, 1), 255, np.uint8)
SHIPPED_ATTRIBUTES = files.SHIPPED.with_name("garment-attributes.safetensors")


class AttributeReader:
    """Predict attributes inside a garment mask. Construction is cheap: the file is read when first needed.

    Args:
        checkpoint: the safetensors file.
    """

    def __init__(self, checkpoint: Path = SHIPPED_ATTRIBUTES) -> None:
        self.checkpoint = checkpoint
        self._heads: tuple[dict[str, Weights], CheckpointConfig] | None = None
        self._lock = Lock()

    @property
    def config(self) -> CheckpointConfig:
        """The checkpoint's configuration.

        Raises:
            CheckpointError: the file is missing, damaged, or made for something else.
        """
        config = files.read_config(self.checkpoint)
        if not config.heads or not set(config.heads) <= set(BLOCKS):
            raise CheckpointIncompatible(f"{self.checkpoint} does not predict attributes. Choose another one.")
        return config

    def fits(self, tagger: Path) -> bool:
        """Whether the heads were fitted on this checkpoint; raises as :attr:`config`."""
        return self.config.backbone == files.identity(tagger)

    def open(self) -> None:
        """Read the file now; raises as :attr:`config`."""
        self._loaded()

    def read(
        self, image: Image.Image, probabilities: Mapping[str, Floats], texture: Floats, cloth: NDArray[np.uint8] | None
    ) -> dict[str, dict[str, float]]:
        """Compute the calibrated probability of each label, by head; a head's probabilities sum to 1.

        Args:
            image: an upright RGB picture.
            probabilities: the tagger's, by head, (classes,) each, in the order of its labels.
            texture: of the cloth, (T,), from :class:`classifier.serving.outputs.Outputs`.
            cloth: the picture's mask, (h, w), 0 to 255; None for the whole picture.

        Raises:
            CheckpointError: see :attr:`config`.
        """
        heads, config = self._loaded()
        pixels = colour_features(image, EVERYWHERE if cloth is None else cloth)
        result = {}
        for head, weights in heads.items():
            features = head_features(head, probabilities, texture, pixels)
            logits = weights["weight"] @ ((features - weights["mean"]) / weights["scale"]) + weights["bias"]
            shares = softmax(logits / config.temperatures.get(head, 1.0))
            result[head] = dict(zip(config.heads[head], map(float, shares), strict=True))
        return result

    def _loaded(self) -> tuple[dict[str, Weights], CheckpointConfig]:
        with self._lock:
            if self._heads is None:
                config = self.config
                state = files.load_arrays(self.checkpoint)
                self._heads = {head: _weights(head, state, config, self.checkpoint) for head in config.heads}, config
            return self._heads


def _weights(head: str, state: Weights, config: CheckpointConfig, path: Path) -> Weights:
    try:
        weights = {part: state[f"{head}.{part}"] for part in ("mean", "scale", "weight", "bias")}
    except KeyError as error:
        raise CheckpointCorrupt(f"{path} lacks {error}. Replace it with a fresh copy.") from error
    labels, features = len(config.heads[head]), weights["mean"].size
    shapes = {"mean": (features,), "scale": (features,), "weight": (labels, features), "bias": (labels,)}
    if any(weights[part].shape != shape for part, shape in shapes.items()):
        raise CheckpointIncompatible(f"{path} does not fit its labels ({head}). Replace it with a fresh copy.")
    return weights
