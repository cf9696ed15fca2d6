"""What may be written about garments, wherever it comes from."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from wardrobe_app.domain.catalogue.filters import GarmentEdit
from wardrobe_app.domain.errors import InvalidEdit
from wardrobe_app.domain.limits import FIRST_DAY, HIGHEST_PRICE, LONGEST, MOST_OF_ONE, last_day
from wardrobe_app.domain.text import one_line, some_lines


def checked(edit: GarmentEdit) -> dict[str, Any]:
    """The fields to change, as they are kept.

    Raises:
        InvalidEdit: a text is too long, a price is negative or no amount, a quantity is below one
            or beyond what anybody owns, or a day is too early or to come.
    """
    changes = edit.changes()
    for name, longest in LONGEST.items():
        if name in changes:
            changes[name] = (some_lines if name == "notes" else one_line)(changes[name])
            if len(changes[name]) > longest:
                raise InvalidEdit(
                    f"The {name.replace('_', ' ')} is too long: {len(changes[name])} letters, {longest} fit."
                )
    if changes.get("quantity", 1) < 1:
        raise InvalidEdit("Of a garment that is in the wardrobe there is at least one.")
    if changes.get("quantity", 1) > MOST_OF_ONE:
        raise InvalidEdit(f"Of one garment there may be up to {MOST_OF_ONE:,}.")
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
