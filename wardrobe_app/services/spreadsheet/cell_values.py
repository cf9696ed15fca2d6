"""Read spreadsheet cells: days, yes and no, words from a list.

Each function raises ``InvalidEdit`` with a message that says what is allowed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from difflib import get_close_matches
from enum import Enum
from typing import Final

from wardrobe_app.domain.catalogue.lexicon import phrase
from wardrobe_app.domain.errors import InvalidEdit
from wardrobe_app.domain.garments import tag_values
from wardrobe_app.domain.limits import FIRST_DAY

_YES: Final = frozenset(["yes", "y", "true", "1", "x", "✓", "on", "ja", "j", "wahr", "oui", "o", "vrai"])
_NO: Final = frozenset(["no", "n", "false", "0", "-", "off", "nein", "falsch", "non", "faux"])
_ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]\d{1,2}:\d{2}(?::\d{2})?)?", re.ASCII)
_DOTS: Final = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})", re.ASCII)
_EITHER: Final = re.compile(r"(\d{1,2})([/-])(\d{1,2})\2(\d{4})", re.ASCII)


class DayOrder(Enum):
    """How a date with slashes is read."""

    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"


def yes_or_no(text: str) -> bool:
    """Read yes or no, in English, German or French, or as a spreadsheet writes a tick."""
    word = text.casefold()
    if word not in _YES | _NO:
        raise InvalidEdit("write yes or no")
    return word in _YES


def day_order(texts: Iterable[str]) -> DayOrder | None:
    """Find the order of the dates of a file by those with a day above 12; None if there is none, or they disagree."""
    orders = set()
    for found in map(_EITHER.fullmatch, texts):
        if found and int(found[1]) > 12:
            orders.add(DayOrder.DAY_FIRST)
        elif found and int(found[3]) > 12:
            orders.add(DayOrder.MONTH_FIRST)
    return orders.pop() if len(orders) == 1 else None


def day(text: str, order: DayOrder | None, today: date) -> date:
    """Read a day up to ``today``, written as 2025-03-01 or 01.03.2025.

    Slashes, as in 01/03/2025, are read only where ``order`` or the numbers themselves show which is the month.
    """
    if found := _ISO.fullmatch(text):
        return _sensible(found[1], found[2], found[3], today)
    if found := _DOTS.fullmatch(text):
        return _sensible(found[3], found[2], found[1], today)
    if found := _EITHER.fullmatch(text):
        return _slashed(found[1], found[3], found[4], order, today)
    raise InvalidEdit("write a date such as 2025-03-01 or 01.03.2025")


def _slashed(one: str, other: str, year: str, order: DayOrder | None, today: date) -> date:
    if int(one) > 12 or int(one) == int(other):
        order = DayOrder.DAY_FIRST
    elif int(other) > 12:
        order = DayOrder.MONTH_FIRST
    if order is None:
        raise InvalidEdit(
            "this can be read with the day or the month first, and no other date in the file shows which; "
            "write it as 2025-03-01"
        )
    month, number = (one, other) if order is DayOrder.MONTH_FIRST else (other, one)
    return _sensible(year, month, number, today)


def _sensible(year: str, month: str, number: str, today: date) -> date:
    try:
        found = date(int(year), int(month), int(number))
    except ValueError as error:
        raise InvalidEdit("there is no such day; write a date such as 2025-03-01") from error
    if not FIRST_DAY <= found <= today:
        raise InvalidEdit("write a day between 1900 and today")
    return found


def one_of(text: str, words: Mapping[str, str], what: str, meant: Callable[[str], str | None] = lambda _: None) -> str:
    """Return the value of a word, a key of ``words`` in any capitals; ``meant`` maps other words to values."""
    typed, folded = phrase(text), {phrase(word): value for word, value in words.items()}
    if typed in folded:
        return folded[typed]
    if (value := meant(text)) in folded.values():
        return str(value)
    shown = {phrase(word): word for word in words}
    near = list(dict.fromkeys(folded[word] for word in get_close_matches(typed, folded, n=3, cutoff=0.6)))
    labels = {value: shown[word] for word, value in folded.items()}  # of a name and a label, the label, which is last
    if near:
        raise InvalidEdit(f"unknown {what}; did you mean {', '.join(labels[value] for value in near)}?")
    if len(labels) <= 20:
        raise InvalidEdit(f"unknown {what}; allowed are: {', '.join(labels.values())}")
    raise InvalidEdit(f"unknown {what}; a garment's page lists all")


def several_of(
    text: str, words: Mapping[str, str], what: str, meant: Callable[[str], str | None] = lambda _: None
) -> str:
    """Return the values of several words, as ``one_of`` reads each, in the order of ``words``: "spring|autumn"."""
    given = [one_of(word, words, what, meant) for word in tag_values.split_words(text) or [text]]
    return tag_values.joined(given, list(words.values()))
