from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

from wardrobe_app.components.shared.jobs import Job
from wardrobe_app.domain.errors import WardrobeError

SOON = 10.0


def test_results_are_there_as_they_happen() -> None:
    go_on = threading.Event()
    first_is_out = threading.Event()

    def work(cancelled: Callable[[], bool]) -> Iterator[str]:
        yield "one"
        first_is_out.set()
        go_on.wait(SOON)
        yield "two"

    job = Job(work, total=2)
    job.start()
    assert first_is_out.wait(SOON)
    assert job.running
    assert job.results == ["one"]
    assert len(job.finished) == 1
    assert job.seconds_left is None, "one result tells nothing of the pace"
    go_on.set()
    assert job.wait(SOON)
    assert job.results == ["one", "two"]


def test_cancelling_keeps_what_was_done() -> None:
    asked = threading.Event()

    def work(cancelled: Callable[[], bool]) -> Iterator[int]:
        for number in range(1000):
            if cancelled():
                return
            yield number
            asked.set()
            threading.Event().wait(0.001)

    job = Job(work, total=1000)
    job.start()
    assert asked.wait(SOON)
    job.cancel()
    assert job.wait(SOON)
    assert 0 < job.done < 1000
    assert job.cancelled


def test_a_known_error_is_told_in_its_own_words() -> None:
    def work(cancelled: Callable[[], bool]) -> Iterator[int]:
        yield 1
        raise WardrobeError("The disk is full.")

    job = Job(work, total=2)
    job.start()
    assert job.wait(SOON)
    assert (job.error, job.results) == ("The disk is full.", [1])


def test_an_unknown_error_ends_the_job_without_showing_its_insides() -> None:
    def work(cancelled: Callable[[], bool]) -> Iterator[int]:
        raise ZeroDivisionError("secret")
        yield

    job = Job(work, total=2)
    job.start()
    assert job.wait(SOON)
    assert job.error is not None
    assert "secret" not in job.error
