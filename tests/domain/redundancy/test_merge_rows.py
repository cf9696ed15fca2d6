from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal

from tests.support.garments import NOON, garment
from wardrobe_app.domain.garments.garment import Condition, MergeId, TagKind, Verdict, VerdictRecord
from wardrobe_app.domain.redundancy import merge_rows
from wardrobe_app.domain.redundancy.merging import Combination, MergeRecord, said

SAID = said(
    garment(
        1, "Blouse", by_person=["type"], name="Lyon", price=Decimal("19.90"), purchased_on=date(2025, 5, 4),
        condition=Condition.WORN, quantity=2, favourite=True,
    )
)  # fmt: skip
RECORD = MergeRecord(
    MergeId(7), 1, {2: (5, 6), 3: ()}, NOON, {2: 1, 3: 0},
    Combination(said(garment(1)), SAID, {"name": 2}, identical=True),
    (VerdictRecord(1, 2, Verdict.DIFFERENT, NOON - timedelta(days=1)),),
)  # fmt: skip


def test_what_is_kept_of_a_merge_survives_as_json() -> None:
    moved = json.loads(json.dumps(merge_rows.written(RECORD)))
    back = merge_rows.read(RECORD.id, RECORD.keep_id, moved, RECORD.merged_at)
    assert back == RECORD
    assert back.combination
    assert isinstance(back.combination.after["price"], Decimal)
    assert isinstance(back.combination.after["purchased_on"], date)
    assert isinstance(back.combination.after["condition"], Condition)
    assert back.combination.after["type"].kind is TagKind.TYPE


def test_merges_of_older_versions_are_read() -> None:
    back = merge_rows.read(MergeId(7), 1, [{"item": 2, "photos": [5]}, {"item": 3, "photos": [], "added": 2}], NOON)
    assert (back.moved, back.added, back.combination) == ({2: (5,), 3: ()}, {2: 0, 3: 2}, None)


def test_what_was_said_of_the_kept_one_outlives_the_garment_that_it_is_written_beside() -> None:
    (rest,) = merge_rows.without_item(merge_rows.written(RECORD), 2)
    assert rest["item"] == 3
    back = merge_rows.read(RECORD.id, 1, [rest], NOON)
    assert back.combination == RECORD.combination
    assert merge_rows.without_item([rest], 3) == []


def test_garments_are_renumbered_wherever_they_are_named() -> None:
    moved = merge_rows.written(RECORD)
    back = merge_rows.read(RECORD.id, 9, merge_rows.restored(moved, moved, {1: 9, 2: 4}, (0, 1)), NOON)
    assert back.combination
    assert (back.combination.before["quantity"], back.combination.after["quantity"]) == (1, 1)
    assert back.combination.prefer == {"name": 4}
    assert [(one.a, one.b) for one in back.verdicts] == [(4, 9)]
