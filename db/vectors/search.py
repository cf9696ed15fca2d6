"""Search garments by embedding in SQL, with pgvector's index."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Final

import numpy as np
from sqlalchemy import String, bindparam, cast, select
from sqlalchemy.orm import Session

from db.repositories.queries import worn_elsewhere
from db.vectors import column
from db.vectors.batch_search import VectorBatchSearch
from db.vectors.column import FEATURES, Vector, as_text
from db.vectors.index import MAX_REACH, VectorIndex, garments_of, reach_of
from wardrobe_app.domain.batches import batched
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.garments.vocabulary import Slot, Vocabulary
from wardrobe_app.domain.similarity.nearest_neighbours import NO_NEIGHBOUR
from wardrobe_app.domain.similarity.neighbour_search import BatchSearch, InMemorySearch, NeighbourSearch

if TYPE_CHECKING:
    from numpy.typing import NDArray

BATCH_GARMENTS: Final = 500  # whose neighbours one statement searches


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

    def batches(self) -> BatchSearch | None:
        """Return a search for garments of which never all are in memory, valid inside this unit of work; None where the
        wardrobe has no vectors.
        """
        schema = column.schema_of(self._session.connection())
        return None if schema is None else VectorBatchSearch(self._session, schema)


class VectorSearch:
    """Searches some ``garments`` of a wardrobe by the index, and exactly where that finds too few.

    An HNSW index gives the nearest photos of the whole wardrobe, of which those of other garments are then left out.
    """

    def __init__(self, session: Session, schema: str, vocabulary: Vocabulary, garments: Sequence[Garment]) -> None:
        self._session = session
        self._schema = schema
        self._index = VectorIndex(session, schema)
        self._vocabulary = vocabulary
        self._garments = {one.id: one for one in garments if one.embedding is not None}
        self._in_memory = InMemorySearch(garments)

    def nearest(
        self, model: str, embedding: NDArray[np.float32], most: int, slot: Slot | None = None
    ) -> NDArray[np.int64]:
        """Search the index, or compare with every garment if too few of the nearest photos fit."""
        index, length = self._index, len(embedding)
        reach = index.set_reach(reach_of(most) if slot is None else MAX_REACH)
        vector = cast(bindparam(None, as_text(embedding), String), Vector(self._schema, length))
        distance = index.distance(FEATURES, vector, length).label("distance")
        near = select(FEATURES.c.photo_id, distance).where(*index.same(FEATURES, model, length)).order_by(distance)
        query = garments_of(near.limit(reach).cte("near").prefix_with("MATERIALIZED"))
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
                rows = self._index.near(some, length, reach_of(most + 1))
                near = {item_id: list(own) for item_id, own in groupby(rows, itemgetter(1))}
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
