"""Questions that ask which of four garments completes an outfit, told in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np

from wardrobe_app.domain.compatibility.criteria import Worn
from wardrobe_app.domain.compatibility.roles import Role, role

CANDIDATES = 4
Described = Sequence[Worn]
Score = Callable[[Sequence[tuple[Worn, Worn]]], Sequence[float]]


@dataclass(frozen=True, slots=True)
class Question:
    """What is left of an outfit, and four garments, of which the first belongs to it."""

    rest: Described
    candidates: Described


def role_of(one: Worn) -> Role | None:
    """Return a described garment's role."""
    return role(one.type, one.slot)


def questions(outfits: Sequence[Described], seed: int = 0) -> Iterator[Question]:
    """Hide each garment of each outfit in turn; the others on offer have its role, in other outfits drawn at random."""
    rng = Random(seed)  # noqa: S311
    by_role: dict[Role | None, list[tuple[int, Worn]]] = {}
    for number, outfit in enumerate(outfits):
        for one in outfit:
            by_role.setdefault(role_of(one), []).append((number, one))
    for number, outfit in enumerate(outfits):
        for place, hidden in enumerate(outfit):
            others = [one for other, one in rng.choices(by_role[role_of(hidden)], k=16) if other != number]
            if len(others) >= CANDIDATES - 1:
                rest = [*outfit[:place], *outfit[place + 1 :]]
                yield Question(rest, [hidden, *others[: CANDIDATES - 1]])


def hits(asked: Sequence[Question], score: Score) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return for each question whether the mean score with the rest is best for the right garment, shared by ties."""
    pairs = [(worn, one) for question in asked for one in question.candidates for worn in question.rest]
    scores = iter(score(pairs))
    found = []
    for question in asked:
        means = np.array([np.mean([next(scores) for _ in question.rest]) for _ in question.candidates])
        best = np.flatnonzero(means >= means.max() - 1e-9)
        found.append(1 / len(best) if 0 in best else 0.0)
    return np.array(found)
