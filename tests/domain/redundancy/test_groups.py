from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import combinations, pairwise
from typing import Any

import pytest

from tests.support.garments import VOCABULARY, garment, random_wardrobe
from wardrobe_app.domain.garments.garment import Garment, Likeness, TagKind, TagSource
from wardrobe_app.domain.redundancy.groups import find_groups, group_of
from wardrobe_app.domain.similarity.scores import DEFAULT, similarity
from wardrobe_app.domain.wording import counted, number


def test_three_pink_blouses_are_one_group_with_a_title_and_reasons() -> None:
    shades = ["#ea9ab8", "#e795b2", "#ee9fbd"]
    wardrobe = [garment(number, "Blouse", "pink", shade) for number, shade in enumerate(shades, 1)]
    (group,) = find_groups([*wardrobe, garment(9, "Jeans", "blue")])
    assert group.title == "Three pink blouses"
    assert group.ids == (1, 2, 3)
    assert group.reasons == ("All are blouses", "The same pink", "All plain")
    assert group.differences == ()
    assert group.score == min(similarity(a, b).score for a, b in combinations(wardrobe, 2))


def test_groups_never_chain() -> None:
    shades = ["#f8a0c0", "#e088a8", "#c87090"]
    wardrobe = [garment(number, "Blouse", "pink", shade) for number, shade in enumerate(shades, 1)]
    assert all(similarity(a, b).score >= DEFAULT.redundant for a, b in pairwise(wardrobe))
    assert similarity(wardrobe[0], wardrobe[2]).score < DEFAULT.redundant
    assert [len(group.items) for group in find_groups(wardrobe)] == [2]


def test_everything_in_a_group_is_like_everything_else_in_it() -> None:
    groups = find_groups(random_wardrobe(400, seed=1), threshold=0.5)
    assert max(len(group.items) for group in groups) >= 3
    for group in groups:
        assert all(similarity(a, b).score >= 0.5 for a, b in combinations(group.items, 2))


def test_a_garment_is_in_one_group_at_most() -> None:
    ids = [item for group in find_groups(random_wardrobe(400), threshold=0.4) for item in group.ids]
    assert len(ids) == len(set(ids)) > 10


def test_pairs_with_a_verdict_are_never_grouped_again() -> None:
    wardrobe = [garment(number, "Blouse") for number in (1, 2, 3)]
    assert not find_groups(wardrobe, {frozenset(pair) for pair in combinations((1, 2, 3), 2)})
    groups = find_groups(wardrobe, {frozenset({1, 2})})
    assert all(not {1, 2} <= set(group.ids) for group in groups)
    assert len(groups) == 1


def test_groups_come_in_the_same_order_whatever_the_order_of_the_wardrobe() -> None:
    wardrobe = random_wardrobe(300)
    groups = find_groups(wardrobe, threshold=0.5)
    assert find_groups(wardrobe[::-1], threshold=0.5) == groups
    assert [group.is_sure for group in groups] == sorted((group.is_sure for group in groups), reverse=True)


def test_different_slots_and_ages_are_never_in_one_group() -> None:
    wardrobe = [garment(1, "Tee", gender="women"), garment(2, "Tee", gender="girls"), garment(3, "Skirt")]
    assert not find_groups(wardrobe)


def test_what_sets_the_garments_apart_is_told() -> None:
    wardrobe = [
        garment(1, "Tee", "pink", "#ea9ab8", brand="Zara", size="S", price=Decimal("9.5")),
        garment(2, "Top", "pink", "#e08aaa", brand="Zara", size="M", price=Decimal(20), embedding=[1, 1]),
    ]
    (group,) = find_groups(wardrobe, threshold=0.5)
    assert group.differences == ("T-shirt and top", "Size: S and M", "Price: 9.50 and 20.00")
    assert "The same brand: Zara" in group.reasons
    assert "Nearly the same pink" in group.reasons
    assert group.title == "Two pink tops"


def tagged(number: int, type_name: str, tier: str, **more: Any) -> Garment:
    made = garment(number, type_name, **more)
    kind = replace(made.tags[TagKind.TYPE], source=TagSource.MODEL, tier=tier)
    return replace(made, tags={**made.tags, TagKind.TYPE: kind})


@pytest.mark.parametrize(
    ("tiers", "type_name", "title"),
    [
        (("sure", "sure", "unknown"), "Blazer", "Three navy blazers"),
        (("sure", "unknown", "unknown"), "Blazer", "Three navy jackets"),
        (("sure", "check"), "Jeans", "Two pairs of navy jeans"),
        (("check", "check"), "Sweatpants", "Two pairs of navy trousers"),
        (("check", "check"), "Skirt", "Two navy garments"),
        (("check", "check"), "Sneakers", "Two pairs of navy shoes"),
    ],
)
def test_a_group_is_named_by_a_type_that_most_of_it_have_for_sure_or_by_a_wider_word(
    tiers: tuple[str, ...], type_name: str, title: str
) -> None:
    garments = [tagged(number, type_name, tier, colour="navy") for number, tier in enumerate(tiers, 1)]
    assert group_of(garments).title == title


