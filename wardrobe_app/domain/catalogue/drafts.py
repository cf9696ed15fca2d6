"""What was typed and is not saved yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, Protocol

from wardrobe_app.domain.garments.garment import Garment

FIELDS: Final = ("name", "brand", "size", "price", "purchased_on", "quantity", "condition", "notes")
"""The fields of a garment that its owner types."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Texts that were typed, by field, what each field said before (``shown``), and when the last one was typed (UTC).

    ``about`` tells what they were typed about; a draft about something else under the same key is no draft.
    """

    about: str
    typed: Mapping[str, str]
    shown: Mapping[str, str]
    typed_at: datetime


class Drafts(Protocol):
    """Where drafts are kept, each under a key such as "garment-12"."""

    def read(self, key: str, about: str = "") -> Draft | None:
        """Return the draft under ``key``, None where there is none about this."""

    def keep(self, key: str, typed: Mapping[str, str], shown: Mapping[str, str], about: str = "") -> bool:
        """Add texts to the draft; those that say what was shown go. False where it cannot be written."""

    def drop(self, key: str, names: Iterable[str] | None = None) -> None:
        """Forget these fields of the draft, or all of it."""


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """Why what was typed into a field cannot be saved, and texts of which one is probably meant."""

    text: str
    message: str
    choices: tuple[str, ...] = ()


def draft_key(item_id: int) -> str:
    """Name the draft of a garment's details."""
    return f"garment-{item_id}"


def draft_keys(item_id: int) -> tuple[str, ...]:
    """Name all drafts of a garment: its details, and a new type that is made up on its page."""
    return draft_key(item_id), f"new_type_{item_id}_name"


def draft_about(garment: Garment) -> str:
    """Tell a garment from another one that has, or had, the same number in another wardrobe."""
    return garment.added_at.isoformat() if garment.added_at else ""


def as_text(value: Any) -> str:
    """Return the value of a field as a person would type it; "" for none."""
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return value.isoformat() if isinstance(value, date) else str("" if value is None else value)


def garment_texts(garment: Garment) -> dict[str, str]:
    """Return the fields that a garment's owner types, each as a text."""
    return {name: as_text(getattr(garment, name)) for name in FIELDS}
