"""Read and write amounts of money in the notation of any country.

Babel knows how languages group digits and what currencies are called; this module decides which reading is meant.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.numbers import (
    NumberFormatError,
    get_currency_name,
    get_currency_precision,
    get_currency_symbol,
    get_territory_currencies,
    parse_decimal,
)

from wardrobe_app.domain.errors import InvalidEdit

_LONGEST: Final = 80  # characters: the longest name of a currency fits beside any amount
_STORED_PLACES: Final = 2
_EXAMPLE: Final = "Write an amount such as 19.90 or 19,90."


class DecimalMark(StrEnum):
    """The decimal separator of an amount."""

    POINT = "."
    COMMA = ","


# One language for each way to group digits: by threes with commas, by lakh with commas, by threes with points.
_WAYS: Final = {"en": DecimalMark.POINT, "en_IN": DecimalMark.POINT, "de": DecimalMark.COMMA}
_MARKS: Final = {**dict.fromkeys(map(ord, "’‘ʼ`´′٬"), "'"), ord("٫"): ","}
_AMOUNT: Final = re.compile(
    # A dot before a digit belongs to the number at the start and behind blanks and signs, to words ("Rs.") otherwise.
    r"(?P<before>\D*?)(?P<number>(?:(?:^|(?<=[ $£¥¤\u20a0-\u20cf]))[.,])?\d(?:[\d.,' ]*\d)?)"
    r"(?P<dash> ?[.,:] ?[-–—]{1,2})?(?P<after>\D*)"
)
_UNSEEN: Final = re.compile(r"[\u061c\u200b-\u200f\u2066-\u2069]")  # marks of direction, as Arabic and Hebrew have them
_SIGN_IN_THE_MIDDLE: Final = re.compile(r"(?<=\d) ?([€$£]) ?(\d\d)$")  # 12€50
# Everyday ways to write a currency that are the sign of none of a country's languages.
_EVERYDAY: Final[Mapping[str, tuple[str, ...]]] = {
    "euro": ("EUR",), "euros": ("EUR",), "dollar": ("USD",), "dollars": ("USD",), "pound": ("GBP",),
    "pounds": ("GBP",), "yen": ("JPY",), "円": ("JPY",), "元": ("CNY",), "rmb": ("CNY",), "¥": ("JPY", "CNY"),
    "원": ("KRW",), "won": ("KRW",), "đ": ("VND",), "fr": ("CHF", "XAF", "XOF", "XPF"), "sfr": ("CHF",),
    "tl": ("TRY",), "lei": ("RON",), "kn": ("HRK",), "руб": ("RUB",), "р": ("RUB",), "грн": ("UAH",),
    "лв": ("BGN",), "rs": ("INR", "LKR", "NPR"), "din": ("RSD",), "дин": ("RSD",), "dh": ("AED", "MAD"),
    "dhs": ("AED", "MAD"), "s$": ("SGD",), "nis": ("ILS",),
}  # fmt: skip


class AmbiguousAmount(InvalidEdit):
    """An amount that can be read in more than one way; ``readings`` are these, the smallest first."""

    def __init__(self, text: str, readings: Iterable[Decimal]) -> None:
        self.readings: tuple[Decimal, ...] = tuple(sorted(readings))
        ways = " or ".join(_unmistakable(reading) for reading in self.readings)
        super().__init__(f"“{text}” can mean {ways}. Write one of these.")


@dataclass(frozen=True, slots=True)
class _Written:
    """An amount's text taken apart: its digits, whether a dash stands for the decimals, the currencies it may name."""

    number: str
    whole: bool
    named: frozenset[str]


def read_amount(text: str, currency: str | None = None, mark: DecimalMark | None = None) -> Decimal:
    """Read an amount, with a currency's sign, code or everyday name before or behind it, or without.

    Args:
        text: What was written, such as "19,90", "1'234.50", "1,23,456.00" or "Rp 1.500.000".
        currency: The ISO 4217 code of the currency that amounts are in; None where none is set.
        mark: The decimal separator of the file that the text is from; None if unknown.

    Raises:
        AmbiguousAmount: it can be read in more than one way, and neither currency nor ``mark`` decides.
        InvalidEdit: it is not an amount, or names another currency.
    """
    written = _taken_apart(text, currency)
    found = _readings(written.number)
    readings = set(found.values())
    if len(readings) > 1 and mark is not None:
        readings = {found[mark]}
    if written.whole or (len(readings) > 1 and _without_decimals({currency} if currency else written.named)):
        readings = {reading for reading in readings if reading.as_tuple().exponent == 0}  # 1.000 has decimals
    if not readings:
        raise InvalidEdit(_EXAMPLE)
    if len(readings) > 1:
        raise AmbiguousAmount(" ".join(text.split()), readings)
    return readings.pop()


def decimal_mark(texts: Iterable[str], currency: str | None = None) -> DecimalMark | None:
    """Find the decimal separator of the amounts of a file; None if no amount shows it, or they disagree."""
    found: set[DecimalMark] = set()
    for text in texts:
        try:
            ways = set(_readings(_taken_apart(text, currency).number))
        except InvalidEdit:
            continue
        if len(ways) == 1:
            found |= ways
    return found.pop() if len(found) == 1 else None


