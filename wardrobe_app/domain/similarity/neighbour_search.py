"""Search garments by embedding: the interface, and the search in memory. ``db.vectors.search`` has the one in
SQL.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

import numpy as np

from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.garments.tag_reliability import worn_on
from wardrobe_app.domain.garments.vocabulary import Slot
from wardrobe_app.domain.similarity.nearest_neighbours import NO_NEIGHBOUR
from wardrobe_app.domain.similarity.nearest_neighbours import nearest as nearest_vectors

if TYPE_CHECKING:
    from numpy.typing import NDArray


class NeighbourSearch(Protocol):
    """Finds the nearest garments of a wardrobe by the cosine of their embeddings, within one model's.

    A search may miss some neighbours of a large wardrobe.
    """

    def nearest(
        self, model: str, embedding: NDArray[np.float32], most: int, slot: Slot | None = None
    ) -> NDArray[np.int64]:
        """Return the ids of at most ``most`` garments, nearest first; with ``slot``, none that is surely worn
        elsewhere.
        """
        ...

    def nearest_of_each(self, ids: Sequence[int], most: int) -> NDArray[np.int64]:
        """Return the ids of the nearest others of each garment, (ids, most), ``NO_NEIGHBOUR`` where there are fewer."""
        ...


class BatchSearch(Protocol):
    """Finds the nearest garments of a wardrobe of which never all are in memory: by points that stand for them, and by
    the cosine of their embeddings, within one model's.
    """

    def place(self, ids: Sequence[int], points: NDArray[np.float32]) -> None:
        """Add garments with their points, (ids, d)."""
        ...

    def build(self) -> None:
        """Get ready to search, after all garments were placed."""
        ...

    def likeliest(self, ids: Sequence[int], most: int) -> NDArray[np.int64]:
        """Return the ids of the others whose points are nearest to each garment's, (ids, most), ``NO_NEIGHBOUR`` where
        there are fewer.
        """
        ...

    def nearest_of_each(self, garments: Sequence[Garment], most: int) -> NDArray[np.int64]:
        """Return the ids of the others whose embeddings are nearest to each garment's, as ``likeliest`` does."""
        ...


class InMemorySearch:
    """Searches the garments it is given."""

    def __init__(self, garments: Sequence[Garment]) -> None:
        spaces: dict[tuple[str, int], list[Garment]] = defaultdict(list)
        for garment in garments:
            if garment.embedding is not None:
                spaces[garment.embedding_model or "", len(garment.embedding)].append(garment)
        self._spaces = {key: _Space(same) for key, same in spaces.items()}

    def nearest(
        self, model: str, embedding: NDArray[np.float32], most: int, slot: Slot | None = None
    ) -> NDArray[np.int64]:
        """Compare with every garment."""
        space = self._spaces.get((model, len(embedding)))
        if space is None:
            return np.zeros(0, dtype=np.int64)
        cosine = space.vectors @ embedding
        fits = [slot is None or worn_on(garment) in (None, slot) for garment in space.garments]
        rows = np.flatnonzero(fits)
        return space.ids[rows[np.argsort(-cosine[rows], kind="stable")[:most]]]

    def nearest_of_each(self, ids: Sequence[int], most: int) -> NDArray[np.int64]:
        """Compare all with all, or search a graph of neighbours where that would take too long."""
        place = {item_id: at for at, item_id in enumerate(ids)}
        found = np.full((len(ids), most), NO_NEIGHBOUR, dtype=np.int64)
        for space in self._spaces.values():
            asked = [(place[item_id], row) for row, item_id in enumerate(space.ids.tolist()) if item_id in place]
            if asked:
                here, there = np.array(asked, dtype=np.int64).T
                near = nearest_vectors(space.vectors, most)
                found[here, : near.shape[1]] = np.where(near == NO_NEIGHBOUR, NO_NEIGHBOUR, space.ids[near])[there]
        return found


class _Space:
    """Garments whose embeddings can be compared."""

    def __init__(self, garments: Sequence[Garment]) -> None:
        self.garments = garments
        self.ids = np.array([garment.id for garment in garments], dtype=np.int64)

    @cached_property
    def vectors(self) -> NDArray[np.float32]:
        """The embeddings, (n, d)."""
        return np.stack([garment.embedding for garment in self.garments if garment.embedding is not None])
