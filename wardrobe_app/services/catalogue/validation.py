"""Validate what is written about garments, whatever the source."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from wardrobe_app.domain.catalogue.filters import GarmentEdit
from wardrobe_app.domain.errors import InvalidEdit
from wardrobe_app.domain.limits import FIRST_DAY, HIGHEST_PRICE, LONGEST, MOST_OF_ONE, last_day
from wardrobe_app.domain.text import one_line, some_lines


def checked(edit: GarmentEdit) -> dict[str, Any]:
    """Return the fields to change, as they are stored.

    Raises:
        InvalidEdit: a text is too long, a price is negative or not an amount, a quantity is below one or too large,
            or a day is too early or in the future.
    """
    changes = edit.changes()
    for name, longest in LONGEST.items():
        if name in changes:
            changes[name] = (some_lines if name == "notes" else one_line)(changes[name])
            if len(changes[name]) > longest:
                raise InvalidEdit(
                    f"The {name.replace('_', ' ')} is too long: {len(changes[name])} characters of at most {longest}."
                )
    if changes.get("quantity", 1) < 1:
        raise InvalidEdit("The quantity is at least one.")
    if changes.get("quantity", 1) > MOST_OF_ONE:
        raise InvalidEdit(f"The quantity can be up to {MOST_OF_ONE:,}.")
    price = changes.get("price")
    if price is not None:
        changes["price"] = _checked_price(price)
    day = changes.get("purchased_on")
    if isinstance(day, date) and not FIRST_DAY <= day <= last_day():
        raise InvalidEdit(f"The day must be between {FIRST_DAY.year} and today.")
    return changes


def _checked_price(price: Decimal) -> Decimal:
    if not price.is_finite() or not 0 <= price <= HIGHEST_PRICE:
        raise InvalidEdit(f"The price must be an amount from 0 to {HIGHEST_PRICE:,}.")
    kept = price.quantize(Decimal("0.01"))
    if kept != price:
        raise InvalidEdit("The price can have two decimals at most.")
    return kept
