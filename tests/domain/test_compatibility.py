from __future__ import annotations

import time
from itertools import combinations

import pytest

from tests.domain.wardrobe import VOCABULARY, garment, random_wardrobe
from wardrobe_app.domain.compatibility import DEFAULT, PARTS, compatibility, partners, ranked
from wardrobe_app.domain.garment import PairScore, Part
from wardrobe_app.domain.kinship import NEIGHBOURS
from wardrobe_app.domain.roles import Role, role


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
        ("Bra", "Jeans", "bra and jeans: not part of a look"),
        ("Tee", "Pyjamas", "pyjamas over T-shirt: not part of a look"),
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


def test_every_type_of_the_vocabulary_has_a_role_and_only_underwear_and_nightwear_go_with_nothing() -> None:
    roles = {kind.name: role(kind.name, kind.slot) for kind in VOCABULARY.values()}
    assert None not in roles.values()
    private = {name for name, found in roles.items() if found is Role.PRIVATE}
    assert private == {"Bra", "Underwear", "Nightdress", "Pyjamas", "Robe"}


def test_near_synonyms_play_the_same_part_so_that_no_pair_is_both_similar_and_compatible() -> None:
    for group in NEIGHBOURS:
        for one, other in combinations(group, 2):
            assert pair(one, other).score == 0, (one, other)


def test_colours_are_judged_in_words() -> None:
    good = compatibility(garment(1, "Blouse", "white"), garment(2, "Trousers", "navy"))
    clash = compatibility(garment(1, "Blouse", "red"), garment(2, "Trousers", "green"))
    assert part(good, "colour").text == "white with navy: neutral pair"
    assert part(clash, "colour").text == "red with green: clash"
    assert good.score > DEFAULT.good > clash.score


def test_two_loud_patterns_are_too_much_and_one_is_not() -> None:
    two = compatibility(garment(1, "Blouse", pattern="floral"), garment(2, "Skirt", pattern="animal"))
    one = compatibility(garment(1, "Blouse", pattern="floral"), garment(2, "Skirt"))
    assert part(two, "pattern").text == "two loud patterns: floral and animal"
    assert part(one, "pattern").text == "floral with plain"
    assert one.score > two.score


def test_occasions_may_be_one_step_apart_and_no_more() -> None:
    def with_occasions(one: str, other: str) -> PairScore:
        return compatibility(garment(1, "Blouse", "white", occasion=one), garment(2, "Skirt", "navy", occasion=other))

    same, near, far = (with_occasions("formal", other) for other in ("formal", "casual", "sports"))
    assert same.score > near.score > DEFAULT.good > far.score
    assert part(near, "occasion").text == "formal with casual: one step apart"
    assert part(far, "occasion").text == "formal with sports: too far apart"


def test_seasons_should_meet() -> None:
    def with_seasons(one: str, other: str) -> PairScore:
        return compatibility(garment(1, "Blouse", season=one), garment(2, "Skirt", season=other))

    same, near, far = (with_seasons("summer", other) for other in ("summer", "autumn", "winter"))
    assert same.score > near.score > far.score
    assert part(far, "season").text == "summer with winter: no season in common"


def test_children_s_clothes_go_with_children_s() -> None:
    mixed = compatibility(garment(1, "Tee", gender="boys"), garment(2, "Jeans", gender="men"))
    assert (mixed.score, mixed.reasons) == (0, ("one for children, one for adults",))
    assert compatibility(garment(1, "Tee", gender="boys"), garment(2, "Jeans", gender="girls")).score > 0


@pytest.mark.parametrize("name", [name for name in PARTS if name != "slot"])
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


def test_the_order_of_the_two_makes_no_difference() -> None:
    for a, b in combinations(random_wardrobe(30), 2):
        assert compatibility(a, b).score == compatibility(b, a).score


def test_the_score_is_what_the_parts_add_up_to() -> None:
    for a, b in combinations(random_wardrobe(30), 2):
        if (found := compatibility(a, b)).score:
            total = sum(part.weight * (part.score - 0.5) for part in found.parts)
            assert found.score == pytest.approx(0.5 + total / DEFAULT.total, abs=1e-3)


def test_ranking_a_wardrobe_finds_what_comparing_every_pair_finds() -> None:
    wardrobe = [*random_wardrobe(60), garment(99, None)]
    found = {(a.id, b.id): score for score, a, b in ranked(wardrobe, DEFAULT.good)}
    every = {(a.id, b.id): compatibility(a, b).score for a, b in combinations(wardrobe[:-1], 2)}
    assert found == {ids: score for ids, score in every.items() if score >= DEFAULT.good}
    assert list(found.values()) == sorted(found.values(), reverse=True)


def test_partners_come_best_first_and_never_with_the_garment_itself() -> None:
    wardrobe = random_wardrobe(60)
    found = partners(wardrobe[0], wardrobe, DEFAULT.good)
    assert [pair.score for pair in found] == sorted((pair.score for pair in found), reverse=True)
    assert {pair.a for pair in found} == {wardrobe[0].id}
    assert wardrobe[0].id not in {pair.b for pair in found}


def test_a_garment_of_unknown_type_has_no_partners() -> None:
    assert partners(garment(1, None), random_wardrobe(20, seed=2), 0.0) == []


def test_five_hundred_garments_are_ranked_in_a_few_seconds() -> None:
    wardrobe = random_wardrobe(500)
    start = time.perf_counter()
    assert ranked(wardrobe, DEFAULT.good)
    assert time.perf_counter() - start < 10
