from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.garments import NOON, garment
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.garments.splitting import may_be_split, stays_together


def masked(item: Garment, **photo: object) -> Garment:
    return replace(item, photos=tuple(replace(one, **{"mask_model": "masks 1", **photo}) for one in item.photos))


@pytest.mark.parametrize("type_name", ["Sneakers", "Sandals", "Socks", "Underwear", "Gloves", "Pyjamas", "Suit"])
def test_pairs_and_sets_stay_together(type_name: str) -> None:
    assert stays_together(garment(1, type_name))
    assert not may_be_split(masked(garment(1, type_name)))


@pytest.mark.parametrize("type_name", ["Tee", "Jeans", "Dress", "Hat", "Scarf", "a type of the owner's", None])
def test_other_garments_may_be_several(type_name: str | None) -> None:
    assert may_be_split(masked(garment(1, type_name)))


def test_a_mere_guess_keeps_a_pair_together_and_no_set() -> None:
    assert stays_together(garment(1, "Sneakers", tiers={"type": "unknown"}))
    assert not stays_together(garment(1, "Suit", tiers={"type": "unknown"}))
    assert stays_together(garment(1, "Suit", by_person=["type"]))


def test_a_photo_without_a_mask_in_use_says_nothing() -> None:
    assert not may_be_split(garment(1))
    assert not may_be_split(masked(garment(1), masked=False))


def test_a_garment_that_the_owner_said_is_one_is_left_alone() -> None:
    assert not may_be_split(masked(garment(1), whole=True))


def test_what_is_away_counted_or_has_several_photos_is_left_alone() -> None:
    one = masked(garment(1))
    assert not may_be_split(replace(one, trashed_at=NOON))
    assert not may_be_split(replace(one, archived_at=NOON))
    assert not may_be_split(replace(one, quantity=2))
    assert not may_be_split(replace(one, photos=one.photos * 2))
    assert not may_be_split(replace(one, photos=()))
