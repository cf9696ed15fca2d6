"""Look-alikes follow: what the owner said of some garments moves the network's answer for those that look like them.

The network is not trained again. Each garment that the owner corrected or confirmed is an example, and carries what
the network had wrong about it: one for the owner's type, less the share that the network gave each type. The log-shares
of another garment are moved by the mean of that over its nearest examples, weighted by how near they are (Nadaraya and
Watson's kernel regression, on the network's residuals). Where the network was right, little moves; what resembles no
example stays as it is; and a confirmed garment beside a corrected one holds it in check.

A type of the owner's own, which no network knows, takes part in the same way from three examples on. Numpy only: to
follow takes neither torch nor a database.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Settings:
    """How readily look-alikes follow.

    ``width`` is the cosine distance at which an example's weight has fallen to 1/e, ``pull`` the most that examples
    move a log-share, ``caution`` the weight that stands for "nothing like it yet". A garment listens to its ``nearest``
    examples, as far as their cosine is at least ``alike``. ``floor`` is the share of a type that is no candidate,
    ``own_floor`` that of a type of the owner's own, which counts from ``own_from`` examples on, and takes only what is
    as like them as they are like each other, less ``own_slack``.
    """

    width: float = 0.2
    pull: float = 5.0
    caution: float = 0.2
    nearest: int = 5
    alike: float = 0.3
    floor: float = 0.01
    own_floor: float = 0.05
    own_from: int = 3
    own_slack: float = 0.05


# Chosen by ``evaluation_corrections`` on 24 people outside the held-out ones; neighbouring values do about as well.
DEFAULT = Settings()


@dataclass(frozen=True, slots=True)
class Look:
    """A garment as a network sees it: the ``shares`` (0 to 1) of its candidate types and its ``embedding`` (D,).

    The embedding has unit length.
    """

    shares: Mapping[str, float]
    embedding: NDArray[np.float32] = field(repr=False, compare=False)

    @property
    def answer(self) -> str | None:
        """The type with the largest share, or None without candidates."""
        return max(self.shares, key=self.shares.__getitem__) if self.shares else None


@dataclass(frozen=True, slots=True)
class Example:
    """A garment whose ``type`` its owner set."""

    look: Look
    type: str


@dataclass(frozen=True, slots=True)
class Followed:
    """A type that follows from examples: its share (0 to 1) now, and where the examples for it are, nearest first."""

    type: str
    share: float
    examples: tuple[int, ...]


def follow(
    looks: Sequence[Look], examples: Sequence[Example], own: Set[str] = frozenset(), how: Settings = DEFAULT
) -> list[Followed | None]:
    """What becomes of each of the ``looks`` by the ``examples``; None where the network's own answer stands.

    A garment only ever follows to a type that one of its nearest examples has. ``own`` are the types that no network
    knows. All embeddings have to be one model's; the positions in ``Followed.examples`` are those in ``examples``.
    """
    counts = Counter(example.type for example in examples)
    used = [
        at for at, example in enumerate(examples) if example.type not in own or counts[example.type] >= how.own_from
    ]
    if not used or not looks:
        return [None] * len(looks)
    chosen = [examples[at] for at in used]
    names = _names(looks, chosen)
    column = {name: at for at, name in enumerate(names)}
    types = np.array([column[example.type] for example in chosen])
    prior = _shares(looks, column)
    residual = -_shares([example.look for example in chosen], column)
    residual[np.arange(len(chosen)), types] += 1
    likeness = _stacked(looks) @ _stacked([example.look for example in chosen]).T
    near = np.argsort(-likeness, axis=1, kind="stable")[:, : how.nearest]
    how_near = np.take_along_axis(likeness, near, axis=1)
    heard = how_near >= how.alike
    weight = np.where(heard, np.exp((how_near - 1) / how.width), 0.0)
    pulled = np.einsum("nk,nkt->nt", weight, residual[near]) / (how.caution + weight.sum(axis=1, keepdims=True))
    scores = np.log(np.maximum(prior, [how.own_floor if name in own else how.floor for name in names]))
    scores += how.pull * pulled
    for name in own & set(names):
        members = np.flatnonzero(types == column[name])
        scores[~_belongs(likeness[:, members], [chosen[at].look for at in members], how), column[name]] = -np.inf
    answers = [column.get(look.answer or "", -1) for look in looks]
    ends = [places[ears] for places, ears in zip(near, heard, strict=True)]
    return [_followed(*row, names, types, used) for row in zip(answers, scores, ends, strict=True)]


def _names(looks: Sequence[Look], examples: Sequence[Example]) -> list[str]:
    shares = [*(example.look.shares for example in examples), *(look.shares for look in looks)]
    return sorted({example.type for example in examples}.union(*shares))


def _shares(looks: Sequence[Look], column: Mapping[str, int]) -> Floats:
    """(N, T): the share of every type for every look, zero for what is no candidate."""
    table = np.zeros((len(looks), len(column)))
    for row, look in enumerate(looks):
        for name, share in look.shares.items():
            table[row, column[name]] = share
    return table


def _stacked(looks: Sequence[Look]) -> Floats:
    return np.stack([look.embedding for look in looks]).astype(np.float64)


def _belongs(likeness: Floats, members: Sequence[Look], how: Settings) -> NDArray[np.bool_]:
    """(N,): whether each garment, with its ``likeness`` (N, M) to the members, is about as like them as they are."""
    vectors = _stacked(members)
    mutual = vectors @ vectors.T
    np.fill_diagonal(mutual, -np.inf)
    among_them = np.sort(mutual, axis=1)[:, ::-1][:, : how.own_from - 1].mean()
    to_them = np.sort(likeness, axis=1)[:, ::-1][:, : how.own_from].mean(axis=1)
    found: NDArray[np.bool_] = to_them >= among_them - how.own_slack
    return found


def _followed(
    answer: int,
    scores: Floats,
    near: NDArray[np.intp],
    names: Sequence[str],
    types: NDArray[np.intp],
    used: Sequence[int],
) -> Followed | None:
    allowed = sorted({*types[near].tolist(), *([answer] if answer >= 0 else [])})
    best = max(allowed, key=lambda at: float(scores[at]))
    if best == answer:
        return None
    share = float(1 / np.exp(scores - scores[best]).sum())
    return Followed(names[best], share, tuple(used[at] for at in near[types[near] == best]))
