from __future__ import annotations

from tests.support.garments import VOCABULARY, garment
from wardrobe_app.domain.compatibility.roles import Role
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.insights.gaps import Gap, gaps
from wardrobe_app.domain.insights.isolation import IsolatedGarment
from wardrobe_app.domain.insights.next_purchase import purchases


def gap(type: str, outfits: int, role: Role, *goes_with: Garment, completes: bool = False) -> Gap:
    return Gap(type, type, (("white", outfits),), outfits, completes, goes_with, role)


TEE, SHIRT = garment(1, "Tee"), garment(2, "Button-Down")
TOP, BOTTOM, SHOES = Role.TOP, Role.BOTTOM, Role.SHOES


def test_the_best_of_each_role_is_chosen_the_one_that_makes_most_first() -> None:
    found = purchases(
        [
            gap("Jeans", 9, BOTTOM),
            gap("Skirt", 9, BOTTOM),
            gap("Sweater", 4, TOP),
            gap("Boots", 50, SHOES, completes=True),
        ]
    )
    assert [one.gap.type for one in found] == ["Jeans", "Sweater", "Boots"]
    assert found[0].name == "White jeans"
    assert purchases([gap("Jeans", 9, BOTTOM), gap("Sweater", 4, TOP)], most=1) == found[:1]


def test_of_equals_what_helps_a_lonely_garment_counts() -> None:
    alone = [IsolatedGarment(SHIRT, "")]
    (best,) = purchases([gap("Jeans", 9, BOTTOM, TEE), gap("Skirt", 9, BOTTOM, TEE, SHIRT)], alone)
    assert (best.gap.type, best.isolated) == ("Skirt", (SHIRT,))


def test_a_one_piece_that_is_one_outfit_comes_only_where_nothing_adds_more() -> None:
    dress = gap("Dress", 1, Role.ONE_PIECE)
    assert [one.gap.type for one in purchases([gap("Jeans", 9, BOTTOM), dress])] == ["Jeans"]
    assert [one.gap.type for one in purchases([dress])] == ["Dress"]
    assert purchases([]) == ()


def test_real_gaps_are_of_different_roles() -> None:
    tees = [garment(n, "Tee", colour, occasion="casual") for n, colour in enumerate(("white", "red", "navy"), 1)]
    found = purchases(gaps(tees, VOCABULARY, None))
    assert found[0].gap.role is BOTTOM
    assert {item.id for item in found[0].gap.goes_with} == {1, 2, 3}
    assert len({one.gap.role for one in found}) == len(found)
