from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from tests.support.garments import VOCABULARY, garment, random_wardrobe
from wardrobe_app.domain.compatibility.roles import Role, role
from wardrobe_app.domain.compatibility.rules import Rule
from wardrobe_app.domain.compatibility.scores import (
    DEFAULT,
    PARTS,
    CompatibilityConfig,
    compatibility,
    fitting,
    match,
    match_all,
    partners,
    score_matrix,
    worn,
)
from wardrobe_app.domain.garments.garment import PairScore, Part
from wardrobe_app.domain.garments.type_similarity import NEIGHBOURS


def part(score: PairScore, name: str) -> Part:
    return next(part for part in score.parts if part.name == name)


def pair(one: str, other: str) -> PairScore:
    return compatibility(garment(1, one), garment(2, other))


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        ("Dress", "Trousers", "dress over trousers: same slot"),
        ("Trousers", "Dress", "dress over trousers: same slot"),
        ("Dress", "Blouse", "dress over blouse: same slot"),
        ("Jeans", "Skirt", "jeans and skirt: same slot"),
        ("Tee", "Blouse", "T-shirt and blouse: same slot"),
        ("Dress", "Jumpsuit", "dress and jumpsuit: same slot"),
        ("Sneakers", "Boots", "sneakers and boots: same slot"),
        ("Bag", "Backpack", "bag and backpack: same slot"),
        ("Cardigan", "Blazer", "cardigan and blazer: same slot"),
        ("Coat", "Jacket", "coat over jacket: same slot"),
        ("Scarf", "Scarf", "scarf and scarf: same slot"),
        ("Bra", "Jeans", "bra and jeans: not part of outfits"),
        ("Tee", "Pyjamas", "pyjamas over T-shirt: not part of outfits"),
        ("Suit", "Blazer", "suit over blazer: has a layer of its own"),
        ("Socks", "Sandals", "socks and sandals: worn on bare feet"),
    ],
)
def test_what_cannot_be_worn_at_once_scores_nothing_and_says_why(one: str, other: str, words: str) -> None:
    assert (pair(one, other).score, pair(one, other).reasons) == (0, (words,))


@pytest.mark.parametrize("layer", ["Cardigan", "Blazer", "Jacket", "Coat", "Vest", "Hoodie"])
@pytest.mark.parametrize("base", ["Tee", "Dress", "Jeans"])
def test_layers_go_over_bases(layer: str, base: str) -> None:
    assert pair(layer, base).score >= DEFAULT.good


@pytest.mark.parametrize("beside", ["Sneakers", "Bag", "Hat", "Belt", "Scarf"])
@pytest.mark.parametrize("other", ["Tee", "Jeans", "Dress", "Coat", "Cardigan", "Watch"])
def test_shoes_bags_and_accessories_go_with_everything(beside: str, other: str) -> None:
    assert pair(beside, other).score >= DEFAULT.good


def test_a_suit_takes_a_shirt_under_it_and_no_trousers() -> None:
    assert pair("Suit", "Button-Down").score > 0 == pair("Suit", "Trousers").score


@pytest.mark.parametrize("under", ["Tee", "Longsleeve"])
def test_dungarees_are_worn_over_a_top_and_under_a_snowsuit(under: str) -> None:
    assert pair("Dungarees", under).score > 0 == pair("Dungarees", "Jeans").score
    assert pair("Snowsuit", "Dungarees").score > 0 == pair("Snowsuit", "Coat").score


def test_every_type_of_the_vocabulary_has_a_role_and_only_what_is_worn_under_or_at_home_goes_with_nothing() -> None:
    roles = {kind.name: role(kind.name, kind.slot) for kind in VOCABULARY.values()}
    assert None not in roles.values()
    private = {name for name, found in roles.items() if found is Role.PRIVATE}
    assert private == {"Bra", "Underwear", "Nightdress", "Pyjamas", "Robe", "Slippers"}


def test_near_synonyms_play_the_same_part_so_that_no_pair_is_both_similar_and_compatible() -> None:
    for group in NEIGHBOURS:
        for one, other in combinations(group, 2):
            assert pair(one, other).score == 0, (one, other)


def test_colours_are_judged_in_words() -> None:
    good = compatibility(garment(1, "Blouse", "white"), garment(2, "Trousers", "navy"))
    clash = compatibility(garment(1, "Blouse", "red"), garment(2, "Trousers", "green"))
    assert part(good, "colour").text == "white with navy: neutral pair (convention: neutrals)"
    assert part(clash, "colour").text == "red with green: clash (convention: the hue wheel)"
    assert good.score > DEFAULT.good > clash.score


def test_two_loud_patterns_are_too_much_and_one_is_not() -> None:
    two = compatibility(garment(1, "Blouse", pattern="floral"), garment(2, "Skirt", pattern="animal"))
    one = compatibility(garment(1, "Blouse", pattern="floral"), garment(2, "Skirt"))
    assert part(two, "pattern").text == "two loud patterns: floral and animal (convention: one loud piece)"
    assert part(one, "pattern").text == "floral with plain (convention: one loud piece)"
    assert one.score > two.score


