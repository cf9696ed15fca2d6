"""Compute the figures of a head's answers to labelled pictures, for a run's report."""

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
CONFIDENCE_BINS = 15
_MIN_PROBABILITY = 1e-12


@dataclass(frozen=True)
class HeadResult:
    """A head's answers to N pictures, with K labels.

    Raises:
        ValueError: the shapes do not match, or a probability is out of range.
    """

    name: str
    labels: tuple[str, ...]
    truth: NDArray[np.bool_]  # (N, K) the right labels: any of them will do, or all at once in a multi-label head
    probabilities: NDArray[np.float32]  # (N, K) 0 to 1; rows sum to 1 in a single-label head
    many: bool = False  # a multi-label head
    groups: Mapping[str, str] = field(default_factory=dict)  # families of labels, which stand together in plots
    truth_names: Sequence[str] | None = None  # (N,) everyday names, such as "Pants" for jeans or chinos
    confidence: NDArray[np.float32] | None = None  # (N,) 0 to 1, if not the answer's probability

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
    def labelled(self) -> NDArray[np.int64]:
        """The rows that have a right label; others are not evaluated."""
        return np.flatnonzero(self.truth.any(1))

    @cached_property
    def predicted(self) -> NDArray[np.int64]:
        """(labelled,) the most probable label."""
        return np.asarray(self.probabilities[self.labelled].argmax(1))

    @cached_property
    def right(self) -> NDArray[np.bool_]:
        """(labelled,) whether the most probable label is right."""
        return np.asarray(self.truth[self.labelled, self.predicted])

    @cached_property
    def confidences(self) -> NDArray[np.float32]:
        """(labelled,) the confidence of each answer, 0 to 1."""
        confidence = self.probabilities.max(1) if self.confidence is None else self.confidence
        return np.asarray(confidence[self.labelled].clip(0, 1))

    @cached_property
    def names(self) -> list[str]:
        """(labelled,) the right answer of each row, for people."""
        return [self.truth_name(row) for row in self.labelled]

    @cached_property
    def partial(self) -> bool:
        """Whether a picture has several right labels to choose from."""
        return not self.many and bool((self.truth.sum(1) > 1).any())

    @cached_property
    def order(self) -> NDArray[np.int64]:
        """The labels with families together."""
        families = list(dict.fromkeys(self.groups.get(label, "") for label in self.labels))
        return np.argsort([families.index(self.groups.get(label, "")) for label in self.labels], kind="stable")

    def truth_name(self, row: int) -> str:
        """Describe the right answer of a picture."""
        if self.truth_names is not None:
            return self.truth_names[row]
        names = [self.labels[column] for column in np.flatnonzero(self.truth[row])]
        if len(names) > 3 and not self.many:
            names = [*names[:2], f"{len(names) - 2} more"]
        return (", " if self.many else " or ").join(names) or "nothing"


@dataclass(frozen=True)
class Confusion:
    """How often (R, C) each truth, by row, got each answer, by column; ``right`` (R, C) marks right answers."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: NDArray[np.int64]
    right: NDArray[np.bool_]
    left_out: int = 0


@dataclass(frozen=True)
class Bins:
    """Answers in equal bins of confidence from 0 to 1: mean confidence, accuracy (NaN where empty), and count."""

    confidence: Floats
    accuracy: Floats
    count: NDArray[np.int64]


@dataclass(frozen=True)
class Loss:
    """A picture's loss in nats, with the answer and its probability."""

    row: int
    loss: float
    answer: str
    probability: float
    probability_of_truth: float


def confusion(head: HeadResult, most: int = 90) -> Confusion:
    """Count truths against answers, at most the ``most`` commonest of each; leaves out unused columns."""
    rows, columns = _confusion_rows(head, most), _confusion_columns(head, most)
    counts = np.zeros((len(rows), len(columns)), np.int64)
    right = np.zeros((len(rows), len(columns)), bool)
    for name, row, answer in zip(head.names, head.labelled, head.predicted.tolist(), strict=True):
        if name in rows:
            right[rows.index(name)] |= head.truth[row, columns]
            if answer in columns:
                counts[rows.index(name), columns.index(answer)] += 1
    labels = tuple(head.labels[column] for column in columns)
    return Confusion(tuple(rows), labels, counts, right, left_out=len(head.names) - int(counts.sum()))


def _confusion_rows(head: HeadResult, most: int) -> list[str]:
    """The commonest truths, ordered by the first label that each allows."""
    place = np.argsort(head.order)
    first = {name: int(place[head.truth[row]].min()) for name, row in zip(head.names, head.labelled, strict=True)}
    return sorted((name for name, _ in Counter(head.names).most_common(most)), key=lambda name: (first[name], name))


def _confusion_columns(head: HeadResult, most: int) -> list[int]:
    """The commonest answers, and labels that are a picture's only right one even if they are never answered."""
    truth = head.truth[head.labelled]
    used = np.bincount(head.predicted, minlength=len(head.labels)) + truth[truth.sum(1) == 1].sum(0)
    commonest = set(np.argsort(-used, kind="stable")[:most].tolist())
    return [label for label in head.order.tolist() if label in commonest and used[label]]


