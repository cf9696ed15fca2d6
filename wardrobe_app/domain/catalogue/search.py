"""Interpret the words of a search with the lexicon."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from wardrobe_app.domain.catalogue.lexicon import Lexicon, Meaning
from wardrobe_app.domain.text import fold

MAX_PHRASE_WORDS: Final = 4


@dataclass(frozen=True, slots=True)
class Term:
    """Part of a search, matched by any of the ``needles`` in a garment's texts or by a tag of ``meanings``.

    A term of several words is also matched by all of its ``parts``. Needles are folded.
    """

    needles: tuple[str, ...]
    meanings: frozenset[Meaning] = frozenset()
    parts: tuple[Term, ...] = ()


def search_words(text: str) -> list[str]:
    """Return the folded words of a search."""
    return fold(text.replace("\0", " ")).split()


def terms(text: str, lexicon: Lexicon) -> tuple[Term, ...]:
    """Return what a search asks for; a garment has to match every term."""
    return tuple(_terms(search_words(text), lexicon))


def without_what_says_more(words: Sequence[str], lexicon: Lexicon) -> list[str]:
    """Replace phrases that name a variety of a type ("denim jacket") by that type ("jacket")."""
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
        # A single letter is in nearly every text, so "t shirt" only matches as a phrase.
        yield Term(needles, lexicon.meanings(" ".join(some)), apart if min(map(len, some)) > 1 else ())


def _phrases(words: Sequence[str], lexicon: Lexicon, *, of_more: bool) -> Iterator[Sequence[str]]:
    """Split the words into phrases that mean something together, longest first.

    A phrase that only narrows the meaning of its last words is kept whole if ``of_more`` is set, because no tag has its
    other words.
    """
    start = 0
    while start < len(words):
        size = min(MAX_PHRASE_WORDS, len(words) - start)
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
