from __future__ import annotations

from tests.domain.redundancy.test_merging import of
from tests.support.garments import NOON
from wardrobe_app.domain.garments.garment import MergeId
from wardrobe_app.domain.redundancy.merging import Combination, MergeRecord
from wardrobe_app.domain.redundancy.separating import related, separated


def test_a_merge_of_an_older_version_changes_nothing_but_the_count_and_passes_on_what_changed_below() -> None:
    old = MergeRecord(MergeId(1), 2, {3: (30,)}, NOON, {3: 2})
    above = MergeRecord(MergeId(2), 1, {2: (20, 30)}, NOON, {2: 3})
    now = of({"quantity": 4, "name": "Tee"}, {"quantity": 3}, {"quantity": 2})
    assert related(old, [old, above]) == {1, 2}
    written, (again,) = separated(old, [above, old], now)
    assert written == {1: {"quantity": 2}, 2: {"quantity": 1}}
    assert (again.added, again.moved) == ({2: 1}, {2: (20,)})


def test_merges_that_name_each_other_in_a_circle_come_to_an_end() -> None:
    every = of({}, {})
    says = Combination(every[1], every[1])
    circle = [
        MergeRecord(MergeId(1), 1, {2: ()}, NOON, combination=says),
        MergeRecord(MergeId(2), 2, {1: ()}, NOON, combination=says),
    ]
    gone = MergeRecord(MergeId(3), 1, {2: ()}, NOON, combination=says)
    assert separated(gone, circle, every)[0] == {}
