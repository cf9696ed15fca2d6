from __future__ import annotations

from datetime import date
from itertools import combinations

import pytest

from tests.support.garments import NOON, garment, random_wardrobe
from wardrobe_app.domain.compatibility.preference_learning import (
    MAX_PARTIAL,
    PARTIAL_WEIGHT,
    STRENGTH,
    LearnedPreferences,
    learned,
    strongest,
)
from wardrobe_app.domain.compatibility.scores import DEFAULT, compatibilities, compatibility, partners, score_matrix
from wardrobe_app.domain.garments.garment import PairScore, Part
from wardrobe_app.domain.garments.wear_log import OutfitState, SavedOutfit, Wear

BLOUSE, JEANS = garment(1, "Blouse", "white"), garment(2, "Jeans", "navy")
OTHER_BLOUSE, OTHER_JEANS = garment(3, "Blouse", "pink"), garment(4, "Jeans", "black")
SHOES, SKIRT = garment(5, "Sneakers", "white"), garment(6, "Skirt", "navy")
WARDROBE = [BLOUSE, JEANS, OTHER_BLOUSE, OTHER_JEANS, SHOES, SKIRT]


def outfit(*ids: int, state: OutfitState = OutfitState.SAVED) -> SavedOutfit:
    return SavedOutfit(1, "", state, ids, NOON)


def rejected(*ids: int) -> SavedOutfit:
    return outfit(*ids, state=OutfitState.REJECTED)


def wear(*ids: int) -> Wear:
    return Wear(1, date(2025, 5, 4), ids)


def learned_preferences(*events: SavedOutfit | Wear) -> LearnedPreferences:
    outfits = [event for event in events if isinstance(event, SavedOutfit)]
    return learned(outfits, [event for event in events if isinstance(event, Wear)], WARDROBE)


def taught(pair: PairScore) -> Part | None:
    return next((part for part in pair.parts if part.name == "taste"), None)


def score(*events: SavedOutfit | Wear, of: tuple = (BLOUSE, JEANS)) -> float:
    return compatibility(*of, DEFAULT, learned_preferences(*events)).score


def test_looks_that_she_saved_and_wore_raise_a_pair_and_rejected_ones_lower_it() -> None:
    assert score(outfit(1, 2)) > score() > score(rejected(1, 2))
    assert score(wear(1, 2), wear(1, 2)) > score(wear(1, 2)) > score()


def test_the_score_is_the_mean_of_a_beta_distribution_that_starts_from_the_rules() -> None:
    rules = score()
    assert score(wear(1, 2), wear(1, 2), rejected(1, 2)) == pytest.approx(
        (STRENGTH * rules + 2) / (STRENGTH + 3), abs=1e-5
    )


def test_what_was_learned_is_said_in_words() -> None:
    found = taught(
        compatibility(BLOUSE, JEANS, DEFAULT, learned_preferences(wear(1, 2), wear(1, 2), wear(1, 2), rejected(1, 2)))
    )
    assert found
    assert found.text == "you wore these together 3 times; you rejected an outfit with both"


def test_what_was_learned_adds_up_with_the_other_parts() -> None:
    pair = compatibility(BLOUSE, JEANS, DEFAULT, learned_preferences(outfit(1, 2, 5), rejected(1, 2)))
    last = taught(pair)
    assert last
    total = DEFAULT.total + last.weight
    assert pair.score == pytest.approx(
        0.5 + sum(part.weight * (part.score - 0.5) for part in pair.parts) / total, abs=1e-5
    )


def test_other_garments_of_the_same_types_are_moved_in_part() -> None:
    moved = score(wear(1, 2), of=(OTHER_BLOUSE, OTHER_JEANS))
    rules = score(of=(OTHER_BLOUSE, OTHER_JEANS))
    liked, against = PARTIAL_WEIGHT * (1 - 2 / 3), PARTIAL_WEIGHT / 6  # by chance: jeans 2 in 3, pink with black 1 in 6
    assert moved == pytest.approx((STRENGTH * rules + liked) / (STRENGTH + liked + against), abs=1e-5)
    found = taught(compatibility(OTHER_BLOUSE, OTHER_JEANS, DEFAULT, learned_preferences(wear(1, 2))))
    assert found
    assert found.text == "blouse with jeans: once in your outfits"


