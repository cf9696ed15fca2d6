"""Text that was typed and is not saved yet."""

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
    """Typed texts by field, the earlier value of each field (``shown``), and when the last one was typed (UTC).

    ``about`` identifies the subject; a draft about another subject under the same key is ignored.
    """

    about: str
    typed: Mapping[str, str]
    shown: Mapping[str, str]
    typed_at: datetime


class Drafts(Protocol):
    """Stores drafts, each under a key such as "garment-12"."""

    def read(self, key: str, about: str = "") -> Draft | None:
        """Return the draft under ``key``, None if there is none about this subject."""

    def keep(self, key: str, typed: Mapping[str, str], shown: Mapping[str, str], about: str = "") -> bool:
        """Add texts to the draft, dropping those equal to what was shown. False if it cannot be written."""

    def drop(self, key: str, names: Iterable[str] | None = None) -> None:
        """Delete these fields of the draft, or all of it."""


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """Why a typed text cannot be saved, and suggestions of what may be meant."""

    text: str
    message: str
    choices: tuple[str, ...] = ()


def draft_key(item_id: int) -> str:
    """Return the key of the draft of a garment's details."""
    return f"garment-{item_id}"


def draft_keys(item_id: int) -> tuple[str, ...]:
    """Return the keys of all drafts of a garment: its details, and a new custom type."""
    return draft_key(item_id), f"new_type_{item_id}_name"


def draft_about(garment: Garment) -> str:
    """Identify a garment among those of other wardrobes with the same id."""
    return garment.added_at.isoformat() if garment.added_at else ""


def as_text(value: Any) -> str:
    """Format the value of a field as a person would type it; "" for none."""
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return value.isoformat() if isinstance(value, date) else str("" if value is None else value)


def garment_texts(garment: Garment) -> dict[str, str]:
    """Return the fields that a garment's owner types, as texts."""
    return {name: as_text(getattr(garment, name)) for name in FIELDS}
