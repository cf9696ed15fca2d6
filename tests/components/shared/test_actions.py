from __future__ import annotations

import pytest
import streamlit as st

from wardrobe_app.components.shared import notices
from wardrobe_app.components.shared.formatting import without_figures
from wardrobe_app.components.shared.notices import Notice, Said, action
from wardrobe_app.domain.errors import ChangedElsewhere, NotFound


@pytest.fixture(autouse=True)
def state(monkeypatch: pytest.MonkeyPatch) -> dict[str, Notice]:
    kept: dict[str, Notice] = {}
    monkeypatch.setattr(st, "session_state", kept)
    return kept


def test_what_was_done_is_said_with_its_undo(state: dict[str, Notice]) -> None:
    undone: list[int] = []

    @action
    def rename(item: int) -> Said:
        return f"Renamed {item}.", lambda: undone.append(item)

    assert rename(3)
    notice = state[notices._KEY]
    assert (notice.text, notice.failed) == ("Renamed 3.", False)
    assert notice.undo is not None
    notice.undo()
    assert undone == [3]


def test_nothing_to_say_leaves_the_notice_alone(state: dict[str, Notice]) -> None:
    assert action(lambda: None)()
    assert not state


def test_a_known_error_is_shown_and_an_unknown_one_raised(state: dict[str, Notice]) -> None:
    @action
    def fail(error: Exception) -> Said:
        raise error

    assert not fail(NotFound("There is none."))
    assert (state[notices._KEY].text, state[notices._KEY].failed) == ("There is none.", True)
    with pytest.raises(ZeroDivisionError):
        fail(ZeroDivisionError())


def test_after_a_conflict_it_can_be_forced_or_given_up(state: dict[str, Notice]) -> None:
    given_up: list[int] = []

    def save(item: int, *, force: bool = False) -> Said:
        if not force:
            raise ChangedElsewhere("Changed elsewhere.")
        return "Saved."

    assert not action(save, theirs=lambda item, force=False: given_up.append(item))(5)
    notice = state[notices._KEY]
    assert notice.theirs is not None
    assert notice.mine is not None
    notice.theirs()
    assert given_up == [5]
    notice.mine()
    assert state[notices._KEY].text == "Saved."


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("colour distance 2.0: both pink", "both pink"),
        ("pictures look alike", "pictures look alike"),
        ("both plain (convention: one loud piece)", "both plain"),
        ("bought for 20 (a lot)", "bought for 20 (a lot)"),
    ],
)
def test_reasons_are_shown_without_figures(reason: str, words: str) -> None:
    assert without_figures(reason) == words
