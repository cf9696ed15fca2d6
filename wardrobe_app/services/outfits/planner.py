"""Plan what to wear on days to come, once or repeating; each change can be undone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from db.unit_of_work import UnitOfWork, Units
from wardrobe_app.domain.days import OF_THE_COMPUTER, Days
from wardrobe_app.domain.errors import ChangedElsewhere, InvalidEdit, NotFound
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.outfits.outfit import from_the_body
from wardrobe_app.domain.outfits.planning import LAST_DAY, LONGEST_INTERVAL, Plan, planned

_GONE = "This is no longer planned."
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PlanChange:
    """The plans ``before`` a change and ``after`` it, for undo. Both are empty if nothing was changed."""

    before: tuple[Plan, ...] = ()
    after: tuple[Plan, ...] = ()


class Planner:
    """The outfits that the owner planned, in their time zone."""

    def __init__(self, uow_factory: Units, days: Days = OF_THE_COMPUTER) -> None:
        self._uow = uow_factory
        self._days = days

    def plans(self) -> tuple[Plan, ...]:
        """Return every plan, by its first day."""
        with self._uow() as uow:
            return tuple(uow.plans.all())

    def due(self) -> tuple[tuple[Garment, ...], ...]:
        """Return the garments of each outfit that is planned for today and was not worn yet."""
        today = self._days.today()
        with self._uow() as uow:
            plans = planned(uow.plans.all(), uow.wears.all(), today, today).get(today, ())
            found = {item.id: item for item in uow.garments.many([item for plan in plans for item in plan.item_ids])}
        return tuple(tuple(found[item] for item in plan.item_ids if item in found) for plan in plans)

    def plan(
        self, ids: Sequence[int], on: date, every_days: int | None = None, until: date | None = None
    ) -> PlanChange:
        """Plan to wear garments together on a day, and again ``every_days`` days ``until`` a last one.

        What is planned for the day already is not planned twice.

        Raises:
            NotFound: one of the garments does not exist.
            InvalidEdit: there is no garment, the day is over, or the repeat makes no sense.
        """
        return self.plan_all([(ids, on)], every_days, until)

    def plan_all(
        self, days: Sequence[tuple[Sequence[int], date]], every_days: int | None = None, until: date | None = None
    ) -> PlanChange:
        """Plan several days at once, all or none; as ``plan``."""
        with self._uow(writing=True) as uow:
            made = []
            for ids, on in days:
                self._check_day(on)
                _check_repeat(on, every_days, until)
                if not ids:
                    raise InvalidEdit("Choose what to wear.")
                if not any(set(one.item_ids) == set(ids) and one.days(on, on) for one in uow.plans.all()):
                    items = from_the_body(uow.garments.many(list(dict.fromkeys(ids))))
                    made.append(uow.plans.put(Plan(0, on, tuple(item.id for item in items), every_days, until)))
            uow.commit()
        return PlanChange(after=tuple(made))

    def repeat(self, plan_id: int, every_days: int | None, until: date | None = None) -> PlanChange:
        """Change how a plan repeats; None: it is for its first day alone.

        Raises:
            NotFound: there is no such plan.
            InvalidEdit: the repeat makes no sense.
        """
        with self._uow(writing=True) as uow:
            plan = _the(uow, plan_id)
            _check_repeat(plan.starts_on, every_days, until)
            changed = replace(plan, every_days=every_days, until=until if every_days else None, skipped=frozenset())
            return _change(uow, plan, changed)

    def skip(self, plan_id: int, day: date) -> PlanChange:
        """Do not wear a plan on one of its days. A plan for one day is gone then.

        Raises:
            NotFound: there is no such plan on the day.
        """
        with self._uow(writing=True) as uow:
            plan = _on(uow, plan_id, day)
            return _change(uow, plan, _without(plan, day))

    def move(self, plan_id: int, day: date, to: date) -> PlanChange:
        """Move one day of a plan to another day; a plan that repeats keeps its other days.

        Raises:
            NotFound: there is no such plan on the day.
            InvalidEdit: the new day is over.
        """
        self._check_day(to)
        with self._uow(writing=True) as uow:
            plan = _on(uow, plan_id, day)
            if day == to:
                return PlanChange()
            if plan.every_days is None:
                return _change(uow, plan, replace(plan, starts_on=to))
            alone = replace(plan, id=0, starts_on=to, every_days=None, until=None, skipped=frozenset())
            return _change(uow, plan, _without(plan, day), alone)

    def stop(self, plan_id: int, day: date) -> PlanChange:
        """End a plan before a day: its earlier days stay.

        Raises:
            NotFound: there is no such plan.
        """
        with self._uow(writing=True) as uow:
            plan = _the(uow, plan_id)
            return _change(uow, plan, replace(plan, until=day - _ONE_DAY) if plan.starts_on < day else None)

    def take_back(self, change: PlanChange) -> None:
        """Undo a change.

        Raises:
            ChangedElsewhere: a plan was changed again since; that stays.
            NotFound: one of the garments was purged meanwhile.
        """
        with self._uow(writing=True) as uow:
            now = {plan.id: plan for plan in uow.plans.all()}
            if any(_content(now.get(plan.id)) != _content(plan) for plan in change.after):
                raise ChangedElsewhere("This plan was changed in another tab. Nothing was undone.")
            for plan in change.before:
                uow.garments.require(plan.item_ids)
            before = {plan.id for plan in change.before}
            uow.plans.remove([plan.id for plan in change.after if plan.id not in before])
            for plan in change.before:
                stays = plan.id not in now or any(plan.id == one.id for one in change.after)
                uow.plans.put(plan if stays else replace(plan, id=0))
            uow.commit()

    def _check_day(self, day: date) -> None:
        if day < self._days.today():
            raise InvalidEdit("This day is over: save what you wore instead.")
        if day > LAST_DAY:
            raise InvalidEdit(f"Plans end in {LAST_DAY.year}.")


def _check_repeat(on: date, every_days: int | None, until: date | None) -> None:
    if every_days is not None and not 1 <= every_days <= LONGEST_INTERVAL:
        raise InvalidEdit(f"A plan repeats after 1 to {LONGEST_INTERVAL} days.")
    if every_days is not None and until is not None and until < on:
        raise InvalidEdit("The last day is before the first.")


def _the(uow: UnitOfWork, plan_id: int) -> Plan:
    found = next((plan for plan in uow.plans.all() if plan.id == plan_id), None)
    if found is None:
        raise NotFound(_GONE)
    return found


def _on(uow: UnitOfWork, plan_id: int, day: date) -> Plan:
    plan = _the(uow, plan_id)
    if not plan.days(day, day):
        raise NotFound(_GONE)
    return plan


def _without(plan: Plan, day: date) -> Plan | None:
    """The plan without a day; None if no day is left."""
    rest = replace(plan, skipped=plan.skipped | {day})
    if plan.every_days is None or (plan.until is not None and not rest.days(plan.starts_on, plan.until)):
        return None
    return rest


def _change(uow: UnitOfWork, plan: Plan, *wanted: Plan | None) -> PlanChange:
    """Put the ``wanted`` plans in the place of one, and commit."""
    if plan.id not in {one.id for one in wanted if one is not None}:
        uow.plans.remove([plan.id])
    after = tuple(uow.plans.put(one) for one in wanted if one is not None)
    uow.commit()
    return PlanChange((plan,), after)


def _content(plan: Plan | None) -> object:
    """What two versions of a plan are compared by: its garments as they were written, before merges."""
    return plan and (plan.starts_on, plan.recorded, plan.every_days, plan.until, plan.skipped)
