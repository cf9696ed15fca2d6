"""Store several values in one tag: a garment can be for spring and autumn.

The text holds the values in the order of the vocabulary, each once: "spring|autumn".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

SEPARATOR: Final = "|"
_BETWEEN: Final = re.compile("[|,;/\n]")


def split(value: str) -> tuple[str, ...]:
    """Return the values in a text."""
    return tuple(one for one in value.split(SEPARATOR) if one)


def split_words(text: str) -> list[str]:
    """Split a text that somebody wrote with any of ``|,;/`` between values."""
    return [word.strip() for word in _BETWEEN.split(text) if word.strip()]


def joined(values: Iterable[str], order: Sequence[str]) -> str:
    """Join values in this ``order``, each once; unknown ones come last, as given."""
    given = dict.fromkeys(one for value in values for one in split(value))
    return SEPARATOR.join(sorted(given, key=lambda one: order.index(one) if one in order else len(order)))


def spoken(value: str, between: str = "/") -> str:
    """Return the values as they read in a sentence: "spring/autumn"."""
    return between.join(split(value)) or value
