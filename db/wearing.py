"""Looks that the owner saved or rejected, and what was worn when."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, selectinload

from db.models import LookItemRow, LookRow, WearItemRow, WearRow
from wardrobe_app.domain.errors import NotFound
from wardrobe_app.domain.wearing import LookState, OwnLook, Wear


class LookRepository:
    """Saved and rejected looks. Garments that were deleted for good are no part of them any more."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> list[OwnLook]:
        """Every look, the newest first."""
        query = select(LookRow).options(selectinload(LookRow.items)).order_by(LookRow.id.desc())
        return [_look_of(row) for row in self._session.scalars(query)]

    def add(self, item_ids: Sequence[int], state: LookState, name: str, created_at: datetime) -> OwnLook:
        """Keep a look of garments that are there, given from the body outwards."""
        row = LookRow(name=name, state=state.value, created_at=created_at)
        row.items = [LookItemRow(item_id=item_id, position=place) for place, item_id in enumerate(item_ids)]
        self._session.add(row)
        self._session.flush()
        return _look_of(row)

    def rename(self, look_id: int, name: str) -> None:
        """Give a look another name.

        Raises:
            NotFound: there is no such look.
        """
        done = self._session.scalars(
            update(LookRow).where(LookRow.id == look_id).values(name=name).returning(LookRow.id)
        )
        if not done.all():
            raise NotFound("This look is not there any more.")
        self._session.expire_all()

    def remove(self, ids: Collection[int]) -> None:
        """Forget looks; what was worn as one stays worn."""
        self._session.execute(delete(LookRow).where(LookRow.id.in_(ids)))
        self._session.expire_all()


class WearRepository:
    """What was worn when."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> list[Wear]:
        """Every wear, the latest day first."""
        query = select(WearRow).options(selectinload(WearRow.items)).order_by(WearRow.worn_on.desc(), WearRow.id.desc())
        return [_wear_of(row) for row in self._session.scalars(query)]

    def add(self, worn_on: date, item_ids: Sequence[int], look_id: int | None = None) -> Wear:
        """Record that garments that are there were worn together."""
        row = WearRow(worn_on=worn_on, look_id=look_id)
        row.items = [WearItemRow(item_id=item_id, position=place) for place, item_id in enumerate(item_ids)]
        self._session.add(row)
        self._session.flush()
        return _wear_of(row)

    def remove(self, ids: Collection[int]) -> None:
        """Forget wears."""
        self._session.execute(delete(WearRow).where(WearRow.id.in_(ids)))
        self._session.expire_all()


def _look_of(row: LookRow) -> OwnLook:
    items = tuple(entry.item_id for entry in row.items)
    return OwnLook(row.id, row.name, LookState(row.state), items, row.created_at)


def _wear_of(row: WearRow) -> Wear:
    return Wear(row.id, row.worn_on, tuple(entry.item_id for entry in row.items), row.look_id)
