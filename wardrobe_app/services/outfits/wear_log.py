"""Record what was worn when, what a wear costs, and what was not worn for a long time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from db.unit_of_work import UnitOfWork, Units
from wardrobe_app.domain.days import OF_THE_COMPUTER, Days
from wardrobe_app.domain.errors import InvalidEdit, NotFound
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.garments.wear_log import Wear, WearStats, days_worn, not_worn, wear_stats
from wardrobe_app.domain.outfits.outfit import from_the_body
from wardrobe_app.domain.redundancy.verdicts import keepers


class WearLog:
    """The owner's wear log, in their time zone."""

    def __init__(self, uow_factory: Units, days: Days = OF_THE_COMPUTER) -> None:
        self._uow = uow_factory
        self._days = days

    def today(self) -> date:
        """Return today's date where the owner is."""
        return self._days.today()

    def wears(self) -> tuple[Wear, ...]:
        """Return every wear, latest day first."""
        with self._uow() as uow:
            return tuple(uow.wears.all())

    def wear(self, ids: Sequence[int], on: date | None = None, outfit_id: int | None = None) -> tuple[Wear, bool]:
        """Record that garments were worn together on a day (today by default), perhaps as a saved outfit.

        Returns the wear and whether it is new: the same garments are recorded once a day.

        Raises:
            NotFound: one of the garments, or the outfit, does not exist.
            InvalidEdit: there is no garment, or the day is in the future.
        """
        on = self.today() if on is None else on
        if on > self.today():
            raise InvalidEdit(f"{on:%d %B %Y} is in the future. Record what you wear on the day, or afterwards.")
        if not ids:
            raise InvalidEdit("Choose what was worn.")
        with self._uow(writing=True) as uow:
            if outfit_id is not None and outfit_id not in {outfit.id for outfit in uow.outfits.all()}:
                raise NotFound("This outfit no longer exists.")
            found, new = _record(uow, ids, on, outfit_id)
            if new:
                uow.commit()
        return found, new

    def wear_outfit(self, outfit_id: int, on: date | None = None) -> tuple[Wear, bool]:
        """Record that a saved outfit was worn on a day (today by default); as ``wear``."""
        with self._uow() as uow:
            items = [outfit.item_ids for outfit in uow.outfits.all() if outfit.id == outfit_id]
        if not items:
            raise NotFound("This outfit no longer exists.")
        return self.wear(items[0], on, outfit_id)

    def remove(self, wear_id: int) -> Wear:
        """Delete a wear; returns it for ``bring_back``.

        Raises:
            NotFound: it does not exist.
        """
        with self._uow(writing=True) as uow:
            found = [wear for wear in uow.wears.all() if wear.id == wear_id]
            if not found:
                raise NotFound("This is no longer in the calendar.")
            uow.wears.remove([wear_id])
            uow.commit()
        return found[0]

    def take_back(self, made: Wear) -> None:
        """Undo ``wear``. Ids are reused, so the wear has to match.

        Raises:
            NotFound: it is not in the wear log any more.
        """
        with self._uow(writing=True) as uow:
            whole = keepers(uow.merges.all())
            items = {whole.get(item_id, item_id) for item_id in made.item_ids}
            there = next((wear for wear in uow.wears.all() if wear.id == made.id), None)
            if there is None or there.worn_on != made.worn_on or set(there.item_ids) != items:
                raise NotFound("This is no longer in the calendar.")
            uow.wears.remove([made.id])
            uow.commit()

    def bring_back(self, wear: Wear) -> None:
        """Undo ``remove``, unless the same was recorded again.

        Raises:
            NotFound: one of its garments was purged meanwhile.
        """
        with self._uow(writing=True) as uow:
            uow.garments.require(wear.item_ids)
            if _known(uow, wear.item_ids, wear.worn_on) is None:
                uow.wears.restore(wear)
            uow.commit()

    def all_wear_stats(self) -> tuple[WearStats, ...]:
        """Return how much each garment in use was worn, oldest garment first."""
        with self._uow() as uow:
            garments, worn = uow.garments.all(), days_worn(uow.wears.all())
        return tuple(wear_stats(garment, worn) for garment in garments)

    def wear_stats(self, item_id: int) -> WearStats:
        """Return how much one garment was worn; an unknown id raises ``NotFound``."""
        with self._uow() as uow:
            return wear_stats(uow.garments.get(item_id), days_worn(uow.wears.all()))

    def not_worn(self, months: int = 12) -> tuple[Garment, ...]:
        """Return what is in use, was added over so many months ago, and not worn since."""
        with self._uow() as uow:
            return not_worn(uow.garments.all(), days_worn(uow.wears.all()), self.today(), months, self._days)


def _record(uow: UnitOfWork, ids: Sequence[int], on: date, outfit_id: int | None) -> tuple[Wear, bool]:
    """The wear of these garments on this day, and whether it is new."""
    items = from_the_body(uow.garments.many(list(dict.fromkeys(ids))))
    known = _known(uow, ids, on)
    return (known, False) if known else (uow.wears.add(on, [item.id for item in items], outfit_id), True)


def _known(uow: UnitOfWork, ids: Sequence[int], on: date) -> Wear | None:
    same = (wear for wear in uow.wears.all() if wear.worn_on == on and set(wear.item_ids) == set(ids))
    return next(same, None)
