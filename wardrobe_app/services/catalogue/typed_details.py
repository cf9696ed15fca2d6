"""Read what a person typed about a garment, field by field, so that an error can be shown beside its field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from wardrobe_app.domain.catalogue.drafts import FieldProblem
from wardrobe_app.domain.catalogue.filters import GarmentEdit
from wardrobe_app.domain.errors import InvalidEdit
from wardrobe_app.domain.garments.garment import Condition
from wardrobe_app.services.catalogue import validation
from wardrobe_app.services.catalogue.amounts import AmbiguousAmount, read_amount, read_whole_number


def read_typed(typed: Mapping[str, str], currency: str | None = None) -> tuple[GarmentEdit, dict[str, FieldProblem]]:
    """Return the edit that the texts describe, and by field what cannot be saved.

    Args:
        typed: Texts by the names of a garment's fields; days as 2024-05-01, conditions by their value, "" for none.
        currency: The ISO 4217 code of the currency that prices are in; None where none is set.
    """
    values: dict[str, Any] = {}
    problems: dict[str, FieldProblem] = {}
    for name, text in typed.items():
        try:
            values[name] = _checked(name, _value(name, text.strip(), currency))
        except AmbiguousAmount as error:
            problems[name] = FieldProblem(text, str(error), _storable(error))
        except InvalidEdit as error:
            problems[name] = FieldProblem(text, _sentence(str(error)))
    return GarmentEdit(**values), problems


def _value(name: str, text: str, currency: str | None) -> Any:
    if name == "quantity":
        return read_whole_number(text)
    if name not in ("price", "purchased_on", "condition"):
        return text
    if not text:
        return None
    if name == "price":
        return read_amount(text, currency)
    return Condition(text) if name == "condition" else date.fromisoformat(text)


def _checked(name: str, value: Any) -> Any:
    return validation.checked(GarmentEdit(**{name: value}))[name]


def _storable(error: AmbiguousAmount) -> tuple[str, ...]:
    """The readings that are valid prices, as unambiguous texts."""
    found = []
    for reading in error.readings:
        try:
            found.append(f"{_checked('price', reading):.2f}")
        except InvalidEdit:
            continue
    return tuple(found)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(".") + "."
