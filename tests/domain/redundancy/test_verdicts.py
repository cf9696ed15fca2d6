from __future__ import annotations

from datetime import timedelta

from tests.support.garments import NOON
from wardrobe_app.domain.garments.garment import MergeId, Verdict, VerdictRecord
from wardrobe_app.domain.redundancy.verdicts import MergeRecord, decisions, keepers, settled


def record(a: int, b: int, verdict: Verdict = Verdict.KEEP_BOTH, minutes: int = 0) -> VerdictRecord:
    return VerdictRecord(a, b, verdict, NOON + timedelta(minutes=minutes))


def merge(number: int, keep: int, *others: int) -> MergeRecord:
    return MergeRecord(MergeId(number), keep, {item: (item,) for item in others}, NOON)


def test_pairs_that_were_decided_in_one_stroke_are_one_decision_and_the_last_comes_first() -> None:
    first = [record(1, 2), record(1, 3), record(2, 3)]
    found = decisions([*first, record(4, 5, Verdict.DIFFERENT, minutes=1)], [])
    assert [one.ids for one in found] == [(4, 5), (1, 2, 3)]
    assert found[1].pairs == ((1, 2), (1, 3), (2, 3))


def test_a_decision_that_joined_garments_knows_its_merge_and_names_the_kept_one_first() -> None:
    (found,) = decisions([record(1, 2, Verdict.TWINS)], [merge(7, 2, 1)])
    assert (found.merge, found.ids) == (7, (2, 1))


def test_a_decision_to_keep_has_no_merge_even_where_the_garments_were_merged_since() -> None:
    (found,) = decisions([record(1, 2)], [merge(7, 2, 1)])
    assert found.merge is None


def test_a_garment_merged_into_a_merged_one_is_part_of_the_outermost() -> None:
    assert keepers([merge(2, 1, 2), merge(1, 2, 3)]) == {2: 1, 3: 1}


def test_what_was_said_of_a_merged_garment_holds_for_its_keeper() -> None:
    pairs = settled([record(3, 9, Verdict.DIFFERENT), record(1, 3, Verdict.SAME_GARMENT)], {3: 1})
    assert pairs == {frozenset({3, 9}), frozenset({1, 9}), frozenset({1, 3})}
