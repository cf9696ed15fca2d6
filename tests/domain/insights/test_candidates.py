from __future__ import annotations

import numpy as np
import pytest

from tests.support.garments import VOCABULARY, garment, random_wardrobe
from wardrobe_app.domain.compatibility.scores import compatibility
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.insights.base_outfits import with_newcomer
from wardrobe_app.domain.insights.candidates import Options, hypothetical
from wardrobe_app.domain.insights.removal_cost import standing


def options(garments: list[Garment], worn: dict[int, int] | None = None, now: str | None = None) -> Options:
    return Options(standing(garments, worn=worn), VOCABULARY, now)


def value(found: Options, type: str, colour: str) -> float:
    places = [place for place, item in enumerate(found.tried) if (item.type, item.colour) == (type, colour)]
    return float(found.values[places[0]])


def tops(count: int = 3) -> list[Garment]:
    colours = ("white", "green", "pink", "grey")
    return [garment(number, "Tee", colours[number], occasion="casual") for number in range(1, count + 1)]


def test_the_outfits_told_are_those_that_a_wardrobe_with_it_has_more() -> None:
    wardrobe = random_wardrobe(40)
    found = options(wardrobe)
    for place in range(0, len(found.tried), 23):
        with_it = with_newcomer(found.outfits, found.tried[place])
        if found.roles[place] in ("top", "bottom", "one-piece"):
            assert found.opened[place] == with_it.count - found.outfits.count
        else:
            alike = np.eye(len(with_it.garments), dtype=bool)
            assert found.opened[place] == with_it.lost(alike)[-1]
        for row, score in zip(found.core, found.scores[place], strict=True):
            pair = compatibility(found.tried[place], found.garments[row]).score
            assert score == pytest.approx(pair if pair >= 0.6 else 0, abs=1e-5)


def test_what_is_there_already_is_not_tried() -> None:
    tried = {(one.type, one.colour) for one in options([*tops(), garment(9, "Jeans", "black")]).tried}
    assert not {("Jeans", "black"), ("Tee", "green")} & tried
    assert ("Jeans", "white") in tried


def test_a_choice_adds_less_to_what_has_many_and_least_in_a_colour_that_is_there() -> None:
    few = options([*tops(), garment(9, "Jeans", "white", occasion="casual")])
    many = options([*tops(), *(garment(n, "Jeans", "white", occasion="casual") for n in range(9, 14))])
    assert value(few, "Trousers", "black") > value(many, "Trousers", "black") > value(many, "Trousers", "white")


def test_what_is_worn_more_counts_more() -> None:
    wardrobe = [*tops(), garment(8, "Jeans", "navy", occasion="casual"), garment(9, "Skirt", "navy", occasion="casual")]
    worn = options(wardrobe, {8: 60, 9: 0})
    assert value(worn, "Jeans", "white") > value(worn, "Skirt", "white")
    assert value(options(wardrobe), "Jeans", "white") == value(options(wardrobe), "Skirt", "white")


def test_what_is_for_the_opposite_season_counts_less() -> None:
    assert value(options(tops(), now="winter"), "Shorts", "black") < value(options(tops()), "Shorts", "black")


def test_clothes_are_for_the_owners_people_and_occasions() -> None:
    office = [garment(n, "Button-Down", "white", gender="men", occasion="work" if n % 2 else "sports") for n in (1, 2)]
    tried = [*hypothetical(office, VOCABULARY)]
    assert not {one.type for one in tried} & {"Skirt", "Dress", "Heels"}
    assert {one.value("occasion") for one in tried if one.type == "Jeans"} == {"work", "sports"}
    assert {one.value("occasion") for one in tried if one.type == "Blazer"} == {"work"}
    assert not next(iter(hypothetical([], VOCABULARY))).values("occasion")


def test_an_empty_wardrobe_has_no_options() -> None:
    assert options([]).tried == ()
