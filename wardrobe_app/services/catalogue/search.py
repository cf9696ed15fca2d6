"""Correct a search that finds nothing: one typo in a word, or a phrase more specific than any tag."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from db.unit_of_work import UnitOfWork
from wardrobe_app.domain.catalogue.filters import Filter
from wardrobe_app.domain.catalogue.lexicon import Lexicon, lexicon_of
from wardrobe_app.domain.catalogue.search import search_words, without_what_says_more

SHORTEST: Final = 4  # letters of a word in which a typo is forgiven: shorter ones have too many neighbours
_TRIED: Final = 12  # words that a typo may stand for


def forgiven(uow: UnitOfWork, wanted: Filter) -> Filter:
    """Return ``wanted``, with its text corrected where it finds nothing.

    A word that the program knows, or that occurs in the wardrobe, is not changed. Where no other text finds anything
    either, or another filter leaves nothing, ``wanted`` is returned as it is.
    """
    alone = Filter(text=wanted.text, archived=wanted.archived, ids=wanted.ids)
    words = search_words(wanted.text)
    if not words or uow.garments.any(alone):
        return wanted
    lexicon = lexicon_of(uow.vocabulary)
    spelled = _spelled_right(uow, alone, words, lexicon)
    for instead in (spelled, without_what_says_more(spelled, lexicon)):
        text = " ".join(instead)
        if instead != words and uow.garments.any(replace(alone, text=text)):
            return replace(wanted, text=text)
    return wanted


def _spelled_right(uow: UnitOfWork, alone: Filter, words: Sequence[str], lexicon: Lexicon) -> list[str]:
    known = lexicon.words()
    spelled = [word for word in words if len(word) >= SHORTEST and not any(map(str.isdigit, word))]
    wrong = [word for word in spelled if word not in known and not uow.garments.any(replace(alone, text=word))]
    if not wrong:
        return list(words)
    written = uow.garments.own_words(archived=alone.archived)
    instead = {}
    for word in wrong:
        near = _one_typo_away(word, {**{one: int(bool(lexicon.meanings(one))) for one in known}, **written})
        finding = (one for one in near if uow.garments.any(replace(alone, text=one)))
        instead[word] = next(finding, word)
    return [instead.get(word, word) for word in words]


def _one_typo_away(word: str, times: dict[str, int]) -> Iterator[str]:
    """Yield the words that differ from ``word`` by one added, missing, wrong or swapped letter.

    Most likely first: those with the same first letter, then whole terms before parts of a phrase, then those of the
    same length, then those most frequent in the wardrobe.
    """
    found = process.extract(word, list(times), scorer=OSA.distance, score_cutoff=1, limit=None)
    near = [one for one, _, _ in found if len(one) >= SHORTEST]
    near.sort(key=lambda one: (one[0] != word[0], not times[one], len(one) != len(word), -times[one], one))
    yield from near[:_TRIED]
