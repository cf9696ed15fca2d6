from __future__ import annotations

import unicodedata
from decimal import Decimal
from typing import Any

import pytest

from tests.support.garments import garment
from wardrobe_app.domain.garments.garment import TagKind
from wardrobe_app.domain.redundancy.merging import (
    ASKED,
    FIELDS,
    added_by,
    combine,
    conflicts,
    joined_notes,
    own_tag,
    said,
)


def of(*differing: dict[str, Any]) -> dict[int, dict[str, Any]]:
    return {number: {**said(garment(number)), **fields} for number, fields in enumerate(differing, 1)}


def test_fields_and_kinds_of_tags_never_have_the_same_name() -> None:
    assert not set(FIELDS) & {kind.value for kind in TagKind}
    assert {"name", "brand", "size", "price", "purchased_on", "condition", "type", "colour"} <= set(ASKED)


@pytest.mark.parametrize(
    ("notes", "joined"),
    [
        (["", ""], ""),
        (["", "b"], "b"),
        (["a", "b", "a"], "a\n\nb"),
        (["a\n\nb", "b"], "a\n\nb"),
        (["b", "a\n\nb"], "a\n\nb"),
        (["ab", "b"], "ab\n\nb"),
    ],
)
def test_notes_are_joined_and_what_is_there_is_not_doubled(notes: list[str], joined: str) -> None:
    assert joined_notes(notes) == joined


@pytest.mark.parametrize(
    ("key", "one", "other"),
    [
        ("brand", "Zara", "ZARA"),
        ("brand", "L\u2019Oréal", "L'Oreal"),
        ("name", "Été", unicodedata.normalize("NFD", "Été")),
        ("price", Decimal("19.9"), Decimal("19.90")),
        ("colour", own_tag(TagKind.COLOUR, "green"), own_tag(TagKind.COLOUR, "green", "#3c8c46")),
        ("size", "", "M"),
        ("notes", "a", "b"),
        ("favourite", True, False),
    ],
)
def test_what_can_both_be_true_is_not_asked(key: str, one: Any, other: Any) -> None:
    assert conflicts(of({key: one}, {key: other}), {}) == ()


@pytest.mark.parametrize(
    ("key", "one", "other"),
    [
        ("name", "Tee", "Shirt"),
        ("name", "Resume", "Résumé"),
        ("price", Decimal(0), Decimal(1)),
        ("colour", own_tag(TagKind.COLOUR, "green", "#3c8c46"), own_tag(TagKind.COLOUR, "green", "#3c8c47")),
        ("season", own_tag(TagKind.SEASON, "summer"), own_tag(TagKind.SEASON, "winter")),
    ],
)
def test_what_cannot_both_be_true_is_asked_once(key: str, one: Any, other: Any) -> None:
    (found,) = conflicts(of({key: one}, {key: other}, {}), {})
    assert (found.key, dict(found.values)) == (key, {1: one, 2: other})
    assert conflicts(of({key: one}, {key: other}), {key: 2}) == ()


def test_a_price_of_nothing_is_a_price() -> None:
    assert combine(of({"price": None}, {"price": Decimal(0)}), {})["price"] == Decimal(0)


def test_who_has_a_garment_goes_with_the_status_that_holds() -> None:
    every = of({"status": "in-wash", "lent_to": ""}, {"status": "lent", "lent_to": "Ada"})
    assert combine(every, {"status": 1})["lent_to"] == ""
    assert combine(every, {"status": 2})["lent_to"] == "Ada"
    assert combine(of({"status": None, "lent_to": ""}, {"status": "lent", "lent_to": "Ada"}), {})["lent_to"] == "Ada"


def test_a_count_is_the_highest_of_one_garment_and_the_sum_of_twins() -> None:
    every = of({"quantity": 2}, {"quantity": 3}, {"quantity": 3})
    assert (combine(every, {})["quantity"], added_by(every)) == (3, {2: 1, 3: 0})
    assert (combine(every, {}, identical=True)["quantity"], added_by(every, identical=True)) == (8, {2: 3, 3: 3})
