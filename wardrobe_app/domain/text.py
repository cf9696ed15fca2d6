"""What people and files call things, as text that can be stored, exported and shown everywhere alike.

Control characters can steer a terminal, halves of surrogate pairs cannot be stored, XML holds neither, and marks of
direction let a text be read other than it is written. The joiners inside of words and emoji stay.
"""

from __future__ import annotations

import re
from typing import Final

_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)


def one_line(text: str) -> str:
    """The text on one line, without what cannot be seen, and with single blanks."""
    return " ".join(_UNSEEN.sub("", text).split())


def some_lines(text: str) -> str:
    """The text with its lines, without what cannot be seen, and without blanks around it."""
    return _UNSEEN.sub("", re.sub("\r\n?|[\x85\u2028\u2029]", "\n", text)).strip()


def shown(text: str) -> str:
    """The text as a terminal may be given it: what cannot be seen shows as a replacement character, tabs stay."""
    return "".join(letter if letter.isprintable() or letter == "\t" else "\N{REPLACEMENT CHARACTER}" for letter in text)
