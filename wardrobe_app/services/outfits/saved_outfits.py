"""Looks that the owner saves, names, rejects and removes, each with its way back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from db.unit_of_work import UnitOfWork, Units
from wardrobe_app.domain.errors import ChangedElsewhere, InvalidEdit, NotFound
from wardrobe_app.domain.garments.wear_log import OutfitState, SavedOutfit
from wardrobe_app.domain.limits import LONGEST_OUTFIT_NAME
from wardrobe_app.domain.outfits.outfit import from_the_body, outfit_name
from wardrobe_app.domain.text import one_line


@dataclass(frozen=True, slots=True)
class SavedChange:
    """A look that was saved or rejected, and the one of the same garments that was there ``before``."""

    outfit: SavedOutfit
    before: SavedOutfit | None


@dataclass(frozen=True, slots=True)
class Removed:
    """A look that was removed, and the ids of the wears that it was: what brings it back."""

    outfit: SavedOutfit
    wears: tuple[int, ...]


class SavedOutfits:
    """Saved and rejected looks. A look is the set of its garments: it is kept once, and is saved or rejected."""

    def __init__(self, uow_factory: Units) -> None:
        self._uow = uow_factory

    def all(self, state: OutfitState | None = None) -> tuple[SavedOutfit, ...]:
        """Every look, or those of a state, the newest first."""
        with self._uow() as uow:
            return tuple(outfit for outfit in uow.outfits.all() if state in (None, outfit.state))

    def save(self, ids: Sequence[int], name: str = "") -> SavedChange:
        """Keep a look, under a name or one made of its garments; what is saved already gets the name.

        A rejection of the same look is taken back.

        Raises:
            NotFound: one of the garments is not there.
            InvalidEdit: there are fewer than two garments.
        """
        with self._uow(writing=True) as uow:
            items = from_the_body(uow.garments.many(_at_least_two(ids)))
            before = _same(uow, ids)
            if before is not None and before.state is OutfitState.SAVED:
                outfit = replace(before, name=_name(name) or before.name)
                uow.outfits.rename(outfit.id, outfit.name)
            else:
                uow.outfits.remove([before.id] if before else [])
                named = _name(name) or outfit_name(items)
                outfit = uow.outfits.add([item.id for item in items], OutfitState.SAVED, named, datetime.now(UTC))
            uow.commit()
        return SavedChange(outfit, before)

    def reject(self, ids: Sequence[int]) -> SavedChange:
        """Never be shown these garments as a look again.

        Raises:
            NotFound: one of the garments is not there.
            InvalidEdit: there are fewer than two garments, or it is a saved look.
        """
        with self._uow(writing=True) as uow:
            items = from_the_body(uow.garments.many(_at_least_two(ids)))
            before = _same(uow, ids)
            if before is not None and before.state is OutfitState.SAVED:
                raise InvalidEdit("This is one of your saved looks. Remove it there first.")
            outfit = before or uow.outfits.add([item.id for item in items], OutfitState.REJECTED, "", datetime.now(UTC))
            uow.commit()
        return SavedChange(outfit, before)

    def take_back(self, kept: SavedChange) -> None:
        """Undo ``save`` or ``reject``: things are as they were before.

        Raises:
            ChangedMeanwhile: the look was removed, renamed or decided anew since; that stays.
        """
        with self._uow(writing=True) as uow:
            outfit, before = kept.outfit, kept.before
            now = _same(uow, outfit.item_ids)
            if now is None or (now.id, now.name) != (outfit.id, outfit.name):
                raise ChangedElsewhere(
                    "This look was changed since, in another tab. That stays; nothing was taken back."
                )
            if before is not None and before.state is outfit.state:
                uow.outfits.rename(outfit.id, before.name)
            else:
                uow.outfits.remove([outfit.id])
                if before is not None:
                    uow.outfits.restore(before)
            uow.commit()

    def rename(self, outfit_id: int, name: str, *, seen: str | None = None) -> str:
        """Give a look another name; the name it had. ``seen`` is the name that it has to have until then.

        Raises:
            NotFound: there is no such look.
            InvalidEdit: the name is empty.
            ChangedMeanwhile: it was given another name since it was ``seen``.
        """
        if not _name(name):
            raise InvalidEdit("A look needs a name.")
        with self._uow(writing=True) as uow:
            before = [outfit.name for outfit in uow.outfits.all() if outfit.id == outfit_id]
            if seen is not None and before and before[0] != seen:
                raise ChangedElsewhere(
                    f"This look was called “{before[0]}” meanwhile, in another tab. That name stays."
                )
            uow.outfits.rename(outfit_id, _name(name))
            uow.commit()
        return before[0] if before else ""

    def remove(self, outfit_id: int) -> Removed:
        """Forget a saved look, or take a rejection back; what was worn as one stays worn.

        Raises:
            NotFound: there is no such look.
        """
        with self._uow(writing=True) as uow:
            outfit = next((outfit for outfit in uow.outfits.all() if outfit.id == outfit_id), None)
            if outfit is None:
                raise NotFound("This look is not there any more.")
            worn = tuple(wear.id for wear in uow.wears.all() if wear.outfit_id == outfit_id)
            uow.outfits.remove([outfit_id])
            uow.commit()
        return Removed(outfit, worn)

    def bring_back(self, removed: Removed) -> None:
        """Undo ``remove``. A look of the same garments that was kept meanwhile stays as it is.

        Raises:
            NotFound: a garment of it was deleted for good meanwhile.
        """
        with self._uow(writing=True) as uow:
            uow.garments.require(removed.outfit.item_ids)
            if _same(uow, removed.outfit.item_ids) is None:
                uow.outfits.restore(removed.outfit, removed.wears)
            uow.commit()


def _same(uow: UnitOfWork, ids: Sequence[int]) -> SavedOutfit | None:
    return next((outfit for outfit in uow.outfits.all() if set(outfit.item_ids) == set(ids)), None)


def _name(name: str) -> str:
    return one_line(name)[:LONGEST_OUTFIT_NAME]


def _at_least_two(ids: Sequence[int]) -> list[int]:
    if len(set(ids)) < 2:
        raise InvalidEdit("A look takes at least two garments.")
    return list(dict.fromkeys(ids))
