"""Store the owner's verdicts on pairs of garments."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import delete, select, tuple_
from sqlalchemy.orm import Session

from db.schema.tables import VerdictRow
from wardrobe_app.domain.garments.garment import Verdict, VerdictRecord


class VerdictRepository:
    """The owner's verdicts on pairs of garments; the order of a pair's ids does not matter."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> list[VerdictRecord]:
        """Return every verdict, latest first."""
        rows = self._session.scalars(select(VerdictRow).order_by(VerdictRow.decided_at.desc()))
        return [VerdictRecord(row.a_id, row.b_id, Verdict(row.verdict), row.decided_at) for row in rows]

    def set(self, pairs: Iterable[Collection[int]], verdict: Verdict, decided_at: datetime) -> None:
        """Set the verdict on each of the ``pairs`` (two different ids each), in place of any earlier one."""
        ordered = [_ordered(pair) for pair in pairs]
        self.remove(ordered)
        rows = (VerdictRow(a_id=a, b_id=b, verdict=verdict.value, decided_at=decided_at) for a, b in set(ordered))
        self._session.add_all(rows)
        self._session.flush()

    def remove(self, pairs: Iterable[Collection[int]]) -> None:
        """Delete the verdicts on the ``pairs``."""
        ordered = [_ordered(pair) for pair in pairs]
        self._session.execute(delete(VerdictRow).where(tuple_(VerdictRow.a_id, VerdictRow.b_id).in_(ordered)))


def _ordered(pair: Collection[int]) -> tuple[int, int]:
    first, second = sorted(pair)
    return first, second
