from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from tests.support.garments import NOON, garment, random_wardrobe
from wardrobe_app.domain.compatibility.roles import Role
from wardrobe_app.domain.garments.garment import Garment, Verdict, VerdictRecord
from wardrobe_app.domain.insights.base_outfits import base_outfits
from wardrobe_app.domain.insights.removal_cost import Removal, Standing, let_go, simulate, standing

TWINS = VerdictRecord(1, 2, Verdict.TWINS, NOON)


def casual(number: int, type: str, colour: str, **fields: object) -> Garment:
    return garment(number, type, colour, occasion="casual", **fields)  # type: ignore[arg-type]


@pytest.fixture
def wardrobe() -> list[Garment]:
    return [
        casual(1, "Tee", "white", price=Decimal("10")),
        casual(2, "Tee", "white"),
        casual(3, "Sweater", "grey", price=Decimal("40.50")),
        casual(4, "Jeans", "navy"),
        casual(5, "Dress", "black"),
        casual(6, "Sneakers", "white"),
    ]


@pytest.fixture
def state(wardrobe: list[Garment]) -> Standing:
    return standing(wardrobe, [TWINS])


def by_id(partings: tuple[Removal, ...]) -> dict[int, Removal]:
    return {parting.garment.id: parting for parting in partings}


def test_a_base_look_is_a_top_with_a_bottom_or_a_one_piece(wardrobe: list[Garment]) -> None:
    assert base_outfits(wardrobe).count == 4
    assert base_outfits(wardrobe).each().tolist() == [1, 1, 1, 3, 1, 4]


def test_a_suit_is_worn_over_a_top() -> None:
    outfits = base_outfits(
        [garment(1, "Suit", "navy", occasion="formal"), garment(2, "Tee", "white", occasion="formal")]
    )
    assert outfits.count == 1
    assert outfits.each().tolist() == [1, 1]


def test_underwear_and_what_has_no_type_are_in_no_look(wardrobe: list[Garment]) -> None:
    more = [*wardrobe, casual(7, "Pyjamas", "white"), garment(8, None, "white")]
    assert base_outfits(more).each().tolist()[-2:] == [0, 0]


def test_looks_are_lost_only_where_no_look_alike_makes_them(state: Standing) -> None:
    assert state.outfits.lost(state.alike).tolist() == [0, 0, 1, 3, 1, 4]


def test_one_of_two_pairs_of_shoes_takes_no_look_along(wardrobe: list[Garment]) -> None:
    outfits = base_outfits([*wardrobe, casual(7, "Boots", "black")])
    assert outfits.lost(np.eye(7, dtype=bool))[[5, 6]].tolist() == [0, 0]
    assert outfits.each()[6] == 4


def test_what_is_there_twice_goes_first(state: Standing) -> None:
    found = let_go(state)
    assert {found[0].garment.id, found[1].garment.id} == {1, 2}
    assert found[0].outfits_lost == 0
    assert found[0].substitute is not None
    assert [parting.cost for parting in found] == sorted(parting.cost for parting in found)


def test_the_garment_that_most_looks_need_goes_last(state: Standing) -> None:
    assert let_go(state)[-1].garment.id == 6
    assert by_id(let_go(state))[4].outfits_lost == 3


def test_favourites_are_not_proposed() -> None:
    assert not let_go(standing([casual(1, "Tee", "white", favourite=True)]))


def test_price_has_no_say_in_what_could_go(wardrobe: list[Garment]) -> None:
    dear = [casual(item.id, str(item.type), str(item.colour), price=Decimal(item.id * 100)) for item in wardrobe]
    ranked = [parting.garment.id for parting in let_go(standing(wardrobe, [TWINS]))]
    assert [parting.garment.id for parting in let_go(standing(dear, [TWINS]))] == ranked


def one_by_one(state: Standing) -> list[tuple[int, float, int]]:
    """What is let go first, from wardrobes that really lack each garment."""
    garments, known = state.garments, state.likeness
    everything, lost = range(len(garments)), state.outfits.lost(state.alike)
    takes_part = [role not in (None, Role.PRIVATE) for role in state.outfits.roles]
    average = max(lost.sum(), 1) / sum(takes_part)
    found = []
    for row in everything:
        loss = known.effective_number() - known.effective_number([other for other in everything if other != row])
        share = loss / known.effective_number() * len(garments)
        cost = share + lost[row] / average if takes_part[row] else 2 * share
        found.append((round(float(cost), 6), row, loss))
    return [(garments[row].id, loss, int(lost[row])) for _, row, loss in sorted(found)]


@pytest.mark.parametrize("seed", range(3))
def test_what_goes_first_is_what_wardrobes_without_it_tell(seed: int) -> None:
    state = standing(random_wardrobe(50, seed))
    found, slow = let_go(state), one_by_one(state)[:24]
    assert [one.garment.id for one in found] == [number for number, _, _ in slow]
    assert [one.diversity for one in found] == pytest.approx([loss for _, loss, _ in slow], abs=1e-4)
    assert [one.outfits_lost for one in found] == [lost for _, _, lost in slow]


def test_the_simulation_tells_before_and_after(state: Standing) -> None:
    found = simulate(state, {1, 3})
    assert found.garments == (6, 4)
    assert found.outfits == (4, 2)
    assert (found.outfits_lost, found.outfits_kept) == (2, 1)
    assert found.effective[1] == pytest.approx(4)
    assert found.effective[0] > found.effective[1]
    assert (found.freed, found.unpriced) == (Decimal("50.50"), 0)


def test_who_would_be_left_without_a_partner_is_named(state: Standing) -> None:
    assert [item.id for item in simulate(state, {4}).isolated] == [1, 2, 3]
    assert simulate(state, {4}).unpriced == 1


def test_two_of_the_same_free_the_price_of_both() -> None:
    state = standing([garment(1, "Tee", "white", price=Decimal("10"), quantity=2)])
    assert simulate(state, {1}).freed == 20


def test_letting_nothing_go_changes_nothing(state: Standing) -> None:
    found = simulate(state, ())
    assert found.garments[0] == found.garments[1]
    assert (found.outfits_lost, found.outfits_kept, found.isolated) == (0, 0, ())


def test_an_empty_wardrobe_has_nothing_to_let_go() -> None:
    empty = standing([])
    assert let_go(empty) == ()
    assert simulate(empty, ()).outfits == (0, 0)
