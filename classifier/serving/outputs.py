"""What a network answers, as arrays without torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from classifier.serving.checkpoint import CheckpointConfig

Floats = NDArray[np.float32]
TYPE_HEAD = "type"  # of our own network
# Names of the arrays beside the heads' probabilities.
CONFIDENCE, EMBEDDING, WHOLE_EMBEDDING = "confidence", "embedding", "whole_embedding"
CLOTH, TEXTURE = "cloth", "map_statistics"


@dataclass(frozen=True)
class Outputs:
    """Outputs for N pictures, float32.

    Attributes:
        probabilities: (N, classes) by head, whose rows sum to 1 except in multi-label heads.
        embeddings: (N, D) of unit length, of the garment if the network finds masks, else of the whole picture.
        whole_embeddings: (N, D) of the whole picture.
        confidence: (N, K) how likely each type is an acceptable answer, 0 to 1; None if the checkpoint cannot tell.
        cloth: (N, h, w) how likely each place is cloth, 0 to 1; None without a mask decoder, as ``texture``.
        texture: (N, T) means and standard deviations of the network's maps under the mask.
    """

    probabilities: dict[str, Floats]
    embeddings: Floats
    whole_embeddings: Floats
    confidence: Floats | None = None
    cloth: Floats | None = None
    texture: Floats | None = None

    @classmethod
    def of(cls, arrays: Mapping[str, Floats], config: CheckpointConfig) -> Outputs:
        """Sort arrays by name into outputs; those without a name of their own are heads of ``config``."""
        return cls(
            {head: arrays[head] for head in config.heads},
            arrays[EMBEDDING],
            arrays[WHOLE_EMBEDDING],
            arrays.get(CONFIDENCE),
            arrays.get(CLOTH),
            arrays.get(TEXTURE),
        )

    @classmethod
    def joined(cls, parts: Sequence[Outputs]) -> Outputs:
        """Concatenate the outputs of at least one batch."""

        def join(arrays: Sequence[Floats | None]) -> Floats | None:
            there = [array for array in arrays if array is not None]
            return np.concatenate(there) if there else None

        first = parts[0]
        return cls(
            {head: np.concatenate([part.probabilities[head] for part in parts]) for head in first.probabilities},
            np.concatenate([part.embeddings for part in parts]),
            np.concatenate([part.whole_embeddings for part in parts]),
            join([part.confidence for part in parts]),
            join([part.cloth for part in parts]),
            join([part.texture for part in parts]),
        )
