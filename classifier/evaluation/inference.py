"""What a checkpoint answers about the pictures of a data set whose truth is known, through the network that serves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classifier.datasets.samples import LabelledPictures, Sample
from classifier.errors import DatasetError
from classifier.evaluation.label_metrics import HeadResult
from classifier.serving.inference import Engine, Outputs, open_engine

CHUNK = 256
ATTRIBUTES = "attributes"  # what heads of many labels are scored as together, each head a family of labels


def answers(
    checkpoint: Path, data: LabelledPictures, split: str, device: str | None = None, batch_size: int = 32
) -> list[HeadResult]:
    """The answers of each head that both the checkpoint and the data set have; heads of many labels as one.

    Raises:
        CheckpointError: the checkpoint is missing, damaged, or does not fit this program.
        DatasetError: no picture is in ``split``, or the checkpoint has none of the data set's heads.
    """
    engine = open_engine(checkpoint, device)
    samples = [data.samples[index] for index in data.indices(split)]
    shared = [head for head in engine.config.heads if head in data.heads]
    if not samples:
        raise DatasetError(f"No picture is in the split {split!r}.")
    if not shared:
        raise DatasetError(f"{checkpoint} answers {', '.join(engine.config.heads)}; the data set asks none of these.")
    outputs = list(_run(engine, data, samples, batch_size))
    results = {
        head: HeadResult(
            head,
            engine.config.heads[head],
            _truth(samples, head, engine.config.heads[head]),
            np.concatenate([part.probabilities[head] for part in outputs]).clip(0, 1),
            many=head in engine.config.many,
        )
        for head in shared
    }
    single = [result for result in results.values() if not result.many]
    many = [result for result in results.values() if result.many]
    return [*single, _together(many)] if many else single


def _run(engine: Engine, data: LabelledPictures, samples: Sequence[Sample], batch_size: int) -> Iterator[Outputs]:
    apply = engine.config.preprocessing.apply
    with ThreadPoolExecutor(4) as pool:  # Pillow lets other threads run
        for start in range(0, len(samples), CHUNK):
            pictures = pool.map(lambda s: apply(data.pictures.picture(s)), samples[start : start + CHUNK])
            yield engine.run(list(pictures), batch_size)


def _truth(samples: Sequence[Sample], head: str, labels: tuple[str, ...]) -> NDArray[np.bool_]:
    """(N, K); a picture whose only label the checkpoint does not know has a row of none, and is scored by nothing."""
    place = {label: column for column, label in enumerate(labels)}
    truth = np.zeros((len(samples), len(labels)), bool)
    for row, sample in enumerate(samples):
        truth[row, [place[label] for label in sample.targets.get(head, ()) if label in place]] = True
    return truth


def _together(results: Sequence[HeadResult]) -> HeadResult:
    labels = tuple(f"{label}" for result in results for label in result.labels)
    return HeadResult(
        ATTRIBUTES,
        labels,
        np.concatenate([result.truth for result in results], axis=1),
        np.concatenate([result.probabilities for result in results], axis=1),
        many=True,
        groups={label: result.name for result in results for label in result.labels},
    )
