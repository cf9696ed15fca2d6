from __future__ import annotations

from tests.support.garments import garment, random_wardrobe
from wardrobe_app.domain.similarity.candidates import candidates


def test_the_nearest_by_embedding_are_candidates() -> None:
    near = [garment(1, embedding=[1, 0]), garment(2, embedding=[1, 0.1]), garment(3, embedding=[0.2, 1])]
    assert candidates(near, nearest=1) == [(1, 2)]


def test_what_another_model_saw_cannot_be_compared() -> None:
    one, other = garment(1, embedding=[1, 0]), garment(2, embedding=[1, 0], embedding_model="fake 2")
    assert candidates([one, other, garment(3)]) == []


def test_what_is_worn_elsewhere_or_by_children_is_no_candidate() -> None:
    tee = garment(1, embedding=[1, 0], gender="women")
    jeans = garment(2, "Jeans", embedding=[1, 0])
    child_s = garment(3, embedding=[1, 0], gender="girls")
    unknown = garment(4, None, embedding=[1, 0])
    assert candidates([tee, jeans, child_s, unknown]) == [(1, 4), (2, 4), (3, 4)]


def test_a_garment_that_comes_in_makes_pairs_with_itself_only() -> None:
    wardrobe = random_wardrobe(60)
    before, after = set(candidates(wardrobe[:-1])), set(candidates(wardrobe))
    assert after - before
    assert all(60 in pair for pair in after - before)


def test_an_empty_wardrobe_has_no_candidates() -> None:
    assert candidates([]) == []
