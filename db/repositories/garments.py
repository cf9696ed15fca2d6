"""Store and find garments. Only this module, ``queries`` and ``garment_loader`` build queries for them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, bindparam, delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.engine.change_tracking import changes_only
from db.engine.errors import ImportKeyTaken
from db.repositories import garment_loader, queries
from db.repositories.keypoints import KeypointRepository
from db.repositories.mapping import features_row, photo_row, tag_row
from db.schema.tables import FeaturesRow, ItemRow, PhotoRow, TagRow
from wardrobe_app.domain.catalogue.filters import Filter, GarmentCounts, PageOfGarments, Sort
from wardrobe_app.domain.errors import ChangedElsewhere, NotFound
from wardrobe_app.domain.garments.availability import AVAILABLE
from wardrobe_app.domain.garments.brands import brand_key, most_used
from wardrobe_app.domain.garments.garment import Garment, Tag, TagKind, TagSource
from wardrobe_app.domain.garments.photos import KnownPhoto, NewPhoto, PhotoPrediction
from wardrobe_app.domain.garments.vocabulary import Vocabulary
from wardrobe_app.domain.text import fold

_MAX_ID: Final = 2**31 - 1  # in every database
_WORD: Final = re.compile(r"\w+(?:['-]\w+)*")


class GarmentRepository:
    """Stores and finds garments as frozen domain objects. All ids are garment ids."""

    def __init__(self, session: Session, vocabulary: Vocabulary, *, writing: bool = False) -> None:
        self._session = session
        self._vocabulary = vocabulary
        self._writing = writing

    def get(self, item_id: int) -> Garment:
        """Return the garment, in the trash or not.

        Raises:
            NotFound: no garment has this id.
        """
        return self.many([item_id])[0]

    def many(self, ids: Sequence[int]) -> tuple[Garment, ...]:
        """Return the garments with these ids, in this order.

        Raises:
            NotFound: one of them does not exist.
        """
        found = self.found(ids)
        _all_there(ids, found)
        return tuple(found[item_id] for item_id in ids)

    def found(self, ids: Sequence[int]) -> dict[int, Garment]:
        """Return those of the garments that exist, by id."""
        return garment_loader.by_ids(self._session, self._vocabulary, _possible(ids))

    def require(self, ids: Collection[int]) -> None:
        """Check that all garments exist.

        Raises:
            NotFound: one does not; the message names it.
        """
        _all_there(ids, set(self._session.scalars(select(ItemRow.id).where(ItemRow.id.in_(_possible(ids))))))

    def all(self, *, include_archived: bool = False) -> tuple[Garment, ...]:
        """Return all garments outside the trash, oldest first; archived ones only on request."""
        return garment_loader.outside_trash(
            self._session, self._vocabulary, archived=include_archived, writing=self._writing
        )

    def trashed(self) -> tuple[Garment, ...]:
        """Return the trash, last trashed first, without garments that were merged into others."""
        found = self._load(queries.IN_TRASH)
        return tuple(sorted(found, key=lambda garment: (garment.trashed_at, garment.id), reverse=True))

    def trashed_before(self, moment: datetime) -> list[int]:
        """Return the ids of garments that were moved to the trash before ``moment``."""
        return list(self._session.scalars(select(ItemRow.id).where(queries.IN_TRASH, ItemRow.trashed_at < moment)))

    def browse(self, wanted: Filter, sort: Sort, page: int, size: int) -> PageOfGarments:
        """Return page number ``page`` (from 0), of ``size`` garments, of the garments that match ``wanted``."""
        condition = self._matching(wanted)
        query = select(ItemRow.id).where(condition).order_by(*queries.order(sort, self._vocabulary))
        ids = self._session.scalars(query.offset(page * size).limit(size)).all()
        return PageOfGarments(self.many(ids), self._count(condition))

    def matching_ids(self, wanted: Filter, sort: Sort | None = None) -> tuple[int, ...]:
        """Return the ids of all garments that match ``wanted``, in ascending order or as ``sort`` says."""
        keys = [ItemRow.id] if sort is None else queries.order(sort, self._vocabulary)
        return tuple(self._session.scalars(select(ItemRow.id).where(self._matching(wanted)).order_by(*keys)))

    def marks(self, wanted: Filter) -> dict[str, int]:
        """Count what each mark alone would show with the other filters on: "unsure", "favourite" and "archived"."""
        with_mark = {
            "unsure": replace(wanted, unsure=True),
            "favourite": replace(wanted, favourite=True),
            "archived": replace(wanted, archived=True),
        }
        return {mark: self._count(self._matching(shown)) for mark, shown in with_mark.items()}

    def any(self, wanted: Filter) -> bool:
        """Return whether any garment matches ``wanted``."""
        return self._session.scalar(select(ItemRow.id).where(self._matching(wanted)).limit(1)) is not None

    def facets(self, wanted: Filter) -> dict[str, dict[str, int]]:
        """Count the garments that each filter value would show, most frequent first.

        Keys are tag kinds, "slot", "brand" (by brand key) and "status". Each is counted with its own filter off and all
        others on. Statuses are empty if every garment is available.
        """
        free = [kind for kind in TagKind if not wanted.values.get(kind.value)]
        counted: dict[str, dict[str, int]] = {kind.value: {} for kind in TagKind}
        counted |= self._tag_counts(free, wanted)
        for kind in set(TagKind).difference(free):
            counted |= self._tag_counts([kind], wanted.without(kind.value))
        types = counted[TagKind.TYPE.value]
        if wanted.values.get("slot") or TagKind.TYPE not in free:
            types = self._tag_counts([TagKind.TYPE], wanted.without("slot"))[TagKind.TYPE.value]
        slots: Counter[str] = Counter()
        for name, count in types.items():
            if slot := self._vocabulary.slot(name):
                slots[slot.value] += count
        brands: Counter[str] = Counter()
        for spelled, count in self._spellings(self._matching(wanted.without("brand"))).items():
            brands[brand_key(spelled)] += count
        statuses = self._statuses(self._matching(wanted.without("status")))
        slots_first = dict(slots.most_common())
        return {**counted, "slot": slots_first, "brand": _most_first(brands), "status": statuses}

    def brands(self) -> dict[str, str]:
        """Return the most frequent spelling of every brand outside the trash, by brand key."""
        return most_used(self._spellings(ItemRow.trashed_at.is_(None)))

    def own_words(self, *, archived: bool) -> Counter[str]:
        """Count each folded word in names, notes and brands of the garments in use, or of the archived ones."""
        texts = self._session.execute(queries.own_texts(queries.ARCHIVED if archived else queries.IN_USE))
        return Counter(word for row in texts for text in row for word in _WORD.findall(fold(text)))

    def counts(self) -> GarmentCounts:
        """Count the garments by where they are."""
        return GarmentCounts(
            live=self._count(queries.IN_USE),
            archived=self._count(queries.ARCHIVED),
            trashed=self._count(queries.IN_TRASH),
            unsure=self._count(queries.IN_USE & queries.unsure()),
        )

    def add(self, photo: NewPhoto, prediction: PhotoPrediction | None, added_at: datetime) -> Garment:
        """Store a garment with its first photo and the ``prediction`` for it.

        Raises:
            ImportKeyTaken: the photo's import key is stored already; nothing was stored.
        """
        row = ItemRow(added_at=added_at, photos=[photo_row(photo, added_at)])
        self._session.add(row)
        try:
            self._session.flush()
        except IntegrityError as error:
            raise ImportKeyTaken(photo.import_key) from error
        if prediction is not None:
            self.set_prediction(row.id, {row.photos[0].id: prediction})
        return self.get(row.id)

    def known_photos(self, sha256: str | None = None, since: int = 0) -> dict[int, KnownPhoto]:
        """Return every stored photo, or those with this ``sha256``, by id from ``since`` on, oldest first, trash
        included.
        """
        known = (PhotoRow.item_id, PhotoRow.import_key, PhotoRow.sha256, PhotoRow.phash, PhotoRow.cut_from)
        query = select(PhotoRow.id, *known).where(PhotoRow.id >= since).order_by(PhotoRow.id)
        if sha256 is not None:
            query = query.where(PhotoRow.sha256 == sha256)
        return {int(row[0]): KnownPhoto(*row[1:]) for row in self._session.execute(query)}

    def photo_owners(self) -> dict[int, int]:
        """Return the garment id of each stored photo, trash included."""
        rows = self._session.execute(select(PhotoRow.id, PhotoRow.item_id))
        return {int(photo_id): int(item_id) for photo_id, item_id in rows}

    def set_prediction(self, item_id: int, predictions: dict[int, PhotoPrediction]) -> None:
        """Replace the predictions by photo id; the tags for the first photo become the garment's model tags.

        A person's tags stay untouched.
        """
        photos = select(PhotoRow.id).where(PhotoRow.item_id == item_id).order_by(PhotoRow.position, PhotoRow.id)
        if first := predictions.get(self._session.scalar(photos.limit(1)) or 0):
            self._replace_tags([item_id], TagSource.MODEL, list(TagKind), first.tags)
        self._session.execute(delete(FeaturesRow).where(FeaturesRow.photo_id.in_(predictions)))
        self._session.add_all(features_row(photo_id, entry) for photo_id, entry in predictions.items())
        for photo_id, entry in predictions.items():
            self._change_photo(photo_id, mask_model=entry.mask_model)
        KeypointRepository(self._session).forget(predictions)  # found inside the earlier mask
        self._refresh()

    def set_model_tags(self, item_id: int, tags: Sequence[Tag]) -> None:
        """Replace the model's tags of a garment; its other predictions stay."""
        self._replace_tags([item_id], TagSource.MODEL, list(TagKind), tags)
        self._refresh()

    def holders(self, photo_ids: Collection[int]) -> dict[int, list[int]]:
        """Return the photo ids by the garment that has them now; deleted photos are left out."""
        rows = select(PhotoRow.item_id, PhotoRow.id).where(PhotoRow.id.in_(photo_ids)).order_by(PhotoRow.item_id)
        found: dict[int, list[int]] = {}
        for item_id, photo_id in self._session.execute(rows):
            found.setdefault(item_id, []).append(photo_id)
        return found

    def set_masked(self, photo_id: int, masked: bool) -> None:
        """Record whether the garment is cut out from the background of this photo."""
        self._change_photo(photo_id, masked=masked)
        self._refresh()

    def set_own_tag(self, ids: Sequence[int], kind: TagKind, value: str, shade: str | None = None) -> None:
        """Record a person's tag for all garments of ``ids``; ``shade`` is the exact colour they picked."""
        self._replace_tags(ids, TagSource.PERSON, [kind], [Tag(kind, value, TagSource.PERSON, shade=shade)])
        self._raise_version(ids)

    def forget_own_tag(self, ids: Sequence[int], kind: TagKind) -> None:
        """Remove the person's tag of this ``kind``; the model's tag counts again."""
        self._replace_tags(ids, TagSource.PERSON, [kind], [])
        self._raise_version(ids)

    def change(self, ids: Collection[int], changes: dict[str, Any]) -> None:
        """Set columns of the garments: fields of ``GarmentEdit``, favourite, archived_at, trashed_at."""
        self.require(ids)
        if changes:
            self._session.execute(
                update(ItemRow).where(ItemRow.id.in_(ids)).values(version=ItemRow.version + 1, **changes),
                execution_options=changes_only(ids),
            )
            self._refresh()

    def change_each(self, changes: Mapping[int, Mapping[str, Any]]) -> None:
        """Set different columns or values for each garment, in one statement per set of columns."""
        self.require(changes)
        alike: dict[frozenset[str], list[dict[str, Any]]] = {}
        for item_id, values in changes.items():
            alike.setdefault(frozenset(values), []).append({"changed_id": item_id, **values})
        for rows in alike.values():
            # On the connection: the session's own bulk update would not pass the options on.
            statement = update(ItemRow).where(ItemRow.id == bindparam("changed_id"))
            self._session.connection().execute(statement, rows, execution_options=changes_only(changes))
        if changes:
            self._raise_version(list(changes))

    def require_versions(self, seen: Mapping[int, int]) -> None:
        """Check that garments still have the versions ``seen``, by id.

        Raises:
            ChangedElsewhere: the owner changed one of them since; the message names it.
            NotFound: one of them does not exist.
        """
        changed = [garment for garment in self.many(list(seen)) if garment.version != seen[garment.id]]
        if changed:
            others = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
            raise ChangedElsewhere(
                f"{changed[0].title}{others} {'were' if others else 'was'} changed meanwhile, in another tab or by "
                "another program. Nothing was overwritten."
            )

    def _replace_tags(
        self, ids: Sequence[int], source: TagSource, kinds: Sequence[TagKind], tags: Sequence[Tag]
    ) -> None:
        self.require(ids)
        old = (TagRow.item_id.in_(ids), TagRow.source == source.value, TagRow.kind.in_([kind.value for kind in kinds]))
        self._session.execute(delete(TagRow).where(*old))
        self._session.add_all(tag_row(item_id, tag) for item_id in ids for tag in tags)

    def _change_photo(self, photo_id: int, **changes: Any) -> None:
        self._session.execute(update(PhotoRow).where(PhotoRow.id == photo_id).values(**changes))

    def _raise_version(self, ids: Collection[int]) -> None:
        self._session.execute(
            update(ItemRow).where(ItemRow.id.in_(ids)).values(version=ItemRow.version + 1),
            execution_options=changes_only(ids),
        )
        self._refresh()

    def _refresh(self) -> None:
        self._session.flush()
        self._session.expire_all()

    def _load(self, condition: ColumnElement[bool]) -> tuple[Garment, ...]:
        return self.many(self._session.scalars(select(ItemRow.id).where(condition).order_by(ItemRow.id)).all())

    def _count(self, condition: ColumnElement[bool]) -> int:
        return self._session.scalar(select(func.count()).select_from(ItemRow).where(condition)) or 0

    def _statuses(self, condition: ColumnElement[bool]) -> dict[str, int]:
        rows = self._session.execute(queries.status_counts(condition))
        counts = {status or AVAILABLE: int(count) for status, count in rows}
        return _most_first(counts) if set(counts) != {AVAILABLE} else {}

    def _tag_counts(self, kinds: Collection[TagKind], wanted: Filter) -> dict[str, dict[str, int]]:
        """Count each tag value, most frequent first, by the names of ``kinds``."""
        condition = self._matching(wanted)
        found: dict[str, Counter[str]] = {kind.value: Counter() for kind in kinds}
        for kind, value, count in self._session.execute(queries.tag_counts(kinds, condition, most=wanted == Filter())):
            for one in Tag(TagKind(kind), value, TagSource.MODEL).values:
                found[kind][one] += int(count)
        return {kind: _most_first(values) for kind, values in found.items()}

    def _matching(self, wanted: Filter) -> ColumnElement[bool]:
        """Build the condition for ``wanted``; brands match in every spelling."""
        keys = {brand_key(brand) for brand in wanted.values.get("brand", ())}
        spelled = self._session.scalars(select(ItemRow.brand).where(ItemRow.brand != "").distinct()) if keys else ()
        brands = [brand for brand in spelled if brand_key(brand) in keys] if keys else None
        values = self._session.scalars(queries.tag_values()).all() if wanted.text else ()
        return queries.matching(wanted.without("brand"), self._vocabulary, values, brands)

    def _spellings(self, condition: ColumnElement[bool]) -> dict[str, int]:
        return {brand: int(count) for brand, count in self._session.execute(queries.brand_counts(condition))}


def _possible(ids: Collection[int]) -> list[int]:
    """Drop ids that no database can hold: an address may name any number."""
    return [item_id for item_id in ids if 0 < item_id <= _MAX_ID]


def _all_there(ids: Collection[int], there: Collection[int]) -> None:
    if missing := sorted(set(ids).difference(there)):
        raise NotFound(f"There is no item {missing[0]} in this wardrobe; perhaps it was deleted meanwhile.")


def _most_first(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda row: (-row[1], row[0])))
