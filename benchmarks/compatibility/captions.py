"""Outfits as people describe them in captions of photos: "a woman in a red coat and black boots"."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

from benchmarks.compatibility.questions import Described, role_of
from wardrobe_app.domain.catalogue.free_text import Reader

FILES = 5
_PERSON = frozenset(
    """man guy gentleman male boy woman lady girl female person child kid toddler baby teenager player worker performer
    dancer runner singer""".split()  # noqa: SIM905
)
_SEVERAL = frozenset(
    "men women boys girls people children guys ladies kids players workers they two three four".split()  # noqa: SIM905
)
_GARMENTS = frozenset(
    """shirt t-shirt tshirt tee sweater sweatshirt hoodie jacket coat blazer vest pants jeans trousers slacks shorts
    skirt dress gown suit leggings tights stockings socks shoes sneakers boots sandals heels hat cap beanie scarf gloves
    tie bag backpack purse handbag blouse cardigan top jersey tuxedo overalls jumpsuit belt sunglasses poncho tank
    swimsuit bikini kimono sari""".split()  # noqa: SIM905
)
_COLOURS = frozenset(
    """black white blue navy red green gray grey brown yellow pink purple orange tan beige khaki teal turquoise maroon
    burgundy cream gold silver olive lavender violet""".split()  # noqa: SIM905
)
_PATTERNS = {
    "striped": "striped", "plaid": "checked", "checkered": "checked", "checked": "checked", "floral": "floral",
    "flowered": "floral", "polka": "dotted", "camouflage": "camouflage",
}  # fmt: skip
_BETWEEN = frozenset({"with", "a", "an", "in", "wearing", "his", "her", "the"})
_WORD = re.compile(r"[a-z]+(?:-[a-z]+)*")


def outfits(folder: Path, reader: Reader) -> list[Described]:
    """Return the outfit of at least two garments with a colour that a photo's captions tell most of."""
    best: dict[int, Described] = {}
    for number in range(1, FILES + 1):
        with gzip.open(folder / f"train.{number}.en.gz", "rt", encoding="utf-8") as lines:
            for photo, line in enumerate(lines):
                for outfit in _told(line, reader):
                    if len(outfit) > max(1, len(best.get(photo, ()))):
                        best[photo] = outfit
    return [best[photo] for photo in sorted(best)]


def _told(line: str, reader: Reader) -> Iterator[Described]:
    """Yield what each person in a caption wears, one garment of a role."""
    for pieces in _people(_WORD.findall(line.lower())):
        found: dict[object, object] = {}
        read = [reader.read(piece, {}) for piece in pieces]
        yield [one for one in read if one.colours and role_of(one) and found.setdefault(role_of(one), one) is one]


def _people(words: list[str]) -> Iterator[list[dict[str, str]]]:
    person, pieces, said = "", list[dict[str, str]](), list[str]()
    for word in [*words, "person"]:
        if word in _PERSON or word in _SEVERAL:
            if pieces and person not in _SEVERAL:
                yield pieces
            person, pieces, said = word, [], []
        elif word in _GARMENTS:
            pieces.append(_piece(said, word))
            said = []
        elif word in _BETWEEN:
            said = []
        elif word != "and" or not (said and said[-1] in _COLOURS):
            said = [] if word == "and" else [*said, word]


def _piece(said: list[str], garment: str) -> dict[str, str]:
    plain = [word for word in said if word not in _COLOURS and word not in _PATTERNS]
    piece = {"type": " ".join([*plain[-2:], garment])}
    if colour := next((word for word in said if word in _COLOURS), None):
        piece["colour"] = colour
    if pattern := next((_PATTERNS[word] for word in said if word in _PATTERNS), None):
        piece["pattern"] = pattern
    return piece
