"""The owner's decisions about similar garments, and what undoing them takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from wardrobe_app.domain.garments.garment import MergeId, Verdict, VerdictRecord
from wardrobe_app.domain.redundancy.merging import MergeRecord

JOINING = frozenset({Verdict.SAME_GARMENT, Verdict.TWINS})
"""The verdicts that merge garments."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One ``verdict`` about every pair of ``ids``, except pairs decided otherwise since.

    If garments were merged, the first id is the kept one, and ``merge`` names the merge. ``let_go`` went to the trash
    with the decision. ``before`` holds the earlier verdicts on these pairs.
    """

    verdict: Verdict
    ids: tuple[int, ...]
    pairs: tuple[tuple[int, int], ...]
    decided_at: datetime
    merge: MergeId | None = None
    let_go: tuple[int, ...] = ()
    before: tuple[VerdictRecord, ...] = ()


def decisions(records: Iterable[VerdictRecord], merges: Sequence[MergeRecord]) -> tuple[Decision, ...]:
    """Group verdicts on pairs into the decisions they were made in, latest first."""
    ordered = sorted(records, key=lambda record: (record.decided_at, record.verdict, -record.a, -record.b))
    strokes = groupby(reversed(ordered), key=lambda record: (record.decided_at, record.verdict))
    return tuple(_decision(verdict, at, tuple(found), merges) for (at, verdict), found in strokes)


def _decision(
    verdict: Verdict, at: datetime, records: Sequence[VerdictRecord], merges: Sequence[MergeRecord]
) -> Decision:
    pairs = tuple((record.a, record.b) for record in records)
    ids = tuple(dict.fromkeys(sorted(item for pair in pairs for item in pair)))
    merge = merge_of(pairs, merges) if verdict in JOINING else None
    if merge is not None:
        ids = (merge.keep_id, *(item for item in ids if item != merge.keep_id))
    return Decision(verdict, ids, pairs, at, merge.id if merge else None)


def merge_of(pairs: Iterable[tuple[int, int]], merges: Iterable[MergeRecord]) -> MergeRecord | None:
    """Return the latest merge that joined both garments of one of the ``pairs``, or None."""
    wanted = [set(pair) for pair in pairs]
    fitting = [merge for merge in merges if any(pair <= set(merge.ids) for pair in wanted)]
    return max(fitting, key=lambda merge: merge.id, default=None)


def keepers(merges: Iterable[MergeRecord]) -> dict[int, int]:
    """Return the garment that each merged garment is part of now, through merges of merges."""
    return ends({item: merge.keep_id for merge in merges for item in merge.moved})


def ends(above: Mapping[int, int]) -> dict[int, int]:
    """Follow ``above`` from each item as far as it leads."""
    found = {}
    for item in above:
        top = item
        while top in above:
            top = above[top]
        found[item] = top
    return found


def settled(records: Iterable[VerdictRecord], keeper_of: Mapping[int, int]) -> set[frozenset[int]]:
    """Return the pairs of ids that have a verdict; one about a merged garment holds for its keeper as well."""
    pairs = set()
    for record in records:
        pairs.add(frozenset({record.a, record.b}))
        now = frozenset({keeper_of.get(record.a, record.a), keeper_of.get(record.b, record.b)})
        if len(now) == 2:
            pairs.add(now)
    return pairs
