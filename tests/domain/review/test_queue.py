from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np

from tests.support.garments import VOCABULARY, garment
from wardrobe_app.domain.garments.garment import Garment, Tag, TagKind, TagSource
from wardrobe_app.domain.review.queue import MAX_TOGETHER, tag_questions, type_questions


def guessed(number: int, value: str, confidence: float, direction: int | None = 0, size: int = 4) -> Garment:
    embedding = None if direction is None else np.eye(size)[direction]
    made = garment(number, value, embedding=embedding)
    tag = Tag(TagKind.TYPE, value, TagSource.MODEL, confidence, "check", "fake 1")
    return replace(made, tags={**made.tags, TagKind.TYPE: tag})


def asked(garments: list[Garment]) -> list[tuple[int, ...]]:
    return [question.ids for question in type_questions(garments, VOCABULARY)]


def test_the_least_certain_comes_first() -> None:
    some = [guessed(1, "Tee", 0.3), guessed(2, "Jeans", 0.1), guessed(3, "Dress", 0.2)]
    assert asked(some) == [(2,), (3,), (1,)]


def test_look_alikes_with_the_same_guess_are_asked_about_together() -> None:
    some = [guessed(number, "Jeans", 0.8) for number in range(1, 5)]
    others = [guessed(number, "Dress", 0.7, direction=1) for number in range(5, 8)]
    assert sorted(asked([*some, *others])) == [(1, 2, 3, 4), (5, 6, 7)]


def test_garments_that_look_different_are_no_look_alikes() -> None:
    some = [guessed(number, "Jeans", 0.8, direction) for number, direction in enumerate((0, 0, 0, 1, 1, 1), start=1)]
    assert sorted(asked(some)) == [(1, 2, 3), (4, 5, 6)]


def test_likely_guesses_without_look_alikes_share_a_sheet() -> None:
    some = [guessed(1, "Jeans", 0.8), guessed(2, "Tee", 0.7, 1), guessed(3, "Dress", 0.6, None)]
    assert asked(some) == [(1, 2, 3)]


def test_each_garment_is_asked_about_once_and_a_sheet_has_a_digit_for_each() -> None:
    rng = np.random.default_rng(3)
    names = ["Tee", "Jeans", "Dress", "Skirt"]
    some = [
        guessed(number, names[rng.integers(4)], float(rng.uniform(0.1, 0.9)), int(rng.integers(4)))
        for number in range(1, 200)
    ]
    found = asked(some)
    assert Counter(item for ids in found for item in ids) == Counter(range(1, 200))
    assert max(map(len, found)) == MAX_TOGETHER
    assert found == asked(some[::-1]), "the order of the garments does not matter"


def test_embeddings_of_different_models_are_not_compared() -> None:
    some = [guessed(number, "Jeans", 0.8) for number in range(1, 7)]
    other = [replace(one, embedding_model="fake 2", embedding=np.ones(7, np.float32)) for one in some[3:]]
    assert sorted(asked([*some[:3], *other])) == [(1, 2, 3), (4, 5, 6)]


def test_other_tags_are_asked_about_kind_by_kind() -> None:
    some = [garment(number, tiers={"colour": "check", "pattern": "check"}, embedding=[1, 0]) for number in range(1, 4)]
    assert [(question.kind, question.ids) for question in tag_questions(some)] == [
        (TagKind.COLOUR, (1, 2, 3)),
        (TagKind.PATTERN, (1, 2, 3)),
    ]
