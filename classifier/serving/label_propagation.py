"""Propagate the owner's corrections to similar garments, without training the network again.

Each garment that the owner corrected or confirmed is an example. Its residual is one for the owner's type, minus the
network's share for each type. Another garment's log-shares move by the mean residual of its nearest examples, weighted
by similarity (Nadaraya-Watson kernel regression on the network's residuals). Where the network was right, little
changes; a garment without similar examples keeps its type; and a confirmed neighbour counteracts a corrected one.

A custom type, which no network knows, takes part from three examples on. Needs neither torch nor a database.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PropagationSettings:
    """How strongly examples change the types of similar garments."""

    kernel_width: float = 0.2  # cosine distance at which an example's weight has fallen to 1/e
    strength: float = 5.0  # largest change of a log-share
    prior_weight: float = 0.2  # of "no similar example"
    neighbours: int = 5  # examples considered for a garment
    min_similarity: float = 0.3  # cosine, below which an example is ignored
    min_share: float = 0.01  # of a type that is not among the candidates
    custom_min_share: float = 0.05  # the same for a custom type
    custom_min_examples: int = 3
    custom_slack: float = 0.05  # how much less similar than its examples a garment of a custom type may be


# Chosen with evaluation/corrections.py on 24 people who are not held out; neighbouring values do about as well.
DEFAULT = PropagationSettings()


@dataclass(frozen=True, slots=True)
class TypePrediction:
    """A network's prediction: ``shares`` (0 to 1) of the candidate types, ``embedding`` (D,) of unit length."""

    shares: Mapping[str, float]
    embedding: NDArray[np.float32] = field(repr=False, compare=False)

    @property
    def answer(self) -> str | None:
        """The type with the largest share, None without candidates."""
        return max(self.shares, key=self.shares.__getitem__) if self.shares else None


@dataclass(frozen=True, slots=True)
class Example:
    """A garment whose ``type`` the owner set."""

    prediction: TypePrediction
    type: str


@dataclass(frozen=True, slots=True)
class Propagated:
    """A propagated type with its share (0 to 1), and the indices of the examples for it, most similar first."""

    type: str
    share: float
    examples: tuple[int, ...]


def propagate(
    predictions: Sequence[TypePrediction],
    examples: Sequence[Example],
    custom_types: Set[str] = frozenset(),
    settings: PropagationSettings = DEFAULT,
) -> list[Propagated | None]:
    """Compute the type of each garment from ``examples``; None where the network's own answer stands.

    A garment only gets a type that one of its nearest examples has.

    Args:
        predictions: the garments, N.
        examples: the corrected and confirmed garments; all embeddings must come from one model.
        custom_types: types that no network knows.
        settings: how strongly examples count.
    """
    counts = Counter(example.type for example in examples)
    used = [
        index
        for index, example in enumerate(examples)
        if example.type not in custom_types or counts[example.type] >= settings.custom_min_examples
    ]
    if not used or not predictions:
        return [None] * len(predictions)
    taught = [examples[index].prediction for index in used]
    names = sorted({examples[index].type for index in used}.union(*(one.shares for one in (*taught, *predictions))))
    column = {name: number for number, name in enumerate(names)}
    types = np.array([column[examples[index].type] for index in used])
    residual = np.eye(len(names))[types] - _shares(taught, column)
    similarity = _embeddings(predictions) @ _embeddings(taught).T
    nearest = np.argsort(-similarity, axis=1, kind="stable")[:, : settings.neighbours]
    closeness = np.take_along_axis(similarity, nearest, axis=1)
    similar = closeness >= settings.min_similarity
    weight = np.where(similar, np.exp((closeness - 1) / settings.kernel_width), 0.0)
    change = np.einsum("nk,nkt->nt", weight, residual[nearest]) / (
        settings.prior_weight + weight.sum(axis=1, keepdims=True)
    )
    floors = [settings.custom_min_share if name in custom_types else settings.min_share for name in names]
    scores = np.log(np.maximum(_shares(predictions, column), floors)) + settings.strength * change
    for name in custom_types & set(names):
        members = np.flatnonzero(types == column[name])
        belongs = _belongs(similarity[:, members], [taught[member] for member in members], settings)
        scores[~belongs, column[name]] = -np.inf
    answers = [column.get(one.answer or "", -1) for one in predictions]
    neighbours = [row[mask] for row, mask in zip(nearest, similar, strict=True)]
    return [_best(*row, names, types, used) for row in zip(answers, scores, neighbours, strict=True)]


def _shares(predictions: Sequence[TypePrediction], column: Mapping[str, int]) -> Floats:
    """(N, T): the share of every type, zero where it is not a candidate."""
    table = np.zeros((len(predictions), len(column)))
    for row, one in enumerate(predictions):
        table[row, [column[name] for name in one.shares]] = list(one.shares.values())
    return table


def _embeddings(predictions: Sequence[TypePrediction]) -> Floats:
    return np.stack([one.embedding for one in predictions]).astype(np.float64)


def _belongs(similarity: Floats, members: Sequence[TypePrediction], settings: PropagationSettings) -> NDArray[np.bool_]:
    """(N,): whether each garment, with ``similarity`` (N, M) to the members, is about as similar as they are."""
    vectors = _embeddings(members)
    mutual = vectors @ vectors.T
    np.fill_diagonal(mutual, -np.inf)
    number = settings.custom_min_examples
    among_members = np.sort(mutual, axis=1)[:, ::-1][:, : number - 1].mean()
    to_members = np.sort(similarity, axis=1)[:, ::-1][:, :number].mean(axis=1)
    return np.asarray(to_members >= among_members - settings.custom_slack)


def _best(
    answer: int,
    scores: Floats,
    neighbours: NDArray[np.intp],
    names: Sequence[str],
    types: NDArray[np.intp],
    used: Sequence[int],
) -> Propagated | None:
    allowed = sorted({*types[neighbours].tolist(), *([answer] if answer >= 0 else [])})
    best = max(allowed, key=lambda column: float(scores[column]))
    if best == answer:
        return None
    share = float(1 / np.exp(scores - scores[best]).sum())
    return Propagated(names[best], share, tuple(used[index] for index in neighbours[types[neighbours] == best]))
