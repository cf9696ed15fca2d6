"""Rows that following corrections reads and writes: looks with their types, and the owner's own types."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import datetime

import numpy as np
from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.orm import Session

from db.mapping import tag_of, tag_row
from db.models import FeaturesRow, ItemRow, OwnTypeRow, PhotoRow, TagRow
from wardrobe_app.domain.following import TypedLook
from wardrobe_app.domain.garment import Tag, TagKind, TagSource
from wardrobe_app.domain.vocabulary import GarmentType, Slot

_TYPE = TagRow.kind == TagKind.TYPE.value
_BY_PERSON = TagRow.source == TagSource.PERSON.value


class FollowingRepository:
    """What a model saw in garments, what they are called, and which types followed."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def looks(self, ids: Collection[int] | None = None) -> list[TypedLook]:
        """Every garment outside the trash that a model has seen, or just those of ``ids`` and the corrected ones."""
        wanted: ColumnElement[bool] = ItemRow.trashed_at.is_(None)
        if ids is not None:
            corrected = select(TagRow.item_id).where(_TYPE, _BY_PERSON)
            wanted &= or_(ItemRow.id.in_(ids), ItemRow.id.in_(corrected))
        tags: dict[int, dict[TagSource, Tag]] = {}
        for row in self._session.scalars(select(TagRow).join(ItemRow).where(_TYPE, wanted)):
            tags.setdefault(row.item_id, {})[TagSource(row.source)] = tag_of(row)
        return [_look(*row, tags.get(row[0], {})) for row in self._first_features(wanted)]

    def replace(self, item_id: int, tag: Tag | None) -> None:
        """Set, or take away, the type that a garment followed to."""
        old = (TagRow.item_id == item_id, _TYPE, TagRow.source == TagSource.FOLLOWED.value)
        self._session.execute(delete(TagRow).where(*old))
        if tag is not None:
            self._session.add(tag_row(item_id, tag))
        self._session.flush()
        self._session.expire_all()

    def _first_features(self, wanted: ColumnElement[bool]) -> list[tuple[int, str, bytes]]:
        place = func.row_number().over(partition_by=PhotoRow.item_id, order_by=(PhotoRow.position, PhotoRow.id))
        first = select(PhotoRow.id, PhotoRow.item_id, place.label("place")).join(ItemRow).where(wanted).subquery()
        query = (
            select(first.c.item_id, FeaturesRow.model, FeaturesRow.embedding)
            .join(FeaturesRow, FeaturesRow.photo_id == first.c.id)
            .where(first.c.place == 1)
            .order_by(first.c.item_id)
        )
        return [(int(item_id), str(model), bytes(data)) for item_id, model, data in self._session.execute(query)]


class OwnTypeRepository:
    """The types that the owner made up; tags name them by their name."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> list[GarmentType]:
        """All of them, oldest first."""
        rows = self._session.scalars(select(OwnTypeRow).order_by(OwnTypeRow.created_at, OwnTypeRow.name))
        return [GarmentType(row.name, row.name, Slot(row.slot), own=True) for row in rows]

    def add(self, name: str, slot: Slot, created_at: datetime) -> None:
        """Make up a type; its name has to be free."""
        self._session.add(OwnTypeRow(name=name, slot=slot.value, created_at=created_at))
        self._session.flush()

    def change(self, name: str, new_name: str, slot: Slot) -> None:
        """Another name, which has to be free or the same, or another slot; what is tagged with it goes along."""
        self._raise_versions(name)
        self._session.execute(update(OwnTypeRow).where(OwnTypeRow.name == name).values(name=new_name, slot=slot.value))
        self._session.execute(update(TagRow).where(_TYPE, TagRow.value == name).values(value=new_name))
        self._session.expire_all()

    def remove(self, name: str) -> None:
        """Forget a type; garments that are tagged with it fall back to what is said of them otherwise."""
        self._raise_versions(name)
        self._session.execute(delete(TagRow).where(_TYPE, TagRow.value == name))
        self._session.execute(delete(OwnTypeRow).where(OwnTypeRow.name == name))
        self._session.expire_all()

    def _raise_versions(self, name: str) -> None:
        called = select(TagRow.item_id).where(_TYPE, _BY_PERSON, TagRow.value == name)
        self._session.execute(update(ItemRow).where(ItemRow.id.in_(called)).values(version=ItemRow.version + 1))

    def set_by_person(self) -> Counter[str]:
        """How many garments a person gave each type, in the trash or not."""
        query = select(TagRow.value, func.count()).where(_TYPE, _BY_PERSON).group_by(TagRow.value)
        return Counter({str(value): int(count) for value, count in self._session.execute(query)})


def _look(item_id: int, model: str, embedding: bytes, tags: dict[TagSource, Tag]) -> TypedLook:
    own = tags.get(TagSource.PERSON)
    return TypedLook(
        item_id=item_id,
        model=model,
        embedding=np.frombuffer(embedding, dtype="<f4"),
        suggestion=tags.get(TagSource.MODEL),
        followed=tags.get(TagSource.FOLLOWED),
        own=own.value if own else None,
    )
