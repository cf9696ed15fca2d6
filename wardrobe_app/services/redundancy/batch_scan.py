"""Find the alike pairs of a wardrobe in PostgreSQL batch by batch, without having all of its garments in memory.

Which pairs are compared, and how, is decided by the same rules as on the Duplicates page (``pair_blocking``, ``scores``
and ``candidates``); only where neighbours are searched differs. By embeddings alone, not all pairs of a large wardrobe
would be found: two white shirts of another cut do the same job. So each garment's point, in which type, colour, pattern
and embedding count, goes to the server for the length of the scan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import scipy  # its parts are loaded when they are first used

from db.unit_of_work import UnitOfWork
from wardrobe_app.domain.batches import batched
from wardrobe_app.domain.garments.availability import staying
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.redundancy import alike_pairs
from wardrobe_app.domain.redundancy.alike_pairs import AlikePairs
from wardrobe_app.domain.redundancy.groups import SURE
from wardrobe_app.domain.similarity import candidates as keypoint_candidates
from wardrobe_app.domain.similarity import pair_blocking
from wardrobe_app.domain.similarity.candidates import candidates_of
from wardrobe_app.domain.similarity.features import agree, features
from wardrobe_app.domain.similarity.nearest_neighbours import NO_NEIGHBOUR
from wardrobe_app.domain.similarity.neighbour_search import BatchSearch
from wardrobe_app.domain.similarity.pair_blocking import PointSpace, WardrobeSummary
from wardrobe_app.domain.similarity.scores import DEFAULT, measured

if TYPE_CHECKING:
    from numpy.typing import NDArray

BATCH_GARMENTS: Final = 500  # compared together with all that are near to them
LOADED_GARMENTS: Final = 2_000  # loaded together where each is looked at alone
ORDERED_BY: Final = 8  # dimensions of points

Told = Callable[[str, int, int], object]
"""Called with what is done, and how much of how many is."""


@dataclass(frozen=True, slots=True)
class FoundPairs:
    """Pairs that are alike whatever their keypoints, and pairs (n, 2) of ids whose keypoints are worth comparing."""

    alike: AlikePairs
    candidates: NDArray[np.int64]


def find_pairs(uow: UnitOfWork, search: BatchSearch, ids: Sequence[int], told: Told) -> FoundPairs:
    """Find the pairs among the garments with these ids, within one unit of work.

    Args:
        uow: a reading unit, which sees one state of the wardrobe.
        search: its new search.
        ids: of garments in use; those that are about to leave are left out.
        told: is told how far it is.
    """
    alike, candidates = [alike_pairs.NONE], [np.zeros((0, 2), dtype=np.int64)]
    summary = _summary(uow, ids, told)
    if not summary.garments:
        return FoundPairs(alike_pairs.NONE, np.zeros((0, 2), dtype=np.int64))
    placed = _placed(uow, search, ids, PointSpace(summary, DEFAULT), told)
    for number, some in enumerate(batched(placed.in_turn, BATCH_GARMENTS)):
        told("compared", number * BATCH_GARMENTS, len(ids))
        found = _pairs_of(uow, search, some, placed)
        alike.append(found.alike)
        candidates.append(found.candidates)
    told("compared", len(ids), len(ids))
    return FoundPairs(alike_pairs.joined(alike), np.unique(np.concatenate(candidates), axis=0))


def _summary(uow: UnitOfWork, ids: Sequence[int], told: Told) -> WardrobeSummary:
    summary = WardrobeSummary()
    for garments in _loaded(uow, ids, "read", told):
        summary.add(features(garments))
    return summary


class _Places:
    """Where garments are in a list."""

    def __init__(self, ids: Sequence[int]) -> None:
        self.ids = np.array(ids, dtype=np.int64)
        self._order = np.argsort(self.ids)

    def of(self, ids: Sequence[int] | NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the places of ``ids``, of the same shape, ``NO_NEIGHBOUR`` for those that are not in the list."""
        wanted = np.asarray(ids)
        at = np.minimum(np.searchsorted(self.ids, wanted, sorter=self._order), len(self.ids) - 1)
        rows = self._order[at]
        return np.where(self.ids[rows] == wanted, rows, NO_NEIGHBOUR)


