from __future__ import annotations

from tests.support.garments import VOCABULARY, garment
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.insights.gaps import COMMON, gaps


def tops(count: int = 3) -> list[Garment]:
    colours = ("white", "green", "pink", "grey")
    return [garment(number, "Tee", colours[number], occasion="casual") for number in range(1, count + 1)]


def test_a_wardrobe_of_tops_lacks_a_bottom() -> None:
    best = gaps(tops(), VOCABULARY)[0]
    assert VOCABULARY[best.type].slot == "lower"
    assert best.outfits == 3
    assert not best.completes
    assert {item.id for item in best.examples} == {1, 2, 3}


def test_colours_come_with_the_looks_that_they_open_most_first() -> None:
    for gap in gaps(tops(), VOCABULARY):
        outfits = [count for _, count in gap.colours]
        assert outfits == sorted(outfits, reverse=True)
        assert gap.outfits == outfits[0]


def test_what_is_there_already_is_no_gap() -> None:
    wardrobe = [*tops(), garment(9, "Jeans", "black", occasion="casual")]
    proposed = {(gap.type, colour) for gap in gaps(wardrobe, VOCABULARY, most=len(COMMON)) for colour, _ in gap.colours}
    assert ("Jeans", "black") not in proposed
    assert ("Tee", "green") not in proposed
    assert proposed


def test_shoes_are_lacking_only_while_looks_have_none() -> None:
    wardrobe = [*tops(), garment(9, "Jeans", "navy", occasion="casual")]
    lacking = {gap.type: gap for gap in gaps(wardrobe, VOCABULARY) if gap.completes}
    assert lacking["Sneakers"].outfits == 3
    shod = [*wardrobe, garment(10, "Flats", "white", occasion="casual")]
    assert "Sneakers" not in {gap.type for gap in gaps(shod, VOCABULARY)}


def test_shoes_complete_every_dress_that_has_none() -> None:
    dresses = [garment(number, "Dress", colour, occasion="casual") for number, colour in ((1, "black"), (2, "white"))]
    assert max(gap.outfits for gap in gaps(dresses, VOCABULARY) if gap.completes) == 2


def test_an_empty_wardrobe_has_no_gaps() -> None:
    assert gaps([], VOCABULARY) == ()
