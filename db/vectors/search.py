"""Search garments by embedding in SQL, with pgvector's index."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from sqlalchemy import (
    CTE,
    Boolean,
    ColumnElement,
    Float,
    Integer,
    Select,
    String,
    bindparam,
    cast,
    literal_column,
    select,
    text,
    true,
)
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.selectable import NamedFromClause

from db.repositories.queries import is_first, worn_elsewhere
from db.schema.tables import ItemRow, PhotoRow
from db.vectors import column
from db.vectors.column import FEATURES, Vector, as_text
from wardrobe_app.domain.batches import batched
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.garments.vocabulary import Slot, Vocabulary
from wardrobe_app.domain.similarity.nearest_neighbours import NO_NEIGHBOUR
from wardrobe_app.domain.similarity.neighbour_search import InMemorySearch, NeighbourSearch

if TYPE_CHECKING:
    from numpy.typing import NDArray

BATCH_GARMENTS: Final = 500  # whose neighbours one statement searches
SLACK: Final = 4  # times as many photos as garments are asked of the index: some are left out afterwards
MIN_REACH: Final = 200  # photos asked of the index at least; the more, the fewer neighbours are missed
MAX_REACH: Final = 1_000  # pgvector's limit


class NeighbourRepository:
    """Searches neighbours in SQL where the wardrobe has vectors, else in memory."""

    def __init__(self, session: Session, vocabulary: Vocabulary) -> None:
        self._session = session
        self._vocabulary = vocabulary

    def search(self, garments: Sequence[Garment]) -> NeighbourSearch:
        """Return a search of these ``garments``, all outside the trash; it is valid inside this unit of work."""
        if (schema := column.schema_of(self._session.connection())) is None:
            return InMemorySearch(garments)
        return VectorSearch(self._session, schema, self._vocabulary, garments)


class VectorSearch:
    """Searches some ``garments`` of a wardrobe by the index, and exactly where that finds too few.

    An HNSW index gives the nearest photos of the whole wardrobe, of which those of other garments are then left out.
    """

    def __init__(self, session: Session, schema: str, vocabulary: Vocabulary, garments: Sequence[Garment]) -> None:
        self._session = session
        self._schema = schema
        self._vocabulary = vocabulary
        self._garments = {one.id: one for one in garments if one.embedding is not None}
        self._in_memory = InMemorySearch(garments)

    def nearest(
        self, model: str, embedding: NDArray[np.float32], most: int, slot: Slot | None = None
    ) -> NDArray[np.int64]:
        """Search the index, or compare with every garment if too few of the nearest photos fit."""
        length, reach = len(embedding), self._reach(most if slot is None else MAX_REACH)
        vector = cast(bindparam(None, as_text(embedding), String), Vector(self._schema, length))
        distance = self._distance(FEATURES, vector, length).label("distance")
        near = select(FEATURES.c.photo_id, distance).where(*self._same(FEATURES, model, length)).order_by(distance)
        query = _garments_of(near.limit(reach).cte("near").prefix_with("MATERIALIZED"))
        if slot is not None:
            query = query.where(~worn_elsewhere(slot, self._vocabulary))
        found = [item_id for item_id, *_ in self._session.execute(query) if item_id in self._garments]
        if len(found) < min(most, len(self._garments), MAX_REACH // 2):
            return self._in_memory.nearest(model, embedding, most, slot)
        return np.array(found[:most], dtype=np.int64)

    def nearest_of_each(self, ids: Sequence[int], most: int) -> NDArray[np.int64]:
        """Search the index for each garment, or compare it with every other if too few of the nearest photos fit."""
        found = np.full((len(ids), most), NO_NEIGHBOUR, dtype=np.int64)
        place = {item_id: at for at, item_id in enumerate(ids) if item_id in self._garments}
        for length, same in self._by_length(place).items():
            for some in batched(same, BATCH_GARMENTS):
                near = {item_id: list(rows) for item_id, rows in groupby(self._near(some, length, most), itemgetter(1))}
                for item_id in some:
                    others = [other for other, *_ in near.get(item_id, ()) if other in self._garments][:most]
                    if len(others) < min(most, len(self._garments) - 1):
                        others = self._others_in_memory(item_id, most)
                    found[place[item_id], : len(others)] = others
        return found

    def _others_in_memory(self, item_id: int, most: int) -> list[int]:
        one = self._garments[item_id]
        if one.embedding is None:
            return []
        found = self._in_memory.nearest(one.embedding_model or "", one.embedding, most + 1)
        return [other for other in found.tolist() if other != item_id][:most]

    def _by_length(self, ids: Iterable[int]) -> dict[int, list[int]]:
        """Group garments by the lengths of their embeddings: an index holds vectors of one length."""
        found: dict[int, list[int]] = defaultdict(list)
        for item_id in ids:
            if (embedding := self._garments[item_id].embedding) is not None:
                found[len(embedding)].append(item_id)
        return found

    def _near(self, ids: Sequence[int], length: int, most: int) -> Sequence[Any]:
        """Return rows of a neighbour and the garment of ``ids`` that it is one of, nearest first."""
        photo, features = aliased(PhotoRow), FEATURES.alias("other_features")
        asked = (
            select(photo.item_id, FEATURES.c.model, self._vector(FEATURES, length).label("vector"))
            .join(FEATURES, FEATURES.c.photo_id == photo.id)
            .where(photo.item_id.in_(ids), is_first(photo))
            .cte("asked")
        )
        distance = self._distance(features, asked.c.vector, length).label("distance")
        near = select(features.c.photo_id, distance).where(*self._same(features, asked.c.model, length))
        each = near.order_by(distance).limit(self._reach(most + 1)).lateral("each")
        found = select(each.c.photo_id, each.c.distance, asked.c.item_id).select_from(asked).join(each, true())
        near_each = found.cte("near").prefix_with("MATERIALIZED")  # else the index may be searched again for each join
        others = _garments_of(near_each, near_each.c.item_id).where(PhotoRow.item_id != near_each.c.item_id)
        return self._session.execute(others).all()

    def _reach(self, most: int) -> ColumnElement[int]:
        """Let the index look at enough photos for ``most`` garments; returns how many, written out for the planner."""
        reach = min(max(SLACK * most, MIN_REACH), MAX_REACH)
        self._session.execute(text("SELECT set_config('hnsw.ef_search', :reach, true)"), {"reach": str(reach)})
        return literal_column(str(reach), Integer())

    def _vector(self, features: NamedFromClause, length: int) -> ColumnElement[str]:
        return cast(features.c.vector, Vector(self._schema, length))

    def _distance(self, features: NamedFromClause, vector: ColumnElement[str], length: int) -> ColumnElement[float]:
        """Return the cosine distance, spelled as the index is."""
        return self._vector(features, length).op(f"OPERATOR({self._schema}.<=>)", return_type=Float())(vector)

    def _same(self, features: NamedFromClause, model: Any, length: int) -> tuple[ColumnElement[bool], ...]:
        """Match vectors that can be compared."""
        lengths = literal_column(f"{self._schema}.vector_dims({features.name}.vector) = {length}", Boolean())
        return lengths, features.c.model == model


def _garments_of(near: CTE, *asked: ColumnElement[int]) -> Select[*tuple[Any, ...]]:
    """Select the garments outside the trash whose first photo is ``near``, and what they were ``asked`` for; nearest
    first.
    """
    return (
        select(PhotoRow.item_id, *asked)
        .join(near, near.c.photo_id == PhotoRow.id)
        .join(ItemRow, ItemRow.id == PhotoRow.item_id)
        .where(ItemRow.trashed_at.is_(None), is_first(PhotoRow))
        .order_by(*asked, near.c.distance, PhotoRow.item_id)
    )
