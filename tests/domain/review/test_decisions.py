from __future__ import annotations

import pytest

from wardrobe_app.domain.errors import InvalidEdit
from wardrobe_app.domain.garments.garment import TagKind
from wardrobe_app.domain.review.decisions import TRASH, Decision, folded, read

TYPE, COLOUR = TagKind.TYPE, TagKind.COLOUR


def test_a_decision_is_read_as_the_browser_sends_it() -> None:
    raw = {"id": "a", "kind": "type", "values": {"3": "Tee"}, "was": {"3": "Top"}, "undone": True}
    assert read(raw) == Decision("a", TYPE, {3: "Tee"}, {3: "Top"}, True)
    assert read({"id": "b", "kind": TRASH, "values": {"3": ""}}) == Decision("b", None, {3: ""})


@pytest.mark.parametrize(
    "raw",
    [
        None,
        [],
        {},
        {"id": "a", "kind": "type", "values": {}},
        {"id": "a", "kind": "type", "values": {"x": "Tee"}},
        {"id": "a", "kind": "type", "values": {"1": 3}},
        {"id": "a", "kind": "type", "values": ["Tee"]},
        {"id": "a", "kind": "price", "values": {"1": "Tee"}},
        {"id": "", "kind": "type", "values": {"1": "Tee"}},
        {"id": "a" * 100, "kind": "type", "values": {"1": "Tee"}},
        {"id": "a", "kind": ["type"], "values": {"1": "Tee"}},
        {"id": "a", "kind": "type", "values": {str(number): "Tee" for number in range(500)}},
    ],
)
def test_anything_else_is_refused(raw: object) -> None:
    with pytest.raises(InvalidEdit):
        read(raw)


def test_decisions_are_folded_in_order() -> None:
    some = [Decision("a", TYPE, {1: "Tee", 2: "Tee"}), Decision("b", TYPE, {1: "Top"}, {1: "Tee"})]
    assert folded(some, {1: {}, 2: {}}) == ({1: {TYPE: "Top"}, 2: {TYPE: "Tee"}}, {})


def test_a_decision_and_its_undo_change_nothing() -> None:
    done = Decision("a", TYPE, {1: "Tee"})
    assert folded([done, Decision("a", TYPE, {1: "Tee"}, undone=True)], {1: {}}) == ({}, {})


def test_an_undo_leads_back_to_what_was() -> None:
    undone = Decision("b", COLOUR, {1: "navy"}, {1: "black"}, True)
    assert folded([undone], {1: {COLOUR: "navy"}}) == ({1: {COLOUR: "black"}}, {})


def test_what_is_decided_already_changes_nothing() -> None:
    assert folded([Decision("a", TYPE, {1: "Tee"})], {1: {TYPE: "Tee"}}) == ({}, {})


def test_what_somebody_else_set_stays() -> None:
    done, undone = Decision("a", TYPE, {1: "Tee", 2: "Tee"}), Decision("b", TYPE, {1: "Tee"}, undone=True)
    changes, failed = folded([done, undone], {1: {TYPE: "Polo"}, 2: {}})
    assert changes == {2: {TYPE: "Tee"}}
    assert failed == {done.key: [1], undone.key: [1]}


def test_garments_that_are_gone_or_in_the_trash_get_no_tags() -> None:
    done = Decision("a", TYPE, {1: "Tee", 2: "Tee"})
    assert folded([done], {2: {None: TRASH}}) == ({}, {done.key: [1, 2]})


def test_a_garment_is_moved_to_the_trash_and_back() -> None:
    done, undone = Decision("a", None, {1: ""}), Decision("a", None, {1: ""}, undone=True)
    assert folded([done], {1: {None: ""}}) == ({1: {None: TRASH}}, {})
    assert folded([undone], {1: {None: TRASH}}) == ({1: {None: ""}}, {})
