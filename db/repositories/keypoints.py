"""Local features of photos, and how far those of two photos agree."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import bindparam, delete, insert, or_, select
from sqlalchemy.orm import Session

from db.schema.tables import KeypointsRow, MatchRow, PhotoRow
from wardrobe_app.domain.similarity.same_item import KeypointMatch

Pair = tuple[int, int]
_ONE = delete(MatchRow).where(MatchRow.a_id == bindparam("a"), MatchRow.b_id == bindparam("b"))
CHUNK = 500  # ids in one question: databases limit how many it may hold


class KeypointRepository:
    """Packed local features by photo, and matches by pairs of photos, the smaller id first."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def replace_keypoints(self, points: Mapping[int, tuple[str, bytes | None]]) -> None:
        """Put method and features of photos in place of earlier ones; matches with earlier ones are forgotten.

        Photos that are not there any more are left out.
        """
        self._session.execute(delete(KeypointsRow).where(KeypointsRow.photo_id.in_(points)))
        self._session.execute(delete(MatchRow).where(or_(MatchRow.a_id.in_(points), MatchRow.b_id.in_(points))))
        there = set(self._session.scalars(select(PhotoRow.id).where(PhotoRow.id.in_(points))))
        kept = {photo_id: found for photo_id, found in points.items() if photo_id in there}
        rows = ((photo_id, method, data) for photo_id, (method, data) in kept.items() if data is not None)
        self._session.add_all(
            KeypointsRow(photo_id=photo_id, method=method, data=data) for photo_id, method, data in rows
        )
        self._session.flush()

    def points(self, photo_ids: Collection[int], method: str) -> dict[int, bytes]:
        """The packed features of these photos that were found by ``method``."""
        ids = sorted(photo_ids)
        found: dict[int, bytes] = {}
        for start in range(0, len(ids), CHUNK):
            wanted = KeypointsRow.photo_id.in_(ids[start : start + CHUNK])
            rows = select(KeypointsRow.photo_id, KeypointsRow.data).where(wanted, KeypointsRow.method == method)
            found |= {int(photo_id): bytes(data) for photo_id, data in self._session.execute(rows)}
        return found

    def all(self, method: str) -> dict[Pair, KeypointMatch]:
        """Every match that was found by ``method``."""
        rows = self._session.execute(
            select(MatchRow.a_id, MatchRow.b_id, MatchRow.measures).where(MatchRow.method == method)
        )
        return {(int(a), int(b)): KeypointMatch(*measures) for a, b, measures in rows}

    def add(self, found: Iterable[tuple[Pair, KeypointMatch]], method: str) -> None:
        """Keep matches of photos that are still there; one that somebody else kept meanwhile is replaced."""
        wanted = dict(found)
        pairs = list(wanted)
        for start in range(0, len(pairs), CHUNK):
            some = pairs[start : start + CHUNK]
            there = set(
                self._session.scalars(
                    select(PhotoRow.id).where(PhotoRow.id.in_({end for pair in some for end in pair}))
                )
            )
            part = [pair for pair in some if there.issuperset(pair)]
            if not part:
                continue
            # One by one: SQLite looks through all the table for a list of pairs.
            self._session.connection().execute(_ONE, [{"a": a, "b": b} for a, b in part])
            rows = [{"a_id": a, "b_id": b, "method": method, "measures": _measures(wanted[a, b])} for a, b in part]
            self._session.execute(insert(MatchRow), rows)


def _measures(match: KeypointMatch) -> list[float]:
    return [match.tentative, match.agreeing, match.share, match.mirrored]
