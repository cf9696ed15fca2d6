"""Reading garments: plain columns, many at a time, and only those anew that changed since they were read last.

Rows become objects by hand here, because a large wardrobe is read again after every change: SQLAlchemy's own loading of
related rows takes four times as long, and most of what is left goes into making objects that are there already.
"""

from __future__ import annotations

import gc
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from threading import Lock
from typing import Any, Final
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Engine, Text, cast, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from db.engine.change_tracking import state
from db.repositories.mapping import FEATURES, ITEM, PHOTO, TAG, garment_of
from db.schema.tables import FeaturesRow, ItemRow, PhotoRow, TagRow
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.garments.vocabulary import Vocabulary

AT_ONCE: Final = 2_000  # garments whose rows are held together, which bounds the memory it takes
MANY: Final = 1_000  # garments made at once, which the search for garbage need not look at ever after
IDS_AT_ONCE: Final = 500  # in one question: databases limit how many it may hold
_AS_TEXT: Final = {TagRow.candidates, TagRow.examples, FeaturesRow.palette}  # JSON is parsed where it is needed


@dataclass(frozen=True, slots=True)
class Read:
    """A garment and the hash of all rows that it was made of."""

    fingerprint: int
    garment: Garment


@dataclass(slots=True)
class Kept:
    """The garments outside the trash as they were when the database was in ``state``, by id; shared by all threads.

    What was done since up to the state ``told`` changed the garments ``changed`` and no other.
    """

    lock: Lock = field(default_factory=Lock)
    state: Hashable = None
    told: Hashable = None
    changed: set[int] = field(default_factory=set)
    vocabulary: Vocabulary = field(default_factory=lambda: Vocabulary(()))
    read: Mapping[int, Read] = field(default_factory=dict)
    live: tuple[Garment, ...] = ()
    outside_trash: tuple[Garment, ...] = ()


_KEPT: WeakKeyDictionary[Engine, Kept] = WeakKeyDictionary()


def outside_trash(session: Session, vocabulary: Vocabulary, *, archived: bool, writing: bool) -> tuple[Garment, ...]:
    """All garments outside the trash, oldest first; the archived ones only if asked for.

    A session that is ``writing`` sees what it did itself, which the state does not tell yet.
    """
    kept = _kept(session)
    if writing:
        found = _garments(_all(session, vocabulary, _known(kept, vocabulary)), archived=archived)
        return found
    now = state(session)
    with kept.lock:
        if kept.state != now or kept.vocabulary != vocabulary:
            known = _known(kept, vocabulary)
            few = known and kept.told == now and len(kept.changed) <= IDS_AT_ONCE
            kept.read = _again(session, vocabulary, known, kept.changed) if few else _all(session, vocabulary, known)
            kept.vocabulary, kept.state, kept.told, kept.changed = vocabulary, now, now, set()
            kept.live = _garments(kept.read, archived=False)
            kept.outside_trash = _garments(kept.read, archived=True)
        return kept.outside_trash if archived else kept.live


def told(session: Session, before: Hashable, after: Hashable, changed: Collection[int]) -> None:
    """From the state ``before`` to that ``after`` these garments changed and no other: they alone are read again."""
    kept = _kept(session)
    with kept.lock:
        if kept.told == before:
            kept.told = after
            kept.changed |= set(changed)


def these(session: Session, vocabulary: Vocabulary, ids: Sequence[int]) -> dict[int, Garment]:
    """The garments with these ids, wherever they are, by id; unknown ids are left out."""
    found: dict[int, Garment] = {}
    for start in range(0, len(ids), IDS_AT_ONCE):
        some = ids[start : start + IDS_AT_ONCE]
        read = _read(session, vocabulary, ItemRow.id.in_(some), lambda column, some=some: column.in_(some), {})
        found |= {item_id: one.garment for item_id, one in read.items()}
    return found


