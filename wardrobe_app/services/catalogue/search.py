"""Forgiving a search that finds nothing: one typo in a word, or a phrase that says more than any tag tells."""

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
    """``wanted``, where its text finds nothing with what it most likely means instead.

    A word that the program knows, or that occurs anywhere, is right as it is. Where no other text finds anything
    either, or another filter is what leaves nothing, ``wanted`` stays.
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
    """The words that one letter too much, too few, wrong, or swapped with the next one made into ``word``.

    Likeliest first: those that begin alike, then those that are no mere part of a phrase, then those of as many
    letters, then those that occur most often in the wardrobe.
    """
    found = process.extract(word, list(times), scorer=OSA.distance, score_cutoff=1, limit=None)
    near = [one for one, _, _ in found if len(one) >= SHORTEST]
    near.sort(key=lambda one: (one[0] != word[0], not times[one], len(one) != len(word), -times[one], one))
    yield from near[:_TRIED]
