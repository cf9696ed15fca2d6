"""Finding what is practically there twice, and keeping what the owner decided about it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import UTC, datetime
from itertools import combinations

from db.unit_of_work import UnitOfWork
from wardrobe_app.domain.garment import Verdict, VerdictRecord
from wardrobe_app.domain.redundancy import RedundancyGroup, find_groups


class RedundancyService:
    """Redundant groups of the wardrobe in use, and verdicts on pairs. All ids are those of garments."""

    def __init__(self, uow_factory: Callable[[], UnitOfWork]) -> None:
        self._uow = uow_factory

    def groups(self) -> tuple[RedundancyGroup, ...]:
        """The groups among the garments in use, largest first; pairs with a verdict are in no group together."""
        with self._uow() as uow:
            garments = uow.garments.all()
            decided = {frozenset({record.a, record.b}) for record in uow.verdicts.all()}
        return find_groups(garments, decided)

    def decide(self, ids: Sequence[int], verdict: Verdict) -> None:
        """Record the ``verdict`` for every pair of ``ids``, in place of any earlier one.

        Raises:
            NotFound: one of the garments is not there; nothing was recorded.
        """
        with self._uow() as uow:
            uow.garments.require(ids)
            uow.verdicts.set(list(combinations(sorted(set(ids)), 2)), verdict, datetime.now(UTC))
            uow.commit()

    def verdicts(self) -> list[VerdictRecord]:
        """Everything decided so far, the last decision first."""
        with self._uow() as uow:
            return uow.verdicts.all()

    def take_back(self, pairs: Iterable[Collection[int]]) -> None:
        """Forget what was decided about the ``pairs``; a pair without a verdict is left as it is."""
        with self._uow() as uow:
            uow.verdicts.remove(list(pairs))
            uow.commit()
