"""Changes to a wardrobe as data: apply all of them in one transaction, and undo exactly what was applied.

Edits, corrections, marks, bulk changes, spreadsheets and graph imports are all written as a ``ChangeSet``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, Final

from db.unit_of_work import UnitOfWork, Units
from wardrobe_app.domain.errors import ChangedElsewhere
from wardrobe_app.domain.garments.garment import Garment, TagKind, TagSource, VerdictRecord
from wardrobe_app.domain.garments.vocabulary import Slot
from wardrobe_app.domain.garments.wear_log import OutfitState, SavedOutfit, Wear
from wardrobe_app.domain.redundancy.merging import own_tag
from wardrobe_app.services.tagging import label_propagation

Values = Mapping[str, Any]
"""Values of a garment by field name or tag kind. A tag is the owner's ``Tag``, or None where she set none."""

MARKS: Final = frozenset({"favourite", "archived_at", "trashed_at"})
"""Fields that hold nothing the owner wrote: an undo skips those that changed again, instead of refusing."""


@dataclass(frozen=True, slots=True)
class NewOutfit:
    """An outfit to save under the name that wears of the same change set know it by; it takes the place of another."""

    key: str
    item_ids: Sequence[int]
    state: OutfitState
    name: str
    created_at: datetime
    replaces: SavedOutfit | None = None


@dataclass(frozen=True, slots=True)
class SavedChange:
    """An outfit that was saved or renamed, what it was ``before``, and the ids of the wears of what it replaced."""

    outfit: SavedOutfit
    before: SavedOutfit | None
    wears: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class NewWear:
    """A day on which garments were worn together; ``outfit`` is the id of an outfit or the key of a new one."""

    worn_on: date
    item_ids: Sequence[int]
    outfit: int | str | None = None


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """What to write: new values by garment, and types, verdicts, outfits and wears to add."""

    garments: Mapping[int, Values] = field(default_factory=dict)
    types: Mapping[str, Slot] = field(default_factory=dict)
    verdicts: Sequence[VerdictRecord] = ()
    outfits: Sequence[NewOutfit] = ()
    wears: Sequence[NewWear] = ()

    def apply(self, uow: UnitOfWork) -> AppliedChanges:
        """Write everything, and let similar garments take over changed types. The caller commits.

        Raises:
            NotFound: one of the garments does not exist; nothing may be committed then.
        """
        for name, slot in self.types.items():
            uow.custom_types.add(name, slot, datetime.now(UTC))
        if self.types:
            uow.learn_types()
        before = {one.id: values_of(one, self.garments[one.id]) for one in uow.garments.many(list(self.garments))}
        write(uow, self.garments)
        propagated = [item for item in _propagate(uow, self.garments) if item not in self.garments]
        decided = {(one.a, one.b): one for one in uow.verdicts.all()} if self.verdicts else {}
        for one in self.verdicts:
            uow.verdicts.set([(one.a, one.b)], one.verdict, one.decided_at)
        outfits = {outfit.key: _save_outfit(uow, outfit) for outfit in self.outfits}
        made = {key: change.outfit.id for key, change in outfits.items()}
        wears = [
            uow.wears.add(one.worn_on, one.item_ids, made[one.outfit] if isinstance(one.outfit, str) else one.outfit)
            for one in self.wears
        ]
        return AppliedChanges(
            before,
            self.garments,
            uow.garments.many(propagated),
            tuple(self.types),
            tuple((one, decided.get((one.a, one.b))) for one in self.verdicts),
            tuple(outfits.values()),
            tuple(wears),
        )