def test_occasions_may_be_one_step_apart_and_no_more() -> None:
    def with_occasions(one: str, other: str) -> PairScore:
        return compatibility(garment(1, "Blouse", "white", occasion=one), garment(2, "Skirt", "navy", occasion=other))

    same, near, far = (with_occasions("formal", other) for other in ("formal", "casual", "sports"))
    assert same.score > near.score > DEFAULT.good > far.score
    assert part(near, "occasion").text == "formal with casual: one step apart (convention: occasions within one step)"
    assert part(far, "occasion").text == "formal with sports: too far apart (convention: occasions within one step)"


def test_seasons_should_meet() -> None:
    def with_seasons(one: str, other: str) -> PairScore:
        return compatibility(garment(1, "Blouse", season=one), garment(2, "Skirt", season=other))

    same, near, far = (with_seasons("summer", other) for other in ("summer", "autumn", "winter"))
    assert same.score > near.score > far.score
    assert part(far, "season").text == "summer with winter: no season in common (convention: seasons that meet)"


def test_children_s_clothes_go_with_children_s() -> None:
    mixed = compatibility(garment(1, "Tee", gender="boys"), garment(2, "Jeans", gender="men"))
    assert (mixed.score, mixed.reasons) == (0, ("one for children, one for adults",))
    assert compatibility(garment(1, "Tee", gender="boys"), garment(2, "Jeans", gender="girls")).score > 0


@pytest.mark.parametrize("name", [name for name in PARTS if name not in ("slot", "taste")])
def test_what_is_not_known_weighs_nothing(name: str) -> None:
    blank = garment(1, "Tee", None, None, pattern=None)
    missing = part(compatibility(blank, garment(2, "Jeans", gender="women", season="summer")), name)
    assert (missing.weight, missing.score, missing.text) == (0, 0.5, f"{name} not known")


def test_that_only_the_slots_fit_is_not_enough_for_good() -> None:
    blank = compatibility(garment(1, "Tee", None, None, pattern=None), garment(2, "Jeans", None, None, pattern=None))
    assert 0.5 < blank.score < DEFAULT.good


def test_a_guess_moves_the_score_less_than_a_sure_tag() -> None:
    sure, guess = (
        compatibility(garment(1, "Tee", "red", tiers={"colour": tier}), garment(2, "Jeans", "green")).score
        for tier in ("sure", "unknown")
    )
    assert sure < guess


def with_factors(**factors: float) -> CompatibilityConfig:
    return CompatibilityConfig(rule_weights={Rule(name): factor for name, factor in factors.items()})


def test_a_clash_of_strong_colours_keeps_a_pair_from_being_good_though_all_else_is_fine() -> None:
    red, green = (
        garment(number, kind, colour, gender="women", occasion="casual")
        for number, kind, colour in ((1, "Blouse", "red"), (2, "Skirt", "green"))
    )
    assert compatibility(red, green).score < DEFAULT.good


def test_every_reason_but_a_hard_rule_names_its_convention() -> None:
    told = [
        part.text
        for a, b in combinations(random_wardrobe(40), 2)
        if (pair := compatibility(a, b)).score
        for part in pair.parts
        if part.weight > 0
    ]
    labels = {rule.label for rule in Rule}
    assert {text.rpartition(" (convention: ")[2].rstrip(")") for text in told} <= labels
    assert len({text.rpartition(" (convention: ")[2] for text in told}) > 7


def test_parts_that_are_often_worn_together_come_before_those_that_seldom_are() -> None:
    often, seldom = pair("Blouse", "Trousers"), pair("Dress", "Jacket")
    assert part(often, "slot").text.startswith("blouse and trousers: top with bottom, often worn together")
    assert "seldom worn together" in part(seldom, "slot").text
    assert part(often, "slot").score > part(seldom, "slot").score


def test_without_the_convention_of_parts_all_slots_that_fit_count_alike() -> None:
    config = with_factors(parts=0)
    found = [compatibility(garment(1, one), garment(2, "Skirt"), config) for one in ("Blouse", "Hat", "Cardigan")]
    assert len({part(score, "slot").score for score in found}) == 1
    assert "convention" not in part(found[0], "slot").text


def test_the_type_tells_season_and_occasion_where_no_tag_does() -> None:
    cold = compatibility(garment(1, "Sandals"), garment(2, "Coat"))
    assert part(cold, "season").text == (
        "summer with winter: no season in common, by their types (convention: what types are for)"
    )
    assert part(compatibility(garment(1, "Heels"), garment(2, "Sweatpants")), "occasion").score == 0
    warm = compatibility(garment(1, "Sandals"), garment(2, "Snowsuit"))
    assert part(warm, "season").text == part(cold, "season").text
    tagged = compatibility(garment(1, "Sandals", season="winter"), garment(2, "Coat", season="winter"))
    assert part(tagged, "season").text == "both for winter (convention: seasons that meet)"
    off = compatibility(garment(1, "Sandals"), garment(2, "Coat"), with_factors(types=0))
    assert part(off, "season").weight == 0