def test_a_group_is_named_by_the_type_that_its_owner_gave_one_of_it_if_the_others_follow() -> None:
    told = garment(1, "Blazer", "navy", by_person=("type",))
    guessed = [tagged(number, "Blazer", "check", colour="navy") for number in (2, 3)]
    assert group_of([told, *guessed]).title == "Three navy blazers"
    assert group_of([told, *guessed, tagged(4, "Jacket", "check", colour="navy")]).title == "Four navy jackets"


def test_types_that_differ_are_named_by_what_they_have_in_common() -> None:
    assert group_of([garment(1, "Blazer", "navy"), garment(2, "Jacket", "navy")]).title == "Two navy jackets"


def test_nothing_visible_differs_only_where_type_colour_pattern_sleeves_and_cut_are_known_and_equal() -> None:
    def pair(
        shade: str = "#ea9ab8", sleeve: str | None = "short sleeve", embedding: tuple[float, ...] = (1, 0)
    ) -> bool:
        one = garment(1, "Tee", "pink", "#ea9ab8", sleeve="short sleeve", embedding=[1, 0])
        other = garment(2, "Tee", "pink", shade, sleeve=sleeve, embedding=embedding)
        return group_of([one, other]).looks_identical

    assert pair()
    assert not pair(shade="#e08aaa")
    assert not pair(sleeve="long sleeve")
    assert not pair(sleeve=None)
    assert not pair(embedding=(1, 1))


def test_what_differs_is_told_of_each_of_two() -> None:
    one = garment(1, "Dress", "white", sleeve="sleeveless", pattern="striped", embedding=[1, 0])
    other = garment(2, "Dress", "blue", sleeve="long sleeve", pattern="solid", embedding=[0, 1])
    assert group_of([one, other]).differences == (
        "One white, one blue",
        "One striped, one plain",
        "One sleeveless, one long-sleeved",
        "Cut or details look different",
    )


def test_what_is_nearly_identical_is_a_group_of_its_own_before_weaker_ones() -> None:
    twins = [garment(number, "Tee", "navy", "#1f2b4d", sleeve="short sleeve", embedding=[1, 0]) for number in (1, 2)]
    third = garment(3, "Tee", "navy", "#2a3a66", sleeve="short sleeve", embedding=[0.7, 0.7])
    first, *_ = find_groups([third, *twins])
    assert (first.ids, first.likeness) == ((1, 2), Likeness.NEARLY_IDENTICAL)


def test_no_two_garments_of_a_set_that_is_kept_apart_are_grouped() -> None:
    wardrobe = [garment(number, "Blouse") for number in (1, 2, 3)]
    assert len(find_groups(wardrobe, apart=[{1, 2}])) == 1
    assert not find_groups(wardrobe, apart=[{1, 2, 3}])


@pytest.mark.parametrize(
    ("type_name", "colour", "pattern", "title"),
    [
        ("Jeans", "navy", "solid", "Two pairs of navy jeans"),
        ("Tee", "white", "striped", "Two white striped T-shirts"),
        ("Dress", "black", "floral", "Two black floral dresses"),
        ("Swimwear", "red", "solid", "Two pieces of red swimwear"),
        ("Scarf", "red", "animal", "Two red animal-print scarves"),
        ("Hoodie", "grey", "other", "Two grey hoodies"),
        ("Vest", "grey", "solid", "Two grey waistcoats or gilets"),
        ("Tights", "black", "solid", "Two pairs of black tights or stockings"),
        ("Watch", "black", "solid", "Two black watches"),
    ],
)
def test_titles_have_proper_plurals(type_name: str, colour: str, pattern: str, title: str) -> None:
    wardrobe = [garment(number, type_name, colour, pattern=pattern) for number in (1, 2)]
    assert [group.title for group in find_groups(wardrobe)] == [title]


def test_every_type_of_the_vocabulary_has_a_title_without_a_doubled_or_missing_ending() -> None:
    for kind in VOCABULARY.values():
        title = counted(3, kind.label)
        assert title.startswith("Three ")
        assert not title.endswith(("ss", "ys s", "shs", "chs", "xs")), title


def test_many_are_counted_in_figures() -> None:
    assert (number(12), number(13)) == ("twelve", "13")


def test_a_thousand_garments_of_one_kind_are_grouped() -> None:
    wardrobe = [
        garment(n, "Tee", "black", f"#{10 + n % 40:02x}{12 + n % 30:02x}{14 + n % 20:02x}") for n in range(1000)
    ]
    assert sum(len(group.items) for group in find_groups(wardrobe)) > 900


def test_an_empty_wardrobe_has_no_groups() -> None:
    assert find_groups([]) == ()
