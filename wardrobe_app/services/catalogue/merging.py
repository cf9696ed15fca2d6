"""Merge garments, and undo merges. Callers commit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import combinations
from typing import Any

from db.unit_of_work import UnitOfWork
from wardrobe_app.domain.catalogue.filters import GarmentEdit
from wardrobe_app.domain.errors import InvalidEdit, MergeConflict
from wardrobe_app.domain.garments.garment import Garment, MergeId, Verdict, VerdictRecord
from wardrobe_app.domain.redundancy.merging import (
    FIELDS,
    Combination,
    MergeRecord,
    added_by,
    combine,
    conflicts,
    said,
)
from wardrobe_app.domain.redundancy.separating import related, separated
from wardrobe_app.domain.redundancy.verdicts import JOINING
from wardrobe_app.services.catalogue import validation
from wardrobe_app.services.catalogue.change_set import restore_verdicts, write
from wardrobe_app.services.tagging import label_propagation


def join(
    uow: UnitOfWork,
    keep_id: int,
    other_ids: Sequence[int],
    verdict: Verdict,
    at: datetime,
    prefer: Mapping[str, int] | None = None,
) -> tuple[MergeId, tuple[VerdictRecord, ...]]:
    """Merge garments into ``keep_id``, which gets the photos, fields and tags of all.

    The others are hidden unchanged. The ``verdict``, one of those that join, is recorded for every pair. ``prefer`` is,
    by field or kind of tag, the garment whose value counts where they differ. Returns the merge and the verdicts that
    it replaced. The rules are those of ``domain.redundancy.merging``.

    Raises:
        InvalidEdit: a garment would be merged with itself or with a trashed one, or their texts together are too long.
        MergeConflict: they differ in something that ``prefer`` does not settle.
        NotFound: there is no garment with one of these ids.
    """
    garments = _several(uow, keep_id, other_ids)
    every = {garment.id: said(garment) for garment in garments}
    identical, chosen = verdict is Verdict.TWINS, dict(prefer or {})
    if asked := conflicts(every, chosen, identical=identical):
        raise MergeConflict("These garments differ in what you wrote about them. Choose which value to keep.", asked)
    after = combine(every, chosen, identical=identical)
    _require_that_it_fits(every[keep_id], after)
    pairs = list(combinations(sorted(every), 2))
    before = tuple(record for record in uow.verdicts.all() if (record.a, record.b) in pairs)
    merge_id = uow.merges.merge(
        keep_id,
        [garment.id for garment in garments[1:]],
        at,
        added_by(every, identical=identical),
        Combination(every[keep_id], after, chosen, identical),
        before,
    )
    write(uow, {keep_id: {key: value for key, value in after.items() if value != every[keep_id][key]}})
    uow.verdicts.set(pairs, verdict, at)
    label_propagation.refresh(uow)
    return merge_id, before


def part(uow: UnitOfWork, merge_id: MergeId) -> list[int]:
    """Undo a merge, also one below later merges; return the ids of the garments that are separate again.

    All garments are as if they had never been merged, except for later changes by the owner, which stay. The verdicts
    of the merge are removed, and those before it are restored.

    Raises:
        NotFound: there is no such merge.
    """
    gone, merges = uow.merges.get(merge_id), uow.merges.all()
    now = {item: said(garment) for item, garment in uow.garments.found(sorted(related(gone, merges))).items()}
    written, redone = separated(gone, merges, now)
    back = uow.merges.split(merge_id)
    uow.merges.rewrite(redone)
    write(uow, written)
    restore_verdicts(uow, _carried_out(uow, gone), gone.verdicts)
    label_propagation.refresh(uow)
    return back


def _carried_out(uow: UnitOfWork, merge: MergeRecord) -> set[tuple[int, int]]:
    """The pairs of a merge that still have a joining verdict."""
    pairs = set(combinations(sorted(merge.ids), 2))
    joined = {(record.a, record.b) for record in uow.verdicts.all() if record.verdict in JOINING}
    return pairs & joined


def _several(uow: UnitOfWork, keep_id: int, other_ids: Sequence[int]) -> tuple[Garment, ...]:
    others = list(dict.fromkeys(other_ids))
    if keep_id in others or not others:
        raise InvalidEdit("Choose at least one other item to merge with this one.")
    garments = uow.garments.many([keep_id, *others])
    if any(garment.trashed_at for garment in garments):
        raise InvalidEdit("Only items that are not in the trash can be merged.")
    return garments


def _require_that_it_fits(before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    changed = {name: after[name] for name in FIELDS if after[name] != before[name]}
    validation.checked(GarmentEdit(**changed))
