from __future__ import annotations

from typing import Any

from tests.support.garments import garment, random_wardrobe
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.similarity.candidates import candidates


def printed(number: int, type: str | None = "Tee", pattern: str = "graphic", **fields: Any) -> Garment:
    return garment(number, type, pattern=pattern, **{"embedding": [1, 0], **fields})


def test_two_garments_of_plain_cloth_are_no_candidates_unless_that_is_a_guess() -> None:
    plain, too, guess = printed(1, pattern="solid"), printed(2, pattern="solid"), {"pattern": "unknown"}
    assert candidates([plain, too]) == []
    assert candidates([plain, printed(2)]) == [(1, 2)]
    assert candidates([plain, printed(2, pattern="solid", tiers=guess)]) == [(1, 2)]


def test_sure_types_that_are_no_synonyms_are_no_candidates() -> None:
    assert candidates([printed(1), printed(2, "Blazer")]) == []
    assert candidates([printed(1), printed(2, "Henley")]) == [(1, 2)]
    assert candidates([printed(1), printed(2, "Blazer", tiers={"type": "check"})]) == [(1, 2)]


def test_far_colours_are_no_candidates() -> None:
    assert candidates([printed(1), printed(2, colour="navy")]) == []
    assert candidates([printed(1), printed(2, colour=None)]) == [(1, 2)]


def test_the_nearest_by_embedding_are_candidates() -> None:
    near = [printed(1, embedding=[1, 0]), printed(2, embedding=[1, 0.1]), printed(3, embedding=[0.2, 1])]
    assert candidates(near, nearest=1) == [(1, 2)]


def test_what_another_model_saw_cannot_be_compared() -> None:
    one, other = printed(1, embedding=[1, 0]), printed(2, embedding=[1, 0], embedding_model="fake 2")
    assert candidates([one, other, printed(3, embedding=None)]) == []


def test_what_is_worn_elsewhere_or_by_children_is_no_candidate() -> None:
    tee = printed(1, embedding=[1, 0], gender="women")
    jeans = printed(2, "Jeans", embedding=[1, 0])
    child_s = printed(3, embedding=[1, 0], gender="girls")
    unknown = printed(4, None, embedding=[1, 0])
    assert candidates([tee, jeans, child_s, unknown]) == [(1, 4), (2, 4), (3, 4)]


def test_a_garment_that_comes_in_makes_pairs_with_itself_only() -> None:
    wardrobe = random_wardrobe(60)
    before, after = set(candidates(wardrobe[:-1])), set(candidates(wardrobe))
    assert after - before
    assert all(60 in pair for pair in after - before)


def test_an_empty_wardrobe_has_no_candidates() -> None:
    assert candidates([]) == []
