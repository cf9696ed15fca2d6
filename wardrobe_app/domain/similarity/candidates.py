"""Which garments are worth a closer look: those that a network finds most alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.garments.tag_reliability import children_or_adults, worn_on
from wardrobe_app.domain.similarity.features import MISSING, Features, features
from wardrobe_app.domain.similarity.nearest_neighbours import NOBODY
from wardrobe_app.domain.similarity.nearest_neighbours import nearest as nearest_of_all

if TYPE_CHECKING:
    from numpy.typing import NDArray

NEAREST: Final = 5  # of each garment
LEAST_COSINE: Final = 0.3  # of 31 pairs of one garment among people's photos, none was less alike
SMALL: Final = 2_000
CHUNK: Final = 512
REACH: Final = 1_000  # garments among which the candidates of a newcomer are looked for
LOOKED_AT: Final = (
    24  # in a wardrobe too large for all pairs: of each garment, before those worn elsewhere are left out
)


def candidates(garments: Sequence[Garment], nearest: int = NEAREST) -> list[tuple[int, int]]:
    """Pairs of ids, the smaller one first, in order: each garment with the ``nearest`` by its embedding.

    Garments that another model saw, that are worn in different places or by people of another age are no candidates. A
    garment that comes in makes pairs with itself only. Of more than ``SMALL`` garments most are found.
    """
    rows = features(garments)
    ids = np.array([garment.id for garment in garments], dtype=np.int64)
    found: set[tuple[int, int]] = set()
    near = None if len(ids) <= SMALL else nearest_of_all(rows.embeddings, ids, LOOKED_AT)
    for start in range(0, len(ids), CHUNK):
        here = np.arange(start, min(start + CHUNK, len(ids)))
        others = np.broadcast_to(np.arange(len(ids)), (len(here), len(ids))) if near is None else near[here]
        best, cosine = _best(rows, here, others, nearest, dense=near is None)
        row, place = np.nonzero(cosine >= LEAST_COSINE)
        one, other = ids[here[row]], ids[best[row, place]]
        found.update(zip(np.minimum(one, other).tolist(), np.maximum(one, other).tolist(), strict=True))
    return sorted(found)


def still_nearest(
    known: Sequence[tuple[int, int]], before: Sequence[Garment], garments: Sequence[Garment]
) -> list[tuple[int, int]] | None:
    """The candidates ``known`` of a wardrobe as it was ``before``, for as long as they hold, else None.

    In a large wardrobe they hold where garments only went: that others come nearer then does not count.
    """
    was = {garment.id: garment for garment in before}
    if len(garments) < len(before) <= SMALL or any(not _seen_alike(was.get(one.id), one) for one in garments):
        return None
    if len(garments) == len(before):
        return list(known)
    there = {garment.id for garment in garments}
    return [pair for pair in known if pair[0] in there and pair[1] in there]


def _seen_alike(one: Garment | None, other: Garment) -> bool:
    """Whether two states of a garment are the same as far as candidates go."""
    if one is None or one is other:
        return one is other
    told = [
        (each.embedding_model, worn_on(each), children_or_adults(each), each.embedding is None) for each in (one, other)
    ]
    if told[0] != told[1] or one.embedding is None or other.embedding is None:
        return told[0] == told[1]
    return np.array_equal(one.embedding, other.embedding)


def within_reach(newcomer: Garment, garments: Sequence[Garment], most: int = REACH) -> tuple[Garment, ...]:
    """Of a large wardrobe, the ``most`` garments nearest to a newcomer by what its model saw, in their order."""
    if len(garments) <= most or newcomer.embedding is None:
        return tuple(garments)
    seen = [row for row, garment in enumerate(garments) if garment.embedding_model == newcomer.embedding_model]
    vectors = [vector for row in seen if (vector := garments[row].embedding) is not None]
    cosine = np.stack(vectors) @ newcomer.embedding if vectors else np.zeros(0)
    best = np.sort(np.argsort(-cosine, kind="stable")[:most])
    return tuple(garments[seen[place]] for place in best)


def _best(
    rows: Features, here: NDArray[np.int64], others: NDArray[np.int64], most: int, *, dense: bool
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """(here, most) the nearest of the ``others`` (here, any) that each may be compared with, and their cosines."""
    if dense:
        cosine = rows.embeddings[here] @ rows.embeddings.T
    else:
        cosine = np.einsum("nd,nkd->nk", rows.embeddings[here], rows.embeddings[others])
    cosine[~_comparable(rows.models, here, others, certain=True)] = -1
    cosine[~(_comparable(rows.slots, here, others) & _comparable(rows.ages, here, others))] = -1
    cosine[(others == here[:, None]) | (others == NOBODY)] = -1
    best = np.argsort(-cosine, axis=1, kind="stable")[:, :most]
    return np.take_along_axis(others, best, 1), np.take_along_axis(cosine, best, 1)


def _comparable(
    codes: NDArray[np.int64], here: NDArray[np.int64], others: NDArray[np.int64], *, certain: bool = False
) -> NDArray[np.bool_]:
    """Which are the same; those of which it is not known are comparable unless it has to be ``certain``."""
    own, theirs = codes[here, None], codes[others]
    same = own == theirs
    missing = (own == MISSING) | (theirs == MISSING)
    return np.asarray(same & ~missing if certain else same | missing)
