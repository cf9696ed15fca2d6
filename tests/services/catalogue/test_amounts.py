from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal

import pytest
from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.numbers import format_currency, get_currency_precision, get_territory_currencies
from hypothesis import given, settings
from hypothesis import strategies as st

from wardrobe_app.domain.errors import InvalidEdit
from wardrobe_app.services.catalogue.amounts import (
    AmbiguousAmount,
    DecimalMark,
    currencies,
    decimal_mark,
    read_amount,
    write_amount,
)
from wardrobe_app.services.catalogue.validation import HIGHEST_PRICE

THIN, HARD, NARROW = "\u2009", "\u00a0", "\u202f"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("19,90", "19.90"), ("19.90", "19.90"), ("19,9", "19.9"), ("19", "19"), ("007", "7"), (" 19,90 ", "19.90"),
        ("0,5", "0.5"), (".5", "0.5"), (",50", "0.50"), ("0", "0"), ("0,125", "0.125"),
        ("1.234,50", "1234.50"), ("1,234.50", "1234.50"), ("1234,50", "1234.50"), ("1234567.89", "1234567.89"),
        ("1.234.567", "1234567"), ("1,234,567", "1234567"), ("1.234.567,8", "1234567.8"),
        ("1 234,50", "1234.50"), (f"1{HARD}234,50", "1234.50"), (f"1{NARROW}234,50", "1234.50"),
        (f"1{THIN}234.50", "1234.50"), ("1 500", "1500"), (f"12{HARD}345{HARD}678", "12345678"),
        ("1'234.50", "1234.50"), ("1’234,50", "1234.50"), ("1'500", "1500"),
        ("1,23,456.00", "123456"), ("12,34,567", "1234567"), ("₹1,25,000", "125000"),
        ("1 23 456,50", "123456.50"),
        ("１９．９０", "19.90"), ("٣٤٫٥", "34.5"), ("१,२३,४५६", "123456"),
    ],
)  # fmt: skip
def test_amounts_are_read_however_digits_are_grouped(text: str, value: str) -> None:
    assert read_amount(text) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("€ 19,90", "19.90"), ("19,90 €", "19.90"), ("€19.90", "19.90"), ("19.90 EUR", "19.90"), ("eur 19,90", "19.90"),
        ("12€50", "12.50"), ("20 euros", "20"), ("EUR 5 €", "5"),
        ("$19.90", "19.90"), ("US$ 12", "12"), ("A$12.5", "12.5"), ("R$ 1.234,56", "1234.56"), ("HK$88", "88"),
        ("£5", "5"), ("1 299 kr", "1299"), ("kr. 1.299,00", "1299"), ("zł 5", "5"), ("5,50 zł", "5.50"),
        ("249 Kč", "249"), ("Rs. 1,250.00", "1250"), ("Rs.50", "50"), ("€.50", "0.50"), ("S/ 89.90", "89.90"),
        ("Rp 1.500.000", "1500000"), ("Rp1.500.000", "1500000"), ("1,250,000 ₫", "1250000"), ("1.250.000đ", "1250000"),
        ("₩39,000", "39000"), ("¥12,800 JPY", "12800"), ("12 800 Ft", "12800"), ("1 500 ₽", "1500"),
        ("CHF 49.–", "49"), ("CHF 49.-", "49"), ("Fr. 1'500.–", "1500"), ("49,- kr", "49"), ("49:-", "49"),
        ("1.500,- €", "1500"),
    ],
)  # fmt: skip
def test_a_sign_code_or_name_of_a_currency_may_stand_before_or_behind(text: str, value: str) -> None:
    assert read_amount(text) == Decimal(value)


@pytest.mark.parametrize("text", ["1.500", "1,500", "€ 1.500", "1,500 EUR", "$1,500", "1.500 kr", "1,000"])
def test_an_amount_with_two_readings_is_asked(text: str) -> None:
    with pytest.raises(AmbiguousAmount) as told:
        read_amount(text)
    small, large = told.value.readings
    assert large == small * 1000
    assert large == large.to_integral_value()
    assert isinstance(told.value, InvalidEdit)


def test_the_two_readings_are_shown_in_forms_that_have_only_one() -> None:
    with pytest.raises(AmbiguousAmount, match=r"1\.50 or 1500\.00"):
        read_amount("1,500")
    assert (read_amount("1.50"), read_amount("1500.00")) == (Decimal("1.5"), Decimal(1500))


@pytest.mark.parametrize("text", ["1.500", "1,500", "1 500", "1500"])
@pytest.mark.parametrize("currency", ["JPY", "IDR", "VND", "KRW"])
def test_a_currency_without_decimals_tells_which_reading_is_meant(text: str, currency: str) -> None:
    assert read_amount(text, currency) == Decimal(1500)
    assert read_amount(f"{text} {currency}") == Decimal(1500)