def _kept(session: Session) -> Kept:
    bind = session.get_bind()
    return _KEPT.setdefault(bind if isinstance(bind, Engine) else bind.engine, Kept())


def _again(
    session: Session, vocabulary: Vocabulary, known: Mapping[int, Read], changed: Collection[int]
) -> dict[int, Read]:
    """What is ``known``, with those garments read again that were ``changed``."""
    wanted = ItemRow.trashed_at.is_(None) & ItemRow.id.in_(changed)
    now = _read(session, vocabulary, wanted, lambda column: column.in_(changed), known)
    rest = {item_id: one for item_id, one in known.items() if item_id not in changed}
    return dict(sorted((rest | now).items()))


def _known(kept: Kept, vocabulary: Vocabulary) -> Mapping[int, Read]:
    return kept.read if kept.vocabulary == vocabulary else {}


def _garments(read: Mapping[int, Read], *, archived: bool) -> tuple[Garment, ...]:
    return tuple(one.garment for one in read.values() if archived or one.garment.archived_at is None)


def _all(session: Session, vocabulary: Vocabulary, known: Mapping[int, Read]) -> dict[int, Read]:
    wanted = ItemRow.trashed_at.is_(None)
    ids = session.scalars(select(ItemRow.id).where(wanted).order_by(ItemRow.id)).all()
    found: dict[int, Read] = {}
    with _nothing_collected():
        for start in range(0, len(ids), AT_ONCE):
            low, high = ids[start], ids[min(start + AT_ONCE, len(ids)) - 1]
            found |= _read(
                session,
                vocabulary,
                wanted & ItemRow.id.between(low, high),
                lambda column, low=low, high=high: column.between(low, high),
                known,
            )
    if sum(known.get(item_id) is not one for item_id, one in found.items()) >= MANY:
        gc.freeze()  # Streamlit searches after each run, and the page waits
    return found


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """No search for garbage while many objects are made that are all kept: it would take as long as making them."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _read(
    session: Session, vocabulary: Vocabulary, wanted: ColumnElement[bool], of: Any, known: Mapping[int, Read]
) -> dict[int, Read]:
    """The garments that are ``wanted``, by id in order; ``of`` makes the same condition for a column of their ids."""
    session.flush()
    ask = session.connection().execute  # without the layer of objects, of which there are none in these answers
    items = ask(columns(ITEM).where(wanted).order_by(ItemRow.id)).all()
    photos = columns(PHOTO).where(of(PhotoRow.item_id)).order_by(PhotoRow.item_id, PhotoRow.position, PhotoRow.id)
    features = columns(FEATURES).join(PhotoRow, PhotoRow.id == FeaturesRow.photo_id).where(of(PhotoRow.item_id))
    tags = columns(TAG).where(of(TagRow.item_id)).order_by(TagRow.item_id, TagRow.kind, TagRow.source)
    photos_of, tags_of = _by_first(ask(photos).all()), _by_first(ask(tags).all())
    seen = {row[0]: row for row in ask(features)}
    found: dict[int, Read] = {}
    for item in items:
        item_id = item[0]
        shots, told = photos_of.get(item_id, ()), tags_of.get(item_id, ())
        features_row = seen.get(shots[0][1]) if shots else None
        fingerprint = hash((item, shots, told, features_row))
        before = known.get(item_id)
        if before is None or before.fingerprint != fingerprint:
            before = Read(fingerprint, garment_of(item, shots, told, features_row, vocabulary))
        found[item_id] = before
    return found


def columns(wanted: Iterable[InstrumentedAttribute[Any]]) -> Any:
    """A question for columns, with JSON as the text that it is."""
    return select(*(cast(column, Text) if column in _AS_TEXT else column for column in wanted))


def _by_first(rows: Sequence[Any]) -> dict[int, Sequence[Any]]:
    """Rows, which lie together, by their first column."""
    return {key: tuple(some) for key, some in groupby(rows, key=itemgetter(0))}
