"""Ask pgvector's index for the photos nearest to others, and whose they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import (
    CTE,
    Boolean,
    ColumnElement,
    Float,
    Integer,
    Select,
    cast,
    literal_column,
    select,
    text,
    true,
)
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.selectable import NamedFromClause

from db.repositories.queries import is_first
from db.schema.tables import ItemRow, PhotoRow
from db.vectors.column import FEATURES, Vector

SLACK: Final = 4  # times as many photos as garments are asked of the index: some are left out afterwards
MIN_REACH: Final = 100  # photos asked of the index at least
MIN_BREADTH: Final = 200  # photos that the index looks at; the more, the fewer neighbours are missed
MAX_REACH: Final = 1_000  # pgvector's limit


class VectorIndex:
    """The index of a wardrobe's embeddings, valid inside one unit of work; ``schema`` is that of the extension."""

    def __init__(self, session: Session, schema: str) -> None:
        self._session = session
        self._schema = schema

    def near(self, ids: Sequence[int], length: int, reach: int, *wanted: ColumnElement[bool]) -> Sequence[Any]:
        """Return rows of a neighbour and the garment of ``ids`` that it is one of, nearest first.

        Args:
            ids: garments whose embeddings all have this ``length``.
            length: of the embeddings.
            reach: the number of photos that the index gives.
            wanted: conditions on the ``PhotoRow`` of a neighbour.
        """
        photo, features = aliased(PhotoRow), FEATURES.alias("other_features")
        asked = (
            select(photo.item_id, FEATURES.c.model, self.vector(FEATURES, length).label("vector"))
            .join(FEATURES, FEATURES.c.photo_id == photo.id)
            .where(photo.item_id.in_(ids), is_first(photo))
            .cte("asked")
        )
        distance = self.distance(features, asked.c.vector, length).label("distance")
        near = select(features.c.photo_id, distance).where(*self.same(features, asked.c.model, length))
        each = near.order_by(distance).limit(self.set_reach(reach)).lateral("each")
        found = select(each.c.photo_id, each.c.distance, asked.c.item_id).select_from(asked).join(each, true())
        near_each = found.cte("near").prefix_with("MATERIALIZED")  # else the index may be searched again for each join
        others = garments_of(near_each, near_each.c.item_id).where(PhotoRow.item_id != near_each.c.item_id, *wanted)
        return self._session.execute(others).all()

    def set_reach(self, reach: int) -> ColumnElement[int]:
        """Let the index find ``reach`` photos; returns the number, written out for the planner."""
        breadth = max(reach, MIN_BREADTH)
        self._session.execute(text("SELECT set_config('hnsw.ef_search', :breadth, true)"), {"breadth": str(breadth)})
        return literal_column(str(reach), Integer())

    def vector(self, features: NamedFromClause, length: int) -> ColumnElement[str]:
        """Return the column of vectors of this ``length``, spelled as the index is."""
        return cast(features.c.vector, Vector(self._schema, length))

    def distance(self, features: NamedFromClause, vector: ColumnElement[str], length: int) -> ColumnElement[float]:
        """Return the cosine distance, spelled as the index is."""
        return self.vector(features, length).op(f"OPERATOR({self._schema}.<=>)", return_type=Float())(vector)

    def same(self, features: NamedFromClause, model: Any, length: int) -> tuple[ColumnElement[bool], ...]:
        """Match vectors that can be compared."""
        lengths = literal_column(f"{self._schema}.vector_dims({features.name}.vector) = {length}", Boolean())
        return lengths, features.c.model == model


def reach_of(most: int) -> int:
    """Return how many photos to ask for so that ``most`` garments are found."""
    return min(max(SLACK * most, MIN_REACH), MAX_REACH)


def garments_of(near: CTE, *asked: ColumnElement[int]) -> Select[*tuple[Any, ...]]:
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
