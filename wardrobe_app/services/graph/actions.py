"""What an import of a graph does, one thing at a time: each deed does it, and answers with what takes it back."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from db.unit_of_work import UnitOfWork
from wardrobe_app.domain.garments.garment import Garment, Tag, VerdictRecord
from wardrobe_app.domain.garments.vocabulary import Slot
from wardrobe_app.domain.garments.wear_log import SavedOutfit
from wardrobe_app.domain.graph.parsing import ParsedOutfit

Undo = Callable[[UnitOfWork], None]
Deed = Callable[[UnitOfWork], Undo]


def write_field(garment: Garment, name: str, value: Any) -> Deed:
    """Write a field of a garment."""

    def do(uow: UnitOfWork) -> Undo:
        uow.garments.change([garment.id], {name: value})
        return lambda uow: uow.garments.change([garment.id], {name: getattr(garment, name)})

    return do


def set_tag(item_id: int, wanted: Tag, before: Tag | None) -> Deed:
    """Set a person's tag; ``before`` is the one that there was."""

    def undo(uow: UnitOfWork) -> None:
        if before is None:
            uow.garments.forget_own_tag([item_id], wanted.kind)
        else:
            uow.garments.set_own_tag([item_id], before.kind, before.value, before.shade)

    def do(uow: UnitOfWork) -> Undo:
        uow.garments.set_own_tag([item_id], wanted.kind, wanted.value, wanted.shade)
        return undo

    return do


def make_type(name: str, slot: Slot) -> Deed:
    """Make up a type of the owner's own."""

    def do(uow: UnitOfWork) -> Undo:
        uow.custom_types.add(name, slot, datetime.now(UTC))
        uow.vocabulary = uow.vocabulary.with_own(uow.custom_types.all())
        return lambda uow: uow.custom_types.remove(name)

    return do


def decide(wanted: VerdictRecord, before: VerdictRecord | None) -> Deed:
    """Record a verdict; ``before`` is the one that there was."""
    pair = (wanted.a, wanted.b)

    def undo(uow: UnitOfWork) -> None:
        uow.verdicts.remove([pair])
        if before is not None:
            uow.verdicts.set([pair], before.verdict, before.decided_at)

    def do(uow: UnitOfWork) -> Undo:
        uow.verdicts.set([pair], wanted.verdict, wanted.decided_at)
        return undo

    return do


def save_outfit(
    said: ParsedOutfit, item_ids: Sequence[int], instead: SavedOutfit | None, made_as: MutableMapping[str, int]
) -> Deed:
    """Keep a look, in place of another one of the same garments; ``made_as`` learns its id, by the file's node."""

    def do(uow: UnitOfWork) -> Undo:
        if instead is not None and instead.state is said.state:
            uow.outfits.rename(instead.id, said.name)
            return lambda uow: uow.outfits.rename(instead.id, instead.name)
        if instead is not None:
            uow.outfits.remove([instead.id])
        made = uow.outfits.add(item_ids, said.state, said.name, said.created_at)
        made_as[said.node] = made.id
        return lambda uow: undo(uow, made)

    def undo(uow: UnitOfWork, made: SavedOutfit) -> None:
        uow.outfits.remove([made.id])
        if instead is not None:
            uow.outfits.restore(instead)

    return do


def record_wear(day: date, item_ids: Sequence[int], outfit_id: Callable[[], int | None]) -> Deed:
    """Record a wear; ``look_id`` is asked when it is done, since the look may be made just before."""

    def do(uow: UnitOfWork) -> Undo:
        made = uow.wears.add(day, item_ids, outfit_id())
        return lambda uow: uow.wears.remove([made.id])

    return do
