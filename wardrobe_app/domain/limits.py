"""The limits of stored values, however they are entered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from wardrobe_app.domain.days import OF_THE_COMPUTER

LONGEST: Final[Mapping[str, int]] = {
    "name": 200,
    "notes": 10_000,
    "brand": 200,
    "size": 50,
    "lent_to": 200,
}  # characters, by field
LONGEST_OUTFIT_NAME: Final = 200
LONGEST_TYPE_NAME: Final = 60
HIGHEST_PRICE: Final = Decimal("999999999.99")
MOST_OF_ONE: Final = 10_000
FIRST_DAY: Final = date(1900, 1, 1)


def last_day() -> date:
    """Return the last day anybody can call today: further east it may be tomorrow already."""
    return OF_THE_COMPUTER.today() + timedelta(days=1)
