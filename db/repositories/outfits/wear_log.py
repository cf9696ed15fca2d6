"""Store outfits that the owner saved or rejected, and what was worn when.

A merged garment counts as the one it was merged into, and wears of both on one day become one. Rows stay as they were
written, so that undoing the merge restores them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, selectinload

from db.repositories.merges import merged_garments
from db.schema.tables import ItemRow, OutfitItemRow, OutfitRow, WearItemRow, WearRow
from wardrobe_app.domain.errors import NotFound
from wardrobe_app.domain.garments.placement import Placement
from wardrobe_app.domain.garments.wear_log import OutfitState, SavedOutfit, Wear, WearRecord


class OutfitRepository:
    """Saved and rejected outfits. Garments that were purged are no longer part of them (``remove_garments``)."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> list[SavedOutfit]:
        """Return every outfit, newest first."""
        query = select(OutfitRow).options(selectinload(OutfitRow.items)).order_by(OutfitRow.id.desc())
        merged = merged_garments(self._session)
        return [_outfit_of(row, merged) for row in self._session.scalars(query) if row.items]

    def add(
        self,
        item_ids: Sequence[int],
        state: OutfitState,
        name: str,
        created_at: datetime,
        arrangement: Collection[Placement] = (),
    ) -> SavedOutfit:
        """Store an outfit of existing garments, given from the body outwards."""
        row = OutfitRow(name=name, state=state.value, created_at=created_at)
        row.items = _outfit_items(item_ids, arrangement, merged_garments(self._session))
        self._session.add(row)
        self._session.flush()
        return _outfit_of(row, {})

    def restore(self, outfit: SavedOutfit, wear_ids: Collection[int] = ()) -> SavedOutfit:
        """Restore a removed outfit under a new id, and link the existing ones of ``wear_ids`` to it."""
        items = _still_there(self._session, outfit.recorded or outfit.item_ids)
        back = self.add(items, outfit.state, outfit.name, outfit.created_at, outfit.arrangement)
        self._session.execute(update(WearRow).where(WearRow.id.in_(wear_ids)).values(outfit_id=back.id))
        self._session.expire_all()
        return back

    def change(self, outfit: SavedOutfit) -> SavedOutfit:
        """Write an existing outfit's name, garments (as ``recorded``, if given) and arrangement.

        Raises:
            NotFound: there is no such outfit.
        """
        row = self._session.get(OutfitRow, outfit.id)
        if row is None:
            raise NotFound("This outfit no longer exists.")
        items = _still_there(self._session, outfit.recorded or outfit.item_ids)
        self._session.execute(delete(OutfitItemRow).where(OutfitItemRow.outfit_id == outfit.id))
        self._session.expire_all()
        merged = merged_garments(self._session)
        row.name, row.items = outfit.name, _outfit_items(items, outfit.arrangement, merged)
        self._session.flush()
        return _outfit_of(row, merged)

    def rename(self, outfit_id: int, name: str) -> None:
        """Rename an outfit.

        Raises:
            NotFound: there is no such outfit.
        """
        done = self._session.scalars(
            update(OutfitRow).where(OutfitRow.id == outfit_id).values(name=name).returning(OutfitRow.id)
        )
        if not done.all():
            raise NotFound("This outfit no longer exists.")
        self._session.expire_all()

    def remove(self, ids: Collection[int]) -> None:
        """Delete outfits; what was worn stays in the wear log."""
        self._session.execute(delete(OutfitRow).where(OutfitRow.id.in_(ids)))
        self._session.expire_all()

    def remove_garments(self, item_ids: Collection[int]) -> None:
        """Remove purged garments from outfits, and delete outfits that need them."""
        gone = set(item_ids)
        affected = [outfit for outfit in self.all() if not gone.isdisjoint(outfit.item_ids)]
        self.remove([outfit.id for outfit in affected if not _lasts(outfit, gone)])
        self._session.execute(delete(OutfitItemRow).where(OutfitItemRow.item_id.in_(gone)))


