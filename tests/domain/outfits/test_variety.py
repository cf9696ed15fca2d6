from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest

from tests.support.garments import garment, random_wardrobe
from wardrobe_app.domain.compatibility.pair_scores import PairScores
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.outfits.outfit import Outfit
from wardrobe_app.domain.outfits.search import outfits_for, outfits_with
from wardrobe_app.domain.outfits.variety import (
    MOST_PER_GARMENT,
    MOST_PER_SCHEME,
    WINDOW,
    colour_words,
    scheme,
    summary,
)


def most(outfits: Sequence[Outfit], around: int | None = None) -> tuple[int, int]:
    garments = Counter(item for outfit in outfits for item in outfit.ids if item != around)
    return max(garments.values()), max(Counter(scheme(outfit.items) for outfit in outfits).values())


def black(count: int, kind: str, first: int) -> list[Garment]:
    return [garment(first + number, kind, "black", occasion="casual") for number in range(count)]


def mostly_black() -> list[Garment]:
    colours = ("navy", "white", "red", "grey")
    others = [garment(n, kind, colours[n % 4], occasion="casual") for n, kind in enumerate(["Tee", "Jeans"] * 4, 900)]
    return [
        *black(12, "Tee", 1),
        *black(12, "Jeans", 101),
        *black(6, "Sneakers", 201),
        *black(4, "Jacket", 301),
        *others,
    ]


@pytest.mark.parametrize("wardrobe", [mostly_black(), random_wardrobe(120), random_wardrobe(150, seed=3)])
def test_of_twelve_outfits_in_a_row_few_share_a_garment_or_a_colour_scheme(wardrobe: list[Garment]) -> None:
    found = outfits_for(PairScores(wardrobe), limit=24)
    assert len(found) == 24
    for start in range(len(found) - WINDOW + 1):
        garments, schemes = most(found[start : start + WINDOW])
        assert garments <= MOST_PER_GARMENT
        assert schemes <= MOST_PER_SCHEME


def test_rejected_outfits_do_not_spoil_the_variety_of_those_offered() -> None:
    pairs = PairScores(mostly_black())
    rejected = [outfit.ids for outfit in outfits_for(pairs, limit=6)]
    garments, schemes = most(outfits_for(pairs, limit=WINDOW, rejected=rejected))
    assert garments <= MOST_PER_GARMENT
    assert schemes <= MOST_PER_SCHEME


def test_outfits_with_a_garment_vary_in_all_but_that_garment() -> None:
    wardrobe = mostly_black()
    found = outfits_with(wardrobe[0], wardrobe, limit=6)
    garments, schemes = most(found, around=wardrobe[0].id)
    assert garments <= MOST_PER_GARMENT
    assert schemes < len(found)


def test_a_wardrobe_without_the_choice_is_offered_all_it_has() -> None:
    pairs = PairScores([*black(3, "Tee", 1), *black(3, "Jeans", 101), *black(1, "Sneakers", 201)])
    found = outfits_for(pairs, limit=20)
    assert len(found) == 9
    assert all(len(outfit.items) == 3 for outfit in found)


@pytest.mark.parametrize(
    ("items", "colours", "line"),
    [
        ((("Tee", "black"), ("Jeans", "black"), ("Sneakers", "red")), "all black", "all black"),
        ((("Tee", "white"), ("Jeans", "navy")), "navy with white", "navy with white, no shoes go with it yet"),
        ((("Tee", "white"), ("Jeans", "navy"), ("Coat", "grey"), ("Heels", "black")), "grey with navy and white", None),
        ((("Dress", "red"), ("Heels", "black")), "red", "red"),
        ((("Tee", None), ("Heels", None)), "", ""),
    ],
)
def test_the_colours_of_an_outfit_are_one_line(
    items: tuple[tuple[str, str | None], ...], colours: str, line: str | None
) -> None:
    worn = [garment(number, kind, colour, None) for number, (kind, colour) in enumerate(items, 1)]
    assert colour_words(worn) == colours
    assert summary(worn) == (colours if line is None else line)
