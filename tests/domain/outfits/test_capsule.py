from __future__ import annotations

from itertools import combinations, product

import pytest

from tests.support.garments import garment, random_wardrobe
from wardrobe_app.domain.compatibility.pair_scores import PairScores, part_of
from wardrobe_app.domain.compatibility.roles import Role
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.outfits.capsule import LAYER_ADDS, SHOES_ADD, capsule
from wardrobe_app.domain.outfits.outfit import lacking, suits
from wardrobe_app.domain.redundancy.groups import find_groups


def worth(items: tuple[Garment, ...], pairs: PairScores) -> float:
    # The definition, counted the slow way.
    def fits(one: Garment, other: Garment) -> bool:
        return pairs.pair(one, other).score >= pairs.config.good

    by_part = {role: [item for item in items if part_of(item) is role] for role in Role}
    under = [*by_part[Role.BOTTOM], *(one for one in by_part[Role.ONE_PIECE] if lacking([one]))]
    bases = [pair for pair in product(by_part[Role.TOP], under) if fits(*pair)]
    bases += [(one,) for one in by_part[Role.ONE_PIECE] if not lacking([one])]
    total = 0.0
    for base in bases:
        total += 1
        for adds, extras in (
            (SHOES_ADD, by_part[Role.SHOES]),
            (LAYER_ADDS, by_part[Role.LAYER] + by_part[Role.OUTERWEAR]),
        ):
            total += adds * any(all(fits(extra, item) for item in base) for extra in extras)
    return total


@pytest.mark.parametrize(("seed", "size"), [(10, 3), (11, 4), (12, 4), (13, 5), (14, 5)])
def test_a_small_capsule_is_as_good_as_the_best_of_all(seed: int, size: int) -> None:
    wardrobe = random_wardrobe(13, seed)
    pairs = PairScores(wardrobe)
    best = max(worth(some, pairs) for some in combinations(wardrobe, size))
    assert best > 0
    assert worth(capsule(pairs, size).items, pairs) == pytest.approx(best)


def test_the_counts_are_those_of_the_garments_shown() -> None:
    pairs = PairScores(random_wardrobe(80))
    found = capsule(pairs, 12)
    assert len(found.items) == 12
    assert worth(found.items, pairs) == pytest.approx(
        found.outfits + SHOES_ADD * found.with_shoes + LAYER_ADDS * found.with_layer
    )
    assert {item.id for outfit in found.examples for item in outfit.items} <= {item.id for item in found.items}


def test_at_most_one_garment_of_a_redundant_group_is_taken() -> None:
    wardrobe = random_wardrobe(80)
    free = {item.id for item in capsule(PairScores(wardrobe), 10).items}
    group = sorted(free)[:4]
    found = {item.id for item in capsule(PairScores(wardrobe), 10, [group]).items}
    assert len(found & set(group)) <= 1
    assert len(found) == 10


def test_a_capsule_for_an_occasion_and_a_season_holds_nothing_that_is_tagged_for_others() -> None:
    found = capsule(PairScores(random_wardrobe(200)), 15, (), "formal", "winter")
    assert found.outfits > 0
    assert all(suits(item, "formal", "winter") for item in found.items)


def test_nothing_is_taken_that_adds_nothing() -> None:
    wardrobe = [garment(1, "Blouse", "white"), garment(2, "Jeans", "navy"), garment(3, "Bag"), garment(4, "Bra")]
    found = capsule(PairScores(wardrobe), 4)
    assert [item.id for item in found.items] == [1, 2]
    assert (found.outfits, found.with_shoes, found.with_layer) == (1, 0, 0)
    assert found.examples[0].reasons[-1] == "no shoes in the capsule go with it yet"


def test_tops_alone_make_no_capsule() -> None:
    assert capsule(PairScores([garment(1, "Blouse"), garment(2, "Tee")]), 5).items == ()
    assert capsule(PairScores([]), 5).items == ()


def test_the_same_wardrobe_gives_the_same_capsule_in_any_order() -> None:
    wardrobe = random_wardrobe(60)
    assert capsule(PairScores(wardrobe), 9) == capsule(PairScores(wardrobe[::-1]), 9)


def test_more_garments_never_give_fewer_looks() -> None:
    pairs = PairScores(random_wardrobe(60))
    totals = [worth(capsule(pairs, size).items, pairs) for size in range(3, 16)]
    assert totals == sorted(totals)


@pytest.mark.parametrize("size", [2, 41])
def test_a_size_out_of_range_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match=f"3 to 40, not {size}"):
        capsule(PairScores([]), size)


def test_forty_of_two_hundred_garments_give_many_looks() -> None:
    wardrobe = random_wardrobe(200)
    found = capsule(PairScores(wardrobe), 40, [group.ids for group in find_groups(wardrobe)])
    assert found.outfits > 100
