"""What the home page shows: what waits to be done, and what there is to see."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from wardrobe_app.domain.catalogue.filters import Filter, GarmentCounts, Sort
from wardrobe_app.domain.days import Days
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.insights.surplus import Surplus
from wardrobe_app.domain.outfits.search import Outfit
from wardrobe_app.domain.redundancy.groups import RedundancyGroup
from wardrobe_app.services.answers import Answers
from wardrobe_app.services.catalogue.catalogue import Catalogue
from wardrobe_app.services.insights.connections import SURPLUSES, Connections
from wardrobe_app.services.outfits.today import DayContext, TodayService
from wardrobe_app.services.outfits.wear_log import WearLog
from wardrobe_app.services.redundancy.review import RedundancyService

COUNTS: Final = "counts"
DUPLICATES: Final = "duplicates"  # the page Duplicates keeps its groups under the same name


@dataclass(frozen=True, slots=True)
class Known:
    """What takes time to find out; each part is None until somebody has."""

    groups: tuple[RedundancyGroup, ...] | None
    surpluses: tuple[Surplus, ...] | None
    outfits: tuple[Outfit, ...] | None

    @property
    def missing(self) -> int:
        """Return how many parts are left to find out."""
        return (self.groups, self.surpluses, self.outfits).count(None)

    def or_nothing(self) -> Known:
        """Return the same with nothing in place of what could not be found out."""
        return Known(self.groups or (), self.surpluses or (), self.outfits or ())


class Home:
    """One wardrobe at a glance; answers are kept until the wardrobe changes."""

    def __init__(
        self,
        answers: Answers,
        catalogue: Catalogue,
        review: RedundancyService,
        connections: Connections,
        today: TodayService,
        wear_log: WearLog,
        days: Days,
    ) -> None:
        self._answers = answers
        self._catalogue = catalogue
        self._review = review
        self._connections = connections
        self._today = today
        self._wear_log = wear_log
        self._days = days

    def counts(self) -> GarmentCounts:
        """Count the garments in use, archived, in the trash and to review."""
        return self._answers.get(COUNTS, self._catalogue.count)

    def duplicates(self) -> int | None:
        """Count the groups of duplicates that wait for a decision; None where they were not looked for yet."""
        groups = self._answers.known(DUPLICATES)
        return None if groups is None else len(groups)

    def to_review(self, most: int) -> tuple[Garment, ...]:
        """Return the newest garments whose type is unsure."""
        return self._newest(Filter(unsure=True), most)

    def latest(self, most: int) -> tuple[Garment, ...]:
        """Return the garments that were added last."""
        return self._newest(Filter(), most)

    def not_worn(self, months: int) -> tuple[Garment, ...]:
        """Return what is in use and was not worn for so many months, the longest unworn first."""
        today = self._days.today()
        return self._answers.get(("not worn", months, today), lambda: self._wear_log.not_worn(months))

    def known(self, context: DayContext) -> Known:
        """Return what is known by now of that which takes time, with the outfits for a ``context``."""
        offers = self._today.known(context)
        known = self._answers.known
        return Known(known(DUPLICATES), known(SURPLUSES), offers.outfits if offers else None)

    def find_out(self, context: DayContext, stopped: Callable[[], bool]) -> Iterator[str]:
        """Find out the rest, outfits for this ``context``; yields after each part, until ``stopped``.

        For work in the background, where nobody can be asked for their day and season.
        """
        parts: tuple[tuple[str, Callable[[], object]], ...] = (
            ("compared", lambda: self._answers.get("compared", self._review.compare)),  # stores: a new revision
            ("outfits", lambda: self._today.offers(context)),
            (SURPLUSES, self._connections.surpluses),
            (DUPLICATES, lambda: self._answers.get(DUPLICATES, self._review.groups)),
        )
        for part, compute in parts:
            if stopped():
                return
            compute()
            yield part

    def _newest(self, wanted: Filter, most: int) -> tuple[Garment, ...]:
        return self._answers.get(
            ("newest", wanted.unsure, most),
            lambda: tuple(self._catalogue.browse(wanted, Sort.NEWEST, size=most).garments),
        )
