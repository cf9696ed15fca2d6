from __future__ import annotations

from datetime import UTC, datetime

import pytest

from db.unit_of_work import Units
from tests.db.conftest import photo
from wardrobe_app.domain.similarity.same_item import KeypointMatch

NOW = datetime(2026, 1, 2, tzinfo=UTC)
Factory = Units
MATCH, OTHER = KeypointMatch(40, 30, 0.6, False), KeypointMatch(12, 3, 0.1, True)


@pytest.fixture
def three(uow: Factory) -> Factory:
    with uow(writing=True) as work:
        stored = [work.garments.add(photo(number), None, NOW).photos[0] for number in (1, 2, 3)]
        work.matches.keep([(stored[0], b"one"), (stored[1], b"two")], "m")
        work.matches.keep([(stored[2], b"three")], "old")
        work.matches.add([((1, 2), MATCH), ((2, 3), OTHER)], "m")
        work.commit()
    return uow


def test_matches_and_features_come_back_by_the_method_that_found_them(three: Factory) -> None:
    with three() as work:
        assert work.matches.all("m") == {(1, 2): MATCH, (2, 3): OTHER}
        assert work.matches.points([1, 2, 3], "m") == {1: b"one", 2: b"two"}
        assert work.matches.points([1, 2, 3], "old") == {3: b"three"}
        assert work.matches.all("old") == {}


def test_features_that_are_found_anew_forget_the_matches_of_the_old_ones(three: Factory) -> None:
    with three() as work:
        work.matches.keep([(work.garments.get(1).photos[0], b"new")], "m")
        assert work.matches.all("m") == {(2, 3): OTHER}
        assert work.matches.points([1], "m") == {1: b"new"}


def test_keypoints_of_a_photo_that_is_gone_or_masked_in_another_way_are_not_kept(three: Factory) -> None:
    with three() as work:
        gone, masked, same = (work.garments.get(number).photos[0] for number in (1, 2, 3))
        work.deletion.delete([1])
        work.garments.set_masked(masked.id, False)
        work.matches.keep([(gone, b"new"), (masked, b"new"), (same, b"new")], "m")
        assert work.matches.points([1, 2, 3], "m") == {2: b"two", 3: b"new"}


def test_a_match_that_is_kept_twice_is_the_last_one(three: Factory) -> None:
    with three() as work:
        work.matches.add([((1, 2), OTHER)], "m")
        assert work.matches.all("m")[1, 2] == OTHER


def test_a_match_of_a_photo_that_is_gone_is_not_kept(three: Factory) -> None:
    with three() as work:
        work.deletion.delete([3])
        work.matches.add([((1, 3), MATCH)], "m")
        assert work.matches.all("m") == {(1, 2): MATCH}
