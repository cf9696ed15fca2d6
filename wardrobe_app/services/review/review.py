"""Review what the tagger is not sure of: the queue of questions, and what a person decides about them."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

from db.unit_of_work import UnitOfWork, Units
from wardrobe_app.domain.errors import InvalidEdit
from wardrobe_app.domain.garments.garment import Garment, Photo, TagKind, TagSource
from wardrobe_app.domain.review.decisions import TRASH, Decision, folded
from wardrobe_app.domain.review.doubts import other_doubts, type_doubt
from wardrobe_app.domain.review.queue import Question, tag_questions, type_questions
from wardrobe_app.services.catalogue import own_tags
from wardrobe_app.services.catalogue.change_set import AppliedChanges, ChangeSet, Values
from wardrobe_app.services.storage.photo_store import PhotoStore
from wardrobe_app.services.storage.thumbnails import icon

REMEMBERED: Final = 5_000
"""Decisions that are known when they arrive again."""
LARGE_SIDE_PX: Final = 1_088
"""The longest side of a photo on a card of its own: what is drawn there, on a screen with twice the pixels."""
_CACHED_LARGE: Final = 32  # about 6 MB

Key = tuple[str, bool]


@dataclass(frozen=True, slots=True)
class ReviewQueue:
    """The questions in order, and how many garments have a doubtful type, or another doubtful tag."""

    questions: tuple[Question, ...]
    types: int
    others: int


@dataclass(frozen=True, slots=True)
class Spread:
    """A type that ``garments`` took over because of ``decisions`` (their ids)."""

    value: str
    garments: tuple[Garment, ...]
    decisions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What became of decisions: all that are ``settled``, why some were ``refused``, and what spread to others."""

    settled: tuple[Key, ...] = ()
    refused: tuple[tuple[Key, str], ...] = ()
    spread: tuple[Spread, ...] = ()


class ReviewService:
    """The review queue of one wardrobe. A batch of decisions is one transaction."""

    def __init__(self, uow_factory: Units, store: PhotoStore) -> None:
        self._uow = uow_factory
        self._store = store
        self._lock = threading.Lock()
        self._known: dict[Key, None] = {}
        self._large = lru_cache(_CACHED_LARGE)(self._drawn_large)  # a photo's file never changes

    def queue(self, *, others: bool = False) -> ReviewQueue:
        """Return the questions about types, or about all ``others``."""
        with self._uow() as uow:
            garments, vocabulary = uow.garments.all(), uow.vocabulary
        questions = tag_questions(garments) if others else type_questions(garments, vocabulary)
        types = sum(type_doubt(garment, vocabulary) is not None for garment in garments)
        return ReviewQueue(questions, types, sum(any(other_doubts(garment)) for garment in garments))

    def photo(self, garment: Garment) -> str | None:
        """Return a garment's photo, background included, as a data URI; None if it has none that can be read."""
        try:
            data = self._store.thumbnail_path(garment.cover).read_bytes() if garment.cover else b""
        except OSError:
            return None
        return f"data:image/jpeg;base64,{base64.b64encode(data).decode()}" if data else None

    def large_photo(self, garment: Garment) -> str | None:
        """Return a photo as large as a card shows it, as a data URI; None if it is no larger than its thumbnail."""
        cover = garment.cover
        if cover is None or max(cover.width, cover.height) <= self._store.side:
            return None
        return self._large(cover)

    def _drawn_large(self, photo: Photo) -> str | None:
        return icon(self._store.path(photo), min(LARGE_SIDE_PX, max(photo.width, photo.height)))

    def decide(self, decisions: Sequence[Decision]) -> Reviewed:
        """Write what was decided, in order, and take back what was undone; known decisions change nothing.

        What does not fit what is stored by now is refused by itself: its garment is gone, or has another value.
        """
        with self._lock:
            fresh = [one for one in decisions if one.key not in self._known]
            refused, done = self._apply(fresh) if fresh else ({}, None)
            for one in decisions:
                self._known[one.key] = None
            for key in list(self._known)[:-REMEMBERED]:
                del self._known[key]
        return Reviewed(
            tuple(one.key for one in decisions),
            tuple(refused.items()),
            _spread(done, fresh) if done is not None else (),
        )

    def _apply(self, decisions: Sequence[Decision]) -> tuple[dict[Key, str], AppliedChanges | None]:
        with self._uow(writing=True) as uow:
            valid, refused = _valid(uow, decisions)
            garments = uow.garments.found(sorted({item for one in valid for item in one.values}))
            changes, failed = folded(valid, {item: _own_values(one) for item, one in garments.items()})
            refused |= {key: _reason(items, garments) for key, items in failed.items()}
            done = None
            if changes:
                written = {item: _written(uow, values) for item, values in changes.items()}
                done = ChangeSet(written).apply(uow)
                uow.commit()
        return refused, done


def _valid(uow: UnitOfWork, decisions: Iterable[Decision]) -> tuple[list[Decision], dict[Key, str]]:
    """Part the decisions by whether all their values exist and their garments can leave the trash."""
    valid, refused = [], {}
    for one in decisions:
        try:
            for item, value in one.values.items():
                if one.kind is not None:
                    own_tags.own_tag(one.kind, value, _choices(uow, one.kind))
                elif one.undone and (whole := uow.merges.part_of(item)) is not None:
                    raise InvalidEdit(f"Item {item} is part of item {whole} now. Split that first.")
            valid.append(one)
        except InvalidEdit as error:
            refused[one.key] = str(error)
    return valid, refused


def _choices(uow: UnitOfWork, kind: TagKind) -> Sequence[str]:
    return tuple(uow.vocabulary) if kind is TagKind.TYPE else own_tags.VALUES[kind]


def _own_values(garment: Garment) -> dict[TagKind | None, str]:
    values: dict[TagKind | None, str] = {
        kind: tag.value for kind, tag in garment.tags.items() if tag.source is TagSource.PERSON
    }
    return values | {None: "" if garment.trashed_at is None else TRASH}


def _written(uow: UnitOfWork, values: Mapping[TagKind | None, str]) -> Values:
    found: dict[str, Any] = {}
    for kind, value in values.items():
        if kind is None:
            found["trashed_at"] = datetime.now(UTC) if value else None
        else:
            found[kind] = own_tags.own_tag(kind, value, _choices(uow, kind)) if value else None
    return found


def _reason(items: Sequence[int], garments: Mapping[int, Garment]) -> str:
    there = [garments[item] for item in items if item in garments and garments[item].trashed_at is None]
    if not there:
        return "A garment is not in the wardrobe any more; nothing was changed about it."
    others = f" and {len(there) - 1} more" if len(there) > 1 else ""
    return f"{there[0].title}{others}: changed meanwhile in another place. That change stays."


def _spread(done: AppliedChanges, decisions: Sequence[Decision]) -> tuple[Spread, ...]:
    """Group the garments that took over a type by that type, each with the decisions it was copied from."""
    by_value: dict[str, list[Garment]] = {}
    for garment in done.propagated:
        by_value.setdefault(garment.type or "", []).append(garment)
    typed = [one for one in decisions if one.kind is TagKind.TYPE and not one.undone]
    spread = []
    for value, garments in by_value.items():
        examples = {item for one in garments for item in one.tags[TagKind.TYPE].examples}
        causes = [one.id for one in typed if examples & one.values.keys()] or [one.id for one in typed]
        spread.append(Spread(value, tuple(garments), tuple(causes)))
    return tuple(spread)
