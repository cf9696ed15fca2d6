"""Set the marks of garments (favourite, archived, in the trash) and undo exactly what was set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from db.unit_of_work import UnitOfWork
from wardrobe_app.domain.catalogue.filters import Marked
from wardrobe_app.domain.errors import InvalidEdit
from wardrobe_app.services.tagging import label_propagation


def mark(uow: UnitOfWork, ids: Sequence[int], field: str, value: Any) -> Marked:
    """Set the mark on those of the garments that do not have it; only those are undone later.

    Raises:
        NotFound: one of the garments is not there.
        InvalidEdit: one of them is part of another garment, which has its photos.
    """
    _require_own(uow, ids)
    before = {one.id: getattr(one, field) for one in uow.garments.many(ids)}
    changed = {item_id: old for item_id, old in before.items() if bool(old) != bool(value)}
    _write(uow, field, dict.fromkeys(changed, value))
    return Marked(field, changed, value)


def unmark(uow: UnitOfWork, done: Marked) -> None:
    """Give the earlier values back to the garments that still have the mark as it was set."""
    there = uow.garments.found(list(done.before)).values()
    standing = [one.id for one in there if getattr(one, done.field) == done.after]
    _write(uow, done.field, {item_id: done.before[item_id] for item_id in standing})


def _require_own(uow: UnitOfWork, ids: Sequence[int]) -> None:
    for item_id in ids:
        if (whole := uow.merges.part_of(item_id)) is not None:
            raise InvalidEdit(f"Item {item_id} is part of item {whole} now. Split that first; then this one is back.")


def _write(uow: UnitOfWork, field: str, values: Mapping[int, Any]) -> None:
    alike: dict[Any, list[int]] = {}
    for item_id, value in values.items():
        alike.setdefault(value, []).append(item_id)
    for value, ids in alike.items():
        uow.garments.change(ids, {field: value})
    if field == "trashed_at" and values:
        label_propagation.refresh_after(uow, list(values))