def most_confused(head: HeadResult, most: int = 20) -> list[tuple[str, str, int]]:
    """List (truth, wrong answer, count), the commonest first."""
    wrong = Counter(
        (name, head.labels[answer])
        for name, answer, right in zip(head.names, head.predicted, head.right, strict=True)
        if not right
    )
    return [(*pair, count) for pair, count in sorted(wrong.items(), key=lambda entry: (-entry[1], entry[0]))[:most]]


def recalls(head: HeadResult) -> dict[str, tuple[int, int]]:
    """Count right answers and pictures by truth, in the order of the labels."""
    total = Counter(head.names)
    right = Counter(name for name, good in zip(head.names, head.right, strict=True) if good)
    ordered = [name for name in (head.labels[label] for label in head.order) if name in total]
    return {name: (right[name], total[name]) for name in dict.fromkeys([*ordered, *sorted(total)])}


def reliability(head: HeadResult, bins: int = CONFIDENCE_BINS) -> Bins:
    """Bin a head's answers by confidence."""
    return binned(head.confidences, head.right, bins)


def binned(confidence: NDArray[np.floating[Any]], right: NDArray[np.bool_], bins: int = CONFIDENCE_BINS) -> Bins:
    """Bin answers for a reliability diagram (Guo et al. 2017): confidences (N,), 0 to 1, and whether right (N,)."""
    values = confidence.astype(np.float64)
    places = np.minimum((values * bins).astype(np.int64), bins - 1)
    count = np.bincount(places, minlength=bins)
    with np.errstate(invalid="ignore"):
        return Bins(
            np.bincount(places, values, minlength=bins) / count,
            np.bincount(places, right, minlength=bins) / count,
            count,
        )


def worst(head: HeadResult, most: int = 16) -> list[Loss]:
    """Find the wrong answers with the highest loss: minus the log of the right labels' summed probability.

    In a multi-label head, any picture counts, with the mean loss of its right labels.
    """
    losses = []
    for row in head.labelled if head.many else head.labelled[~head.right]:
        probabilities = head.probabilities[row]
        right = probabilities[head.truth[row]]
        share = float(right.mean() if head.many else right.sum())
        loss = float(-np.log((right if head.many else right.sum()).clip(_MIN_PROBABILITY)).mean())
        best = np.argsort(-probabilities, kind="stable")[: 5 if head.many else 1]
        answer = ", ".join(head.labels[label] for label in best)
        losses.append(Loss(int(row), loss, answer, float(probabilities.max()), share))
    return sorted(losses, key=lambda entry: -entry.loss)[:most]


def group_recalls(head: HeadResult, ks: Sequence[int] = (3, 5)) -> dict[str, dict[int, float]]:
    """Compute by family, and for "all", the share of the right labels that are among the ``k`` highest."""
    families: dict[str, list[int]] = {}
    for label in head.order.tolist():
        families.setdefault(head.groups.get(head.labels[label], ""), []).append(label)
    scores = {name: torch.from_numpy(head.probabilities[:, columns]) for name, columns in families.items()}
    truth = {name: torch.from_numpy(head.truth[:, columns]) for name, columns in families.items()}
    by_k = {k: top_k_recall_by_group(scores, truth, k) for k in ks}
    # Labels without a family count only for "all".
    return {name: {k: by_k[k][name] for k in ks} for name in by_k[ks[0]] if name}


def figures(head: HeadResult) -> dict[str, Any]:
    """Compute a head's figures for JSON; only ``pictures`` (0) without a labelled picture.

    ``top1``, ``top3``, ``top5`` (0 to 1; only below the number of labels), ``balanced`` (mean recall of the truths),
    ``loss`` in nats, ``calibration_error`` (15 bins), ``recall`` by truth as (right, total), ``most_confused``; for a
    multi-label head, ``recall_at`` by family.
    """
    if not len(head.labelled):
        return {"pictures": 0}
    if head.many:
        by_k = {name: {str(k): value for k, value in found.items()} for name, found in group_recalls(head).items()}
        return {"pictures": len(head.labelled), "recall_at": by_k}
    probabilities = torch.from_numpy(head.probabilities[head.labelled]).float()
    allowed = torch.from_numpy(head.truth[head.labelled])
    by_truth = recalls(head)
    return {
        "pictures": len(head.labelled),
        **{
            f"top{k}": float(top_k_right(probabilities, allowed, k).float().mean())
            for k in (1, 3, 5)
            if k == 1 or k < len(head.labels)
        },
        "balanced": float(np.mean([right / total for right, total in by_truth.values()])),
        "loss": float(partial_nll(probabilities.clamp_min(_MIN_PROBABILITY).log(), allowed).mean()),
        "calibration_error": expected_calibration_error(
            torch.from_numpy(head.confidences), torch.from_numpy(head.right)
        ),
        "recall": {name: list(counts) for name, counts in by_truth.items()},
        "most_confused": [list(entry) for entry in most_confused(head)],
    }
