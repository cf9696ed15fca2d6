"""Restore the details of garments when a merge is undone, even below later merges, as if it had never happened.

Later merges into the same garment, and of that garment into others, are combined again. Only what is still as the merge
left it changes; later edits by the owner stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from wardrobe_app.domain.redundancy.merging import QUANTITY, MergeRecord, Said, added_by, combine


@dataclass(frozen=True, slots=True)
class _Change:
    """A value that was ``old`` becomes ``new``. Later edits stay; a quantity that ``shifts`` changes
    by the difference.
    """

    old: Any
    new: Any
    shifts: bool = False

    def of(self, there: Any) -> Any:
        if there == self.old:
            return self.new
        return max(1, there + self.new - self.old) if self.shifts else there


_Changes = Mapping[str, _Change]


def separated(
    gone: MergeRecord, merges: Iterable[MergeRecord], now: Mapping[int, Said]
) -> tuple[dict[int, dict[str, Any]], list[MergeRecord]]:
    """Return the changed details by garment id once the merge ``gone`` is undone, and the later merges rewritten.

    Both are as if ``gone`` had never happened, except for later edits. ``now`` holds the details of all garments of
    ``related(gone, merges)``.
    """
    others = sorted((merge for merge in merges if merge.id != gone.id), key=lambda merge: merge.id)
    known, redone = dict(now), []
    item, since, changes = gone.keep_id, int(gone.id), _undoing(gone)
    photos = {photo for moved in gone.moved.values() for photo in moved}
    for above in [*_above(item, others), None]:
        for merge in (one for one in others if one.keep_id == item and one.id > since):
            again, changes = _redone(merge, changes, known, known)
            redone.append(again)
        before = dict(known)
        known[item] = _changed(known[item], changes)
        if above is None:
            break
        again, changes = _redone_above(above, item, before, known)
        redone.append(_without_photos(again, item, photos))
        item, since = above.keep_id, int(above.id)
    written = {
        one: {key: value for key, value in known[one].items() if value != now[one][key]}
        for one in known
        if known[one] != now[one]
    }
    return written, redone


def related(gone: MergeRecord, merges: Iterable[MergeRecord]) -> set[int]:
    """Return the garments whose details depend on ``gone``: those merged into its keeper and the garments above it."""
    others = [merge for merge in merges if merge.id != gone.id]
    holders = {gone.keep_id, *(above.keep_id for above in _above(gone.keep_id, others))}
    return holders.union(*(merge.ids for merge in others if merge.keep_id in holders))


def _above(item: int, merges: Sequence[MergeRecord]) -> list[MergeRecord]:
    """Return the merges that took the garment into another one, that one into a third, and so on."""
    found: list[MergeRecord] = []
    while above := next((merge for merge in merges if item in merge.moved and merge not in found), None):
        found.append(above)
        item = above.keep_id
    return found


def _undoing(gone: MergeRecord) -> dict[str, _Change]:
    was = gone.combination
    if was is None:
        return {QUANTITY: _shift(sum(gone.added.values()))}
    found = _changes(was.after, was.before)
    if QUANTITY in found:
        found[QUANTITY] = replace(found[QUANTITY], shifts=was.identical)
    return found


def _shift(by: int) -> _Change:
    return _Change(0, -by, shifts=True)  # quantities are at least 1


def _changes(old: Said, new: Said) -> dict[str, _Change]:
    return {key: _Change(old[key], new[key]) for key in old.keys() & new.keys() if old[key] != new[key]}


def _changed(one: Said, changes: _Changes) -> dict[str, Any]:
    return {key: changes[key].of(value) if key in changes else value for key, value in one.items()}


def _redone(
    merge: MergeRecord, changes: _Changes, old: Mapping[int, Said], new: Mapping[int, Said]
) -> tuple[MergeRecord, dict[str, _Change]]:
    """Redo a merge whose kept garment changed before it, or whose other garments changed from ``old`` to ``new``."""
    was = merge.combination
    if was is None:
        by = sum(merge.added.values())
        return merge, {key: _past(change, by) if key == QUANTITY else change for key, change in changes.items()}
    before = _changed(was.before, changes)
    every = [
        {merge.keep_id: kept, **{item: known[item] for item in merge.moved if item in known}}
        for kept, known in ((was.before, old), (before, new))
    ]
    made = _changes(*(combine(one, was.prefer, identical=was.identical) for one in every))
    after = {**was.after, **{key: change.new for key, change in made.items() if key in was.after}}
    found = _changes(was.after, after)
    if QUANTITY in found:
        shifts = was.identical or (QUANTITY in changes and changes[QUANTITY].shifts)
        found[QUANTITY] = replace(found[QUANTITY], shifts=shifts)
    added = added_by(every[1], identical=was.identical) if len(every[1]) > 1 else merge.added
    return replace(merge, combination=replace(was, before=before, after=after), added=added), found


def _past(change: _Change, by: int) -> _Change:
    """Adjust a change of quantity for a merge by an older version, which raised it."""
    return change if change.shifts else replace(change, old=change.old + by, new=change.new + by)


def _redone_above(
    above: MergeRecord, item: int, old: Mapping[int, Said], new: Mapping[int, Said]
) -> tuple[MergeRecord, dict[str, _Change]]:
    """Redo the merge of ``item`` into another garment, where its details changed from ``old`` to ``new``."""
    if above.combination is not None:
        return _redone(above, {}, old, new)
    fewer = max(0, min(old[item][QUANTITY] - new[item][QUANTITY], above.added.get(item, 0)))
    added = {**above.added, item: above.added.get(item, 0) - fewer}
    return replace(above, added=added), {QUANTITY: _shift(fewer)} if fewer else {}


def _without_photos(merge: MergeRecord, item: int, photos: set[int]) -> MergeRecord:
    """Remove photos that no longer move with the garment."""
    return replace(merge, moved={**merge.moved, item: tuple(one for one in merge.moved[item] if one not in photos)})
