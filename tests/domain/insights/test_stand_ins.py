from __future__ import annotations

import pytest

from tests.support.garments import NOON, garment, random_wardrobe
from wardrobe_app.domain.garments.garment import Garment, Verdict, VerdictRecord
from wardrobe_app.domain.insights.removal_cost import let_go, standing
from wardrobe_app.domain.insights.stand_ins import replaceable
from wardrobe_app.domain.insights.surplus import surpluses


def casual(number: int, type: str, colour: str, **fields: object) -> Garment:
    return garment(number, type, colour, occasion="casual", **fields)  # type: ignore[arg-type]


def twins(*numbers: int) -> list[VerdictRecord]:
    return [VerdictRecord(a, b, Verdict.TWINS, NOON) for a in numbers for b in numbers if a < b]


@pytest.mark.parametrize(("worn", "going"), [({}, [1]), ({1: 5}, [2]), ({1: 5, 2: 6}, [1])])
def test_of_two_alike_the_one_that_is_worn_less_could_go(worn: dict[int, int], going: list[int]) -> None:
    wardrobe = [casual(1, "Tee", "white"), casual(2, "Tee", "white"), casual(3, "Jeans", "navy")]
    state = standing(wardrobe, twins(1, 2), worn=worn)
    (found,) = replaceable(state, let_go(state))
    assert [found.garment.id] == going
    assert {found.garment.id, found.stand_in.id} == {1, 2}
    assert found.outfits == 1
    assert "one outfit" in found.why


def test_it_agrees_with_what_there_is_too_much_of() -> None:
    wardrobe = [casual(n, "Tee", "white") for n in (1, 2, 3, 4)]
    state = standing([*wardrobe, casual(9, "Jeans", "navy")], twins(1, 2, 3, 4), worn={3: 2})
    (much,) = surpluses(state)
    found = replaceable(state, let_go(state), [much])
    assert {one.garment.id for one in found} == {item.id for item in much.spare} == {1, 2, 4}
    assert {one.stand_in.id for one in found} == {3}


def test_a_favourite_stays_and_only_stands_in() -> None:
    wardrobe = [casual(n, "Tee", "white", favourite=n == 1) for n in (1, 2, 3)]
    state = standing([*wardrobe, casual(4, "Jeans", "navy")], twins(1, 2, 3))
    assert {one.garment.id for one in replaceable(state, let_go(state))} == {2, 3}


def test_what_goes_with_less_stands_in_for_nothing() -> None:
    wardrobe = [casual(1, "Tee", "white"), garment(2, "Tee", "white", occasion="formal"), casual(3, "Jeans", "navy")]
    state = standing([*wardrobe, garment(4, "Sweatpants", "grey", occasion="sports")], twins(1, 2))
    assert [one.garment.id for one in replaceable(state, let_go(state))] == [2]


def test_several_together_stand_in_for_one() -> None:
    wardrobe = [
        garment(1, "Tee", "white", occasion="casual"),
        garment(2, "Tee", "white", occasion="formal"),
        garment(3, "Tee", "white", occasion="sports"),
        garment(4, "Trousers", "navy", occasion="formal"),
        garment(5, "Sweatpants", "grey", occasion="sports"),
    ]
    state = standing(wardrobe, twins(1, 2, 3))
    (found,) = replaceable(state, [one for one in let_go(state) if one.garment.id == 1])
    assert {item.id for item in found.stand_ins} == {2, 3}
    assert found.stand_in is found.stand_ins[0]


@pytest.mark.parametrize("seed", range(4))
def test_nothing_is_lost_if_all_of_them_go(seed: int) -> None:
    wardrobe = random_wardrobe(60, seed)
    chains = [VerdictRecord(a, a + 1, Verdict.TWINS, NOON) for a in range(1, 60) if a % 3]
    state = standing(wardrobe, chains)
    found = replaceable(state, let_go(state, 60))
    stand_ins = {one.garment.id: {item.id for item in one.stand_ins} for one in found}
    assert stand_ins
    assert not set(stand_ins) & set().union(*stand_ins.values())
    ids = [item.id for item in state.garments]
    can = [stand_ins.get(number, {number}) for number in ids]
    outfits = {(ids[t], ids[b]) for t in state.outfits.tops for b in state.outfits.lowers if state.outfits.fits[t, b]}
    row = {number: place for place, number in enumerate(ids)}
    for top, bottom in outfits:
        assert any((one, other) in outfits for one in can[row[top]] for other in can[row[bottom]])
