from __future__ import annotations

from itertools import combinations

import pytest

from tests.support.garments import garment, random_wardrobe
from wardrobe_app.domain.compatibility.pair_scores import PairScores
from wardrobe_app.domain.compatibility.roles import Role, role
from wardrobe_app.domain.compatibility.scores import DEFAULT, compatibility
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.outfits.outfit import CORE, essence, suits
from wardrobe_app.domain.outfits.search import (
    Outfit,
    additions,
    outfits_for,
    outfits_with,
    why_no_outfits,
    why_none_for,
)

BLOUSE = garment(1, "Blouse", "white", occasion="casual")
JEANS = garment(2, "Jeans", "navy", occasion="casual")
SKIRT = garment(3, "Skirt", "black", occasion="casual")
SHOES = garment(4, "Sneakers", "white", occasion="casual")
BAG = garment(5, "Bag", "brown", occasion="casual")
CARDIGAN = garment(6, "Cardigan", "grey", occasion="casual")
DRESS = garment(7, "Dress", "red", occasion="casual")
WARDROBE = [BLOUSE, JEANS, SKIRT, SHOES, BAG, CARDIGAN, DRESS]


def roles(outfit: Outfit) -> list[Role | None]:
    return [role(item.type, item.slot) for item in outfit.items]


def is_complete(outfit: Outfit) -> bool:
    worn = set(roles(outfit))
    return {Role.TOP, Role.BOTTOM} <= worn or Role.ONE_PIECE in worn


def test_a_look_is_put_on_from_the_body_outwards_with_shoes_layer_and_bag() -> None:
    best = outfits_with(BLOUSE, WARDROBE)[0]
    assert roles(best) == [Role.TOP, Role.BOTTOM, Role.LAYER, Role.SHOES, Role.BAG]
    assert best.items[0] is BLOUSE
    assert (
        "white with navy: neutral pair (convention: neutrals)" in best.reasons
        or "white with black: neutral pair (convention: neutrals)" in best.reasons
    )
    assert "both casual (convention: occasions within one step)" in best.reasons


@pytest.mark.parametrize("item", WARDROBE, ids=lambda item: item.type)
def test_every_garment_gets_complete_looks_that_contain_it(item: Garment) -> None:
    outfits = outfits_with(item, WARDROBE)
    assert outfits
    for outfit in outfits:
        assert item.id in outfit.ids
        assert is_complete(outfit)


def test_every_pair_of_a_look_goes_together_and_nothing_is_worn_twice() -> None:
    wardrobe = random_wardrobe(200)
    made = 0
    for item in wardrobe[:30]:
        for outfit in outfits_with(item, wardrobe):
            made += 1
            assert len(set(outfit.ids)) == len(outfit.ids)
            assert all(compatibility(a, b).score >= DEFAULT.good for a, b in combinations(outfit.items, 2))
    assert made > 60


def test_looks_come_best_first_and_differ_in_more_than_the_bag() -> None:
    wardrobe = random_wardrobe(200)
    outfits = outfits_with(wardrobe[0], wardrobe, limit=6)
    assert len(outfits) == 6
    assert [outfit.score for outfit in outfits] == sorted((outfit.score for outfit in outfits), reverse=True)
    without_bags = [
        frozenset(item.id for item in outfit.items if role(item.type, item.slot) is not Role.BAG) for outfit in outfits
    ]
    assert len(set(without_bags)) == len(outfits)


def test_looks_are_diverse_where_the_wardrobe_is() -> None:
    wardrobe = [BLOUSE, *(garment(10 + n, "Jeans", "navy", occasion="casual") for n in range(4))]
    wardrobe += [garment(20 + n, "Sneakers", "white", occasion="casual") for n in range(4)]
    outfits = outfits_with(BLOUSE, wardrobe, limit=4)
    assert len({outfit.ids[1] for outfit in outfits}) == len({outfit.ids[2] for outfit in outfits}) == 4


def test_asking_again_gives_the_same_looks() -> None:
    wardrobe = random_wardrobe(80)
    assert outfits_with(wardrobe[3], wardrobe) == outfits_with(wardrobe[3], wardrobe[::-1])


def test_a_look_without_fitting_shoes_says_so() -> None:
    (outfit,) = outfits_with(BLOUSE, [BLOUSE, JEANS])
    assert outfit.reasons[-1] == "no shoes in the wardrobe go with it yet"


def test_formal_and_sports_clothes_never_meet_in_a_look() -> None:
    wardrobe = [garment(1, "Blouse", "white", occasion="formal"), garment(2, "Shorts", "black", occasion="sports")]
    assert outfits_with(wardrobe[0], wardrobe) == ()
    assert why_no_outfits(wardrobe[0], wardrobe) == (
        "The one bottom in the wardrobe does not go well enough with it in colour, pattern, occasion and season."
    )