@dataclass(frozen=True, slots=True)
class _Placed:
    """What is kept of all garments: places, codes of slots and ages as in ``Features``, and the ids ``in_turn``, those
    near to each other together: their neighbours then have to be loaded less often.
    """

    places: _Places
    slots: NDArray[np.int8]
    ages: NDArray[np.int8]
    in_turn: Sequence[int]

    def nearest_comparable(self, ids: Sequence[int], near: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the first of those ``near`` (ids, any), nearest first, that can be candidates, (ids, NEAREST)."""
        here, there = self.places.of(ids)[:, None], self.places.of(near)
        free = agree(self.slots[here], self.slots[there]) & agree(self.ages[here], self.ages[there])
        free &= there != NO_NEIGHBOUR
        first = np.argsort(~free, axis=1, kind="stable")[:, : keypoint_candidates.NEAREST]
        return np.where(np.take_along_axis(free, first, 1), np.take_along_axis(near, first, 1), NO_NEIGHBOUR)


def _placed(uow: UnitOfWork, search: BatchSearch, ids: Sequence[int], space: PointSpace, told: Told) -> _Placed:
    """Place every garment in the search."""
    placed: list[int] = []
    slots, ages, coarse = [], [], []
    widest: NDArray[np.int64] | None = None
    for garments in _loaded(uow, ids, "placed", told):
        rows, some = features(garments), [garment.id for garment in garments]
        points = space.points(rows)
        search.place(some, points)
        widest = np.argsort(-points.var(axis=0))[:ORDERED_BY] if widest is None else widest
        placed += some
        slots.append(rows.slots.astype(np.int8))
        ages.append(rows.ages.astype(np.int8))
        coarse.append(points[:, widest])
    search.build()
    in_turn = scipy.spatial.cKDTree(np.concatenate(coarse), leafsize=BATCH_GARMENTS).indices
    places = _Places(placed)
    return _Placed(places, np.concatenate(slots), np.concatenate(ages), places.ids[in_turn].tolist())


def _loaded(uow: UnitOfWork, ids: Sequence[int], what: str, told: Told) -> Iterator[tuple[Garment, ...]]:
    for number, some in enumerate(batched(ids, LOADED_GARMENTS)):
        told(what, number * LOADED_GARMENTS, len(ids))
        if garments := staying(uow.garments.found(some).values()):
            yield garments


def _pairs_of(uow: UnitOfWork, search: BatchSearch, ids: Sequence[int], placed: _Placed) -> FoundPairs:
    """Find the pairs of some garments with any others."""
    own = uow.garments.found(ids)
    likeliest = search.likeliest(ids, pair_blocking.NEIGHBOURS)
    near = search.nearest_of_each([own[item_id] for item_id in ids], keypoint_candidates.NEIGHBOURS)
    near = placed.nearest_comparable(ids, near)
    others = np.setdiff1d(np.concatenate([likeliest.ravel(), near.ravel()]), [NO_NEIGHBOUR, *ids])
    rows = features([*(own[item_id] for item_id in ids), *uow.garments.found(others.tolist()).values()])
    place = _Places([garment.id for garment in rows.garments])
    first, second = _distinct_pairs(place.of(likeliest))
    free = rows.comparable(first, second)
    alike = alike_pairs.of_measures(measured(rows, first[free], second[free], SURE))
    candidates = candidates_of(rows, place.of(near))
    return FoundPairs(alike, np.array(candidates, dtype=np.int64).reshape(-1, 2))


def _distinct_pairs(near: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the different pairs of rows, the smaller first, that ``near`` (n, any) has for the first n rows."""
    here = np.repeat(np.arange(len(near)), near.shape[1])
    there = near.ravel()
    pairs = np.stack([here, there])[:, there != NO_NEIGHBOUR]
    first, second = np.unique(np.sort(pairs, axis=0), axis=1)
    return first, second
