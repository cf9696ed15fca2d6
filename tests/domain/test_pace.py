from __future__ import annotations

import pytest

from wardrobe_app.domain.pace import seconds_left

# When each of 60 real photos was finished, in seconds after the click: batches of 2, 4, 8 and then 16, on a machine
# that had much else to do; in the second one, loading the model took long.
BUSY = (
    4.5, 4.64, 6.78, 6.91, 7.04, 7.13, 11.07, 11.28, 11.49, 11.75, 11.92, 12.12, 12.26, 12.39, 19.28, 19.38, 19.51,
    19.7, 19.87, 19.99, 20.08, 20.19, 20.3, 20.41, 20.54, 20.71, 20.86, 21.02, 21.15, 21.3, 30.02, 30.35, 30.64, 30.9,
    31.25, 31.65, 31.98, 32.19, 32.51, 32.95, 33.37, 33.75, 34.13, 34.4, 34.62, 34.95, 43.93, 44.13, 44.29, 44.44,
    44.57, 44.71, 44.83, 44.97, 45.1, 45.24, 45.36, 45.46, 45.58, 45.69,
)  # fmt: skip
SLOW_START = tuple(moment + 180 for moment in BUSY)


def in_batches(each: float, size: int, total: int, start: float = 30.0) -> list[float]:
    # A batch is tagged for as long as its photos take, and then stored at once.
    return [start + (place // size + 1) * size * each + place % size * 0.02 for place in range(total)]


@pytest.mark.parametrize("finished", [BUSY, SLOW_START])
def test_the_time_left_is_right_within_a_third_from_the_third_batch_to_the_middle(finished: tuple[float, ...]) -> None:
    for done in range(14, 30):
        now = (finished[done - 1] + finished[done]) / 2
        estimate = seconds_left(finished[:done], now, 60)
        if estimate is None:
            assert done < 16
        else:
            assert estimate == pytest.approx(finished[-1] - now, rel=1 / 3)


@pytest.mark.parametrize("each", [0.05, 0.4, 3.0])
@pytest.mark.parametrize("size", [1, 4, 16])
def test_it_is_right_within_a_third_at_any_moment_once_it_is_told(each: float, size: int) -> None:
    finished, told = in_batches(each, size, 192), 0
    for done in range(40, 176):
        now = finished[done - 1] + (finished[done] - finished[done - 1]) * 0.9
        estimate = seconds_left(finished[:done], now, 192)
        if estimate is not None:
            told += 1
            assert estimate == pytest.approx(finished[-1] - now, rel=1 / 3)
    assert told > 100


@pytest.mark.parametrize("done", range(9))
def test_it_is_not_told_before_it_can_be_trusted(done: int) -> None:
    assert seconds_left(BUSY[:done], BUSY[done] - 0.01, 60) is None


def test_starting_up_does_not_count() -> None:
    moment = BUSY[13] + 1
    assert seconds_left(BUSY[:14], moment, 60) == pytest.approx(seconds_left(SLOW_START[:14], moment + 180, 60))


def test_a_slower_machine_is_noticed() -> None:
    fast = in_batches(0.1, 8, 80)
    slow = [fast[-1] + moment for moment in in_batches(1.0, 8, 80, start=0.0)]
    estimate = seconds_left([*fast, *slow[:64]], slow[63] + 0.1, 200)
    assert estimate == pytest.approx(56, rel=1 / 3)


def test_nothing_is_left_at_the_end_and_it_is_never_negative() -> None:
    assert seconds_left(BUSY, 50, 60) == 0
    assert (seconds_left(BUSY[:30], BUSY[29] + 1000, 60) or 0) > 0
    assert seconds_left([], 5.0, 3) is None
