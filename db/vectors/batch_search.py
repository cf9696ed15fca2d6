"""Search a wardrobe in PostgreSQL batch by batch, without having all of its garments in memory."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from sqlalchemy import column, select, table, text
from sqlalchemy.orm import Session

from db.schema.tables import PhotoRow
from db.vectors.column import GRAPH, as_text, memory_for_index
from db.vectors.index import MAX_REACH, VectorIndex, reach_of
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.similarity.nearest_neighbours import NO_NEIGHBOUR

if TYPE_CHECKING:
    from numpy.typing import NDArray

_POINTS: Final = table("wardrobe_scan_points", column("item_id"), column("point"))


class VectorBatchSearch:
    """Searches the garments that were placed as points, by their points and by their embeddings.

    The points lie in a temporary table with an HNSW index, which are gone at the end of the transaction.
    """

    def __init__(self, session: Session, schema: str) -> None:
        self._session = session
        self._schema = schema
        self._index = VectorIndex(session, schema)
        self._dimensions = 0
        self._count = 0

    def place(self, ids: Sequence[int], points: NDArray[np.float32]) -> None:
        """Insert the points; the first ones say how many dimensions all have."""
        if not self._dimensions:
            self._dimensions = points.shape[1]
            kind = f"{self._schema}.vector({self._dimensions})"
            self._execute(f"CREATE TEMPORARY TABLE {_POINTS.name} (item_id integer, point {kind}) ON COMMIT DROP")
        given = "unnest(CAST(:ids AS int[]), CAST(:points AS text[])) AS given(id, point)"
        self._session.execute(
            text(f"INSERT INTO {_POINTS.name} SELECT id, CAST(point AS {self._schema}.vector) FROM {given}"),  # noqa: S608 - names
            {"ids": list(ids), "points": [as_text(point) for point in points]},
        )
        self._count += len(ids)

    def build(self) -> None:
        """Build the index."""
        self._execute(memory_for_index(self._count, self._dimensions))
        self._execute(f"CREATE INDEX ON {_POINTS.name} USING hnsw (point {self._schema}.vector_l2_ops) WITH ({GRAPH})")
        self._execute(f"CREATE UNIQUE INDEX ON {_POINTS.name} (item_id)")
        self._execute(f"ANALYZE {_POINTS.name}")

    def likeliest(self, ids: Sequence[int], most: int) -> NDArray[np.int64]:
        """Search the index of points."""
        self._index.set_reach(most + 1)
        apart = f"point OPERATOR({self._schema}.<->) asked.point"
        query = (
            f"SELECT asked.item_id, near.item_id FROM {_POINTS.name} AS asked, LATERAL "  # noqa: S608 - names and numbers
            f"(SELECT item_id FROM {_POINTS.name} ORDER BY {apart} LIMIT {most + 1}) AS near "
            "WHERE asked.item_id = ANY(:ids)"
        )
        rows = self._session.execute(text(query), {"ids": list(ids)})
        return _filled(ids, most, ((item_id, other) for item_id, other in rows))

    def nearest_of_each(self, garments: Sequence[Garment], most: int) -> NDArray[np.int64]:
        """Search the index of embeddings, and further where too few of the nearest photos fit."""
        by_length: dict[int, list[int]] = defaultdict(list)
        for garment in garments:
            if garment.embedding is not None:
                by_length[len(garment.embedding)].append(garment.id)
        rows = [row for length, ids in by_length.items() for row in self._near(ids, length, most)]
        return _filled([garment.id for garment in garments], most, rows)

    def _near(self, ids: Sequence[int], length: int, most: int) -> list[tuple[int, int]]:
        """Return garments of ``ids`` with a neighbour, nearest first; more photos are searched for who has too few."""
        placed = PhotoRow.item_id.in_(select(_POINTS.c.item_id))
        found: list[tuple[int, int]] = []
        for reach in (reach_of(most + 1), MAX_REACH):
            rows = self._index.near(ids, length, reach, placed) if ids else ()
            counts = Counter(item_id for _, item_id in rows)
            ids = [item_id for item_id in ids if counts[item_id] < most] if reach < MAX_REACH else []
            few = set(ids)
            found += [(item_id, other) for other, item_id in rows if item_id not in few]
        return found

    def _execute(self, statement: str) -> None:
        self._session.execute(text(statement))


def _filled(ids: Sequence[int], most: int, rows: Iterable[tuple[int, int]]) -> NDArray[np.int64]:
    """Arrange garments and their neighbours, nearest first, as (ids, most); a garment is none of its own."""
    near: dict[int, list[int]] = defaultdict(list)
    for item_id, other in rows:
        if item_id != other:
            near[item_id].append(other)
    found = np.full((len(ids), most), NO_NEIGHBOUR, dtype=np.int64)
    for place, item_id in enumerate(ids):
        others = near[item_id][:most]
        found[place, : len(others)] = others
    return found
