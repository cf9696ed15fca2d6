"""What people and files call things, as text that can be stored, exported and shown everywhere alike.

Control characters can steer a terminal, halves of surrogate pairs cannot be stored, XML holds neither, and marks of
direction let a text be read other than it is written. The joiners inside of words and emoji stay.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)

# Accents and other marks over, under and in letters, joiners and signs of variation: what two spellings differ in
# while they look alike or are typed without. Marks that make another letter (of kana, of Indic vowels) stay.
MARKS: Final = (
    "\u00ad\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200f\u2060\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\ufeff"
)
# Lower-case letters and signs that Unicode does not take apart, and what people type for them.
ALIKE: Final = {
    "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ŧ": "t", "ı": "i",
    "ς": "σ", "’": "'", "‘": "'", "ʼ": "'", "‛": "'", "′": "'", "`": "'", "“": '"', "”": '"', "„": '"', "«": '"',
    "»": '"', "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-", "·": "-",
}  # fmt: skip
ACUTE: Final = "´"  # typed as an apostrophe; Unicode takes it apart into a blank and a mark
DIGITS: Final = 20  # of a number that count when names are put in order

_MARKS: Final = re.compile(f"[{MARKS}]")
_ALIKE: Final = str.maketrans(ALIKE)
_NUMBER: Final = re.compile("[0-9]+")


def fold(text: str) -> str:
    """``text`` without what makes no difference when people search: case, accents, ligatures, kinds of quote and dash.

    ``db.text`` says the same in PostgreSQL's SQL.
    """
    if text.isascii():
        return text.lower().replace("`", "'")
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", text.replace(ACUTE, "'")))
    return unicodedata.normalize("NFKC", plain.lower().translate(_ALIKE))


def natural_key(text: str) -> str:
    """A key to put texts in the order that people expect: "Shirt 2" before "Shirt 10", "Ärmel" beside "Armel"."""
    return _NUMBER.sub(lambda found: found[0][-DIGITS:].zfill(DIGITS), fold(text))


def one_line(text: str) -> str:
    """The text on one line, without what cannot be seen, and with single blanks."""
    return " ".join(_UNSEEN.sub("", text).split())


def some_lines(text: str) -> str:
    """The text with its lines, without what cannot be seen, and without blanks around it."""
    return _UNSEEN.sub("", re.sub("\r\n?|[\x85\u2028\u2029]", "\n", text)).strip()


def shown(text: str) -> str:
    """The text as a terminal may be given it: what cannot be seen shows as a replacement character, tabs stay."""
    return "".join(letter if letter.isprintable() or letter == "\t" else "\N{REPLACEMENT CHARACTER}" for letter in text)
