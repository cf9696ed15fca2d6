"""Save, name, reject and remove outfits, each with an undo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from db.unit_of_work import UnitOfWork, Units
from wardrobe_app.domain.errors import ChangedElsewhere, InvalidEdit, NotFound
from wardrobe_app.domain.garments.placement import Placement
from wardrobe_app.domain.garments.wear_log import OutfitState, SavedOutfit
from wardrobe_app.domain.limits import LONGEST_OUTFIT_NAME
from wardrobe_app.domain.outfits.outfit import from_the_body, outfit_name
from wardrobe_app.domain.text import one_line


@dataclass(frozen=True, slots=True)
class SavedChange:
    """An outfit that was saved or rejected, and the one ``before``: of the same garments, or under the same id.

    ``rejected`` is a rejection of the same garments that it took the place of.
    """

    outfit: SavedOutfit
    before: SavedOutfit | None
    rejected: SavedOutfit | None = None


@dataclass(frozen=True, slots=True)
class Removed:
    """An outfit that was removed, and the wears that referred to it, for undo."""

    outfit: SavedOutfit
    wears: tuple[int, ...]


class SavedOutfits:
    """Saved and rejected outfits. An outfit is a set of garments: it exists once, saved or rejected."""

    def __init__(self, uow_factory: Units) -> None:
        self._uow = uow_factory
        self._arranged: tuple[str, Mapping[frozenset[int], tuple[Placement, ...]]] | None = None

    def all(self, state: OutfitState | None = None) -> tuple[SavedOutfit, ...]:
        """Return every outfit, or those of a state, newest first."""
        with self._uow() as uow:
            return tuple(outfit for outfit in uow.outfits.all() if state in (None, outfit.state))

    def arrangements(self) -> Mapping[frozenset[int], tuple[Placement, ...]]:
        """Return the arrangements of saved outfits by the ids of their garments; read once while nothing changes."""
        with self._uow() as uow:
            revision = uow.revision()
            last = self._arranged
            if last is None or last[0] != revision:
                outfits = (one for one in uow.outfits.all() if one.state is OutfitState.SAVED and one.arrangement)
                last = self._arranged = revision, {frozenset(one.item_ids): one.arrangement for one in outfits}
        return last[1]

    def save(self, ids: Sequence[int], name: str = "") -> SavedChange:
        """Save an outfit under a name or a generated one; an existing one gets the name, and a rejection is undone.

        Raises:
            NotFound: one of the garments does not exist.
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

    def arrange(self, arrangement: Sequence[Placement], name: str = "", seen: SavedOutfit | None = None) -> SavedChange:
        """Save the garments of an arrangement with it, as a new outfit or in place of the one ``seen``.

        Raises:
            NotFound: one of the garments does not exist.
            InvalidEdit: there are fewer than two garments, a placement is out of range, or another saved outfit has the
                same garments.
            ChangedElsewhere: the outfit is no longer as it was ``seen``.
        """
        placed = _checked(arrangement)
        ids = [one.item_id for one in placed]
        with self._uow(writing=True) as uow:
            items = from_the_body(uow.garments.many(_at_least_two(ids)))
            same = _same(uow, ids)
            if same is not None and same.state is OutfitState.SAVED and (seen is None or same.id != seen.id):
                raise InvalidEdit(f"“{same.name}” has exactly these garments. Change one to save another outfit.")
            if seen is not None and seen not in uow.outfits.all():
                raise ChangedElsewhere("This outfit was changed in another tab. Open it again to arrange it.")
            rejected = same if same is not None and same.state is OutfitState.REJECTED else None
            uow.outfits.remove([rejected.id] if rejected else [])
            order = tuple(item.id for item in items)
            if seen is None:
                named = _name(name) or outfit_name(items)
                outfit = uow.outfits.add(order, OutfitState.SAVED, named, datetime.now(UTC), placed)
            else:
                changed = replace(seen, name=_name(name) or seen.name, item_ids=order, recorded=(), arrangement=placed)
                outfit = uow.outfits.change(changed)
            uow.commit()
        return SavedChange(outfit, seen, rejected)

    def reject(self, ids: Sequence[int]) -> SavedChange:
        """Never suggest these garments as an outfit again.

        Raises:
            NotFound: one of the garments does not exist.
            InvalidEdit: there are fewer than two garments, or it is a saved outfit.
        """
        with self._uow(writing=True) as uow:
            items = from_the_body(uow.garments.many(_at_least_two(ids)))
            before = _same(uow, ids)
            if before is not None and before.state is OutfitState.SAVED:
                raise InvalidEdit("This is one of your saved outfits. Remove it there first.")
            outfit = before or uow.outfits.add([item.id for item in items], OutfitState.REJECTED, "", datetime.now(UTC))
            uow.commit()
        return SavedChange(outfit, before)

    def take_back(self, kept: SavedChange) -> None:
        """Undo ``save``, ``arrange`` or ``reject``.

        Raises:
            ChangedElsewhere: the outfit was removed, renamed or decided again since; that stays.
        """
        with self._uow(writing=True) as uow:
            outfit, before = kept.outfit, kept.before
            now = _same(uow, outfit.item_ids)
            if now is None or (now.id, now.name, now.arrangement) != (outfit.id, outfit.name, outfit.arrangement):
                raise ChangedElsewhere("This outfit was changed in another tab. Nothing was undone.")
            if before is not None and (before.id, before.state) == (outfit.id, outfit.state):
                uow.outfits.change(before)
            else:
                uow.outfits.remove([outfit.id])
                if before is not None:
                    uow.outfits.restore(before)
            if kept.rejected is not None:
                uow.outfits.restore(kept.rejected)
            uow.commit()

    def rename(self, outfit_id: int, name: str, *, seen: str | None = None) -> str:
        """Rename an outfit; returns the earlier name, which has to be ``seen``, if given.

        Raises:
            NotFound: there is no such outfit.
            InvalidEdit: the name is empty.
            ChangedElsewhere: it was renamed since it was ``seen``.
        """
        if not _name(name):
            raise InvalidEdit("An outfit needs a name.")
        with self._uow(writing=True) as uow:
            before = [outfit.name for outfit in uow.outfits.all() if outfit.id == outfit_id]
            if seen is not None and before and before[0] != seen:
                raise ChangedElsewhere(f"This outfit was renamed to “{before[0]}” in another tab. That name stays.")
            uow.outfits.rename(outfit_id, _name(name))
            uow.commit()
        return before[0] if before else ""

    def remove(self, outfit_id: int) -> Removed:
        """Delete an outfit; what was worn stays in the wear log.

        Raises:
            NotFound: there is no such outfit.
        """
        with self._uow(writing=True) as uow:
            outfit = next((outfit for outfit in uow.outfits.all() if outfit.id == outfit_id), None)
            if outfit is None:
                raise NotFound("This outfit no longer exists.")
            worn = tuple(wear.id for wear in uow.wears.all() if wear.outfit_id == outfit_id)
            uow.outfits.remove([outfit_id])
            uow.commit()
        return Removed(outfit, worn)

    def bring_back(self, removed: Removed) -> None:
        """Undo ``remove``, unless an outfit of the same garments was stored meanwhile.

        Raises:
            NotFound: one of its garments was purged meanwhile.
        """
        with self._uow(writing=True) as uow:
            uow.garments.require(removed.outfit.item_ids)
            if _same(uow, removed.outfit.item_ids) is None:
                uow.outfits.restore(removed.outfit, removed.wears)
            uow.commit()


def _same(uow: UnitOfWork, ids: Sequence[int]) -> SavedOutfit | None:
    return next((outfit for outfit in uow.outfits.all() if set(outfit.item_ids) == set(ids)), None)


def _checked(arrangement: Sequence[Placement]) -> tuple[Placement, ...]:
    """The placements from the lowest up, with the layers 0, 1, 2 …"""
    for one in arrangement:
        in_sight = all(-0.5 <= value <= 1.5 for value in (one.x, one.y)) and 0.02 <= one.width <= 2
        if not in_sight or not -360 <= one.rotation <= 360:
            raise InvalidEdit("A garment lies outside the picture.")
    ordered = sorted({one.item_id: one for one in arrangement}.values(), key=lambda one: one.layer)
    return tuple(replace(one, layer=layer) for layer, one in enumerate(ordered))


def _name(name: str) -> str:
    return one_line(name)[:LONGEST_OUTFIT_NAME]


def _at_least_two(ids: Sequence[int]) -> list[int]:
    if len(set(ids)) < 2:
        raise InvalidEdit("An outfit takes at least two garments.")
    return list(dict.fromkeys(ids))
