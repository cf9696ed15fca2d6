"""Garment types that the owner defines, used like any other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from db.unit_of_work import UnitOfWork, Units
from wardrobe_app.domain.errors import InvalidEdit, NotFound
from wardrobe_app.domain.garments.vocabulary import GarmentType, Slot, Vocabulary
from wardrobe_app.domain.limits import LONGEST_TYPE_NAME
from wardrobe_app.domain.text import fold, one_line
from wardrobe_app.services.tagging import label_propagation


@dataclass(frozen=True, slots=True)
class CustomType:
    """A custom type, and how many garments have it."""

    type: GarmentType
    garments: int


class CustomTypes:
    """The vocabulary, and the types that the owner adds to it."""

    def __init__(self, uow_factory: Units) -> None:
        self._uow = uow_factory

    def vocabulary(self) -> Vocabulary:
        """Return all types: the tagger's and the owner's."""
        with self._uow() as uow:
            return uow.vocabulary

    def all(self) -> tuple[CustomType, ...]:
        """Return the owner's types, oldest first."""
        with self._uow() as uow:
            counts = uow.custom_types.set_by_person()
            return tuple(CustomType(kind, counts[kind.name]) for kind in uow.custom_types.all())

    def add(self, name: str, slot: Slot) -> str:
        """Add a type that is worn in ``slot``; return its name as stored.

        Raises:
            InvalidEdit: the name is empty, too long, or taken.
        """
        with self._uow(writing=True) as uow:
            kept = checked(name, uow.vocabulary)
            uow.custom_types.add(kept, slot, datetime.now(UTC))
            uow.commit()
        return kept

    def change(self, name: str, new_name: str, slot: Slot) -> str:
        """Give a type another name or slot, for all garments that have it; return its name as stored.

        Raises:
            InvalidEdit: the new name is empty, too long, or taken.
            NotFound: there is no such custom type.
        """
        with self._uow(writing=True) as uow:
            _require(name, uow)
            others = Vocabulary(kind for kind in uow.vocabulary.values() if kind.name != name)
            kept = checked(new_name, others)
            uow.custom_types.change(name, kept, slot)
            uow.commit()
        return kept

    def remove(self, name: str) -> None:
        """Remove a type; its garments get their predicted type again.

        Raises:
            NotFound: there is no such custom type.
        """
        with self._uow(writing=True) as uow:
            _require(name, uow)
            uow.custom_types.remove(name)
            label_propagation.refresh(uow)
            uow.commit()


def _require(name: str, uow: UnitOfWork) -> None:
    if name not in uow.vocabulary.own:
        raise NotFound(f"“{name}” is not one of your own types.")


def checked(name: str, taken: Vocabulary) -> str:
    """Return the name on one line; existing names and labels are taken, whatever their capitals and accents.

    Raises:
        InvalidEdit: the name is empty, too long, or taken.
    """
    kept = one_line(name)
    if not kept:
        raise InvalidEdit("Give the new type a name.")
    if len(kept) > LONGEST_TYPE_NAME:
        raise InvalidEdit(f"The type's name is too long: {len(kept)} characters, and the limit is {LONGEST_TYPE_NAME}.")
    for kind in taken.values():
        if fold(kept) in (fold(kind.name), fold(kind.label)):
            raise InvalidEdit(f"There is a type “{kind.label}” already; choose it from the list.")
    return kept
