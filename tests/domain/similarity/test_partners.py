from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.support.garments import garment
from wardrobe_app.domain.garments.garment import Candidate, Garment, TagKind
from wardrobe_app.domain.garments.tag_reliability import shares
from wardrobe_app.domain.similarity.neighbour_search import InMemorySearch
from wardrobe_app.domain.similarity.partners import chances, near, type_agreement
from wardrobe_app.domain.similarity.scores import every_pair


def guessed(number: int, **likely: float) -> Garment:
    one = garment(number, next(iter(likely)))
    candidates = tuple(Candidate(name.replace("_", "-"), value) for name, value in likely.items())
    return replace(one, tags={**one.tags, TagKind.TYPE: replace(one.tags[TagKind.TYPE], candidates=candidates)})


def agreement(one: Garment, other: Garment) -> float:
    return float(type_agreement((one, other), np.array([0]), np.array([1]))[0])


def test_a_persons_word_is_certain_and_a_models_is_shared_among_its_candidates() -> None:
    told = guessed(1, Blouse=0.6, Tunic=0.2)
    assert shares(told.tags[TagKind.TYPE]) == pytest.approx({"Blouse": 0.75, "Tunic": 0.25})
    assert shares(garment(1, "Jeans", by_person=["type"]).tags[TagKind.TYPE]) == {"Jeans": 1.0}
    assert shares(None) == {}


def test_types_agree_as_far_as_both_may_be_the_same() -> None:
    jeans, trousers = guessed(1, Jeans=0.6, Trousers=0.4), guessed(2, Trousers=0.6, Jeans=0.4)
    assert agreement(garment(1, "Jeans"), garment(2, "Jeans")) == pytest.approx(1)
    assert 0.9 < agreement(jeans, trousers) < 1
    assert 0 < agreement(garment(1, "Blouse"), garment(2, "Top")) < 1
    assert agreement(garment(1, "Jeans"), garment(2, "Hat")) == 0
    assert agreement(garment(1, None), garment(2, "Hat")) == 0.5


def test_each_measure_makes_a_pair_likelier_and_none_rules_it_out() -> None:
    one = garment(1, "Blouse", "pink", "#ee9fbd", embedding=[1, 0])
    others = [
        garment(2, "Blouse", "pink", "#ee9fbd", embedding=[1, 0]),
        garment(3, "Tee", "pink", "#ee9fbd", embedding=[1, 0]),
        garment(4, "Blouse", "red", "#aa2020", embedding=[1, 0]),
        garment(5, "Blouse", "pink", "#ee9fbd", embedding=[0.5, 1]),
        garment(6, "Blouse", "pink", "#ee9fbd", embedding=[1, 0], pattern="striped"),
    ]
    found = [float(chances(every_pair([one, other]))[0]) for other in others]
    assert all(0 < chance < found[0] < 1 for chance in found[1:])
    unknown = chances(every_pair([garment(1, None, None, None, pattern=None), garment(2, None, None, None)]))
    assert 0 < unknown[0] < 0.05


def test_the_nearest_by_picture_are_found_and_what_has_none_is_left_out() -> None:
    wardrobe = [garment(7, embedding=[1, 0]), garment(3), garment(5, embedding=[0.9, 0.1])]
    assert {tuple(sorted(pair)) for pair in near(wardrobe, InMemorySearch(wardrobe)).T.tolist()} == {(0, 2)}
