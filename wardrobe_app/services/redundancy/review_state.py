"""Read what was decided about similar garments, and how far the review has come that started last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from db.unit_of_work import UnitOfWork
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.redundancy import review_queue
from wardrobe_app.domain.redundancy.review_queue import QueuedGroup
from wardrobe_app.domain.redundancy.verdicts import keepers, settled


@dataclass(frozen=True, slots=True)
class ReviewState:
    """Decided ``pairs`` of ids, the garment that each merged one is part of now, and the groups of all reviews.

    Methods take the garments in use by id; those of ``members`` are enough.
    """

    pairs: set[frozenset[int]]
    holders: Mapping[int, int]
    queued: tuple[QueuedGroup, ...]

    @property
    def groups(self) -> tuple[QueuedGroup, ...]:
        """Return the groups of the last review that are counted together."""
        return review_queue.in_turn(review_queue.latest(self.queued))

    @property
    def began(self) -> datetime | None:
        """Return when the last review began."""
        return self.groups[0].started_at if self.groups else None

    @property
    def members(self) -> set[int]:
        """Return the ids of all garments that were ever in a review."""
        return {item for group in self.queued for item in group.members}

    def left(self, live: Mapping[int, Garment]) -> dict[int, tuple[int, ...]]:
        """Return what is left to decide of each group of the last review, by the id of the group."""
        return {one.id: rest for one in self.groups if (rest := one.rest(live, self.pairs))}

    def apart(self, live: Mapping[int, Garment]) -> list[frozenset[int]]:
        """Return sets of ids of which no two are compared again."""
        return review_queue.closed(self.queued, live, self.pairs)

    def offered_once(self, live: Mapping[int, Garment]) -> list[frozenset[int]]:
        """Return sets of ids of which no two are offered as weaker look-alikes."""
        return review_queue.offered_once(self.queued, live, self.pairs)


def read(uow: UnitOfWork) -> ReviewState:
    """Read every decision."""
    verdicts, merges = uow.verdicts.all(), uow.merges.all()
    holders = keepers(merges)
    queued = review_queue.standing(uow.duplicates.all(), verdicts, merges)
    return ReviewState(settled(verdicts, holders), holders, queued)


def has_new(garments: tuple[Garment, ...], since: datetime | None) -> bool:
    """Return whether one of the garments came after a review began; all did if there was none."""
    return any(is_new(garment, since) for garment in garments)


def is_new(garment: Garment, since: datetime | None) -> bool:
    """Return whether the garment came after a review began."""
    return since is None or garment.added_at is None or garment.added_at > since
