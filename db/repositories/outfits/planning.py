"""Store outfits planned for days to come, and packing lists.

A merged garment counts as the one it was merged into; rows keep the garments as they were written, so that undoing the
merge restores them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TypeVar

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, selectinload

from db.engine.change_tracking import changes_only
from db.repositories.merges import merged_garments
from db.schema.planning import PackingLineRow, PackingListRow, PlanItemRow, PlanRow, PlanSkipRow
from db.schema.tables import ItemRow
from wardrobe_app.domain.outfits.packing import PackingLine, PackingList
from wardrobe_app.domain.outfits.planning import Plan

Row = TypeVar("Row", PlanRow, PackingListRow, PackingLineRow)


class PlanRepository:
    """Outfits planned for days to come."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> list[Plan]:
        """Return every plan, by its first day."""
        query = select(PlanRow).options(selectinload(PlanRow.items), selectinload(PlanRow.skips))
        merged = merged_garments(self._session)
        rows = self._session.scalars(query.order_by(PlanRow.starts_on, PlanRow.id))
        return [_plan_of(row, merged) for row in rows if row.items]

    def put(self, plan: Plan) -> Plan:
        """Store a plan in place of the one with its id; under a new id where there is none. Returns it as stored."""
        row = _row_for(self._session, PlanRow, plan.id)
        row.starts_on, row.every_days, row.until = plan.starts_on, plan.every_days, plan.until
        there = _there(self._session, plan.recorded or plan.item_ids)
        kept = [item for item in plan.recorded or plan.item_ids if item in there]
        row.items, row.skips = [], []
        self._session.flush()  # rows of the same keys are deleted before they are written again
        row.items = [PlanItemRow(item_id=item, position=place) for place, item in enumerate(kept)]
        row.skips = [PlanSkipRow(day=day) for day in sorted(plan.skipped)]
        self._session.flush()
        return _plan_of(row, merged_garments(self._session))

    def remove(self, ids: Collection[int]) -> None:
        """Delete plans."""
        self._session.execute(delete(PlanRow).where(PlanRow.id.in_(ids)))
        self._session.expire_all()

    def remove_garments(self, item_ids: Collection[int]) -> None:
        """Remove purged garments from plans, and delete plans of nothing else."""
        gone = set(item_ids)
        self.remove([plan.id for plan in self.all() if gone.issuperset(plan.item_ids)])
        self._session.execute(delete(PlanItemRow).where(PlanItemRow.item_id.in_(gone)))


class PackingListRepository:
    """Packing lists. A purged garment is no longer on any: its lines go with it."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> list[PackingList]:
        """Return every packing list, newest first."""
        query = select(PackingListRow).options(selectinload(PackingListRow.lines))
        merged = merged_garments(self._session)
        rows = self._session.scalars(query.order_by(PackingListRow.created_at.desc(), PackingListRow.id.desc()))
        return [_list_of(row, merged) for row in rows]

    def put(self, found: PackingList) -> PackingList:
        """Store a list in place of the one with its id; under a new id where there is none. Returns it as stored.

        Lines with an id of 0 are new; lines of the list that are not in ``found`` are deleted.
        """
        row = _row_for(self._session, PackingListRow, found.id)
        row.name, row.starts_on, row.days, row.note = found.name, found.starts_on, found.days, found.note
        row.created_at = found.created_at
        ids = [line.recorded or line.item_id for line in found.lines]
        there = _there(self._session, [item for item in ids if item is not None])
        old = {line.id: line for line in row.lines}
        lines = [(line, item) for line, item in zip(found.lines, ids, strict=True) if item is None or item in there]
        row.lines = [self._line(old, line, item, place) for place, (line, item) in enumerate(lines)]
        self._session.flush()
        return _list_of(row, merged_garments(self._session))

    def tick(self, line_id: int, packed: bool) -> bool:
        """Write whether a line is packed; returns whether there is such a line."""
        change = update(PackingLineRow).where(PackingLineRow.id == line_id).values(packed=packed)
        done = self._session.scalars(change.returning(PackingLineRow.id), execution_options=changes_only(()))
        return bool(done.all())

    def _line(
        self, old: Mapping[int, PackingLineRow], line: PackingLine, item: int | None, place: int
    ) -> PackingLineRow:
        row = old.get(line.id) or PackingLineRow(id=_free(self._session, PackingLineRow, line.id))
        row.item_id, row.text, row.packed, row.position = item, line.text, line.packed, place
        return row

    def remove(self, ids: Collection[int]) -> None:
        """Delete packing lists."""
        self._session.execute(delete(PackingListRow).where(PackingListRow.id.in_(ids)))
        self._session.expire_all()


def _row_for(session: Session, kind: type[Row], wanted: int) -> Row:
    """Return the row of an id, or a new one under it."""
    found = session.get(kind, wanted)
    if found is None:
        found = kind(id=wanted or None)
        session.add(found)
    return found


def _free(session: Session, kind: type[Row], wanted: int) -> int | None:
    return wanted if wanted and session.get(kind, wanted) is None else None


def _there(session: Session, item_ids: Collection[int]) -> set[int]:
    return set(session.scalars(select(ItemRow.id).where(ItemRow.id.in_(item_ids))))


def _plan_of(row: PlanRow, merged: Mapping[int, int]) -> Plan:
    recorded = tuple(one.item_id for one in row.items)
    items = tuple(dict.fromkeys(merged.get(item, item) for item in recorded))
    skipped = frozenset(one.day for one in row.skips)
    return Plan(row.id, row.starts_on, items, row.every_days, row.until, skipped, recorded)


def _list_of(row: PackingListRow, merged: Mapping[int, int]) -> PackingList:
    lines = tuple(_line_of(line, merged) for line in row.lines if line.item_id is not None or line.text)
    return PackingList(row.id, row.name, row.starts_on, row.days, row.note, row.created_at, lines)


def _line_of(row: PackingLineRow, merged: Mapping[int, int]) -> PackingLine:
    item = row.item_id if row.item_id is None else merged.get(row.item_id, row.item_id)
    return PackingLine(row.id, item, row.text, row.packed, row.item_id)
