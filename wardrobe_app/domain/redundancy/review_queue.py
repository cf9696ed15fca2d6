"""The groups of a review: decided on when it starts, so that the count of what is left only goes down.

A decision settles every garment that it is about. What newly forms among the others is no part of the review: it waits
until its end, and is then offered once as weaker look-alikes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import combinations

from wardrobe_app.domain.garments.garment import Likeness, VerdictRecord
from wardrobe_app.domain.redundancy.merging import MergeRecord
from wardrobe_app.domain.redundancy.verdicts import Decision

Pairs = Collection[frozenset[int]]


@dataclass(frozen=True, slots=True)
class QueuedGroup:
    """A group of the review that began at ``started_at``: its ``members`` (ids) and what was decided about them.

    ``weaker`` groups were added at the end of that review.
    """

    id: int
    started_at: datetime
    weaker: bool
    likeness: Likeness
    members: tuple[int, ...]
    decisions: tuple[Decision, ...] = ()

    @property
    def decided(self) -> frozenset[int]:
        """Return the members that a decision settled."""
        return frozenset(item for one in self.decisions for item in (*one.ids, *one.let_go))

    def rest(self, live: Collection[int], verdicts: Pairs) -> tuple[int, ...]:
        """Return the members left to decide about: two or more, or none.

        Args:
            live: the garments in use, by id.
            verdicts: pairs of ids that were decided, here or elsewhere.
        """
        left = tuple(item for item in self.members if item in live and item not in self.decided)
        undecided = any(frozenset(pair) not in verdicts for pair in combinations(left, 2))
        return left if undecided else ()


@dataclass(frozen=True, slots=True)
class Totals:
    """What came of a review: garments let go of, kept, and merged into others."""

    let_go: int
    kept: int
    merged: int


def latest(groups: Sequence[QueuedGroup]) -> tuple[QueuedGroup, ...]:
    """Return the groups of the review that started last, in order."""
    last = max((group.started_at for group in groups), default=None)
    return tuple(group for group in groups if group.started_at == last)


def in_turn(groups: Sequence[QueuedGroup]) -> tuple[QueuedGroup, ...]:
    """Return those groups of one review that are counted together: its weaker ones as soon as there are some."""
    weaker = tuple(group for group in groups if group.weaker)
    return weaker or tuple(groups)


def open_at(groups: Sequence[QueuedGroup], left: Collection[int], at: int) -> int:
    """Return the id of the group to show: that with the id ``at``, the next one that is ``left``, or the first one."""
    ids = [group.id for group in groups if group.id in left]
    return next((one for one in ids if one >= at), ids[0])


def standing(
    groups: Iterable[QueuedGroup], verdicts: Iterable[VerdictRecord], merges: Iterable[MergeRecord]
) -> tuple[QueuedGroup, ...]:
    """Return the groups without decisions that were undone or replaced elsewhere since.

    What was let go of stays decided, even when it is taken out of the trash again.
    """
    said = {(record.verdict, record.decided_at) for record in verdicts}
    made = {(merge.id, merge.merged_at) for merge in merges}

    def stands(one: Decision) -> bool:
        if one.merge is not None:
            return (one.merge, one.decided_at) in made
        return bool(one.let_go) or (one.verdict, one.decided_at) in said

    return tuple(
        replace(group, decisions=kept)
        if len(kept := tuple(filter(stands, group.decisions))) < len(group.decisions)
        else group
        for group in groups
    )


def closed(groups: Iterable[QueuedGroup], live: Collection[int], verdicts: Pairs) -> list[frozenset[int]]:
    """Return the garments that each review settled: no two of them are compared again.

    One that was kept is compared with new garments, but not with others that were kept as well.
    """
    by_review: dict[datetime, set[int]] = {}
    for group in groups:
        if not group.rest(live, verdicts):
            by_review.setdefault(group.started_at, set()).update(group.members)
    return [frozenset(ids) for ids in by_review.values()]


def offered_once(groups: Iterable[QueuedGroup], live: Collection[int], verdicts: Pairs) -> list[frozenset[int]]:
    """Return sets of garments of which no two are offered as weaker look-alikes at the end of the last review.

    These are the members of each of its groups, and what earlier reviews settled. Two that were kept from different
    groups are offered, but only here: so a review asks about no garment more than twice.
    """
    every = tuple(groups)
    last = latest(every)
    earlier = closed((group for group in every if group not in last), live, verdicts)
    return [*earlier, *(frozenset(group.members) for group in last)]


def totals(groups: Iterable[QueuedGroup], holders: Mapping[int, int], live: Collection[int]) -> Totals:
    """Count what came of ``groups``.

    Args:
        groups: the groups of a review.
        holders: the garment that each merged garment is part of now.
        live: the garments in use, by id.
    """
    members = {item for group in groups for item in group.members}
    gone = {item for group in groups for one in group.decisions for item in one.let_go}
    let_go = {item for item in gone if item not in live and item not in holders}
    merged = {item for item in members if item in holders}
    return Totals(len(let_go), len(members & set(live)), len(merged))
