"""Plain words for counts and kinds of garment: "Two pairs of navy jeans"."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Final

Money = Callable[[Decimal], str]
"""Formats an amount of money."""

_NUMBERS: Final = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip
_MASS_NOUNS: Final = frozenset({"swimwear", "underwear", "jewellery", "legwear", "clothing"})
_KEEP_CAPITAL: Final = ("T-", "V-", "A-")
_PATTERNS: Final = {"animal": "animal-print", "graphic": "printed"}


def number(count: int) -> str:
    """Return a count in words up to twelve, in figures above."""
    return _NUMBERS[count] if 0 <= count < len(_NUMBERS) else str(count)


def bare_amount(amount: Decimal) -> str:
    """Format an amount with two decimals, without a currency."""
    return f"{amount:,.2f}"


def listed(words: Iterable[str]) -> str:
    """Join words to a list in a sentence: "a, b and c"; empty for none."""
    given = list(words)
    return " and ".join([", ".join(given[:-1]), given[-1]]) if len(given) > 1 else "".join(given)


def lower_first(label: str) -> str:
    """Return a label as it appears inside a sentence: "blouse", but "T-shirt"."""
    return label if label.startswith(_KEEP_CAPITAL) else label[:1].lower() + label[1:]


def capitalised(sentence: str) -> str:
    """Return the text with a capital first letter, the rest unchanged."""
    return sentence[:1].upper() + sentence[1:]


def plural(word: str) -> str:
    """Return the plural of a word, or of the last of several; words in s are plural already."""
    if word.endswith("s") and not word.endswith("ss"):
        return word
    if word.endswith(("ss", "sh", "ch", "x", "z")):
        return word + "es"
    if word.endswith("scarf"):
        return word[:-1] + "ves"
    if word.endswith("y") and word[-2:-1] not in ("a", "e", "i", "o", "u"):
        return word[:-1] + "ies"
    return word + "s"


def several(label: str, adjectives: Sequence[str] = ()) -> str:
    """Name several garments of a type: "pink blouses", "pairs of navy jeans", "pieces of swimwear"."""
    noun = lower_first(label)
    before = " ".join(word for word in adjectives if word)
    prefix = f"{before} " if before else ""
    if noun.split()[-1] in _MASS_NOUNS:
        return f"pieces of {prefix}{noun}"
    if noun.endswith("s") and not noun.endswith("ss"):
        return f"pairs of {prefix}{noun}"
    return prefix + " or ".join(plural(part) for part in noun.split(" or "))


def kinds(label: str) -> str:
    """Return the plural of a type inside a sentence: "T-shirts", "jeans", "swimwear"."""
    noun = lower_first(label)
    mass = noun.split()[-1] in _MASS_NOUNS
    return noun if mass else " or ".join(plural(part) for part in noun.split(" or "))


def counted(count: int, label: str, adjectives: Sequence[str] = ()) -> str:
    """Return a title: "Three pink blouses", "Two pairs of navy jeans". ``count`` is 2 or more."""
    return capitalised(f"{number(count)} {several(label, adjectives)}")


def pattern_adjective(pattern: str | None) -> str:
    """Return the pattern before a noun ("striped", "animal-print"); empty for plain, other or unknown."""
    return "" if pattern in (None, "solid", "other") else _PATTERNS.get(str(pattern), str(pattern))
