"""Store the groups of reviews of duplicates, and what was decided about each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from db.schema.tables import DuplicateGroupRow
from wardrobe_app.domain.errors import NotFound
from wardrobe_app.domain.garments.garment import Likeness
from wardrobe_app.domain.redundancy import decision_rows
from wardrobe_app.domain.redundancy.review_queue import QueuedGroup
from wardrobe_app.domain.redundancy.verdicts import Decision


class DuplicateReviewRepository:
    """The groups of all reviews, in the order in which they were queued."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> tuple[QueuedGroup, ...]:
        """Return every group of every review."""
        return tuple(_group_of(row) for row in self._session.scalars(select(DuplicateGroupRow).order_by("id")))

    def add(
        self, started_at: datetime, groups: Iterable[tuple[Likeness, tuple[int, ...]]], *, weaker: bool = False
    ) -> None:
        """Queue ``groups``, each with how alike its members are, in a review."""
        for likeness, members in groups:
            row = DuplicateGroupRow(
                started_at=started_at, weaker=weaker, likeness=likeness.name, members=list(members), decisions=[]
            )
            self._session.add(row)
            self._session.flush()  # one by one: ids are the order

    def remove(self, started_at: datetime, *, weaker: bool = False) -> None:
        """Remove the groups of a review; only its ``weaker`` ones if so asked."""
        chosen = delete(DuplicateGroupRow).where(DuplicateGroupRow.started_at == started_at)
        self._session.execute(chosen.where(DuplicateGroupRow.weaker) if weaker else chosen)

    def get(self, group_id: int) -> QueuedGroup:
        """Return a group.

        Raises:
            NotFound: there is no such group.
        """
        row = self._session.get(DuplicateGroupRow, group_id)
        if row is None:
            raise NotFound("This review was undone in another tab.")
        return _group_of(row)

    def decide(self, group_id: int, decision: Decision) -> None:
        """Add a decision to a group that exists."""
        row = self._session.get_one(DuplicateGroupRow, group_id)
        row.decisions = [*row.decisions, decision_rows.written(decision)]
        self._session.flush()

    def forget(self, decision: Decision) -> None:
        """Remove a decision from the group that it is about, if it was made in a review."""
        gone = decision_rows.written(decision)["decided_at"]
        for row in self._session.scalars(select(DuplicateGroupRow)):
            kept = [one for one in row.decisions if one["decided_at"] != gone]
            if len(kept) < len(row.decisions):
                row.decisions = kept
        self._session.flush()


def _group_of(row: DuplicateGroupRow) -> QueuedGroup:
    decisions = tuple(decision_rows.read(one) for one in row.decisions)
    return QueuedGroup(row.id, row.started_at, row.weaker, Likeness[row.likeness], tuple(row.members), decisions)