@dataclass(frozen=True, slots=True)
class AppliedChanges:
    """What a change set wrote (``after``), what was there ``before``, and which garments took over a changed type.

    ``verdicts`` are pairs of the new one and the one that it replaced.
    """

    before: Mapping[int, Values]
    after: Mapping[int, Values]
    propagated: tuple[Garment, ...] = ()
    types: tuple[str, ...] = ()
    verdicts: tuple[tuple[VerdictRecord, VerdictRecord | None], ...] = ()
    outfits: tuple[SavedChange, ...] = ()
    wears: tuple[Wear, ...] = ()

    @property
    def ids(self) -> tuple[int, ...]:
        """The garments that were changed."""
        return tuple(self.before)

    def undo(self, uow: UnitOfWork) -> None:
        """Set back what still has the value that was set. The caller commits.

        Marks, verdicts, outfits and wears that were changed again since stay as they are.

        Raises:
            ChangedElsewhere: another value was changed again since; nothing may be committed then.
            NotFound: such a garment was deleted for good.
        """
        back = self._standing(uow)
        worn = {(wear.id, wear.worn_on) for wear in uow.wears.all()} if self.wears else set()
        uow.wears.remove([wear.id for wear in self.wears if (wear.id, wear.worn_on) in worn])
        for change in reversed(self.outfits):
            _undo_outfit(uow, change)
        decided = uow.verdicts.all() if self.verdicts else []
        restore_verdicts(
            uow,
            {(one.a, one.b) for one, _ in self.verdicts if one in decided},
            [one for _, one in self.verdicts if one],
        )
        write(uow, back)
        used = uow.custom_types.set_by_person() if self.types else {}
        for name in self.types:
            if not used.get(name):
                uow.custom_types.remove(name)
        if self.types:
            uow.learn_types()
            label_propagation.refresh(uow)
        else:
            _propagate(uow, back)

    def _standing(self, uow: UnitOfWork) -> dict[int, dict[str, Any]]:
        """The values to set back, by garment: of those that are still as they were set."""
        uow.garments.require([item for item, values in self.after.items() if values.keys() - MARKS])
        found: dict[int, dict[str, Any]] = {}
        for item, garment in uow.garments.found(list(self.after)).items():
            after, now = self.after[item], values_of(garment, self.after[item])
            found[item] = {name: self.before[item][name] for name in after if now[name] == after[name]}
            if after.keys() - found[item].keys() - MARKS:
                raise ChangedElsewhere(
                    f"{garment.title} was changed again since, in another tab or by another program. That change "
                    "stays; nothing was undone."
                )
        return found


def undo(units: Units, done: AppliedChanges) -> None:
    """Undo applied changes in a transaction of their own; raises what ``AppliedChanges.undo`` does."""
    with units(writing=True) as uow:
        done.undo(uow)
        uow.commit()


def values_of(garment: Garment, names: Iterable[str]) -> dict[str, Any]:
    """The values that a garment has now, by field name or tag kind."""
    kinds = set(TagKind)
    return {name: _tag_of(garment, TagKind(name)) if name in kinds else getattr(garment, name) for name in names}


def write(uow: UnitOfWork, garments: Mapping[int, Values]) -> None:
    """Write values of garments in few statements, without letting others take over types. The caller commits."""
    kinds = set(TagKind)
    fields = {
        item: {name: one for name, one in values.items() if name not in kinds} for item, values in garments.items()
    }
    uow.garments.change_each({item: values for item, values in fields.items() if values})
    ids: dict[tuple[str, str | None, str | None], list[int]] = defaultdict(list)
    for item, values in garments.items():
        for name in values.keys() & kinds:
            tag = values[name]
            ids[name, tag.value if tag else None, tag.shade if tag else None].append(item)
    for (kind, value, shade), items in ids.items():
        if value is None:
            uow.garments.forget_own_tag(items, TagKind(kind))
        else:
            uow.garments.set_own_tag(items, TagKind(kind), value, shade)


def restore_verdicts(uow: UnitOfWork, pairs: Collection[tuple[int, int]], before: Iterable[VerdictRecord]) -> None:
    """Remove what was decided about ``pairs``; of the verdicts ``before``, those on these pairs stand again."""
    uow.verdicts.remove(pairs)
    for one in before:
        if (one.a, one.b) in pairs:
            uow.verdicts.set([(one.a, one.b)], one.verdict, one.decided_at)


def _tag_of(garment: Garment, kind: TagKind) -> Any:
    tag = garment.tags.get(kind)
    return own_tag(kind, tag.value, tag.shade) if tag is not None and tag.source is TagSource.PERSON else None


def _propagate(uow: UnitOfWork, garments: Mapping[int, Values]) -> list[int]:
    """Let similar garments take over changed types; the ids of those that did."""
    if trashed := [item for item, values in garments.items() if "trashed_at" in values]:
        label_propagation.refresh_after(uow, trashed)
    corrected = [item for item, values in garments.items() if TagKind.TYPE in values]
    return label_propagation.refresh_around(uow, corrected) if corrected else []


def _save_outfit(uow: UnitOfWork, wanted: NewOutfit) -> SavedChange:
    old = wanted.replaces
    if old is not None and old.state is wanted.state:
        uow.outfits.rename(old.id, wanted.name)
        return SavedChange(replace(old, name=wanted.name), old)
    worn = tuple(wear.id for wear in uow.wears.all() if wear.outfit_id == old.id) if old is not None else ()
    uow.outfits.remove([old.id] if old is not None else [])
    return SavedChange(uow.outfits.add(wanted.item_ids, wanted.state, wanted.name, wanted.created_at), old, worn)


def _undo_outfit(uow: UnitOfWork, change: SavedChange) -> None:
    made, old = change.outfit, change.before
    if (made.id, made.name, made.state) not in {(one.id, one.name, one.state) for one in uow.outfits.all()}:
        return
    if old is not None and old.id == made.id:
        uow.outfits.rename(old.id, old.name)
        return
    uow.outfits.remove([made.id])
    if old is not None:
        uow.outfits.restore(old, change.wears)
