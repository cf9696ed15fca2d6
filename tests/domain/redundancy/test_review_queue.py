from __future__ import annotations

from datetime import timedelta
from itertools import combinations

from tests.support.garments import NOON
from wardrobe_app.domain.garments.garment import Likeness, MergeId, Verdict, VerdictRecord
from wardrobe_app.domain.redundancy.decision_rows import read, written
from wardrobe_app.domain.redundancy.merging import MergeRecord
from wardrobe_app.domain.redundancy.review_queue import (
    QueuedGroup,
    Totals,
    closed,
    in_turn,
    latest,
    offered_once,
    open_at,
    standing,
    totals,
)
from wardrobe_app.domain.redundancy.verdicts import Decision

LIVE = range(1, 20)


def decision(
    *ids: int, verdict: Verdict = Verdict.KEEP_BOTH, let_go: tuple[int, ...] = (), merge: int | None = None
) -> Decision:
    pairs = tuple(combinations(sorted(ids), 2))
    return Decision(verdict, ids, pairs, NOON, None if merge is None else MergeId(merge), let_go)


def group(number: int, *members: int, decisions: tuple[Decision, ...] = (), minutes: int = 0) -> QueuedGroup:
    return QueuedGroup(number, NOON + timedelta(minutes=minutes), False, Likeness.SIMILAR, members, decisions)


def test_a_decision_about_all_but_one_settles_the_whole_group() -> None:
    assert group(1, 1, 2, 3).rest(LIVE, ()) == (1, 2, 3)
    assert group(1, 1, 2, 3, decisions=(decision(1, 2),)).rest(LIVE, ()) == ()


def test_what_was_left_out_of_a_decision_is_the_rest_of_the_group_but_not_with_what_was_decided() -> None:
    assert group(1, 1, 2, 3, 4, decisions=(decision(1, let_go=(2,)),)).rest(LIVE, ()) == (3, 4)


def test_a_group_is_settled_when_its_garments_are_gone_or_were_decided_elsewhere() -> None:
    assert group(1, 1, 2).rest({1}, ()) == ()
    assert group(1, 1, 2).rest(LIVE, {frozenset({1, 2})}) == ()
    assert group(1, 1, 2, 3).rest(LIVE, {frozenset({1, 2})}) == (1, 2, 3)


def test_the_shown_group_is_the_asked_one_or_the_next_open_one_or_again_the_first() -> None:
    groups = [group(number, number, number + 10) for number in (3, 4, 5)]
    assert [open_at(groups, {3, 5}, at) for at in (0, 3, 4, 5, 6)] == [3, 3, 5, 5, 3]


def test_no_two_garments_that_a_review_settled_are_compared_again() -> None:
    first = group(1, 1, 2, decisions=(decision(1, 2),))
    other = group(2, 3, 4, decisions=(decision(3, 4),))
    later = group(3, 5, 6, decisions=(decision(5, 6),), minutes=1)
    assert closed([first, other, group(4, 7, 8), later], LIVE, ()) == [frozenset({1, 2, 3, 4}), frozenset({5, 6})]


def test_weaker_look_alikes_join_what_was_kept_from_different_groups_of_the_last_review_only() -> None:
    earlier = [group(1, 1, 2, decisions=(decision(1, 2),)), group(2, 3, 4, decisions=(decision(3, 4),))]
    last = [group(3, 5, 6, decisions=(decision(5, 6),), minutes=1), group(4, 7, 8, minutes=1)]
    found = offered_once([*earlier, *last], LIVE, ())
    assert found == [frozenset({1, 2, 3, 4}), frozenset({5, 6}), frozenset({7, 8})]


def test_weaker_groups_are_counted_by_themselves_once_they_have_begun() -> None:
    old, main = group(1, 1, 2), group(2, 3, 4, minutes=1)
    weaker = QueuedGroup(3, main.started_at, True, Likeness.SIMILAR, (5, 6))
    assert in_turn(latest([old, main])) == (main,)
    assert in_turn(latest([old, main, weaker])) == (weaker,)


def test_decisions_that_were_undone_elsewhere_open_their_group_again_but_letting_go_stands() -> None:
    kept, joined = decision(1, 2), decision(3, 4, verdict=Verdict.TWINS, merge=7)
    let_go = decision(5, let_go=(6,))
    groups = [
        group(1, 1, 2, decisions=(kept,)),
        group(2, 3, 4, decisions=(joined,)),
        group(3, 5, 6, decisions=(let_go,)),
    ]
    said = VerdictRecord(1, 2, Verdict.KEEP_BOTH, NOON)
    merge = MergeRecord(MergeId(7), 3, {4: (4,)}, NOON)
    assert standing(groups, [said], [merge]) == tuple(groups)
    assert [bool(one.decisions) for one in standing(groups, [], [])] == [False, False, True]


def test_the_totals_count_garments_let_go_kept_and_merged() -> None:
    groups = [
        group(1, 1, 2, 3, decisions=(decision(1, let_go=(2, 3)),)),
        group(2, 4, 5, decisions=(decision(4, 5, verdict=Verdict.SAME_GARMENT, merge=1),)),
        group(3, 6, 7, decisions=(decision(6, 7),)),
    ]
    assert totals(groups, {5: 4}, {1, 4, 6, 7}) == Totals(let_go=2, kept=4, merged=1)
    assert totals(groups, {5: 4}, {1, 2, 4, 6, 7}).let_go == 1, "one was taken out of the trash"


def test_a_decision_comes_back_from_json_as_it_was() -> None:
    before = (VerdictRecord(1, 2, Verdict.DIFFERENT, NOON),)
    one = Decision(Verdict.TWINS, (2, 1), ((1, 2),), NOON, MergeId(3), (4,), before)
    assert read(written(one)) == one
