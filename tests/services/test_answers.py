from __future__ import annotations

import threading

from wardrobe_app.services.answers import Answers


def test_an_answer_is_computed_once_for_each_revision() -> None:
    revision, computed = ["a"], []
    answers = Answers(lambda: revision[0])

    def compute() -> int:
        computed.append(revision[0])
        return len(computed)

    assert [answers.get("n", compute), answers.get("n", compute)] == [1, 1]
    assert answers.get(("n", 2), compute) == 2
    revision[0] = "b"
    assert answers.get("n", compute) == 3
    revision[0] = "a"
    assert answers.get("n", compute) == 4, "only the newest revision is kept"


def test_what_fails_is_computed_again() -> None:
    answers, tries = Answers(lambda: "a"), iter([ValueError(), 7])

    def compute() -> int:
        found = next(tries)
        if isinstance(found, Exception):
            raise found
        return int(found)

    try:
        answers.get("n", compute)
    except ValueError:
        assert answers.get("n", compute) == 7


def test_two_that_ask_at_the_same_time_get_one_answer() -> None:
    answers, computed, begun = Answers(lambda: "a"), [], threading.Event()

    def compute() -> object:
        begun.wait(5)
        computed.append(object())
        return computed[-1]

    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(answers.get("n", compute))) for _ in range(4)]
    for thread in threads:
        thread.start()
    begun.set()
    for thread in threads:
        thread.join(10)
    assert len(computed) == 1
    assert found == computed * 4


def test_what_is_known_is_told_without_computing_or_waiting() -> None:
    revision = ["a"]
    answers = Answers(lambda: revision[0])
    assert answers.known("n") is None
    answers.get("n", lambda: 7)
    assert answers.known("n") == 7
    revision[0] = "b"
    assert answers.known("n") is None
