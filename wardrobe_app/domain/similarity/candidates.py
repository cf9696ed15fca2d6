"""Choose the pairs of garments whose keypoints are worth comparing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from wardrobe_app.domain.garments.garment import Garment, TagKind
from wardrobe_app.domain.garments.type_similarity import closeness
from wardrobe_app.domain.garments.vocabulary import Slot
from wardrobe_app.domain.similarity.features import MISSING, Features, features, only_removed
from wardrobe_app.domain.similarity.nearest_neighbours import NO_NEIGHBOUR
from wardrobe_app.domain.similarity.neighbour_search import InMemorySearch, NeighbourSearch
from wardrobe_app.domain.similarity.same_item import is_plain

if TYPE_CHECKING:
    from numpy.typing import NDArray

NEAREST: Final = 5  # candidates of each garment
LEAST_COSINE: Final = 0.3  # among people's photos, all of 31 pairs of one garment were more alike
MOST_COLOUR_DISTANCE: Final = 25.0  # CIEDE2000 of palettes; at most 17.5 among 63 pairs of one garment
ALL_PAIRS_UP_TO: Final = 2_000  # garments
BATCH_ROWS: Final = 512
NEIGHBOURS: Final = 24  # of each garment in a larger wardrobe, before those worn elsewhere are dropped
REACH: Final = 1_000  # garments among which the candidates of a newcomer are searched


def candidates(
    garments: Sequence[Garment], nearest: int = NEAREST, search: NeighbourSearch | None = None
) -> list[tuple[int, int]]:
    """Return pairs of ids, smaller first and in order: each garment with the ``nearest`` others by embedding, without
    those that keypoints cannot show to be the same item (``_could_be_same``).

    Garments with different models, worn in different places or by different age groups are no candidates. A new garment
    adds only pairs with itself. Above ``ALL_PAIRS_UP_TO`` garments, ``search`` finds most candidates.
    """
    rows = features(garments)
    ids = np.array([garment.id for garment in garments], dtype=np.int64)
    found = [np.zeros((2, 0), dtype=np.int64)]
    near = None if len(ids) <= ALL_PAIRS_UP_TO else _rows_near(ids, search or InMemorySearch(garments))
    for start in range(0, len(ids), BATCH_ROWS):
        here = np.arange(start, min(start + BATCH_ROWS, len(ids)))
        others = np.broadcast_to(np.arange(len(ids)), (len(here), len(ids))) if near is None else near[here]
        found.append(_pairs(rows, here, others, nearest, dense=near is None))
    return _in_order(ids[np.concatenate(found, axis=1)])


def candidates_of(rows: Features, near: NDArray[np.int64], nearest: int = NEAREST) -> list[tuple[int, int]]:
    """Return the candidates that the first garments of ``rows`` have among others, as ``candidates`` does.

    Args:
        rows: these garments, and after them those that are near to any of them.
        near: (garments, any) the rows near to each, ``NO_NEIGHBOUR`` where there are fewer.
        nearest: candidates of each garment.
    """
    ids = np.array([garment.id for garment in rows.garments], dtype=np.int64)
    return _in_order(ids[_pairs(rows, np.arange(len(near)), near, nearest, dense=False)])


def _pairs(
    rows: Features, here: NDArray[np.int64], others: NDArray[np.int64], nearest: int, *, dense: bool
) -> NDArray[np.int64]:
    """Return the candidates of the rows ``here`` among ``others``, (2, pairs)."""
    best, cosine = _best(rows, here, others, nearest, dense=dense)
    row, place = np.nonzero(cosine >= LEAST_COSINE)
    found = np.stack([here[row], best[row, place]])
    return np.asarray(found[:, _could_be_same(rows, *found)])


def _in_order(ends: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Return different pairs of ids, smaller first and in order, of ``ends`` (2, pairs)."""
    one, other = ends
    return sorted(set(zip(np.minimum(one, other).tolist(), np.maximum(one, other).tolist(), strict=True)))


def _rows_near(ids: NDArray[np.int64], search: NeighbourSearch) -> NDArray[np.int64]:
    """Return the rows of the nearest others of each garment, (n, NEIGHBOURS)."""
    near, order = search.nearest_of_each(ids.tolist(), NEIGHBOURS), np.argsort(ids)
    place = np.minimum(np.searchsorted(ids, near, sorter=order), len(ids) - 1)
    rows = order[place]
    return np.where(ids[rows] == near, rows, NO_NEIGHBOUR)


def _could_be_same(rows: Features, first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return for which pairs of rows keypoints could change what is said, (pairs,).

    Not if both are certainly plain: such cloth has no details, and the pair is called look-alike at most. Nor if they
    certainly differ: in types that are both sure and not even near-synonyms (of merely likely types, one in five pairs
    of one garment has unrelated ones), or in colour.
    """
    types, plain = rows.tags[TagKind.TYPE], np.array([is_plain(garment) for garment in rows.garments], dtype=bool)
    sure = (types.reliability[first] == 1) & (types.reliability[second] == 1)
    unrelated = types.table(closeness)[types.codes[first], types.codes[second]] == 0
    far = rows.colour_distances(first, second) > MOST_COLOUR_DISTANCE  # NaN is not
    return np.asarray(~(plain[first] & plain[second]) & ~(sure & unrelated) & ~far)


def remaining_candidates(
    known: Sequence[tuple[int, int]], before: Sequence[Garment], garments: Sequence[Garment]
) -> list[tuple[int, int]] | None:
    """Return what is left of the candidates ``known`` for the wardrobe ``before``; None if they have to be searched
    again.

    In a large wardrobe they stay valid when garments are removed, although others would move up.
    """
    if len(garments) < len(before) <= ALL_PAIRS_UP_TO or not only_removed(before, garments):
        return None
    left = {garment.id for garment in garments}
    return [pair for pair in known if left.issuperset(pair)]


def within_reach(
    newcomer: Garment,
    garments: Sequence[Garment],
    most: int = REACH,
    search: NeighbourSearch | None = None,
    slot: Slot | None = None,
) -> tuple[Garment, ...]:
    """Return the ``most`` garments of a large wardrobe nearest to a newcomer by embedding, in their order; with
    ``slot``, none that is surely worn elsewhere.
    """
    if len(garments) <= most or newcomer.embedding is None:
        return tuple(garments)
    search = search or InMemorySearch(garments)
    near = set(search.nearest(newcomer.embedding_model or "", newcomer.embedding, most, slot).tolist())
    return tuple(garment for garment in garments if garment.id in near)


def _best(
    rows: Features, here: NDArray[np.int64], others: NDArray[np.int64], most: int, *, dense: bool
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the ``most`` nearest comparable ``others``, (here, most) rows and cosines; ``others`` is (here, any)."""
    if dense:
        cosine = rows.embeddings[here] @ rows.embeddings.T
    else:
        cosine = np.einsum("nd,nkd->nk", rows.embeddings[here], rows.embeddings[others])
    own, others_models = rows.models[here, None], rows.models[others]
    allowed = (own == others_models) & (own != MISSING) & rows.comparable(here[:, None], others)
    cosine[~allowed | (others == here[:, None]) | (others == NO_NEIGHBOUR)] = -1
    best = np.argsort(-cosine, axis=1, kind="stable")[:, :most]
    return np.take_along_axis(others, best, 1), np.take_along_axis(cosine, best, 1)