def write_amount(amount: Decimal, currency: str | None = None) -> str:
    """Write an amount for people, such as "€1,234.50" or "1,234.50", with every digit that it has.

    As many decimals as the currency usually has, and at most the two that are stored, unless the amount has more.
    """
    usual = _STORED_PLACES if currency is None else min(_STORED_PLACES, get_currency_precision(currency))
    needed = _places(amount)
    number = f"{amount:,.{max(needed, _STORED_PLACES) if needed else usual}f}"
    sign = get_currency_symbol(currency, locale="en") if currency else ""
    return f"{sign} {number}" if sign[-1:].isalpha() else f"{sign}{number}"


@cache
def currencies() -> Mapping[str, str]:
    """The currencies that are in use today: ISO 4217 code -> English name, in the order of the codes."""
    codes = {code for place in get_global("territory_currencies") for code in get_territory_currencies(place)}
    return {code: get_currency_name(code, locale="en") for code in sorted(codes)}


def _taken_apart(text: str, currency: str | None) -> _Written:
    plain = _plain(text)
    found = _AMOUNT.fullmatch(_SIGN_IN_THE_MIDDLE.sub(r".\2 \1", plain)) if len(plain) <= _LONGEST else None
    if found is None:
        raise InvalidEdit(_EXAMPLE)
    named = _named([found["before"].strip(), found["after"].strip()], currency)
    return _Written(found["number"], found["dash"] is not None, named)


def _plain(text: str) -> str:
    """Normalise digits, blanks and apostrophes."""
    plain = unicodedata.normalize("NFKC", text.translate(_MARKS))
    digits = (str(unicodedata.decimal(letter, letter)) for letter in plain)
    return " ".join(_UNSEEN.sub("", "".join(digits)).split())


def _readings(number: str) -> dict[DecimalMark, Decimal]:
    """Every way to read digits and what stands between them, by what would be the decimal mark."""
    if re.search(r"\d[ ']\d", number):
        return _grouped(number)
    found = {}
    for language, mark in _WAYS.items():
        try:
            found[mark] = parse_decimal(number, locale=language, strict=True)
        except NumberFormatError:
            continue
    return found


def _grouped(number: str) -> dict[DecimalMark, Decimal]:
    """Read a number whose groups stand between blanks or apostrophes, so that another mark can only be decimal."""
    mark = next((mark for mark in DecimalMark if mark in number), None)
    found = _readings(re.sub("[ ']", ",", re.sub("[.,]", ".", number)))
    point = {value for way, value in found.items() if way is DecimalMark.POINT}
    return {one: value for value in point for one in DecimalMark if mark in (None, one)}


def _named(signs: Iterable[str], currency: str | None) -> frozenset[str]:
    """The currencies that all of the signs can stand for, none where there is no sign."""
    named: frozenset[str] | None = None
    for sign in filter(None, signs):
        codes = _codes(sign, currency)
        named = codes if named is None else named & codes
        if not named:
            named_none = f"“{sign}” is not a known currency. " if any(map(str.isalpha, sign)) else ""
            raise InvalidEdit(named_none + _EXAMPLE)
    if named and currency is not None and currency not in named:
        other = next(iter(named)) if len(named) == 1 else "another currency"
        raise InvalidEdit(f"This amount is in {other}, and prices here are in {currency}. Write it in {currency}.")
    return named or frozenset()


def _codes(sign: str, currency: str | None) -> frozenset[str]:
    codes = _signs().get(_key(sign), frozenset())
    # A single letter may as well mean a thousand or a million.
    if len(_key(sign)) == 1 and sign[0].isascii() and sign[0].isalpha() and currency not in codes:
        return frozenset()
    return codes


@cache
def _signs() -> Mapping[str, frozenset[str]]:
    """The currencies in use that a sign can stand for: in the languages of their countries, in English, or by code."""
    found: dict[str, set[str]] = defaultdict(set)
    for place in get_global("territory_currencies"):
        for code in get_territory_currencies(place):
            for language in (_language_of(place), "en"):
                found[_key(get_currency_symbol(code, language))].add(code)
            found[_key(code)].add(code)
    for sign, codes in _EVERYDAY.items():
        found[_key(sign)].update(codes)
    return {sign: frozenset(codes) for sign, codes in found.items() if sign}


def _language_of(place: str) -> Locale:
    try:
        return Locale.parse(f"und_{place}")
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def _key(sign: str) -> str:
    """A sign without its dots, blanks and marks of direction, in lower case."""
    return re.sub(r"[\s.]", "", _UNSEEN.sub("", unicodedata.normalize("NFKC", sign))).casefold()


def _without_decimals(codes: Collection[str]) -> bool:
    return bool(codes) and all(get_currency_precision(code) == 0 for code in codes)


def _places(amount: Decimal) -> int:
    exponent = amount.normalize().as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0


def _unmistakable(amount: Decimal) -> str:
    """An amount in a form that has one reading only: without groups, and never with three decimals."""
    places = max(_STORED_PLACES, _places(amount))
    return f"{amount:.{4 if places == 3 else places}f}"


def read_whole_number(text: str) -> int:
    """Read a whole number, which spreadsheets may write as 2.0 or 2,0."""
    if found := re.fullmatch(r"(\d{1,9})(?:[.,]0+)?", text, re.ASCII):
        return int(found[1])
    raise InvalidEdit("write a whole number such as 2")
