from __future__ import annotations

import numpy as np

from classifier.serving.outputs import Outputs
from tests.classifier.support.checkpoints import a_config


def test_arrays_are_sorted_by_name_and_what_is_missing_is_none() -> None:
    names = ("type", "colour", "pattern", "season", "embedding", "whole_embedding", "map_statistics")
    arrays = {name: np.full((1, 2), number, np.float32) for number, name in enumerate(names)}
    found = Outputs.of(arrays, a_config())
    assert {head: int(values[0, 0]) for head, values in found.probabilities.items()} == {
        "type": 0, "colour": 1, "pattern": 2, "season": 3,
    }  # fmt: skip
    assert (found.embeddings[0, 0], found.whole_embeddings[0, 0]) == (4, 5)
    assert found.texture is arrays["map_statistics"]
    assert found.cloth is found.confidence is None


def test_batches_are_joined_in_their_order() -> None:
    def part(value: int, count: int) -> Outputs:
        rows = np.full((count, 2), value, np.float32)
        return Outputs({"type": rows}, rows, rows, cloth=np.full((count, 4, 4), value, np.float32))

    found = Outputs.joined([part(1, 2), part(2, 1)])
    assert found.probabilities["type"][:, 0].tolist() == found.embeddings[:, 0].tolist() == [1, 1, 2]
    assert found.cloth is not None
    assert found.cloth.shape == (3, 4, 4)
    assert found.texture is None
