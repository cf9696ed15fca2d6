"""What a head said of pictures whose truth is known, and what that is worth: the numbers behind a run's report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from classifier.evaluation.metrics import expected_calibration_error, partial_nll, top_k_recall_by_group, top_k_right

Floats = NDArray[np.float64]
BINS = 15
_TINY = 1e-12


@dataclass(frozen=True)
class HeadResult:
    """A head's answers about N pictures, K labels.

    ``truth`` (N, K) bool: the labels that are right. Where a head gives one label, any of them is right; in a head of
    ``many`` all of them are there at once. A picture with none is not scored. ``probabilities`` (N, K) float, 0 to 1;
    of a head that gives one label, each row sums to 1. ``groups`` sorts labels into families, which stand together in
    plots; in a head of many, recall is told by family. ``truth_names`` (N) are what people called the pictures, where
    that is no label of the head ("Pants" for jeans or chinos). ``confidence`` (N), 0 to 1, is how sure each answer is,
    where that is not the answer's probability.

    Raises:
        ValueError: the shapes do not fit, or a probability is none.
    """

    name: str
    labels: tuple[str, ...]
    truth: NDArray[np.bool_]
    probabilities: NDArray[np.float32]
    many: bool = False
    groups: Mapping[str, str] = field(default_factory=dict)
    truth_names: Sequence[str] | None = None
    confidence: NDArray[np.float32] | None = None

    def __post_init__(self) -> None:
        shape = (len(self.probabilities), len(self.labels))
        if self.truth.shape != shape or self.probabilities.shape != shape or not self.labels:
            raise ValueError(
                f"head {self.name}: {len(self.labels)} labels, but truth is {self.truth.shape} and probabilities are "
                f"{self.probabilities.shape}; both must be (pictures, labels)"
            )
        for what, values in (("truth names", self.truth_names), ("confidences", self.confidence)):
            if values is not None and len(values) != shape[0]:
                raise ValueError(f"head {self.name}: {len(values)} {what} for {shape[0]} pictures")
        for probabilities in (self.probabilities, self.confidence):
            if probabilities is not None and not ((probabilities >= 0) & (probabilities <= 1.0001)).all():
                raise ValueError(f"head {self.name}: probabilities must lie between 0 and 1")

    @cached_property
    def scored(self) -> NDArray[np.int64]:
        """The rows that can be right or wrong."""
        return np.flatnonzero(self.truth.any(1))

    @cached_property
    def partial(self) -> bool:
        """Whether some picture has more than one right answer to choose from."""
        return not self.many and bool((self.truth.sum(1) > 1).any())

    @cached_property
    def order(self) -> NDArray[np.int64]:
        """The labels with families together, families and labels else as they come."""
        families = list(dict.fromkeys(self.groups.get(label, "") for label in self.labels))
        rank = [families.index(self.groups.get(label, "")) for label in self.labels]
        return np.argsort(rank, kind="stable")

    def truth_name(self, row: int) -> str:
        """What is right for a picture, in words."""
        if self.truth_names is not None:
            return self.truth_names[row]
        names = [self.labels[column] for column in np.flatnonzero(self.truth[row])]
        if len(names) > 3 and not self.many:
            names = [*names[:2], f"{len(names) - 2} more"]
        return (", " if self.many else " or ").join(names) or "nothing"


@dataclass(frozen=True)
class Confusion:
    """How often (R, C) a truth, by row, got an answer, by column; ``right`` (R, C) tells which answers may be right."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: NDArray[np.int64]
    right: NDArray[np.bool_]
    left_out: int = 0


@dataclass(frozen=True)
class Bins:
    """Answers by confidence, equal bins from 0 to 1: mean confidence and share right (NaN where empty), and count."""

    confidence: Floats
    accuracy: Floats
    count: NDArray[np.int64]


