from __future__ import annotations

from dataclasses import replace

from tests.support.garments import VOCABULARY, garment
from wardrobe_app.domain.garments.garment import Candidate, Garment, Tag, TagKind, TagSource
from wardrobe_app.domain.review.doubts import other_doubts, type_doubt


def guessed(number: int, *candidates: tuple[str, float], tier: str = "check") -> Garment:
    found = tuple(Candidate(value, confidence) for value, confidence in candidates)
    tag = Tag(TagKind.TYPE, found[0].value, TagSource.MODEL, found[0].confidence, tier, "fake 1", found)
    made = garment(number, found[0].value)
    return replace(made, tags={**made.tags, TagKind.TYPE: tag}, suggestions={TagKind.TYPE: tag})


def test_a_sure_type_and_a_persons_are_not_in_doubt() -> None:
    assert type_doubt(garment(1), VOCABULARY) is None
    assert type_doubt(garment(1, by_person=["type"]), VOCABULARY) is None
    assert type_doubt(garment(1, type=None), VOCABULARY) is None


def test_a_doubt_offers_the_guess_and_four_alternatives() -> None:
    values = [("Tee", 0.4), ("Top", 0.2), ("Tank", 0.1), ("Polo", 0.1), ("Henley", 0.1), ("Jersey", 0.05)]
    doubt = type_doubt(guessed(1, *values), VOCABULARY)
    assert doubt is not None
    assert doubt.options == ("Tee", "Top", "Tank", "Polo", "Henley")
    assert doubt.confidence == 0.4


def test_a_copied_type_comes_before_what_the_model_says() -> None:
    made = guessed(1, ("Tee", 0.4), ("Top", 0.2))
    copied = Tag(TagKind.TYPE, "Polo", TagSource.PROPAGATED, 0.6, "check", "fake 1", examples=(9,))
    doubt = type_doubt(replace(made, tags={**made.tags, TagKind.TYPE: copied}), VOCABULARY)
    assert doubt is not None
    assert (doubt.options, doubt.confidence) == (("Polo", "Tee", "Top"), 0.6)


def test_older_names_of_a_type_are_offered_once_and_under_the_new_one() -> None:
    old, new = next(iter(VOCABULARY.merged.items()))
    doubt = type_doubt(guessed(1, ("Tee", 0.4), (old, 0.2), (new, 0.1)), VOCABULARY)
    assert doubt is not None
    assert doubt.options == ("Tee", new)


def test_other_doubts_are_those_of_guesses_that_make_sense() -> None:
    made = garment(1, "Jeans", "navy", [("navy", "#101030", 0.3), ("black", "#111111", 0.7)], tiers={"colour": "check"})
    (doubt,) = other_doubts(made)
    assert (doubt.kind, doubt.options) == (TagKind.COLOUR, ("navy", "black"))
    assert list(other_doubts(garment(1, by_person=["pattern"], tiers={"pattern": "check"}))) == []
