"""Load garments from plain columns, and rebuild only those whose rows changed since the last time.

A large wardrobe is loaded again after every change, and SQLAlchemy's own loading of related rows takes four times as
long.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from threading import Lock
from typing import Any, Final
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Engine, Text, cast, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from db.engine.change_tracking import revision
from db.repositories.mapping import FEATURES, ITEM, PHOTO, TAG, garment_of
from db.schema.tables import FeaturesRow, ItemRow, PhotoRow, TagRow
from wardrobe_app.domain.batches import batched
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.garments.vocabulary import Vocabulary

BATCH_GARMENTS: Final = 2_000  # whose rows are in memory together
MAX_IDS: Final = 500  # in one statement: databases have a limit
_JSON_AS_TEXT: Final = {TagRow.candidates, TagRow.examples, FeaturesRow.palette}  # parsed only where it is needed

Condition = Callable[[Any], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class LoadedGarment:
    """A garment and the hash of all rows it was built from."""

    fingerprint: int
    garment: Garment


@dataclass(slots=True)
class _Cache:
    """The garments outside the trash at ``revision``, by id in order; shared by all threads.

    ``changed`` holds the garments that were changed after it, up to the revision ``tracked``.
    """

    lock: Lock = field(default_factory=Lock)
    revision: str | None = None
    tracked: str | None = None
    changed: set[int] = field(default_factory=set)
    vocabulary: Vocabulary = field(default_factory=lambda: Vocabulary(()))
    loaded: Mapping[int, LoadedGarment] = field(default_factory=dict)


_CACHES: WeakKeyDictionary[Engine, _Cache] = WeakKeyDictionary()


def outside_trash(session: Session, vocabulary: Vocabulary, *, archived: bool, writing: bool) -> tuple[Garment, ...]:
    """Load all garments outside the trash, oldest first; archived ones only on request.

    A ``writing`` session sees its own changes, which no revision covers yet.
    """
    cache = _cache_of(session)
    if writing:
        loaded: Mapping[int, LoadedGarment] = _load_all(session, vocabulary, _known(cache, vocabulary))
    else:
        now = revision(session)
        with cache.lock:
            if cache.revision != now or cache.vocabulary != vocabulary:
                _update(cache, session, vocabulary, now)
            loaded = cache.loaded
    return tuple([one.garment for one in loaded.values() if archived or one.garment.archived_at is None])


def record_changes(session: Session, before: str, after: str, changed: Collection[int]) -> None:
    """Record that only these garments changed between two revisions."""
    cache = _cache_of(session)
    with cache.lock:
        if cache.tracked == before:
            cache.tracked = after
            cache.changed |= set(changed)


def by_ids(session: Session, vocabulary: Vocabulary, ids: Sequence[int]) -> dict[int, Garment]:
    """Load the garments with these ids, in the trash or not, by id; unknown ids are left out."""
    found: dict[int, LoadedGarment] = {}
    for some in batched(ids, MAX_IDS):
        found |= _load(session, vocabulary, ItemRow.id.in_(some), _in(some), {})
    return {item_id: one.garment for item_id, one in found.items()}


def columns(wanted: Iterable[InstrumentedAttribute[Any]]) -> Any:
    """Select columns, with JSON as unparsed text."""
    return select(*(cast(column, Text) if column in _JSON_AS_TEXT else column for column in wanted))


def _cache_of(session: Session) -> _Cache:
    bind = session.get_bind()
    return _CACHES.setdefault(bind if isinstance(bind, Engine) else bind.engine, _Cache())


def _known(cache: _Cache, vocabulary: Vocabulary) -> Mapping[int, LoadedGarment]:
    return cache.loaded if cache.vocabulary == vocabulary else {}


def _update(cache: _Cache, session: Session, vocabulary: Vocabulary, now: str) -> None:
    known, changed = _known(cache, vocabulary), cache.changed
    if known and cache.tracked == now and len(changed) <= MAX_IDS:
        wanted = ItemRow.trashed_at.is_(None) & ItemRow.id.in_(changed)
        again = _load(session, vocabulary, wanted, _in(changed), known)
        rest = {item_id: one for item_id, one in known.items() if item_id not in changed}
        cache.loaded = dict(sorted((rest | again).items()))
    else:
        cache.loaded = _load_all(session, vocabulary, known)
    cache.vocabulary, cache.revision, cache.tracked, cache.changed = vocabulary, now, now, set()


def _load_all(session: Session, vocabulary: Vocabulary, known: Mapping[int, LoadedGarment]) -> dict[int, LoadedGarment]:
    wanted = ItemRow.trashed_at.is_(None)
    ids = session.scalars(select(ItemRow.id).where(wanted).order_by(ItemRow.id)).all()
    found: dict[int, LoadedGarment] = {}
    for some in batched(ids, BATCH_GARMENTS):
        within = _between(some[0], some[-1])
        found |= _load(session, vocabulary, wanted & within(ItemRow.id), within, known)
    return found


def _load(
    session: Session,
    vocabulary: Vocabulary,
    wanted: ColumnElement[bool],
    of_garments: Condition,
    known: Mapping[int, LoadedGarment],
) -> dict[int, LoadedGarment]:
    """Load the ``wanted`` garments by id, in order; ``of_garments`` selects by a column that holds their ids.

    What is ``known`` is reused where its rows are still the same.
    """
    session.flush()
    execute = session.connection().execute  # the ORM has nothing to add to plain columns
    items = execute(columns(ITEM).where(wanted).order_by(ItemRow.id)).all()
    photos = columns(PHOTO).where(of_garments(PhotoRow.item_id))
    features = columns(FEATURES).join(PhotoRow, PhotoRow.id == FeaturesRow.photo_id)
    tags = columns(TAG).where(of_garments(TagRow.item_id)).order_by(TagRow.item_id, TagRow.kind, TagRow.source)
    photos_of = _by_first(execute(photos.order_by(PhotoRow.item_id, PhotoRow.position, PhotoRow.id)).all())
    tags_of = _by_first(execute(tags).all())
    features_of = {row[0]: row for row in execute(features.where(of_garments(PhotoRow.item_id)))}
    found: dict[int, LoadedGarment] = {}
    for item in items:
        item_id = item[0]
        own_photos, own_tags = photos_of.get(item_id, ()), tags_of.get(item_id, ())
        own_features = features_of.get(own_photos[0][1]) if own_photos else None
        fingerprint = hash((item, own_photos, own_tags, own_features))
        before = known.get(item_id)
        if before is None or before.fingerprint != fingerprint:
            garment = garment_of(item, own_photos, own_tags, own_features, vocabulary)
            before = LoadedGarment(fingerprint, garment)
        found[item_id] = before
    return found


def _in(ids: Collection[int]) -> Condition:
    return lambda column: column.in_(ids)


def _between(first: int, last: int) -> Condition:
    return lambda column: column.between(first, last)


def _by_first(rows: Sequence[Any]) -> dict[int, Sequence[Any]]:
    """Group sorted rows by their first column."""
    return {key: tuple(some) for key, some in groupby(rows, key=itemgetter(0))}
