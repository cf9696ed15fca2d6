"""Put what needs a review in order: the least certain first, and look-alikes with the same guess together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from wardrobe_app.domain.batches import batched
from wardrobe_app.domain.garments.garment import Garment, TagKind
from wardrobe_app.domain.garments.vocabulary import Vocabulary
from wardrobe_app.domain.review.doubts import Doubt, other_doubts, type_doubt

MAX_TOGETHER: Final = 9
"""Garments in one question: each has a digit's key."""

MIN_TOGETHER_CONFIDENCE: Final = 0.4  # below it, finding the right one among others costs more than asking alone
MIN_ALIKE: Final = 3  # fewer are asked about with others of any guess
MIN_SIMILARITY: Final = 0.3  # cosine of the embeddings
WITHIN: Final = 200  # of the next most certain ones, so that the time grows no faster than the queue


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked at once: whether all of these garments have the guess; of one garment also what else it may be."""

    doubts: tuple[Doubt, ...]

    @property
    def kind(self) -> TagKind:
        return self.doubts[0].kind

    @property
    def guess(self) -> str:
        return self.doubts[0].guess

    @property
    def ids(self) -> tuple[int, ...]:
        return tuple(doubt.garment.id for doubt in self.doubts)

    @property
    def confidence(self) -> float:
        """Return the mean probability that the guess is right."""
        return sum(doubt.confidence for doubt in self.doubts) / len(self.doubts)


def type_questions(garments: Iterable[Garment], vocabulary: Vocabulary) -> tuple[Question, ...]:
    """Ask for the type of each garment that has a doubtful one."""
    return _in_order(doubt for garment in garments if (doubt := type_doubt(garment, vocabulary)))


def tag_questions(garments: Iterable[Garment]) -> tuple[Question, ...]:
    """Ask for every other tag that is doubtful, kind by kind."""
    by_kind: dict[TagKind, list[Doubt]] = defaultdict(list)
    for garment in garments:
        for doubt in other_doubts(garment):
            by_kind[doubt.kind].append(doubt)
    return tuple(question for kind in TagKind if kind in by_kind for question in _in_order(by_kind[kind]))


def _in_order(doubts: Iterable[Doubt]) -> tuple[Question, ...]:
    found = list(doubts)
    likely = [doubt for doubt in found if doubt.confidence >= MIN_TOGETHER_CONFIDENCE]
    questions = [Question((doubt,)) for doubt in found if doubt.confidence < MIN_TOGETHER_CONFIDENCE]
    by_guess: dict[str, list[Doubt]] = defaultdict(list)
    for doubt in sorted(likely, key=lambda doubt: (-doubt.confidence, doubt.garment.id)):
        by_guess[doubt.guess].append(doubt)
    groups = [group for some in by_guess.values() for group in _look_alikes(some)]
    questions += [Question(group) for group in groups if len(group) >= MIN_ALIKE]
    rest = [doubt for group in groups if len(group) < MIN_ALIKE for doubt in group]
    questions += [Question(tuple(some)) for some in batched(rest, MAX_TOGETHER)]
    return tuple(sorted(questions, key=lambda question: (question.confidence, question.ids)))


def _look_alikes(doubts: Sequence[Doubt]) -> Iterator[tuple[Doubt, ...]]:
    """Part doubts about one value, most certain first, into groups that are each like their first one."""
    left = list(doubts)
    while left:
        similarity = _similarities(left[: WITHIN + 1])
        nearest = np.argsort(-similarity, kind="stable")[:MAX_TOGETHER].tolist()
        chosen = [at for at in nearest if at == 0 or similarity[at] >= MIN_SIMILARITY]
        yield tuple(left[at] for at in chosen)
        left = [doubt for at, doubt in enumerate(left) if at not in chosen]


def _similarities(doubts: Sequence[Doubt]) -> NDArray[np.float64]:
    """Return the cosines (N,) of the first embedding with each, with itself infinite, -1 where there is none."""
    first = doubts[0].garment
    found = np.full(len(doubts), -1.0)
    for at, doubt in enumerate(doubts):
        other = doubt.garment
        if (
            first.embedding is not None
            and other.embedding is not None
            and first.embedding_model == other.embedding_model
        ):
            found[at] = float(first.embedding @ other.embedding)
    found[0] = np.inf
    return found
