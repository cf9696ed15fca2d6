from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pytest

from tests.support.garments import garment
from wardrobe_app.components.shared.formatting import without_figures
from wardrobe_app.domain.garments.garment import Garment, Likeness
from wardrobe_app.domain.redundancy.groups import find_groups, group_of
from wardrobe_app.domain.similarity.likeness import NEEDED, likeness, weakest
from wardrobe_app.domain.similarity.relations import Relation
from wardrobe_app.domain.similarity.same_item import KeypointMatch
from wardrobe_app.domain.similarity.scores import similarity

SAME, OTHER = KeypointMatch(40, 30, 0.66, False), KeypointMatch(40, 4, 0.05, False)
PARTS = {**dict.fromkeys(NEEDED, (1.0, 1.0)), "attributes": (0.5, 0.0), "local_features": (0.5, 0.0)}


def shorts(number: int, cosine: float = 1.0, **fields: Any) -> Garment:
    """Black shorts whose embedding has this cosine with that of a cosine of 1."""
    angle = np.arccos(cosine)
    return garment(
        number, **{"type": "Shorts", "colour": "black", "embedding": [np.cos(angle), np.sin(angle)], **fields}
    )


def word(one: Garment, other: Garment, match: KeypointMatch | None = None) -> Likeness | None:
    return similarity(one, other, match=match).likeness


def test_garments_that_agree_in_every_part_are_nearly_identical() -> None:
    assert word(shorts(1), shorts(2, 0.95)) is Likeness.NEARLY_IDENTICAL


def test_shorts_of_one_colour_and_another_cut_are_only_similar() -> None:
    assert similarity(shorts(1), shorts(2, 0.5)).score > 0.9
    assert word(shorts(1), shorts(2, 0.5)) is Likeness.SIMILAR


def test_white_and_black_need_nearer_pictures_since_photos_do_not_tell_their_tint() -> None:
    white = {"colour": "white", "hex": "#f4f4f2"}
    navy = {"colour": "navy", "hex": "#1f2b4d"}
    assert word(shorts(1, **white), shorts(2, 0.7, **white)) is Likeness.SIMILAR
    assert word(shorts(1), shorts(2, 0.7)) is Likeness.SIMILAR
    assert word(shorts(1, **navy), shorts(2, 0.7, **navy)) is Likeness.NEARLY_IDENTICAL


@pytest.mark.parametrize(
    "other",
    [
        shorts(2, tiers={"type": "unknown"}),
        shorts(2, embedding=None),
        shorts(2, hex="#3c3c50"),
        shorts(2, tiers={"pattern": "unknown"}),
        shorts(2, tiers={"type": "check"}),
        shorts(2, colour="navy", hex="#1c1c1e"),
    ],
)
def test_what_is_a_guess_unknown_or_of_another_shade_is_only_similar(other: Garment) -> None:
    assert word(shorts(1), other) is Likeness.SIMILAR


def test_another_pattern_or_type_is_never_nearly_identical() -> None:
    assert word(shorts(1), shorts(2, pattern="striped")) is not Likeness.NEARLY_IDENTICAL
    assert word(shorts(1), shorts(2, type="Jeans")) is not Likeness.NEARLY_IDENTICAL
    assert word(shorts(1), shorts(2, type="Trunks")) is Likeness.NEARLY_IDENTICAL


def test_another_print_is_only_similar_and_the_same_one_is_the_same_item() -> None:
    one, other = shorts(1, pattern="graphic"), shorts(2, pattern="graphic")
    assert word(one, other, OTHER) is Likeness.SIMILAR
    assert word(one, other, SAME) is Likeness.SAME_ITEM


def test_plain_garments_are_not_called_the_same_item() -> None:
    assert word(shorts(1), shorts(2), SAME) is Likeness.NEARLY_IDENTICAL


def test_garments_that_are_hardly_alike_get_no_word() -> None:
    assert word(shorts(1), garment(2, "Tee")) is None
    assert likeness(Relation.DIFFERENT, 0.49, PARTS) is None


@pytest.mark.parametrize("name", NEEDED)
def test_the_weakest_part_decides(name: str) -> None:
    assert likeness(Relation.LOOK_ALIKE, 0.99, PARTS) is Likeness.NEARLY_IDENTICAL
    weak = {**PARTS, name: (NEEDED[name] - 0.01, 1.0)}
    guess = {**PARTS, name: (1.0, 0.25)}
    assert {likeness(Relation.LOOK_ALIKE, 0.99, parts) for parts in (weak, guess)} == {Likeness.SIMILAR}


def test_a_group_is_as_alike_as_its_least_alike_pair() -> None:
    assert weakest([Likeness.SAME_ITEM, Likeness.NEARLY_IDENTICAL]) is Likeness.NEARLY_IDENTICAL
    assert weakest([None, Likeness.SAME_ITEM]) is Likeness.SIMILAR
    three = [shorts(1), shorts(2, 0.95), shorts(3, 0.4)]
    assert group_of(three).likeness is Likeness.SIMILAR
    assert group_of(three[:2]).likeness is Likeness.NEARLY_IDENTICAL


def test_one_picture_twice_is_the_same_item() -> None:
    one, other = shorts(1), shorts(2, 0.5)
    photos = tuple(replace(photo, phash="f0" * 80) for photo in one.photos)
    assert word(replace(one, photos=photos), replace(other, photos=photos)) is Likeness.SAME_ITEM


def test_no_reason_holds_a_figure_of_likeness() -> None:
    wardrobe = [shorts(1), shorts(2, 0.9), shorts(3, 0.7)]
    texts = [part.text for pair in combinations(wardrobe, 2) for part in similarity(*pair).parts]
    texts += [text for group in find_groups(wardrobe) for text in group.reasons]
    assert not [text for text in texts if any(sign.isdigit() for sign in without_figures(text))]
