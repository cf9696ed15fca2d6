"""Browse and search the wardrobe; a search that finds nothing is corrected: one typo, or a phrase too specific."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from db.unit_of_work import UnitOfWork, Units
from wardrobe_app.domain.catalogue.filters import Filter, GarmentCounts, PageOfGarments, SearchResult, Sort
from wardrobe_app.domain.catalogue.lexicon import Lexicon, lexicon_of
from wardrobe_app.domain.catalogue.search import search_words, without_what_says_more
from wardrobe_app.domain.garments.garment import Garment, Photo, TagKind
from wardrobe_app.domain.text import natural_key
from wardrobe_app.services.catalogue import own_tags
from wardrobe_app.services.catalogue.preferences import Preferences
from wardrobe_app.services.storage.photo_store import PhotoStore

SHORTEST: Final = 4  # letters of a word in which a typo is forgiven: shorter ones have too many neighbours
_TRIED: Final = 12  # words that a typo may stand for


class Browsing:
    """Reads the garments of one wardrobe. All ids are those of garments; an unknown one raises ``NotFound``."""

    def __init__(self, uow_factory: Units, store: PhotoStore, preferences: Preferences) -> None:
        self._uow = uow_factory
        self._store = store
        self._preferences = preferences

    def browse(
        self, wanted: Filter | None = None, sort: Sort = Sort.NEWEST, page: int = 0, size: int = 24
    ) -> PageOfGarments:
        """Return page number ``page`` (from 0) of the matching garments, ``size`` on a page."""
        with self._uow() as uow:
            return uow.garments.browse(wanted or Filter(), sort, page, size)

    def matching_ids(self, wanted: Filter | None = None, sort: Sort | None = None) -> tuple[int, ...]:
        """Return the ids of all matching garments, in ascending order or as ``sort`` says."""
        with self._uow() as uow:
            return uow.garments.matching_ids(wanted or Filter(), sort)

    def marks(self, wanted: Filter | None = None) -> dict[str, int]:
        """Count the garments that need review, favourites and archived ones, with the other filters applied."""
        with self._uow() as uow:
            return uow.garments.marks(wanted or Filter())

    def facets(self, wanted: Filter | None = None) -> dict[str, dict[str, int]]:
        """Count the garments of each value, by tag kind, slot, brand and status, with the other filters applied."""
        with self._uow() as uow:
            return uow.garments.facets(wanted or Filter())

    def brands(self) -> dict[str, str]:
        """Return every brand in its most frequent spelling, by its key in filters."""
        with self._uow() as uow:
            return uow.garments.brands()

    def forgiven(self, wanted: Filter) -> Filter:
        """Return ``wanted``, with its text corrected where it finds nothing: one typo in a word is forgiven."""
        if not wanted.text.strip():
            return wanted
        with self._uow() as uow:
            return forgiven(uow, wanted)

    def garments(self, *, include_archived: bool = False) -> tuple[Garment, ...]:
        """Return every garment outside the trash, oldest first."""
        with self._uow() as uow:
            return uow.garments.all(include_archived=include_archived)

    def search(self, words: str, most: int) -> SearchResult:
        """Return the newest garments in use that match all ``words``, typos forgiven; at most ``most``."""
        meant = self.forgiven(Filter(text=words))
        return SearchResult(self.browse(meant, size=most).garments, meant.text)

    def get(self, item_id: int) -> Garment:
        """Return one garment, also an archived or trashed one."""
        with self._uow() as uow:
            return uow.garments.get(item_id)

    def these(self, ids: Sequence[int]) -> tuple[Garment, ...]:
        """Return the garments with these ids, in this order, without those that are trashed or deleted."""
        with self._uow() as uow:
            there = uow.garments.found(ids)
        return tuple(there[item_id] for item_id in ids if item_id in there and there[item_id].trashed_at is None)

    def count(self) -> GarmentCounts:
        """Count the garments in use, archived, in the trash and to review."""
        with self._uow() as uow:
            return uow.garments.counts()

    def choices(self, kind: TagKind) -> tuple[str, ...]:
        """Return the values that a tag of this ``kind`` can have, in display order: types by label."""
        if kind is TagKind.TYPE:
            with self._uow() as uow:
                return tuple(sorted(uow.vocabulary, key=lambda name: natural_key(uow.vocabulary.label(name))))
        return own_tags.VALUES[kind]

    def photo_path(self, photo: Photo) -> Path:
        """Return the file of a photo."""
        return self._store.path(photo)

    def thumbnail_path(self, photo: Photo) -> Path:
        """Return the thumbnail: the garment cut out of its photo, where a cut-out exists and is wanted."""
        if photo.has_cut_out and self._preferences.cut_outs and (cut_out := self._store.cut_out_path(photo)):
            return cut_out
        return self._store.thumbnail_path(photo)


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