class WearRepository:
    """The wear log."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> list[Wear]:
        """Return every wear, latest day first."""
        query = select(WearRow).options(selectinload(WearRow.items)).order_by(WearRow.worn_on.desc(), WearRow.id.desc())
        merged = merged_garments(self._session)
        return _one_a_day([_wear_of(row, merged) for row in self._session.scalars(query) if row.items])

    def add(self, worn_on: date, item_ids: Sequence[int], outfit_id: int | None = None) -> Wear:
        """Record that existing garments were worn together."""
        row = WearRow(worn_on=worn_on, outfit_id=outfit_id)
        row.items = [WearItemRow(item_id=item_id, position=place) for place, item_id in enumerate(item_ids)]
        self._session.add(row)
        self._session.flush()
        return _wear_of(row, {})

    def restore(self, wear: Wear) -> None:
        """Restore a removed wear from its rows, under new ids."""
        outfits = set(self._session.scalars(select(OutfitRow.id)))
        for record in wear.records or (WearRecord(wear.id, wear.item_ids, wear.outfit_id),):
            if items := _still_there(self._session, record.item_ids):
                self.add(wear.worn_on, items, record.outfit_id if record.outfit_id in outfits else None)

    def remove(self, ids: Collection[int]) -> None:
        """Delete wears with all rows they consist of."""
        rows = [record.id for wear in self.all() if wear.id in ids for record in wear.records]
        self._session.execute(delete(WearRow).where(WearRow.id.in_(rows)))
        self._session.expire_all()

    def remove_garments(self, item_ids: Collection[int]) -> None:
        """Remove purged garments from wears, and delete wears of nothing else."""
        gone = set(item_ids)
        self.remove([wear.id for wear in self.all() if gone.issuperset(wear.item_ids)])
        self._session.execute(delete(WearItemRow).where(WearItemRow.item_id.in_(gone)))


def _lasts(outfit: SavedOutfit, gone: Collection[int]) -> bool:
    """Return whether a saved outfit keeps two garments. A rejection says nothing about the rest of its garments."""
    return outfit.state is OutfitState.SAVED and len(set(outfit.item_ids) - set(gone)) >= 2


def _ids(rows: Sequence[OutfitItemRow] | Sequence[WearItemRow], merged: Mapping[int, int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(merged.get(row.item_id, row.item_id) for row in rows))


def _outfit_of(row: OutfitRow, merged: Mapping[int, int]) -> SavedOutfit:
    return SavedOutfit(
        row.id,
        row.name,
        OutfitState(row.state),
        _ids(row.items, merged),
        row.created_at,
        _ids(row.items, {}),
        _arrangement(row.items, merged),
    )


def _outfit_items(
    item_ids: Sequence[int], arrangement: Collection[Placement], merged: Mapping[int, int]
) -> list[OutfitItemRow]:
    placed = {one.item_id: one for one in arrangement}
    rows = []
    for place, item_id in enumerate(item_ids):
        row = OutfitItemRow(item_id=item_id, position=place)
        if (one := placed.get(item_id) or placed.get(merged.get(item_id, item_id))) is not None:
            row.x, row.y, row.width, row.rotation, row.layer = one.x, one.y, one.width, one.rotation, one.layer
        rows.append(row)
    return rows


def _arrangement(rows: Sequence[OutfitItemRow], merged: Mapping[int, int]) -> tuple[Placement, ...]:
    """Return how the garments lie, from the lowest to the highest; nothing where that is not said of all of them."""
    found: dict[int, Placement] = {}
    for row in rows:
        x, y, width, rotation, layer = row.x, row.y, row.width, row.rotation, row.layer
        if x is None or y is None or width is None or rotation is None or layer is None:
            return ()
        item_id = merged.get(row.item_id, row.item_id)
        found.setdefault(item_id, Placement(item_id, x, y, width, rotation, layer))
    return tuple(sorted(found.values(), key=lambda one: one.layer))


def _wear_of(row: WearRow, merged: Mapping[int, int]) -> Wear:
    record = WearRecord(row.id, _ids(row.items, {}), row.outfit_id)
    return Wear(row.id, row.worn_on, _ids(row.items, merged), row.outfit_id, (record,))


def _one_a_day(wears: Sequence[Wear]) -> list[Wear]:
    """Join the wears of one day that became equal through merges, in place of the first row."""
    alike: dict[tuple[date, frozenset[int]], list[Wear]] = {}
    for wear in reversed(wears):  # oldest row first
        alike.setdefault((wear.worn_on, frozenset(wear.item_ids)), []).append(wear)
    found = [one for some in alike.values() for one in (_joined(some) if _became_alike(some) else some)]
    return sorted(found, key=lambda wear: (wear.worn_on, wear.id), reverse=True)


def _became_alike(wears: Sequence[Wear]) -> bool:
    return len({frozenset(record.item_ids) for wear in wears for record in wear.records}) > 1


def _joined(wears: Sequence[Wear]) -> list[Wear]:
    outfit_id = next((wear.outfit_id for wear in wears if wear.outfit_id is not None), None)
    records = tuple(record for wear in wears for record in wear.records)
    return [replace(wears[0], outfit_id=outfit_id, records=records)]


def _still_there(session: Session, item_ids: Sequence[int]) -> list[int]:
    there = set(session.scalars(select(ItemRow.id).where(ItemRow.id.in_(item_ids))))
    return [item_id for item_id in item_ids if item_id in there]
