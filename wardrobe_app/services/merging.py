"""Making one garment of several, and several of one again: what every use case that does so shares. Callers commit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import combinations

from db.unit_of_work import UnitOfWork
from wardrobe_app.domain.decisions import JOINING
from wardrobe_app.domain.errors import InvalidEdit
from wardrobe_app.domain.garment import MergeId
from wardrobe_app.services import following


def join(uow: UnitOfWork, keep_id: int, other_ids: Sequence[int], at: datetime, *, twins: bool = False) -> MergeId:
    """The photos of the others move to ``keep_id``, the emptied ones are put away.

    Of ``twins`` there are as many as there were of all together. Of one garment there are as many as there were of
    the one that counted most: where one of its two entries says two, there are two.

    Raises:
        InvalidEdit: a garment would be merged with itself, or with one that is not in the wardrobe.
        NotFound: there is none with one of these ids.
    """
    others = list(dict.fromkeys(other_ids))
    if keep_id in others or not others:
        raise InvalidEdit("Choose at least one other item to merge with this one.")
    keep, *rest = uow.garments.many([keep_id, *others])
    if any(garment.trashed_at for garment in (keep, *rest)):
        raise InvalidEdit("Only items that are not in the trash can be merged.")
    if twins:
        added = {garment.id: garment.quantity for garment in rest}
    else:
        most = max(rest, key=lambda garment: garment.quantity)
        added = {most.id: max(0, most.quantity - keep.quantity)}
    merge_id = uow.merges.merge(keep_id, others, at, added)
    following.refresh(uow)
    return merge_id


def part(uow: UnitOfWork, merge_id: MergeId) -> list[int]:
    """Undo a merge, with the verdicts that it carried out; the ids of the garments that are back.

    Raises:
        NotFound: there is no such merge (any more).
    """
    merged = next((merge for merge in uow.merges.all() if merge.id == merge_id), None)
    back = uow.merges.unmerge(merge_id)
    if merged is not None:
        pairs = {frozenset(pair) for pair in combinations(merged.ids, 2)}
        carried_out = [
            (record.a, record.b)
            for record in uow.verdicts.all()
            if record.verdict in JOINING and frozenset({record.a, record.b}) in pairs
        ]
        uow.verdicts.remove(carried_out)
    following.refresh(uow)
    return back
