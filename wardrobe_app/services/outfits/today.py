"""Choose outfits for a day: by season, occasion, weather, what was worn lately and what is in the wash."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from db.unit_of_work import Units
from wardrobe_app.domain.compatibility.pair_scores import part_of
from wardrobe_app.domain.days import Days, season_of
from wardrobe_app.domain.garments.availability import Status, available
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.garments.wear_log import OutfitState, Wear
from wardrobe_app.domain.outfits.deck import PLACES, rotated
from wardrobe_app.domain.outfits.outfit import CORE
from wardrobe_app.domain.outfits.search import Outfit
from wardrobe_app.domain.outfits.weather import Weather
from wardrobe_app.services.answers import Answers
from wardrobe_app.services.catalogue.preferences import Preferences
from wardrobe_app.services.outfits.suggestions import OutfitService

COUNT: Final = 24
"""So many outfits are chosen for a day."""
RESTS_DAYS: Final = 3
"""What covers the body rests so many days after it was worn; shoes, coats and bags do not."""
TURNS: Final = 8
"""After so many days the same outfits come first again, if nothing was worn or changed."""


@dataclass(frozen=True, slots=True)
class DayContext:
    """What a day's outfits are for."""

    day: date
    season: str
    occasion: str | None = None
    weather: Weather = field(default_factory=Weather)


@dataclass(frozen=True, slots=True)
class Offers:
    """A day's outfits, those to offer first in front; ``tired`` if that took what was worn in the last days.

    Where there are none, ``why`` says so in a sentence. ``in_wash`` garments cannot be worn until they are clean.
    """

    outfits: tuple[Outfit, ...]
    tired: bool = False
    why: str = ""
    in_wash: int = 0


class TodayService:
    """Outfits for a day, the same whoever asks until the wardrobe changes."""

    def __init__(
        self, uow_factory: Units, outfits: OutfitService, answers: Answers, preferences: Preferences, days: Days
    ) -> None:
        self._uow = uow_factory
        self._outfits = outfits
        self._answers = answers
        self._preferences = preferences
        self._days = days

    def context(self, weather: Weather | None = None) -> DayContext:
        """Return what outfits are for now where the owner is, and for the occasion that is remembered."""
        day, weather = self._days.today(), weather or Weather()
        return DayContext(day, weather.season or season_of(day, self._days.zone()), self._preferences.occasion, weather)

    def choose_occasion(self, occasion: str | None) -> None:
        """Remember what outfits are for; raises ``StorageFailed`` where that cannot be saved."""
        self._preferences.choose_occasion(occasion)

    def offers(self, context: DayContext) -> Offers:
        """Return the outfits for a context; they take a moment where nobody asked before."""
        return self._answers.get(("today", context), lambda: self._chosen(context))

    def known(self, context: DayContext) -> Offers | None:
        """Return the outfits for a context where they are known already."""
        found: Offers | None = self._answers.known(("today", context))
        return found

    def stock(self) -> Hashable:
        """Return what changes with the garments that can be worn now, but not with wears and decisions."""

        def read() -> Hashable:
            with self._uow() as uow:
                return tuple((item.id, item.version) for item in available(uow.garments.all()))

        return self._answers.get("stock", read)

    def worn(self, context: DayContext) -> frozenset[frozenset[int]]:
        """Return the sets of garments (ids) that were worn on the day."""

        def read() -> frozenset[frozenset[int]]:
            with self._uow() as uow:
                return frozenset(frozenset(wear.item_ids) for wear in uow.wears.all() if wear.worn_on == context.day)

        return self._answers.get(("worn", context.day), read)

    def rejected(self) -> frozenset[frozenset[int]]:
        """Return the sets of garments (ids) that are not to be offered."""

        def read() -> frozenset[frozenset[int]]:
            with self._uow() as uow:
                outfits = uow.outfits.all()
            return frozenset(frozenset(one.item_ids) for one in outfits if one.state is OutfitState.REJECTED)

        return self._answers.get("rejected", read)

    def _chosen(self, context: DayContext) -> Offers:
        with self._uow() as uow:
            garments, wears = uow.garments.all(), uow.wears.all()
        unsuited = {item.id for item in garments if not context.weather.suits(item)}
        resting = unsuited | worn_lately(garments, wears, context.day)
        found = self._search(context, resting)
        tired = resting > unsuited and len(found) < PLACES
        if tired:
            found = self._search(context, unsuited)
        why = "" if found else self._outfits.why_none_for(context.occasion, context.season)
        return Offers(found, tired and bool(found), why, sum(item.status is Status.IN_WASH for item in garments))

    def _search(self, context: DayContext, without: set[int]) -> tuple[Outfit, ...]:
        start = PLACES * (context.day.toordinal() % TURNS)
        wanted, dressed = (context.occasion, context.season), context.weather.completion
        found = self._outfits.outfits_for(*wanted, limit=start + COUNT, without=without, completion=dressed)
        return tuple(rotated(found, start))[:COUNT]


def worn_lately(garments: Iterable[Garment], wears: Iterable[Wear], day: date) -> set[int]:
    """Return the ids of what covers the body and was worn in the days before ``day``."""
    since = day - timedelta(days=RESTS_DAYS)
    worn = {item for wear in wears if since <= wear.worn_on < day for item in wear.item_ids}
    return {item.id for item in garments if item.id in worn and part_of(item) in CORE}
