"""Packing lists: make one, tick off what is packed, and use it again for the next trip; each change can be undone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from db.unit_of_work import UnitOfWork, Units
from wardrobe_app.domain.errors import ChangedElsewhere, InvalidEdit, NotFound
from wardrobe_app.domain.limits import LONGEST_OUTFIT_NAME
from wardrobe_app.domain.outfits.packing import (
    LONGEST_LINE,
    LONGEST_NOTE,
    LONGEST_TRIP,
    MOST_LINES,
    PackingLine,
    PackingList,
)
from wardrobe_app.domain.text import one_line


@dataclass(frozen=True, slots=True)
class PackingChange:
    """A packing list ``before`` a change and ``after`` it, None where there is none, for undo."""

    before: PackingList | None
    after: PackingList | None


class PackingLists:
    """The owner's packing lists."""

    def __init__(self, uow_factory: Units) -> None:
        self._uow = uow_factory

    def all(self) -> tuple[PackingList, ...]:
        """Return every list, newest first."""
        with self._uow() as uow:
            return tuple(uow.packing_lists.all())

    def make(
        self, name: str, days: int, item_ids: Sequence[int], starts_on: date | None = None, note: str = ""
    ) -> PackingChange:
        """Make a list of garments for a trip of so many days.

        Raises:
            NotFound: one of the garments does not exist.
            InvalidEdit: it has no name, or lasts less than a day or too long.
        """
        lines = tuple(PackingLine(0, item_id) for item_id in dict.fromkeys(item_ids))
        wanted = PackingList(0, name, starts_on, days, note, datetime.now(UTC), lines)
        with self._uow(writing=True) as uow:
            uow.garments.require(item_ids)
            return _put(uow, None, wanted)

    def change(self, list_id: int, name: str, days: int, starts_on: date | None, note: str) -> PackingChange:
        """Change what a list says about the trip; as ``make``."""
        with self._uow(writing=True) as uow:
            before = _the(uow, list_id)
            return _put(uow, before, replace(before, name=name, days=days, starts_on=starts_on, note=note))

    def copy(self, list_id: int, name: str, starts_on: date | None = None) -> PackingChange:
        """Make a list for the next trip with the same lines, nothing packed; as ``make``."""
        with self._uow(writing=True) as uow:
            old = _the(uow, list_id)
            lines = tuple(replace(line, id=0) for line in old.unpacked().lines)
            now = datetime.now(UTC)
            return _put(uow, None, replace(old, id=0, name=name, starts_on=starts_on, created_at=now, lines=lines))

    def tick(self, line_id: int, packed: bool) -> None:
        """Note whether a line is packed.

        Raises:
            NotFound: there is no such line.
        """
        with self._uow(writing=True) as uow:
            if not uow.packing_lists.tick(line_id, packed):
                raise NotFound("This line is no longer on the list.")
            uow.commit()

    def reset(self, list_id: int) -> PackingChange:
        """Note that nothing is packed.

        Raises:
            NotFound: there is no such list.
        """
        with self._uow(writing=True) as uow:
            before = _the(uow, list_id)
            return _put(uow, before, before.unpacked())

    def add(self, list_id: int, text: str = "", item_ids: Sequence[int] = ()) -> PackingChange:
        """Add a line in words, or lines of garments that are not on the list yet.

        Raises:
            NotFound: there is no such list, or one of the garments does not exist.
            InvalidEdit: there is nothing to add, or no room.
        """
        words = one_line(text)[:LONGEST_LINE]
        with self._uow(writing=True) as uow:
            before = _the(uow, list_id)
            uow.garments.require(item_ids)
            new = [PackingLine(0, item_id) for item_id in item_ids if item_id not in before.item_ids]
            new += [PackingLine(0, None, words)] if words else []
            if not new and not item_ids:
                raise InvalidEdit("Write what to pack.")
            return _put(uow, before, replace(before, lines=(*before.lines, *new)))

    def take_off(self, list_id: int, line_id: int) -> PackingChange:
        """Take a line off a list.

        Raises:
            NotFound: there is no such list or line.
        """
        with self._uow(writing=True) as uow:
            before = _the(uow, list_id)
            rest = tuple(line for line in before.lines if line.id != line_id)
            if len(rest) == len(before.lines):
                raise NotFound("This line is no longer on the list.")
            return _put(uow, before, replace(before, lines=rest))

    def remove(self, list_id: int) -> PackingChange:
        """Delete a list.

        Raises:
            NotFound: there is no such list.
        """
        with self._uow(writing=True) as uow:
            before = _the(uow, list_id)
            uow.packing_lists.remove([list_id])
            uow.commit()
        return PackingChange(before, None)

    def take_back(self, change: PackingChange) -> None:
        """Undo a change.

        Raises:
            ChangedElsewhere: the list was changed again since; that stays.
        """
        before, after = change.before, change.after
        with self._uow(writing=True) as uow:
            now = {one.id: one for one in uow.packing_lists.all()}
            if after is not None and now.get(after.id) != after:
                raise ChangedElsewhere("This list was changed since. Nothing was undone.")
            if before is None and after is not None:
                uow.packing_lists.remove([after.id])
            elif before is not None:
                taken = after is None and before.id in now
                uow.packing_lists.put(replace(before, id=0) if taken else before)
            uow.commit()


def _the(uow: UnitOfWork, list_id: int) -> PackingList:
    found = next((one for one in uow.packing_lists.all() if one.id == list_id), None)
    if found is None:
        raise NotFound("This packing list no longer exists.")
    return found


def _put(uow: UnitOfWork, before: PackingList | None, wanted: PackingList) -> PackingChange:
    name, note = one_line(wanted.name)[:LONGEST_OUTFIT_NAME], one_line(wanted.note)[:LONGEST_NOTE]
    if not name:
        raise InvalidEdit("A packing list needs a name.")
    if not 1 <= wanted.days <= LONGEST_TRIP:
        raise InvalidEdit(f"A trip takes 1 to {LONGEST_TRIP} days.")
    if len(wanted.lines) > MOST_LINES:
        raise InvalidEdit(f"A list has at most {MOST_LINES} lines.")
    after = uow.packing_lists.put(replace(wanted, name=name, note=note))
    uow.commit()
    return PackingChange(before, after)