@dataclass(frozen=True)
class Loss:
    """A picture's row, its loss in nats, and the label that was said with its probability."""

    row: int
    loss: float
    said: str
    probability: float
    probability_of_truth: float


def _predicted(head: HeadResult) -> NDArray[np.int64]:
    return np.asarray(head.probabilities[head.scored].argmax(1))


def rights(head: HeadResult) -> NDArray[np.bool_]:
    """(scored,) whether the most probable label is right."""
    return np.asarray(head.truth[head.scored, _predicted(head)])


def confidences(head: HeadResult) -> NDArray[np.float32]:
    """(scored,) how sure each answer is, 0 to 1."""
    sure = head.probabilities.max(1) if head.confidence is None else head.confidence
    return np.asarray(sure[head.scored].clip(0, 1))


def confusion(head: HeadResult, most: int = 90) -> Confusion:
    """Truths against answers, at most ``most`` of each, the commonest; columns that never occur are left out."""
    names, predicted = [head.truth_name(row) for row in head.scored], _predicted(head)
    rows, columns = _rows(head, names, most), _columns(head, predicted, most)
    counts = np.zeros((len(rows), len(columns)), np.int64)
    right = np.zeros((len(rows), len(columns)), bool)
    at_row, at_column = {name: i for i, name in enumerate(rows)}, {label: i for i, label in enumerate(columns)}
    for name, row, said in zip(names, head.scored, predicted.tolist(), strict=True):
        if name in at_row:
            right[at_row[name]] |= head.truth[row, columns]
            if said in at_column:
                counts[at_row[name], at_column[said]] += 1
    labels = tuple(head.labels[column] for column in columns)
    return Confusion(tuple(rows), labels, counts, right, left_out=len(names) - int(counts.sum()))


def _rows(head: HeadResult, names: Sequence[str], most: int) -> list[str]:
    """The commonest truths, ordered by the first label that each allows."""
    place = np.argsort(head.order)
    first = {name: int(place[head.truth[row]].min()) for name, row in zip(names, head.scored, strict=True)}
    return sorted((name for name, _ in Counter(names).most_common(most)), key=lambda name: (first[name], name))


def _columns(head: HeadResult, predicted: NDArray[np.int64], most: int) -> list[int]:
    """The commonest labels. One that is somebody's whole truth has a column even if it is never said."""
    truth = head.truth[head.scored]
    seen = np.bincount(predicted, minlength=len(head.labels)) + truth[truth.sum(1) == 1].sum(0)
    commonest = set(np.argsort(-seen, kind="stable")[:most].tolist())
    return [label for label in head.order.tolist() if label in commonest and seen[label]]


def most_confused(head: HeadResult, most: int = 20) -> list[tuple[str, str, int]]:
    """(truth, wrong answer, how often), the commonest first."""
    wrong = Counter(
        (head.truth_name(row), head.labels[said])
        for row, said, right in zip(head.scored, _predicted(head), rights(head), strict=True)
        if not right
    )
    return [(truth, said, count) for (truth, said), count in sorted(wrong.items(), key=lambda e: (-e[1], e[0]))[:most]]


def recalls(head: HeadResult) -> dict[str, tuple[int, int]]:
    """By truth: how many were right, of how many, in the order of the labels."""
    of = Counter(head.truth_name(row) for row in head.scored)
    right = Counter(head.truth_name(row) for row, good in zip(head.scored, rights(head), strict=True) if good)
    ordered = [name for name in (head.labels[label] for label in head.order) if name in of]
    return {name: (right[name], of[name]) for name in dict.fromkeys([*ordered, *sorted(of)])}


def reliability(head: HeadResult, bins: int = BINS) -> Bins:
    """A head's confidence against being right."""
    return binned(confidences(head), rights(head), bins)


