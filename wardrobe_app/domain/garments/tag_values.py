"""Several values in one tag: a garment can be for spring and autumn, for work and for casual days.

Such a tag holds its values in one text, in the order of the vocabulary and none twice: "spring|autumn".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

SEPARATOR: Final = "|"
_BETWEEN: Final = re.compile("[|,;/\n]")


def split(value: str) -> tuple[str, ...]:
    """The values that a text holds."""
    return tuple(one for one in value.split(SEPARATOR) if one)


def told(text: str) -> list[str]:
    """The words of a text in which somebody wrote several, with any of ``|,;/`` between them."""
    return [word.strip() for word in _BETWEEN.split(text) if word.strip()]


def joined(values: Iterable[str], order: Sequence[str]) -> str:
    """The values as one text, in this ``order``; those that it does not name come last, as they were given."""
    given = dict.fromkeys(one for value in values for one in split(value))
    return SEPARATOR.join(sorted(given, key=lambda one: order.index(one) if one in order else len(order)))


def spoken(value: str, between: str = "/") -> str:
    """The values as people read them within a sentence: "spring/autumn"."""
    return between.join(split(value)) or value
