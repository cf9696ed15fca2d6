"""Store the keypoints of photos, and how far those of two photos match."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import bindparam, delete, insert, or_, select
from sqlalchemy.orm import Session

from db.repositories.garment_loader import MAX_IDS
from db.schema.tables import KeypointsRow, MatchRow, PhotoRow
from wardrobe_app.domain.batches import batched
from wardrobe_app.domain.garments.garment import Photo
from wardrobe_app.domain.similarity.same_item import KeypointMatch

Pair = tuple[int, int]
_DELETE_PAIR = delete(MatchRow).where(MatchRow.a_id == bindparam("a"), MatchRow.b_id == bindparam("b"))


class KeypointRepository:
    """Packed keypoints by photo, and matches by pairs of photos, the smaller id first."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def forget(self, photo_ids: Collection[int]) -> None:
        """Forget the keypoints of photos, and their matches."""
        self._session.execute(delete(KeypointsRow).where(KeypointsRow.photo_id.in_(photo_ids)))
        self._session.execute(delete(MatchRow).where(or_(MatchRow.a_id.in_(photo_ids), MatchRow.b_id.in_(photo_ids))))

    def keep(self, found: Collection[tuple[Photo, bytes]], method: str) -> None:
        """Store packed keypoints in place of earlier ones, whose matches are forgotten.

        Photos that were deleted or masked in another way meanwhile are left out.
        """
        ids = [photo.id for photo, _ in found]
        masks = select(PhotoRow.id, PhotoRow.mask_model, PhotoRow.masked).where(PhotoRow.id.in_(ids))
        now = {tuple(row) for row in self._session.execute(masks)}
        valid = {photo.id: data for photo, data in found if (photo.id, photo.mask_model, photo.masked) in now}
        self.forget(valid)
        self._session.add_all(KeypointsRow(photo_id=key, method=method, data=data) for key, data in valid.items())
        self._session.flush()

    def points(self, photo_ids: Collection[int], method: str) -> dict[int, bytes]:
        """Return the packed keypoints of these photos that ``method`` found."""
        found: dict[int, bytes] = {}
        for ids in batched(sorted(photo_ids), MAX_IDS):
            wanted = KeypointsRow.photo_id.in_(ids)
            rows = select(KeypointsRow.photo_id, KeypointsRow.data).where(wanted, KeypointsRow.method == method)
            found |= {int(photo_id): bytes(data) for photo_id, data in self._session.execute(rows)}
        return found

    def found_on(self, photo_ids: Collection[int], method: str) -> set[int]:
        """Return those of these photos whose keypoints are stored."""
        found: set[int] = set()
        for ids in batched(sorted(photo_ids), MAX_IDS):
            wanted = KeypointsRow.photo_id.in_(ids)
            found |= set(
                self._session.scalars(select(KeypointsRow.photo_id).where(wanted, KeypointsRow.method == method))
            )
        return found

    def all(self, method: str) -> dict[Pair, KeypointMatch]:
        """Return every match that ``method`` found."""
        rows = self._session.execute(
            select(MatchRow.a_id, MatchRow.b_id, MatchRow.measures).where(MatchRow.method == method)
        )
        return {(int(a), int(b)): KeypointMatch(*measures) for a, b, measures in rows}

    def among(self, photo_ids: Collection[int], method: str) -> dict[Pair, KeypointMatch]:
        """Return the matches of any two of these photos that ``method`` found."""
        found: dict[Pair, KeypointMatch] = {}
        wanted = set(photo_ids)
        for ids in batched(sorted(wanted), MAX_IDS):
            of_these = (MatchRow.a_id.in_(ids), MatchRow.method == method)
            rows = self._session.execute(select(MatchRow.a_id, MatchRow.b_id, MatchRow.measures).where(*of_these))
            found |= {(int(a), int(b)): KeypointMatch(*measures) for a, b, measures in rows if b in wanted}
        return found

    def add(self, found: Iterable[tuple[Pair, KeypointMatch]], method: str) -> None:
        """Store matches of photos that still exist, in place of any that were stored meanwhile."""
        for some in batched(list(found), MAX_IDS):
            ids = {end for pair, _ in some for end in pair}
            stored = set(self._session.scalars(select(PhotoRow.id).where(PhotoRow.id.in_(ids))))
            rows = [
                {"a_id": a, "b_id": b, "method": method, "measures": _measures(match)}
                for (a, b), match in some
                if {a, b} <= stored
            ]
            if rows:
                # One by one: SQLite scans the whole table for a list of pairs.
                self._session.connection().execute(_DELETE_PAIR, [{"a": row["a_id"], "b": row["b_id"]} for row in rows])
                self._session.execute(insert(MatchRow), rows)


def _measures(match: KeypointMatch) -> list[float]:
    return [match.tentative, match.agreeing, match.share, match.mirrored]