def test_a_sign_of_several_currencies_is_the_one_that_prices_are_in() -> None:
    assert read_amount("¥1,500", "JPY") == Decimal(1500)
    assert read_amount("$ 1.500", "CLP") == Decimal(1500)
    with pytest.raises(AmbiguousAmount):
        read_amount("$1,500", "USD")


@pytest.mark.parametrize(
    ("text", "currency"), [("19 USD", "EUR"), ("€ 19", "USD"), ("Rp 1.500", "EUR"), ("20 kr", "EUR"), ("¥5", "KRW")]
)
def test_an_amount_in_another_currency_is_refused_and_not_converted(text: str, currency: str) -> None:
    assert read_amount("19,90", currency) == Decimal("19.90")
    with pytest.raises(InvalidEdit, match=currency):
        read_amount(text, currency)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "€", "cheap", "-5", "minus 5", "€-5", "(5.00)", "19.90 or 20", "10-20", "5 apples", "10k", "5 M",
        "12 34", "1.2.3", "1.234.56", "12,345,6", "1,234.", "1..5", "1.5,00", "1 234.567,50", "1.234 567", "1_000",
        "1e5", "NaN", "inf", "5%", "½", "5 €\n6 €", "€5 USD", "0x10", "1" * 100, "\x00",
    ],
)  # fmt: skip
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(InvalidEdit) as told:
        read_amount(text)
    assert not isinstance(told.value, AmbiguousAmount)


@pytest.mark.parametrize(
    ("texts", "mark", "value"),
    [
        (["19,90", "1.500"], DecimalMark.COMMA, "1500"),
        (["19.90", "", "cheap", "1.500"], DecimalMark.POINT, "1.5"),
        (["1.234.567", "5"], DecimalMark.COMMA, "1500"),
        (["1 234.50"], DecimalMark.POINT, "1.5"),
    ],
)
def test_other_amounts_of_a_file_tell_which_reading_is_meant(texts: list[str], mark: DecimalMark, value: str) -> None:
    assert decimal_mark(texts) is mark
    assert read_amount("1.500", mark=mark) == Decimal(value)


@pytest.mark.parametrize("texts", [[], ["5", "1 500"], ["1.500"], ["19,90", "19.90"]])
def test_a_file_that_does_not_tell_is_no_reason_to_guess(texts: list[str]) -> None:
    assert decimal_mark(texts) is None


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("19.90", "EUR", "€19.90"), ("1234.5", "USD", "$1,234.50"), ("49", "CHF", "CHF 49.00"),
        ("1500.00", "JPY", "¥1,500"),
        ("19.90", "JPY", "¥19.90"), ("1234.5", None, "1,234.50"), ("0", None, "0.00"), ("1.2345", None, "1.2345"),
        ("999999999.99", "INR", "₹999,999,999.99"),
    ],
)  # fmt: skip
def test_amounts_are_written_with_their_currency_and_every_digit(amount: str, currency: str | None, text: str) -> None:
    assert write_amount(Decimal(amount), currency) == text


@settings(deadline=None)
@given(
    cents=st.integers(0, int(HIGHEST_PRICE * 100)),
    currency=st.sampled_from([None, *currencies()]),
)
def test_what_was_written_is_read_as_it_was(cents: int, currency: str | None) -> None:
    amount = Decimal(cents).scaleb(-2)
    assert read_amount(write_amount(amount, currency), currency) == amount


def everywhere() -> Iterator[tuple[Locale, str]]:
    for place in get_global("territory_currencies"):
        with suppress(UnknownLocaleError):
            yield from ((Locale.parse(f"und_{place}"), code) for code in get_territory_currencies(place))


@pytest.mark.parametrize("amount", ["5", "19.90", "999", "1500", "1234.50", "1234567.89"])
def test_what_any_country_writes_is_never_read_as_another_amount(amount: str) -> None:
    read = 0
    for language, code in everywhere():
        places = get_currency_precision(code)
        meant = round(Decimal(amount), places)
        text = format_currency(meant, code, locale=language)
        try:
            assert read_amount(text, code) == meant, (language, text)
            assert read_amount(text) == meant, (language, text)
            read += 1
        except AmbiguousAmount as asked:
            assert meant in asked.readings, (language, text)
        except InvalidEdit:  # a sign of a single letter, which only its own country knows
            assert re.search(r"(?<![^\W\d_])[A-Z](?![^\W\d_])", text), text
    assert read > 200


@settings(deadline=None)
@given(st.text(alphabet="0123456789.,'’ €$-kR\u00a0", max_size=15))
def test_whatever_is_typed_is_an_amount_or_refused(text: str) -> None:
    with suppress(InvalidEdit):
        assert read_amount(text) >= 0


def test_the_currencies_are_those_in_use() -> None:
    assert {"EUR", "JPY", "IDR", "VND", "INR", "CHF"} <= set(currencies())
    assert not {"DEM", "XXX", "XAU"} & set(currencies())
    assert currencies()["JPY"] == "Japanese Yen"
