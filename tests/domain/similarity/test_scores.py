from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from classifier.taxonomy import garment_types
from tests.support.garments import VOCABULARY, garment, random_wardrobe
from wardrobe_app.domain.garments.garment import Candidate, PairScore, Part, TagKind
from wardrobe_app.domain.garments.type_similarity import NEIGHBOURS, closeness
from wardrobe_app.domain.similarity.scores import DEFAULT, PARTS, scan, similarity


def part(score: PairScore, name: str) -> Part:
    return next(part for part in score.parts if part.name == name)


def test_the_reasons_are_words_a_person_understands() -> None:
    pair = similarity(
        garment(1, "Blouse", "pink", "#e79ab8", embedding=[1, 0.1]),
        garment(2, "Blouse", "pink", "#ea90b0", embedding=[1, 0.2]),
    )
    assert pair.reasons == (
        "same type: Blouse",
        "colour distance 2.7: both pink",
        "both solid",
        "pictures look alike",
    )
    assert pair.score >= DEFAULT.redundant


def test_it_does_not_matter_which_garment_is_asked_about() -> None:
    for a, b in combinations(random_wardrobe(25), 2):
        assert similarity(a, b).score == pytest.approx(similarity(b, a).score, abs=1e-4)


def test_types_count_by_equality_then_as_near_synonyms_then_not() -> None:
    same, near, far = (similarity(garment(1, "Tee"), garment(2, other)) for other in ("Tee", "Top", "Sweater"))
    assert same.score > near.score > far.score
    assert part(near, "type").text == "similar types: T-shirt and Top"
    assert part(far, "type").text == "different types: T-shirt and Sweater"
    assert far.score < DEFAULT.redundant


def test_neighbouring_types_are_worn_in_the_same_place_and_share_a_coarse_label_or_a_stated_reason() -> None:
    stated = {frozenset({"Tunic", "Kurta"})}
    labels = {kind.name: set(kind.clothing_labels) for kind in garment_types()}
    for group in NEIGHBOURS:
        for one, other in combinations(group, 2):
            assert VOCABULARY[one].slot is VOCABULARY[other].slot, (one, other)
            assert labels[one] & labels[other] or frozenset({one, other}) in stated, (one, other)


def test_nearness_of_types_is_not_handed_on() -> None:
    assert closeness("Tee", "Top") > 0 < closeness("Top", "Blouse")
    assert closeness("Tee", "Blouse") == 0


@pytest.mark.parametrize("other", ["Jeans", "Dress", "Sneakers", "Bag"])
def test_what_is_worn_in_different_places_is_never_alike(other: str) -> None:
    pair = similarity(garment(1, "Tee", embedding=[1, 0]), garment(2, other, embedding=[1, 0]))
    assert pair.score == 0
    assert pair.reasons[0].startswith("worn in different places: upper and ")


def test_a_mere_guess_at_the_type_does_not_tell_where_a_garment_is_worn() -> None:
    tee, shoes = garment(1, embedding=[1, 0]), garment(2, "Sneakers", embedding=[1, 0], tiers={"type": "unknown"})
    pair = similarity(tee, shoes)
    assert 0 < pair.score < DEFAULT.redundant
    assert part(pair, "type").text == "different types: T-shirt and Sneakers (not sure)"


def test_two_guesses_that_could_mean_one_type_keep_practically_identical_garments_together() -> None:
    guesses = (("Sweatshirt", "Blazer", "Top"), (0.4, 0.35, 0.1)), (("Blazer", "Sweatshirt", "Parka"), (0.3, 0.2, 0.1))
    pair = [
        replace(
            one := garment(number, names[0], embedding=[1, 0], tiers={"type": "unknown"}),
            tags={**one.tags, TagKind.TYPE: replace(one.tags[TagKind.TYPE], candidates=tuple(map(Candidate, *guess)))},
        )
        for number, guess in enumerate(guesses)
        for names in guess[:1]
    ]
    score = similarity(*pair)
    assert score.score >= DEFAULT.redundant
    assert part(score, "type").text == "perhaps the same type, Sweatshirt or Blazer (not sure)"
    assert list(scan(pair, DEFAULT.redundant).pairs()) == [score]


@pytest.mark.parametrize("child", ["girls", "boys"])
@pytest.mark.parametrize("adult", ["women", "men"])
def test_children_s_and_adults_clothes_are_never_alike(child: str, adult: str) -> None:
    pair = similarity(garment(1, gender=child), garment(2, gender=adult))
    assert (pair.score, pair.reasons) == (0, ("one for children, one for adults",))


