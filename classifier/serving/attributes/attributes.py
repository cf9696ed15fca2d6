"""Looks for photos: the fitted heads at work. Plain numpy; loaded with the first photo."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from classifier.errors import CheckpointCorrupt, CheckpointIncompatible
from classifier.prediction import GarmentMask
from classifier.serving import checkpoint as files
from classifier.serving.attributes.attribute_features import BLOCKS, numbers_of
from classifier.serving.attributes.colour_histogram import pixel_numbers
from classifier.serving.checkpoint import CheckpointConfig

Floats = NDArray[np.float32]
SHIPPED_LOOKS = files.SHIPPED.with_name("garment-looks.safetensors")


def reads_from(tagger: Path, masks: Path) -> str:
    """What the heads rest on, as their checkpoint names it: the very files of a tagger and of a mask network.

    Raises:
        CheckpointError: one of them is missing or damaged.
    """
    return f"{files.identity(tagger)} + {files.identity(masks)}"


class Looks:
    """Reads colour, pattern and the like. Making one costs nothing; the file is read when it is first needed.

    Args:
        checkpoint: the safetensors file.
    """

    def __init__(self, checkpoint: Path = SHIPPED_LOOKS) -> None:
        self.checkpoint = checkpoint
        self._heads: tuple[dict[str, dict[str, Floats]], CheckpointConfig] | None = None
        self._lock = Lock()

    @property
    def config(self) -> CheckpointConfig:
        """What the checkpoint says of itself.

        Raises:
            CheckpointError: it is missing, damaged, or not one that reads looks.
        """
        config = files.read_config(self.checkpoint)
        if not config.heads or not set(config.heads) <= set(BLOCKS):
            raise CheckpointIncompatible(f"{self.checkpoint} does not read colours and patterns. Choose another one.")
        return config

    def fits(self, tagger: Path, masks: Path) -> bool:
        """Whether the heads were fitted on what these checkpoints see; raises as :attr:`config`."""
        return self.config.backbone == reads_from(tagger, masks)

    def open(self) -> None:
        """Read the file now and not with the first photo; raises as :attr:`config`."""
        self._loaded()

    def read(
        self, image: Image.Image, probabilities: Mapping[str, Floats], embedding: Floats, mask: GarmentMask
    ) -> dict[str, dict[str, float]]:
        """By head, the calibrated probability of each name, summing to 1.

        Args:
            image: an upright RGB picture.
            probabilities: the tagger's, by its heads, (classes,) each, in its labels' order.
            embedding: the tagger's, (E,).
            mask: of the same picture.

        Raises:
            CheckpointError: as :attr:`config`.
        """
        heads, config = self._loaded()
        pixels = pixel_numbers(image, mask.likely)
        found = {}
        for head, weights in heads.items():
            numbers = numbers_of(head, probabilities, embedding, mask.texture, pixels)
            logits = weights["weight"] @ ((numbers - weights["mean"]) / weights["scale"]) + weights["bias"]
            likely = np.exp((logits - logits.max()) / config.temperatures.get(head, 1.0))
            found[head] = dict(zip(config.heads[head], map(float, likely / likely.sum()), strict=True))
        return found

    def _loaded(self) -> tuple[dict[str, dict[str, Floats]], CheckpointConfig]:
        with self._lock:
            if self._heads is None:
                config = self.config
                state = {name: value.numpy() for name, value in files.load(self.checkpoint)[1].items()}
                try:
                    heads = {
                        head: {part: state[f"{head}.{part}"] for part in ("mean", "scale", "weight", "bias")}
                        for head in config.heads
                    }
                    _check_shapes(heads, config, self.checkpoint)
                except KeyError as error:
                    raise CheckpointCorrupt(
                        f"{self.checkpoint} lacks {error}. Put a fresh copy in its place."
                    ) from error
                self._heads = heads, config
            return self._heads


def _check_shapes(heads: Mapping[str, Mapping[str, Floats]], config: CheckpointConfig, path: Path) -> None:
    for head, parts in heads.items():
        labels, numbers = len(config.heads[head]), parts["mean"].size
        wanted = {"mean": (numbers,), "scale": (numbers,), "weight": (labels, numbers), "bias": (labels,)}
        if any(parts[part].shape != shape for part, shape in wanted.items()):
            raise CheckpointIncompatible(f"{path} does not fit its own labels ({head}). Put a fresh copy in its place.")
