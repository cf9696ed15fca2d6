"""Which garments are worth a closer look: those that a network finds most alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from wardrobe_app.domain.features import MISSING, features
from wardrobe_app.domain.garment import Garment

if TYPE_CHECKING:
    from numpy.typing import NDArray

NEAREST: Final = 5  # of each garment
LEAST_COSINE: Final = 0.3  # of 31 pairs of one garment among people's photos, none was less alike
CHUNK: Final = 512


def candidates(garments: Sequence[Garment], nearest: int = NEAREST) -> list[tuple[int, int]]:
    """Pairs of ids, the smaller one first, in order: each garment with the ``nearest`` by its embedding.

    Garments that another model saw, that are worn in different places or by people of another age are no candidates. A
    garment that comes in makes pairs with itself only.
    """
    rows = features(garments)
    ids = np.array([garment.id for garment in garments], dtype=np.int64)
    found: set[tuple[int, int]] = set()
    for start in range(0, len(ids), CHUNK):
        part = slice(start, start + CHUNK)
        cosine = rows.embeddings[part] @ rows.embeddings.T
        cosine[~_comparable(rows.models, part, certain=True)] = -1
        cosine[~(_comparable(rows.slots, part) & _comparable(rows.ages, part))] = -1
        cosine[np.arange(len(cosine)), np.arange(start, start + len(cosine))] = -1
        best = np.argsort(-cosine, axis=1, kind="stable")[:, :nearest]
        row, place = np.nonzero(np.take_along_axis(cosine, best, 1) >= LEAST_COSINE)
        one, other = ids[row + start], ids[best[row, place]]
        found.update(zip(np.minimum(one, other).tolist(), np.maximum(one, other).tolist(), strict=True))
    return sorted(found)


def _comparable(codes: NDArray[np.int64], part: slice, *, certain: bool = False) -> NDArray[np.bool_]:
    """(part, n): which are the same; those of which it is not known are comparable unless it has to be ``certain``."""
    same = codes[part, None] == codes
    missing = (codes[part, None] == MISSING) | (codes == MISSING)
    return np.asarray(same & ~missing if certain else same | missing)