@pytest.mark.parametrize("name", [name for name in PARTS if name not in ("slot", "colour", "taste")])
def test_a_convention_can_be_switched_off_and_weighed(name: str) -> None:
    one = garment(1, "Tee", "red", occasion="sports", season="summer", gender="women", pattern="floral")
    other = garment(2, "Skirt", "red", occasion="formal", season="winter", gender="men", pattern="animal")
    off, less, normal, more = (
        part(compatibility(one, other, with_factors(**{name: factor})), name).weight for factor in (0, 0.5, 1, 1.5)
    )
    assert off == 0 < less < normal < more
    scores = [compatibility(one, other, with_factors(**{name: factor})).score for factor in (0, 0.5, 1, 1.5)]
    assert scores == sorted(scores, reverse=True)


def test_with_every_convention_switched_off_only_the_hard_rule_of_slots_is_left() -> None:
    config = with_factors(**{rule.value: 0 for rule in Rule})
    scores = {compatibility(a, b, config).score for a, b in combinations(random_wardrobe(40), 2)}
    assert scores == {0, 0.75}


def test_denim_is_a_neutral() -> None:
    jeans, trousers = (
        compatibility(garment(1, "Tee", "red"), garment(2, kind, "blue")) for kind in ("Jeans", "Trousers")
    )
    assert part(jeans, "colour").text == "red with blue: neutral with a colour (convention: neutrals)"
    assert jeans.score > trousers.score


@pytest.mark.parametrize("config", [DEFAULT, with_factors(tonal=0, parts=1.5, types=0.5, brights=0, season=1.5)])
def test_a_matrix_of_scores_has_what_comparing_every_pair_has(config: CompatibilityConfig) -> None:
    wardrobe = [*random_wardrobe(80, seed=3), garment(98, None), garment(99, "Tee", None, None, pattern=None)]
    matrix = score_matrix(wardrobe, config)
    assert matrix.dtype == np.float32
    for (row, a), (column, b) in combinations(enumerate(wardrobe), 2):
        expected = 0 if None in (a.slot, b.slot) else compatibility(a, b, config).score
        assert matrix[row, column] == matrix[column, row] == pytest.approx(expected, abs=1e-4)
    assert not matrix.diagonal().any()


def test_no_garments_make_an_empty_matrix() -> None:
    assert score_matrix([]).shape == (0, 0)
    assert score_matrix([garment(1, None)]).tolist() == [[0]]


def test_many_pairs_told_at_once_are_what_each_alone_is() -> None:
    wardrobe = [worn(one) for one in random_wardrobe(40)]
    pairs = list(combinations(wardrobe, 2))
    assert list(match_all(pairs)) == [match(one, other) for one, other in pairs]


def test_the_order_of_the_two_makes_no_difference() -> None:
    for a, b in combinations(random_wardrobe(30), 2):
        assert compatibility(a, b).score == compatibility(b, a).score


def test_the_score_is_what_the_parts_add_up_to() -> None:
    for a, b in combinations(random_wardrobe(30), 2):
        if (found := compatibility(a, b)).score:
            total = sum(part.weight * (part.score - 0.5) for part in found.parts)
            assert found.score == pytest.approx(0.5 + total / DEFAULT.total, abs=1e-3)


def test_what_fits_is_what_comparing_every_pair_finds_good() -> None:
    wardrobe = [*random_wardrobe(60), garment(99, None)]
    fits = fitting(score_matrix(wardrobe))
    found = {(wardrobe[a].id, wardrobe[b].id) for a, b in np.argwhere(np.triu(fits)).tolist()}
    assert found == {(a.id, b.id) for a, b in combinations(wardrobe[:-1], 2) if compatibility(a, b).score >= 0.6}
    assert (fits == fits.T).all()


def test_a_score_that_is_just_good_fits_and_nothing_never_does() -> None:
    exactly = np.array([0.6, 0.599999, 0.0], dtype=np.float32)
    assert fitting(exactly).tolist() == [True, False, False]
    assert fitting(exactly, CompatibilityConfig(good=0)).tolist() == [True, True, False]


def test_partners_come_best_first_and_never_with_the_garment_itself() -> None:
    wardrobe = random_wardrobe(60)
    found = partners(wardrobe[0], wardrobe, DEFAULT.good)
    assert [pair.score for pair in found] == sorted((pair.score for pair in found), reverse=True)
    assert {pair.a for pair in found} == {wardrobe[0].id}
    assert wardrobe[0].id not in {pair.b for pair in found}


def test_a_garment_of_unknown_type_has_no_partners() -> None:
    assert partners(garment(1, None), random_wardrobe(20, seed=2), 0.0) == []