def test_a_mere_guess_at_the_age_rules_nothing_out() -> None:
    pair = similarity(garment(1, gender="girls", tiers={"gender": "unknown"}), garment(2, gender="women"))
    assert pair.score >= DEFAULT.redundant


def test_a_sure_tag_and_a_person_s_count_more_than_a_guess_for_and_against() -> None:
    guess = {"type": "unknown"}
    for other, better in (("Tee", 1), ("Sweater", -1)):
        plain = similarity(garment(1), garment(2, other))
        guessed = similarity(garment(1), garment(2, other, tiers=guess))
        person = similarity(garment(1), garment(2, other, tiers=guess, by_person=["type"]))
        assert plain.score == person.score
        assert (plain.score - guessed.score) * better > 0
        assert part(guessed, "type").text.endswith("(not sure)")


@pytest.mark.parametrize("name", PARTS)
def test_missing_evidence_weighs_nothing(name: str) -> None:
    blank = garment(1, None, None, None, pattern=None)
    missing = part(similarity(blank, garment(2, embedding=[1, 0], gender="women")), name)
    assert (missing.weight, missing.score) == (0, 0.5)


def test_garments_of_which_nothing_is_known_are_not_alike() -> None:
    blank = similarity(garment(1, None, None, None, pattern=None), garment(2, None, None, None, pattern=None))
    assert blank.score < 0.1
    assert blank.reasons == ()


def test_the_same_type_alone_makes_nothing_redundant() -> None:
    assert similarity(garment(1, "Tee", None, None), garment(2, "Tee", None, None)).score < DEFAULT.redundant


def test_pictures_seen_by_different_models_are_not_compared() -> None:
    pair = similarity(garment(1, embedding=[1, 0]), garment(2, embedding=[1, 0], embedding_model="fake 2"))
    assert part(pair, "picture").text == "pictures not compared"


def test_a_colour_the_owner_corrected_counts_instead_of_what_the_palette_saw() -> None:
    bedspread = [("green", "#3f8a4f", 1.0)]
    corrected = garment(1, colour="pink", hex=bedspread, by_person=["colour"])
    assert part(similarity(corrected, garment(2, colour="pink")), "colour").text == "both pink"
    assert part(similarity(corrected, garment(2, colour="green", hex=bedspread)), "colour").score == 0


def test_two_garments_with_the_same_print_are_more_of_a_coincidence_than_two_plain_ones() -> None:
    plain = similarity(garment(1), garment(2))
    printed = similarity(garment(1, pattern="floral"), garment(2, pattern="floral"))
    unlike = similarity(garment(1, pattern="floral"), garment(2, pattern="striped"))
    assert printed.score > plain.score > unlike.score
    assert part(unlike, "pattern").text == "pattern differs: floral and striped"


def test_one_brand_and_occasion_are_named() -> None:
    pair = similarity(
        garment(1, brand="Zara", occasion="casual", season="summer"),
        garment(2, brand=" zara ", occasion="casual", season="winter"),
    )
    assert part(pair, "attributes").text == "both casual and by Zara, season differs"


def test_the_scan_finds_exactly_what_comparing_every_pair_finds() -> None:
    wardrobe = random_wardrobe(150, seed=3)
    wardrobe += [garment(200, None, None, None, pattern=None), garment(201, "Tee", hex=None, colour=None)]
    expected = {pair for a, b in combinations(wardrobe, 2) if (pair := similarity(a, b)).score >= 0.3}
    assert set(scan(wardrobe, 0.3).pairs()) == expected
    assert len(expected) > 15


def test_a_thousand_garments_are_scanned() -> None:
    wardrobe = random_wardrobe(1000)
    assert len(scan(wardrobe, DEFAULT.redundant)) > 10


@pytest.mark.parametrize("count", [0, 1])
def test_a_wardrobe_too_small_to_compare_has_no_pairs(count: int) -> None:
    assert not list(scan(random_wardrobe(count), 0.0).pairs())


def test_scores_are_plain_numbers() -> None:
    pair = similarity(garment(1, embedding=np.ones(4)), garment(2, embedding=np.ones(4)))
    assert {type(value) for value in (pair.score, *(part.score for part in pair.parts))} == {float}
