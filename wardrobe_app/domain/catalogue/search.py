"""What somebody looks for: the words of a search, read with the words that the program knows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from wardrobe_app.domain.catalogue.lexicon import Lexicon, Meaning
from wardrobe_app.domain.text import fold

LONGEST_PHRASE: Final = 4  # words


@dataclass(frozen=True, slots=True)
class Term:
    """Part of a search. A garment fits that has one of the ``needles`` in its texts, or a tag of ``meanings``.

    Of several words, a garment fits as well that fits each of their ``parts``. Needles are folded.
    """

    needles: tuple[str, ...]
    meanings: frozenset[Meaning] = frozenset()
    parts: tuple[Term, ...] = ()


def search_words(text: str) -> list[str]:
    """The folded words of a search."""
    return fold(text.replace("\0", " ")).split()


def terms(text: str, lexicon: Lexicon) -> tuple[Term, ...]:
    """What a search asks for; a garment has to fit every term."""
    return tuple(_terms(search_words(text), lexicon))


def without_what_says_more(words: Sequence[str], lexicon: Lexicon) -> list[str]:
    """The words, with phrases that name a kind of a type ("denim jacket") made into that type ("jacket")."""
    found: list[str] = []
    for some in _phrases(words, lexicon, of_more=True):
        tail = _tail_alike(some, lexicon) if len(some) > 1 else None
        found += tail or some
    return found


def _terms(words: Sequence[str], lexicon: Lexicon) -> Iterator[Term]:
    for some in _phrases(words, lexicon, of_more=False):
        if len(some) == 1:
            yield Term((some[0],), lexicon.meanings(some[0]))
            continue
        apart = tuple(Term((word,), lexicon.meanings(word)) for word in some)
        needles = tuple(dict.fromkeys(sign.join(some) for sign in (" ", "-", "")))
        # A single letter is in nearly every text: "t shirt" is nothing but the phrase.
        yield Term(needles, lexicon.meanings(" ".join(some)), apart if min(map(len, some)) > 1 else ())


def _phrases(words: Sequence[str], lexicon: Lexicon, *, of_more: bool) -> Iterator[Sequence[str]]:
    """The words, with those together that mean something together; longest phrases first.

    A phrase that only says more of what its last words mean is kept together where ``of_more`` is set, since its other
    words say something that no tag tells.
    """
    start = 0
    while start < len(words):
        size = min(LONGEST_PHRASE, len(words) - start)
        while size > 1 and not _is_phrase(words[start : start + size], lexicon, of_more):
            size -= 1
        yield words[start : start + size]
        start += size


def _is_phrase(words: Sequence[str], lexicon: Lexicon, of_more: bool) -> bool:
    known = bool(lexicon.meanings(" ".join(words)))
    return known and (of_more or _tail_alike(words, lexicon) is None)


def _tail_alike(words: Sequence[str], lexicon: Lexicon) -> Sequence[str] | None:
    whole = lexicon.meanings(" ".join(words))
    tails = (words[start:] for start in range(len(words) - 1, 0, -1))
    return next((tail for tail in tails if whole and lexicon.meanings(" ".join(tail)) >= whole), None)
