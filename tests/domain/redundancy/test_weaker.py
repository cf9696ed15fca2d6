from __future__ import annotations

import math
from itertools import combinations

import numpy as np

from tests.support.garments import garment, random_wardrobe
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.redundancy.groups import RedundancyGroup, pairs_of
from wardrobe_app.domain.redundancy.links import MAX_GROUP_SIZE
from wardrobe_app.domain.redundancy.weaker import MOST, SHARE, find_weaker, loose_groups, weaker_pairs


def weaker(garments: list[Garment], apart: tuple[frozenset[int], ...] = ()) -> tuple[RedundancyGroup, ...]:
    return find_weaker(weaker_pairs(garments, pairs_of(garments, 0.55)), apart=apart)


def grouped(chances: dict[tuple[int, int], float], most: int = 9) -> list[list[int]]:
    first, second = np.array(list(chances), dtype=np.int64).T
    return loose_groups(first, second, np.array(list(chances.values())), most)


def test_a_group_grows_from_its_likeliest_pair_by_what_resembles_one_of_its_members() -> None:
    assert grouped({(0, 1): 0.5, (1, 2): 0.3, (2, 3): 0.1, (3, 4): 0.04, (5, 6): 0.2}) == [[0, 1, 2, 3], [5, 6]]


def test_the_likeliest_come_first_and_what_is_unlikely_begins_no_group() -> None:
    assert grouped({(0, 1): 0.1, (2, 3): 0.9, (4, 5): 0.005}) == [[2, 3], [0, 1]]
    assert grouped({(0, 1): 0.1, (2, 3): 0.9}, most=1) == [[2, 3]]


def test_the_list_is_bounded_and_each_garment_is_in_it_once() -> None:
    wardrobe = random_wardrobe(200)
    groups = weaker(wardrobe)
    ids = [item for group in groups for item in group.ids]
    assert 0 < len(groups) <= math.ceil(SHARE * len(wardrobe)) <= MOST
    assert len(ids) == len(set(ids))
    assert max(len(group.ids) for group in groups) <= MAX_GROUP_SIZE
    assert groups == weaker(wardrobe[::-1])


def test_near_pictures_are_offered_though_types_and_colours_are_told_apart() -> None:
    direction = [1.0, 0.2, 0.0, 0.0]
    wardrobe = [
        garment(1, "Blouse", "pink", embedding=direction, tiers={"type": "check"}),
        garment(2, "Top", "red", embedding=[1.0, 0.25, 0.0, 0.0], tiers={"type": "check"}),
        garment(3, "Jeans", "navy", embedding=[0.0, 0.0, 1.0, 0.0]),
        garment(4, "Skirt", "green", embedding=[0.0, 0.0, 0.0, 1.0]),
    ]
    assert [group.ids for group in weaker(wardrobe)] == [(1, 2)]


def test_no_two_that_were_decided_about_are_in_one_group_even_through_a_third() -> None:
    wardrobe = [garment(number, "Blouse", "pink") for number in (1, 2, 3)]
    (group,) = weaker(wardrobe, apart=(frozenset({1, 2}),))
    assert len(group.ids) == 2
    assert not {1, 2} <= set(group.ids)
    every = {frozenset(pair) for pair in combinations((1, 2, 3), 2)}
    assert not find_weaker(weaker_pairs(wardrobe, pairs_of(wardrobe, 0.55)), every)


def test_an_empty_wardrobe_has_none() -> None:
    assert not weaker([])
    assert not weaker([garment(1)])