def test_other_garments_of_the_same_colours_are_moved_in_part() -> None:
    found = taught(compatibility(SHOES, SKIRT, DEFAULT, learned_preferences(wear(1, 2), rejected(1, 2))))
    assert found
    assert found.text == "navy with white: once in your outfits and once in outfits you rejected"


def test_types_combined_no_more_often_than_by_chance_teach_nothing() -> None:
    all_alike = [garment(number, kind, "white") for number, kind in enumerate(["Tee"] * 3 + ["Jeans"] * 3, 1)]
    known = learned([], [wear(1, 4), wear(2, 5)], all_alike)
    assert known.about(all_alike[2], all_alike[5]) is None


def test_types_worn_every_day_do_not_drown_the_rules() -> None:
    every_day = [wear(1, 2)] * 300
    assert learned_preferences(*every_day).about(OTHER_BLOUSE, OTHER_JEANS).outfits == pytest.approx(  # type: ignore[union-attr]
        2 * PARTIAL_WEIGHT * MAX_PARTIAL
    )


def test_the_blame_for_a_rejected_look_is_shared_by_all_that_is_in_it() -> None:
    assert score(rejected(1, 2)) < score(rejected(1, 2, 5)) < score()


def test_taking_a_look_back_takes_back_its_effect() -> None:
    before, kept = score(), wear(1, 2)
    assert score(kept, outfit(1, 2, 5)) != score(kept)
    assert score() == before


def test_what_cannot_be_worn_at_once_stays_so_however_often_she_says_otherwise() -> None:
    stubborn = learned_preferences(*[outfit(2, 4)] * 50)
    assert compatibility(JEANS, OTHER_JEANS, DEFAULT, stubborn).score == 0
    assert score_matrix([JEANS, OTHER_JEANS], DEFAULT, stubborn).max() == 0


def test_garments_that_are_gone_teach_nothing() -> None:
    assert learned([outfit(1, 77)], [wear(78, 79)], WARDROBE) == LearnedPreferences()


def test_pairs_of_which_nothing_was_learned_have_no_such_part() -> None:
    assert taught(compatibility(BLOUSE, SHOES, DEFAULT, LearnedPreferences())) is None


def test_the_matrix_and_partners_follow_the_taste() -> None:
    wardrobe = random_wardrobe(60, seed=4)
    wears = [Wear(n, date(2025, 1, 1), tuple(one.id for one in wardrobe[n : n + 5])) for n in range(0, 50, 2)]
    known = learned([SavedOutfit(1, "", OutfitState.REJECTED, (1, 8, 20), NOON)], wears, wardrobe)
    matrix = score_matrix(wardrobe, DEFAULT, known)
    expected = {(a.id, b.id): compatibility(a, b, DEFAULT, known).score for a, b in combinations(wardrobe, 2)}
    for (a, b), found in expected.items():
        assert matrix[a - 1, b - 1] == pytest.approx(found, abs=1e-4)
    pairs = list(combinations(wardrobe, 2))
    assert compatibilities(pairs, DEFAULT, known) == [compatibility(a, b, DEFAULT, known) for a, b in pairs]
    best = partners(wardrobe[0], wardrobe, 0.1, DEFAULT, known)[0]
    assert best.score == pytest.approx(float(matrix[0].max()), abs=1e-4)


def test_what_was_learned_most_about_comes_first() -> None:
    known = learned_preferences(wear(1, 2), wear(3, 4), outfit(5, 6))
    assert [words for words, _ in strongest(known.types, 1)] == [("Blouse", "Jeans")]


def test_a_look_counts_once_for_two_colours_though_several_of_its_pairs_have_them() -> None:
    counts = learned_preferences(wear(1, 5, 6)).colours  # two white things and a navy one
    assert counts[("navy", "white")].worn == counts[("white", "white")].worn == 1
