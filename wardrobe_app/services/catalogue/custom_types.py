"""Types of garment that the owner makes up, as good as any other from then on."""

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
    """A type of the owner's own, and how many garments she gave it to."""

    type: GarmentType
    garments: int


class CustomTypes:
    """The vocabulary as it is now, and what the owner adds to it."""

    def __init__(self, uow_factory: Units) -> None:
        self._uow = uow_factory

    def vocabulary(self) -> Vocabulary:
        """Every type there is: the tagger's and the owner's."""
        with self._uow() as uow:
            return uow.vocabulary

    def all(self) -> tuple[CustomType, ...]:
        """The owner's types, oldest first."""
        with self._uow() as uow:
            counts = uow.custom_types.set_by_person()
            return tuple(CustomType(kind, counts[kind.name]) for kind in uow.custom_types.all())

    def add(self, name: str, slot: Slot) -> str:
        """Make up a type that is worn in ``slot``; its name as it is kept.

        Raises:
            InvalidEdit: the name is empty, too long, or taken.
        """
        with self._uow(writing=True) as uow:
            kept = checked(name, uow.vocabulary)
            uow.custom_types.add(kept, slot, datetime.now(UTC))
            uow.commit()
        return kept

    def change(self, name: str, new_name: str, slot: Slot) -> str:
        """Give a type another name or slot, with all garments that have it; its name as it is kept.

        Raises:
            InvalidEdit: the new name is empty, too long, or taken.
            NotFound: there is no such type of the owner's.
        """
        with self._uow(writing=True) as uow:
            _require(name, uow)
            others = Vocabulary(kind for kind in uow.vocabulary.values() if kind.name != name)
            kept = checked(new_name, others)
            uow.custom_types.change(name, kept, slot)
            uow.commit()
        return kept

    def remove(self, name: str) -> None:
        """Forget a type; its garments go back to what the model says.

        Raises:
            NotFound: there is no such type of the owner's.
        """
        with self._uow(writing=True) as uow:
            _require(name, uow)
            uow.custom_types.remove(name)
            label_propagation.refresh(uow)
            uow.commit()


def _require(name: str, uow: UnitOfWork) -> None:
    if name not in uow.vocabulary.own:
        raise NotFound(f"“{name}” is not (or no longer) a type of your own.")


def checked(name: str, taken: Vocabulary) -> str:
    """The name on one line; names and labels that are there already are not free, whatever their capitals and accents.

    Raises:
        InvalidEdit: the name is empty, too long, or taken.
    """
    kept = one_line(name)
    if not kept:
        raise InvalidEdit("Give the new type a name.")
    if len(kept) > LONGEST_TYPE_NAME:
        raise InvalidEdit(f"The type's name is too long: {len(kept)} letters, {LONGEST_TYPE_NAME} fit.")
    for kind in taken.values():
        if fold(kept) in (fold(kind.name), fold(kind.label)):
            raise InvalidEdit(f"There is a type “{kind.label}” already; choose it from the list.")
    return kept
