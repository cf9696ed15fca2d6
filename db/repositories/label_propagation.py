"""Rows that following corrections reads and writes: looks with their types, and the owner's own types."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from sqlalchemy import ColumnElement, Select, delete, func, select, tuple_, update
from sqlalchemy.orm import Session, aliased

from db.repositories.garment_loader import columns
from db.repositories.mapping import TAG, tag_of, tag_row
from db.repositories.merges import rename_type
from db.schema.tables import CustomTypeRow, FeaturesRow, ItemRow, PhotoRow, TagRow
from wardrobe_app.domain.garments.garment import Tag, TagKind, TagSource
from wardrobe_app.domain.garments.label_propagation import LabelExample
from wardrobe_app.domain.garments.vocabulary import GarmentType, Slot

if TYPE_CHECKING:
    from numpy.typing import NDArray

_TYPE = TagRow.kind == TagKind.TYPE.value
_BY_PERSON = TagRow.source == TagSource.PERSON.value
_FOLLOWED = TagRow.source == TagSource.PROPAGATED.value

CHUNK: Final = 500  # ids in one question: databases limit how many it may hold
AT_ONCE: Final = 5_000  # embeddings that are held together


class LabelPropagationRepository:
    """What a model saw in garments, what they are called, and which types followed."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def examples(self, ids: Collection[int]) -> list[LabelExample]:
        """Those of ``ids`` that are outside the trash and that a model has seen, in order."""
        ordered = sorted(ids)
        return [
            example
            for start in range(0, len(ordered), CHUNK)
            for example in self._looks(ordered[start : start + CHUNK])
        ]

    def corrected(self, among: Collection[int] | None = None) -> set[int]:
        """The garments, wherever they are, whose type a person set; only those ``among`` the ids given."""
        found = set(self._session.scalars(select(TagRow.item_id).where(_TYPE, _BY_PERSON)))
        return found if among is None else found.intersection(among)

    def followed(self) -> set[int]:
        """The garments, wherever they are, that have a type that followed."""
        return set(self._session.scalars(select(TagRow.item_id).where(_TYPE, _FOLLOWED)))

    def seen(self) -> Iterator[tuple[list[int], list[str], NDArray[np.float32]]]:
        """What models saw in the garments outside the trash, some at a time: ids, models, embeddings (some, D).

        Embeddings of one length only are together.
        """
        for rows in _partitions(self._session, self._first_features(ItemRow.trashed_at.is_(None))):
            for length in {len(row.embedding) for row in rows}:
                same = [row for row in rows if len(row.embedding) == length]
                vectors = np.frombuffer(b"".join(row.embedding for row in same), dtype="<f4")
                yield [row.item_id for row in same], [row.model for row in same], vectors.reshape(len(same), -1)

    def replace(self, item_id: int, tag: Tag | None) -> None:
        """Set, or take away, the type that a garment followed to."""
        old = (TagRow.item_id == item_id, _TYPE, TagRow.source == TagSource.PROPAGATED.value)
        self._session.execute(delete(TagRow).where(*old))
        if tag is not None:
            self._session.add(tag_row(item_id, tag))
        self._session.flush()
        self._session.expire_all()

    def _looks(self, ids: Sequence[int]) -> Iterator[LabelExample]:
        wanted = ItemRow.trashed_at.is_(None) & ItemRow.id.in_(ids)
        tags: dict[int, dict[TagSource, Tag]] = {}
        for row in self._session.execute(columns(TAG).where(_TYPE, TagRow.item_id.in_(ids))):
            tag = tag_of(row)
            tags.setdefault(row[0], {})[tag.source] = tag
        for item_id, model, embedding in self._session.execute(self._first_features(wanted)):
            yield _look(item_id, model, bytes(embedding), tags.get(item_id, {}))

    @staticmethod
    def _first_features(wanted: ColumnElement[bool]) -> Select[int, str, bytes]:
        """Item, model and embedding of the first photo of each garment that is ``wanted``, in order."""
        earlier = aliased(PhotoRow)
        place = (PhotoRow.position, PhotoRow.id)
        before = tuple_(earlier.position, earlier.id) < tuple_(*place)
        first = ~select(earlier.id).where(earlier.item_id == PhotoRow.item_id, before).correlate(PhotoRow).exists()
        return (
            select(PhotoRow.item_id, FeaturesRow.model, FeaturesRow.embedding)
            .join(FeaturesRow, FeaturesRow.photo_id == PhotoRow.id)
            .join(ItemRow, ItemRow.id == PhotoRow.item_id)
            .where(wanted, first)
            .order_by(PhotoRow.item_id)
        )


def _partitions(session: Session, query: Select[int, str, bytes]) -> Iterator[Sequence[Any]]:
    session.flush()
    return session.connection().execute(query).partitions(AT_ONCE)


class CustomTypeRepository:
    """The types that the owner made up; tags name them by their name."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> list[GarmentType]:
        """All of them, oldest first."""
        rows = self._session.scalars(select(CustomTypeRow).order_by(CustomTypeRow.created_at, CustomTypeRow.name))
        return [GarmentType(row.name, row.name, Slot(row.slot), own=True) for row in rows]

    def add(self, name: str, slot: Slot, created_at: datetime) -> None:
        """Make up a type; its name has to be free."""
        self._session.add(CustomTypeRow(name=name, slot=slot.value, created_at=created_at))
        self._session.flush()

    def change(self, name: str, new_name: str, slot: Slot) -> None:
        """Another name, which has to be free or the same, or another slot; what is tagged with it goes along."""
        self._raise_versions(name)
        self._session.execute(
            update(CustomTypeRow).where(CustomTypeRow.name == name).values(name=new_name, slot=slot.value)
        )
        self._session.execute(update(TagRow).where(_TYPE, TagRow.value == name).values(value=new_name))
        rename_type(self._session, name, new_name)
        self._session.expire_all()

    def remove(self, name: str) -> None:
        """Forget a type; garments that are tagged with it fall back to what is said of them otherwise."""
        self._raise_versions(name)
        self._session.execute(delete(TagRow).where(_TYPE, TagRow.value == name))
        rename_type(self._session, name, None)
        self._session.execute(delete(CustomTypeRow).where(CustomTypeRow.name == name))
        self._session.expire_all()

    def _raise_versions(self, name: str) -> None:
        called = select(TagRow.item_id).where(_TYPE, _BY_PERSON, TagRow.value == name)
        self._session.execute(update(ItemRow).where(ItemRow.id.in_(called)).values(version=ItemRow.version + 1))

    def set_by_person(self) -> Counter[str]:
        """How many garments a person gave each type, in the trash or not."""
        query = select(TagRow.value, func.count()).where(_TYPE, _BY_PERSON).group_by(TagRow.value)
        return Counter({str(value): int(count) for value, count in self._session.execute(query)})


def _look(item_id: int, model: str, embedding: bytes, tags: dict[TagSource, Tag]) -> LabelExample:
    own = tags.get(TagSource.PERSON)
    return LabelExample(
        item_id=item_id,
        model=model,
        embedding=np.frombuffer(embedding, dtype="<f4"),
        suggestion=tags.get(TagSource.MODEL),
        followed=tags.get(TagSource.PROPAGATED),
        own=own.value if own else None,
    )
