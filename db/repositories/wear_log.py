"""Looks that the owner saved or rejected, and what was worn when.

A garment that was merged into another one is that other one, here as everywhere, and what both were worn with on one
day is one wear. Rows stay as they were written, so that splitting the garments again splits this too.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, selectinload

from db.schema.tables import ItemRow, OutfitItemRow, OutfitRow, WearItemRow, WearRow
from wardrobe_app.domain.errors import NotFound
from wardrobe_app.domain.garments.wear_log import OutfitState, SavedOutfit, Wear, WearRecord
from wardrobe_app.domain.redundancy.verdicts import ends


class OutfitRepository:
    """Saved and rejected looks. Garments that were deleted for good are no part of them any more (``part_with``)."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> list[SavedOutfit]:
        """Every look, the newest first."""
        query = select(OutfitRow).options(selectinload(OutfitRow.items)).order_by(OutfitRow.id.desc())
        merged = _merged(self._session)
        return [_look_of(row, merged) for row in self._session.scalars(query) if row.items]

    def add(self, item_ids: Sequence[int], state: OutfitState, name: str, created_at: datetime) -> SavedOutfit:
        """Keep a look of garments that are there, given from the body outwards."""
        row = OutfitRow(name=name, state=state.value, created_at=created_at)
        row.items = [OutfitItemRow(item_id=item_id, position=place) for place, item_id in enumerate(item_ids)]
        self._session.add(row)
        self._session.flush()
        return _look_of(row, {})

    def restore(self, outfit: SavedOutfit, wear_ids: Collection[int] = ()) -> SavedOutfit:
        """Bring back a look that was removed, as what the wears were that are still there; it has a new id."""
        items = _still_there(self._session, outfit.recorded or outfit.item_ids)
        back = self.add(items, outfit.state, outfit.name, outfit.created_at)
        self._session.execute(update(WearRow).where(WearRow.id.in_(wear_ids)).values(outfit_id=back.id))
        self._session.expire_all()
        return back

    def rename(self, outfit_id: int, name: str) -> None:
        """Give a look another name.

        Raises:
            NotFound: there is no such look.
        """
        done = self._session.scalars(
            update(OutfitRow).where(OutfitRow.id == outfit_id).values(name=name).returning(OutfitRow.id)
        )
        if not done.all():
            raise NotFound("This look is not there any more.")
        self._session.expire_all()

    def remove(self, ids: Collection[int]) -> None:
        """Forget looks; what was worn as one stays worn."""
        self._session.execute(delete(OutfitRow).where(OutfitRow.id.in_(ids)))
        self._session.expire_all()

    def part_with(self, item_ids: Collection[int]) -> None:
        """Forget garments that are deleted for good, and looks that are none without them."""
        gone = set(item_ids)
        changed_garments = [outfit for outfit in self.all() if not gone.isdisjoint(outfit.item_ids)]
        self.remove([outfit.id for outfit in changed_garments if not _lasts(outfit, gone)])
        self._session.execute(delete(OutfitItemRow).where(OutfitItemRow.item_id.in_(gone)))


class WearRepository:
    """What was worn when."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> list[Wear]:
        """Every wear, the latest day first."""
        query = select(WearRow).options(selectinload(WearRow.items)).order_by(WearRow.worn_on.desc(), WearRow.id.desc())
        merged = _merged(self._session)
        return _one_a_day([_wear_of(row, merged) for row in self._session.scalars(query) if row.items])

    def add(self, worn_on: date, item_ids: Sequence[int], outfit_id: int | None = None) -> Wear:
        """Record that garments that are there were worn together."""
        row = WearRow(worn_on=worn_on, outfit_id=outfit_id)
        row.items = [WearItemRow(item_id=item_id, position=place) for place, item_id in enumerate(item_ids)]
        self._session.add(row)
        self._session.flush()
        return _wear_of(row, {})

    def restore(self, wear: Wear) -> None:
        """Bring back a wear that was removed, as its rows were written; they have new ids."""
        outfits = set(self._session.scalars(select(OutfitRow.id)))
        for record in wear.records or (WearRecord(wear.id, wear.item_ids, wear.outfit_id),):
            if items := _still_there(self._session, record.item_ids):
                self.add(wear.worn_on, items, record.outfit_id if record.outfit_id in outfits else None)

    def remove(self, ids: Collection[int]) -> None:
        """Forget wears, with all rows that they are made of."""
        rows = [record.id for wear in self.all() if wear.id in ids for record in wear.records]
        self._session.execute(delete(WearRow).where(WearRow.id.in_(rows)))
        self._session.expire_all()

    def part_with(self, item_ids: Collection[int]) -> None:
        """Forget garments that are deleted for good; a day on which nothing else was worn is no wear any more."""
        gone = set(item_ids)
        self.remove([wear.id for wear in self.all() if gone.issuperset(wear.item_ids)])
        self._session.execute(delete(WearItemRow).where(WearItemRow.item_id.in_(gone)))


def _lasts(outfit: SavedOutfit, gone: Collection[int]) -> bool:
    """A saved look lasts while two of its garments do; that these were rejected with another says nothing of them."""
    return outfit.state is OutfitState.SAVED and len(set(outfit.item_ids) - set(gone)) >= 2


def _merged(session: Session) -> dict[int, int]:
    """What each merged garment is now."""
    query = select(ItemRow.id, ItemRow.merged_into_id).where(ItemRow.merged_into_id.is_not(None))
    return ends({item_id: holder for item_id, holder in session.execute(query) if holder is not None})


def _ids(rows: Sequence[OutfitItemRow] | Sequence[WearItemRow], merged: Mapping[int, int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(merged.get(row.item_id, row.item_id) for row in rows))


def _look_of(row: OutfitRow, merged: Mapping[int, int]) -> SavedOutfit:
    return SavedOutfit(
        row.id, row.name, OutfitState(row.state), _ids(row.items, merged), row.created_at, _ids(row.items, {})
    )


def _wear_of(row: WearRow, merged: Mapping[int, int]) -> Wear:
    record = WearRecord(row.id, _ids(row.items, {}), row.outfit_id)
    return Wear(row.id, row.worn_on, _ids(row.items, merged), row.outfit_id, (record,))


def _one_a_day(wears: Sequence[Wear]) -> list[Wear]:
    """The wears, where those that say the same only because garments became one are one, in place of the first row."""
    alike: dict[tuple[date, frozenset[int]], list[Wear]] = {}
    for wear in reversed(wears):  # the first row first
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
