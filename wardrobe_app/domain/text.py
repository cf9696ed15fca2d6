"""Clean and compare text from people and files, so that it can be stored, exported and shown everywhere.

Control characters can steer a terminal, half surrogate pairs cannot be stored, XML can hold neither, and direction
marks make a text read differently than it is written. Joiners inside words and emoji stay.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)

# Accents and other marks, joiners and variation selectors: spellings that differ in them look alike. Marks that make
# another letter (kana, Indic vowels) stay.
MARKS: Final = (
    "\u00ad\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200f\u2060\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\ufeff"
)
# Lower-case letters and signs that Unicode does not decompose, and what people type for them.
ALIKE: Final = {
    "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ŧ": "t", "ı": "i",
    "ς": "σ", "’": "'", "‘": "'", "ʼ": "'", "‛": "'", "′": "'", "`": "'", "“": '"', "”": '"', "„": '"', "«": '"',
    "»": '"', "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-", "·": "-",
}  # fmt: skip
ACUTE: Final = "´"  # typed as an apostrophe; Unicode decomposes it into a blank and a mark
DIGITS: Final = 20  # of a number that count in sorting

_MARKS: Final = re.compile(f"[{MARKS}]")
_ALIKE: Final = str.maketrans(ALIKE)
_NUMBER: Final = re.compile("[0-9]+")


def fold(text: str) -> str:
    """Remove what makes no difference in a search: case, accents, ligatures, kinds of quotes and dashes.

    ``db.engine.collation`` does the same in PostgreSQL.
    """
    if text.isascii():
        return text.lower().replace("`", "'")
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", text.replace(ACUTE, "'")))
    return unicodedata.normalize("NFKC", plain.lower().translate(_ALIKE))


def natural_key(text: str) -> str:
    """Return a key to sort texts as people expect: "Shirt 2" before "Shirt 10", "Ärmel" beside "Armel"."""
    return _NUMBER.sub(lambda found: found[0][-DIGITS:].zfill(DIGITS), fold(text))


def one_line(text: str) -> str:
    """Return the text on one line, without invisible characters, with single blanks."""
    return " ".join(_UNSEEN.sub("", text).split())


def some_lines(text: str) -> str:
    """Return the text with its lines, without invisible characters and surrounding blanks."""
    return _UNSEEN.sub("", re.sub("\r\n?|[\x85\u2028\u2029]", "\n", text)).strip()


def shown(text: str) -> str:
    """Make a text safe for a terminal: invisible characters show as replacement characters; tabs stay."""
    return "".join(letter if letter.isprintable() or letter == "\t" else "\N{REPLACEMENT CHARACTER}" for letter in text)
