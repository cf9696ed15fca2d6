"""Read and write what label propagation needs: embeddings, types by source, and the owner's custom types."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from sqlalchemy import ColumnElement, Select, delete, func, select, update
from sqlalchemy.orm import Session

from db.repositories.garment_loader import MAX_IDS, columns
from db.repositories.mapping import TAG, tag_of, tag_row
from db.repositories.merges import rename_type
from db.repositories.queries import is_first
from db.schema.tables import CustomTypeRow, FeaturesRow, ItemRow, PhotoRow, TagRow
from wardrobe_app.domain.batches import batched
from wardrobe_app.domain.garments.garment import Tag, TagKind, TagSource
from wardrobe_app.domain.garments.label_propagation import LabelExample
from wardrobe_app.domain.garments.vocabulary import GarmentType, Slot

if TYPE_CHECKING:
    from numpy.typing import NDArray

_TYPE = TagRow.kind == TagKind.TYPE.value
_BY_PERSON = TagRow.source == TagSource.PERSON.value
_PROPAGATED = TagRow.source == TagSource.PROPAGATED.value

BATCH_EMBEDDINGS: Final = 5_000  # in memory together


class LabelPropagationRepository:
    """Embeddings of garments, their types, and which of the types were propagated."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def examples(self, ids: Collection[int]) -> list[LabelExample]:
        """Return those of ``ids`` that are outside the trash and have a prediction, in order."""
        return [example for some in batched(sorted(ids), MAX_IDS) for example in self._examples(some)]

    def corrected(self, among: Collection[int] | None = None) -> set[int]:
        """Return the garments, trash included, whose type a person set; only those ``among`` the given ids."""
        found = set(self._session.scalars(select(TagRow.item_id).where(_TYPE, _BY_PERSON)))
        return found if among is None else found.intersection(among)

    def propagated(self) -> set[int]:
        """Return the garments, trash included, that have a propagated type."""
        return set(self._session.scalars(select(TagRow.item_id).where(_TYPE, _PROPAGATED)))

    def embeddings(self) -> Iterator[tuple[list[int], list[str], NDArray[np.float32]]]:
        """Yield ids, models and embeddings (batch, D) of the garments outside the trash.

        A batch holds embeddings of one length only.
        """
        for rows in _partitions(self._session, self._first_features(ItemRow.trashed_at.is_(None))):
            for size in {len(row.embedding) for row in rows}:
                same = [row for row in rows if len(row.embedding) == size]
                vectors = np.frombuffer(b"".join(row.embedding for row in same), dtype="<f4")
                yield [row.item_id for row in same], [row.model for row in same], vectors.reshape(len(same), -1)

    def replace(self, item_id: int, tag: Tag | None) -> None:
        """Set the propagated type of a garment, or remove it."""
        self._session.execute(delete(TagRow).where(TagRow.item_id == item_id, _TYPE, _PROPAGATED))
        if tag is not None:
            self._session.add(tag_row(item_id, tag))
        self._session.flush()
        self._session.expire_all()

    def _examples(self, ids: Sequence[int]) -> Iterator[LabelExample]:
        wanted = ItemRow.trashed_at.is_(None) & ItemRow.id.in_(ids)
        tags: dict[int, dict[TagSource, Tag]] = {}
        for row in self._session.execute(columns(TAG).where(_TYPE, TagRow.item_id.in_(ids))):
            tag = tag_of(row)
            tags.setdefault(row[0], {})[tag.source] = tag
        for item_id, model, embedding in self._session.execute(self._first_features(wanted)):
            yield _example(item_id, model, bytes(embedding), tags.get(item_id, {}))

    @staticmethod
    def _first_features(wanted: ColumnElement[bool]) -> Select[int, str, bytes]:
        """Select item, model and embedding of the first photo of each ``wanted`` garment, in order."""
        return (
            select(PhotoRow.item_id, FeaturesRow.model, FeaturesRow.embedding)
            .join(FeaturesRow, FeaturesRow.photo_id == PhotoRow.id)
            .join(ItemRow, ItemRow.id == PhotoRow.item_id)
            .where(wanted, is_first(PhotoRow))
            .order_by(PhotoRow.item_id)
        )


def _partitions(session: Session, query: Select[int, str, bytes]) -> Iterator[Sequence[Any]]:
    session.flush()
    return session.connection().execute(query).partitions(BATCH_EMBEDDINGS)


class CustomTypeRepository:
    """The types the owner made up; tags refer to them by name."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> list[GarmentType]:
        """Return all custom types, oldest first."""
        rows = self._session.scalars(select(CustomTypeRow).order_by(CustomTypeRow.created_at, CustomTypeRow.name))
        return [GarmentType(row.name, row.name, Slot(row.slot), own=True) for row in rows]

    def add(self, name: str, slot: Slot, created_at: datetime) -> None:
        """Add a type; its name has to be free."""
        self._session.add(CustomTypeRow(name=name, slot=slot.value, created_at=created_at))
        self._session.flush()

    def change(self, name: str, new_name: str, slot: Slot) -> None:
        """Rename a type or move it to another slot, with all tags that use it. The new name has to be
        free or the same.
        """
        self._raise_versions(name)
        self._session.execute(
            update(CustomTypeRow).where(CustomTypeRow.name == name).values(name=new_name, slot=slot.value)
        )
        self._session.execute(update(TagRow).where(_TYPE, TagRow.value == name).values(value=new_name))
        rename_type(self._session, name, new_name)
        self._session.expire_all()

    def remove(self, name: str) -> None:
        """Delete a type; garments tagged with it fall back to their other tags."""
        self._raise_versions(name)
        self._session.execute(delete(TagRow).where(_TYPE, TagRow.value == name))
        rename_type(self._session, name, None)
        self._session.execute(delete(CustomTypeRow).where(CustomTypeRow.name == name))
        self._session.expire_all()

    def _raise_versions(self, name: str) -> None:
        tagged = select(TagRow.item_id).where(_TYPE, _BY_PERSON, TagRow.value == name)
        self._session.execute(update(ItemRow).where(ItemRow.id.in_(tagged)).values(version=ItemRow.version + 1))

    def set_by_person(self) -> Counter[str]:
        """Count the garments that a person gave each type, trash included."""
        query = select(TagRow.value, func.count()).where(_TYPE, _BY_PERSON).group_by(TagRow.value)
        return Counter({str(value): int(count) for value, count in self._session.execute(query)})


def _example(item_id: int, model: str, embedding: bytes, tags: dict[TagSource, Tag]) -> LabelExample:
    own = tags.get(TagSource.PERSON)
    return LabelExample(
        item_id=item_id,
        model=model,
        embedding=np.frombuffer(embedding, dtype="<f4"),
        suggestion=tags.get(TagSource.MODEL),
        propagated=tags.get(TagSource.PROPAGATED),
        own=own.value if own else None,
    )
