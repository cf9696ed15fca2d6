from __future__ import annotations

from tests.support.garments import VOCABULARY, garment, random_wardrobe
from wardrobe_app.domain.compatibility.roles import Role
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.garments.type_similarity import closeness
from wardrobe_app.domain.insights.candidates import Options
from wardrobe_app.domain.insights.purchases import Purchase, by_type, purchases
from wardrobe_app.domain.insights.removal_cost import standing


def options(garments: list[Garment]) -> Options:
    return Options(standing(garments), VOCABULARY)


def tops(*colours: str) -> list[Garment]:
    return [garment(number, "Tee", colour, occasion="casual") for number, colour in enumerate(colours, 1)]


def test_proposals_differ_in_role_or_family_and_in_colour() -> None:
    found = purchases(options(random_wardrobe(120)))
    assert len(found) == 6
    assert len({one.garment.colour for one in found}) == len(found)
    for place, one in enumerate(found):
        for other in found[:place]:
            assert not closeness(str(one.garment.type), str(other.garment.type))
    assert len({one.role for one in found[:3]}) == 3


def test_a_wardrobe_of_tops_lacks_a_bottom_and_then_shoes() -> None:
    first, second, *_ = purchases(options(tops("white", "red", "navy")))
    assert (first.role, first.opens, first.completes) == (Role.BOTTOM, 3, False)
    assert {item.id for item in first.goes_with} == {1, 2, 3}
    assert first.reasons[0] == "You have no bottoms yet."
    assert second.role is not Role.BOTTOM


def test_shoes_that_nothing_lacks_say_what_they_would_go_with() -> None:
    wardrobe = [*tops("white", "red"), garment(8, "Jeans", "navy", occasion="casual")]
    shoes = next(one for one in purchases(options(wardrobe)) if one.role is Role.SHOES)
    assert shoes.opens == 2
    assert "complete" in shoes.why
    shod = options([*wardrobe, garment(9, "Flats", "black", occasion="casual")])
    assert not [one for some in by_type(shod) for one in some if one.role is Role.SHOES]
    others = [one for one in purchases(shod) if one.role is Role.SHOES]
    assert all(one.opens == 0 and "your garments" in one.why for one in others)


def test_a_one_piece_is_an_outfit_by_itself_and_never_first() -> None:
    found = purchases(options(tops("white", "red")))
    assert found[0].role is not Role.ONE_PIECE
    whole = [one for one in found if one.role is Role.ONE_PIECE]
    assert all(one.opens == 1 and "by itself" in one.why for one in whole)


def test_what_goes_with_little_is_named_and_the_occasion_where_it_is_not_the_usual_one() -> None:
    wardrobe = tops("white", "red")
    (first, *_) = purchases(options(wardrobe), {1})
    assert [item.id for item in first.isolated] == [1]
    assert "white T-shirt" in first.reasons[0]
    formal = Purchase(garment(-1, "Jeans", "navy", occasion="formal"), Role.BOTTOM, 2, (), usual=False)
    assert formal.name == "Navy jeans, formal"


def test_examples_are_of_different_colours_first() -> None:
    goes_with = tuple(tops("white", "white", "red", "navy", "white"))
    one = Purchase(garment(9, "Jeans", "grey"), Role.BOTTOM, 5, goes_with)
    assert [item.id for item in one.examples] == [1, 3, 4, 2]


def test_by_type_each_colour_is_told_once_most_outfits_first() -> None:
    found = by_type(options(tops("white", "red", "navy")))
    making = [some[0].opens for some in found if not some[0].completes]
    assert making == sorted(making, reverse=True)
    assert all(len({one.garment.colour for one in some}) == len(some) <= 3 for some in found)


def test_an_empty_wardrobe_needs_nothing_that_could_be_told() -> None:
    assert purchases(options([])) == ()
