from __future__ import annotations

import pytest

from wardrobe_app.components.importing.watching import FIRST_SECONDS, MOST_SECONDS, interval


def test_a_new_import_is_looked_at_more_often() -> None:
    assert interval(0.0, 0.0) < interval(FIRST_SECONDS, 0.0)


@pytest.mark.parametrize("age", [0.0, 100.0])
@pytest.mark.parametrize("cost", [0.02, 0.1, 0.3])
def test_drawing_takes_a_small_part_of_the_time(age: float, cost: float) -> None:
    assert cost / interval(age, cost) <= 0.05


def test_even_a_very_busy_machine_shows_how_far_it_is() -> None:
    assert interval(100.0, 5.0) == MOST_SECONDS
