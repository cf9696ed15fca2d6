from __future__ import annotations

from tests.support.garments import garment
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.insights.removal_cost import standing
from wardrobe_app.domain.insights.surplus import Surplus, surpluses, work_of_types


def found(garments: list[Garment]) -> tuple[Surplus, ...]:
    return surpluses(standing(garments))


def alike(numbers: range, type: str = "Tee", colour: str = "pink") -> list[Garment]:
    return [garment(number, type, colour, embedding=[1, 2]) for number in numbers]


def test_many_of_a_type_and_colour_do_the_work_of_one() -> None:
    [one] = found([*alike(range(1, 7)), garment(7, "Jeans", "navy")])
    assert (one.type, one.colour, one.enough) == ("Tee", "pink", 1)
    assert [item.id for item in one.garments] == [1, 2, 3, 4, 5, 6]


def test_the_colour_with_the_largest_surplus_stands_for_its_type() -> None:
    [one] = found([*alike(range(1, 5)), *alike(range(5, 10), colour="navy")])
    assert (one.type, one.colour, len(one.garments), one.enough) == ("Tee", "navy", 5, 1)
    assert one.sentence == "5 navy T-shirts do the work of 1"


def test_colours_that_are_few_each_are_told_of_the_type() -> None:
    shades = ("white", "red", "navy", "green", "pink", "grey")
    bottoms = [garment(number, "Jeans", shade, embedding=[1, 2]) for number, shade in enumerate(shades, 1)]
    [one] = found([*bottoms, *(garment(n + 10, "Jeans", shade, embedding=[1, 2]) for n, shade in enumerate(shades))])
    assert (one.type, one.colour, len(one.garments)) == ("Jeans", None, 12)


def test_what_is_worn_most_is_kept() -> None:
    wardrobe = [garment(n, "Jeans", "navy", occasion="casual") for n in range(1, 5)]
    state = standing([*wardrobe, garment(9, "Tee", "white", occasion="casual")], worn={3: 4, 2: 1})
    (one,) = surpluses(state)
    assert [item.id for item in one.kept] == [3]
    assert {item.id for item in one.spare} == {1, 2, 4}


def test_the_larger_surplus_comes_first() -> None:
    several = found([*alike(range(1, 4), "Dress", "green"), *alike(range(4, 12))])
    assert [one.type for one in several] == ["Tee", "Dress"]
    assert several[0].extra > several[1].extra


def test_two_alike_and_unlike_garments_are_not_too_many() -> None:
    assert found([]) == ()
    assert found(alike(range(1, 3))) == ()
    assert found([garment(1, "Tee", "pink"), garment(2, "Jeans", "navy"), garment(3, "Dress", "green")]) == ()


def test_guessed_types_are_left_out() -> None:
    assert found([garment(n, "Tee", "pink", embedding=[1, 2], tiers={"type": "unknown"}) for n in range(1, 8)]) == ()


def test_garments_that_make_the_same_outfits_do_the_work_of_one_each_kind() -> None:
    jeans = [garment(number, "Jeans", "navy" if number < 6 else "black", occasion="casual") for number in range(1, 9)]
    wardrobe = [
        *jeans,
        *(garment(10 + n, "Tee", colour, occasion="casual") for n, colour in enumerate(("white", "red"))),
    ]
    (one,) = work_of_types(standing(wardrobe))
    assert (one.type, len(one.garments), one.enough, one.extra) == ("Jeans", 8, 2, 6)
    assert [item.id for item in one.kept] == [1, 6]
    assert one.share == 1.0


def test_unlike_garments_each_count() -> None:
    wardrobe = [garment(n, "Tee", colour, occasion="casual") for n, colour in enumerate(("white", "red", "navy"), 1)]
    (one,) = work_of_types(standing([*wardrobe, garment(9, "Jeans", "grey", occasion="casual")]))
    assert (one.enough, one.extra) == (3, 0)


def test_what_is_in_no_outfit_is_counted_by_likeness() -> None:
    (one,) = work_of_types(standing(alike(range(1, 7), "Pyjamas")))
    assert (one.enough, one.kept) == (1, ())
