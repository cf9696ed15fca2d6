from __future__ import annotations

from threading import Event

import pytest

from wardrobe_app.services import readiness
from wardrobe_app.services.readiness import Readiness


def test_an_answer_is_kept_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([True, False])
    found = Readiness({"database": lambda: next(answers)})
    assert found.look() == {"database": True}
    assert found.look() == {"database": True}
    monkeypatch.setattr(readiness, "KEPT_S", 0.0)
    assert found.look() == {"database": False}
    assert found.look() == {"database": False}  # none is left: that raises, and is a no


def test_what_does_not_answer_in_time_is_not_there_and_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "PATIENCE_S", 0.05)
    monkeypatch.setattr(readiness, "KEPT_S", 0.0)
    asked: list[int] = []
    answer = Event()

    def hangs() -> bool:
        asked.append(1)
        return answer.wait(30)

    found = Readiness({"photos": hangs, "model": lambda: True})
    assert found.look() == found.look() == {"photos": False, "model": True}
    assert len(asked) == 1
    monkeypatch.setattr(readiness, "KEPT_S", 60.0)
    monkeypatch.setattr(readiness, "PATIENCE_S", 30.0)
    answer.set()
    assert found.look()["photos"] is True
