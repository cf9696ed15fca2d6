"""Run a checkpoint on the labelled pictures of a data set, with the network that serves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classifier.datasets.samples import LabelledPictures, Sample, label_mask
from classifier.errors import DatasetError
from classifier.evaluation.label_metrics import HeadResult
from classifier.serving.inference import Engine, open_engine
from classifier.serving.outputs import Outputs

BATCH_PICTURES = 256  # decoded and kept in memory together
ATTRIBUTES = "attributes"  # the result that joins all multi-label heads, each head as a family


def answers(
    checkpoint: Path, data: LabelledPictures, split: str, device: str | None = None, batch_size: int = 32
) -> list[HeadResult]:
    """Collect the answers of each head that the checkpoint and the data set share; multi-label heads become one.

    Raises:
        CheckpointError: the checkpoint is missing, damaged, or does not fit this program.
        DatasetError: ``split`` is empty, or no head is shared.
    """
    engine = open_engine(checkpoint, device)
    samples = [data.samples[index] for index in data.indices(split)]
    shared = [head for head in engine.config.heads if head in data.heads]
    if not samples:
        raise DatasetError(f"The split {split!r} has no pictures.")
    if not shared:
        heads = ", ".join(engine.config.heads)
        raise DatasetError(f"{checkpoint} has the heads {heads}; the data set labels none of them.")
    outputs = list(_run(engine, data, samples, batch_size))
    results = [_result(engine, head, samples, outputs) for head in shared]
    single = [result for result in results if not result.many]
    many = [result for result in results if result.many]
    return [*single, _joined(many)] if many else single


def _run(engine: Engine, data: LabelledPictures, samples: Sequence[Sample], batch_size: int) -> Iterator[Outputs]:
    apply = engine.config.preprocessing.apply
    with ThreadPoolExecutor(4) as pool:  # Pillow releases the GIL
        for start in range(0, len(samples), BATCH_PICTURES):
            batch = samples[start : start + BATCH_PICTURES]
            inputs = pool.map(lambda sample: apply(data.pictures.picture(sample)), batch)
            yield engine.run(list(inputs), batch_size)


def _result(engine: Engine, head: str, samples: Sequence[Sample], outputs: Sequence[Outputs]) -> HeadResult:
    """A picture whose only label the checkpoint does not know gets no right label, and is not evaluated."""
    labels = engine.config.heads[head]
    truth = label_mask([sample.targets.get(head, frozenset()) for sample in samples], labels)
    probabilities: NDArray[np.float32] = np.concatenate([part.probabilities[head] for part in outputs]).clip(0, 1)
    return HeadResult(head, labels, truth, probabilities, many=head in engine.config.many)


def _joined(results: Sequence[HeadResult]) -> HeadResult:
    return HeadResult(
        ATTRIBUTES,
        tuple(label for result in results for label in result.labels),
        np.concatenate([result.truth for result in results], axis=1),
        np.concatenate([result.probabilities for result in results], axis=1),
        many=True,
        groups={label: result.name for result in results for label in result.labels},
    )