@pytest.mark.parametrize(
    ("item", "wardrobe", "words"),
    [
        (BLOUSE, [BLOUSE, SHOES], "There is nothing to wear it with yet: an outfit with it takes trousers, a skirt"),
        (JEANS, [JEANS, DRESS], "There is nothing to wear it with yet: an outfit with it takes a top."),
        (BAG, [BAG, JEANS], "An outfit takes a top with a bottom, or a dress. Add photos of those first."),
        (garment(9, None), WARDROBE, "The type of this garment is not known."),
        (garment(9, "Bra"), WARDROBE, "Bras are not part of outfits."),
        (DRESS, WARDROBE, ""),
    ],
)
def test_why_there_is_no_look_is_a_sentence_to_show(item: Garment, wardrobe: list[Garment], words: str) -> None:
    found = why_no_outfits(item, wardrobe)
    assert found.startswith(words)
    assert bool(found) == (not outfits_with(item, wardrobe))


def test_what_goes_with_all_of_a_look_is_ranked_by_its_least_pair_then_by_the_mean() -> None:
    wardrobe = random_wardrobe(120)
    pairs = PairScores(wardrobe)
    chosen = list(outfits_with(wardrobe[0], wardrobe, 1, pairs=pairs)[0].items[:2])
    found = additions(chosen, pairs)
    assert len(found) > 3
    ranks = []
    for one in found:
        scores = [compatibility(one.item, worn).score for worn in chosen]
        assert one.score == min(scores) >= DEFAULT.good
        assert one.item not in chosen
        ranks.append((-min(scores), round(-sum(scores), 6)))
    assert ranks == sorted(ranks)


def test_what_jars_with_one_garment_of_a_look_is_not_offered() -> None:
    pairs = PairScores([BLOUSE, JEANS, SHOES, DRESS, garment(8, "Heels", "black", occasion="sports")])
    found = additions([BLOUSE, JEANS], pairs)
    assert SHOES in [one.item for one in found]
    assert DRESS not in [one.item for one in found]
    assert {pair.b if pair.a == SHOES.id else pair.a for pair in found[0].pairs} == {1, 2}
    assert additions([], pairs) == ()


def test_looks_for_an_occasion_and_a_season_hold_nothing_that_is_tagged_for_others() -> None:
    pairs = PairScores(random_wardrobe(200))
    outfits = outfits_for(pairs, "casual", "summer", limit=20)
    assert len(outfits) == 20
    for outfit in outfits:
        assert is_complete(outfit)
        assert all(suits(item, "casual", "summer") for item in outfit.items)
        assert all(compatibility(a, b).score >= DEFAULT.good for a, b in combinations(outfit.items, 2))


def test_no_two_looks_for_an_occasion_are_alike_and_showing_others_gives_others() -> None:
    pairs = PairScores(random_wardrobe(120))
    first, others = outfits_for(pairs, limit=10), outfits_for(pairs, limit=10, skip=10)
    assert len({essence(outfit.items) for outfit in (*first, *others)}) == 20
    assert (*first, *others) == outfits_for(pairs, limit=20)


def test_looks_for_an_occasion_are_the_same_whatever_order_the_garments_come_in() -> None:
    wardrobe = random_wardrobe(120)
    assert outfits_for(PairScores(wardrobe)) == outfits_for(PairScores(wardrobe[::-1]))


def test_the_first_looks_share_few_garments() -> None:
    outfits = outfits_for(PairScores(random_wardrobe(200)), limit=6)
    bodies = [item.id for outfit in outfits for item in outfit.items if role(item.type, item.slot) in CORE]
    assert len(set(bodies)) >= 0.8 * len(bodies)


def test_a_rejected_look_does_not_come_again_and_the_others_stay_where_they_were() -> None:
    pairs = PairScores(random_wardrobe(120))
    outfits = outfits_for(pairs, limit=10)
    without = outfits_for(pairs, limit=9, rejected=[outfits[3].ids])
    assert without == (*outfits[:3], *outfits[4:])


def test_a_look_with_a_garment_that_was_rejected_does_not_come_again_with_another_bag() -> None:
    second = garment(15, "Bag", "black", occasion="casual")
    (best, *_) = outfits_with(BLOUSE, [*WARDROBE, second])
    again = outfits_with(BLOUSE, [*WARDROBE, second], rejected=[best.ids])
    assert essence(best.items) not in [essence(outfit.items) for outfit in again]


def test_why_there_is_no_look_for_an_occasion_names_what_is_missing() -> None:
    assert outfits_for(PairScores([BLOUSE, SHOES]), "casual") == ()
    assert why_none_for(PairScores([BLOUSE, SHOES]), "casual", "winter").startswith(
        "There is no bottom for casual and winter in the wardrobe."
    )
    assert why_none_for(PairScores([DRESS]), "formal").startswith("There is no top for formal")
    assert why_none_for(PairScores(WARDROBE)).startswith("No further outfits go together")