def binned(sureness: NDArray[np.floating[Any]], right: NDArray[np.bool_], bins: int = BINS) -> Bins:
    """Confidence (N), 0 to 1, against being right (N): a reliability diagram (Guo et al. 2017)."""
    confidence = sureness.astype(np.float64)
    where = np.minimum((confidence * bins).astype(np.int64), bins - 1)
    count = np.bincount(where, minlength=bins)
    with np.errstate(invalid="ignore"):
        return Bins(
            np.bincount(where, confidence, minlength=bins) / count,
            np.bincount(where, right, minlength=bins) / count,
            count,
        )


def worst(head: HeadResult, most: int = 16) -> list[Loss]:
    """The pictures with the highest loss: minus the log of what the right labels got together.

    Only such as were answered wrongly. Of a head of many: any, by the mean over the labels that are there.
    """
    rows = head.scored if head.many else head.scored[~rights(head)]
    got = [head.probabilities[row][head.truth[row]] for row in rows]
    shares = [float(p.mean() if head.many else p.sum()) for p in got]
    losses = [float(-np.log(p.clip(_TINY)).mean()) if head.many else -np.log(max(_TINY, p.sum())) for p in got]
    said = [_said(head, row) for row in rows]
    order = np.argsort([-loss for loss in losses], kind="stable")[:most]
    return [
        Loss(int(rows[i]), float(losses[i]), said[i], float(head.probabilities[rows[i]].max()), shares[i])
        for i in order
    ]


def _said(head: HeadResult, row: int) -> str:
    best = np.argsort(-head.probabilities[row], kind="stable")[: 5 if head.many else 1]
    return ", ".join(head.labels[label] for label in best)


def group_recalls(head: HeadResult, ks: Sequence[int] = (3, 5)) -> dict[str, dict[int, float]]:
    """By family and over "all": the share of the labels that are there which are among the ``k`` highest."""
    families: dict[str, list[int]] = {}
    for label in head.order.tolist():
        families.setdefault(head.groups.get(head.labels[label], ""), []).append(label)
    scores = {name: torch.from_numpy(head.probabilities[:, columns]) for name, columns in families.items()}
    truth = {name: torch.from_numpy(head.truth[:, columns]) for name, columns in families.items()}
    by_k = {k: top_k_recall_by_group(scores, truth, k) for k in ks}
    # Labels without a family count over all only.
    return {name: {k: by_k[k][name] for k in ks} for name in by_k[ks[0]] if name}


def figures(head: HeadResult) -> dict[str, Any]:
    """The head's figures, ready for JSON: only finite numbers; without a scored picture, just their number, 0.

    ``top1``, ``top3``, ``top5`` (0 to 1; only below the number of labels), ``balanced`` (mean recall of the truths),
    ``loss`` in nats, ``calibration_error`` (15 bins), ``recall`` by truth as (right, of), ``most_confused``; of a head
    of many, ``recall_at`` by family.
    """
    if not len(head.scored):
        return {"pictures": 0}
    if head.many:
        by_k = {name: {str(k): value for k, value in found.items()} for name, found in group_recalls(head).items()}
        return {"pictures": len(head.scored), "recall_at": by_k}
    probabilities = torch.from_numpy(head.probabilities[head.scored]).float()
    allowed = torch.from_numpy(head.truth[head.scored])
    confidence, right = torch.from_numpy(confidences(head)), torch.from_numpy(rights(head))
    ks = [k for k in (1, 3, 5) if k == 1 or k < len(head.labels)]
    by_truth = recalls(head)
    return {
        "pictures": len(head.scored),
        **{f"top{k}": float(top_k_right(probabilities, allowed, k).float().mean()) for k in ks},
        "balanced": float(np.mean([good / of for good, of in by_truth.values()])),
        "loss": float(partial_nll(probabilities.clamp_min(_TINY).log(), allowed).mean()),
        "calibration_error": expected_calibration_error(confidence, right),
        "recall": {name: list(counts) for name, counts in by_truth.items()},
        "most_confused": [list(entry) for entry in most_confused(head)],
    }
