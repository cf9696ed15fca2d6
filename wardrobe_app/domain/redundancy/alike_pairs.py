"""Hold the alike pairs of a wardrobe without its garments, and form its groups from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from wardrobe_app.domain.garments.garment import Likeness
from wardrobe_app.domain.redundancy.groups import surest_first
from wardrobe_app.domain.redundancy.links import Links, pairs_within, strongest_first
from wardrobe_app.domain.similarity.likeness import weakest
from wardrobe_app.domain.similarity.scores import Measures

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LIKENESSES: Final = tuple(Likeness)


@dataclass(frozen=True, slots=True)
class AlikePairs(Links):
    """Pairs of garments by their ids, the smaller one ``first``, in order; ``likeness`` is a place in ``Likeness``."""

    likeness: NDArray[np.int8]


_NOTHING: Final = np.zeros(0, dtype=np.int64)
NONE: Final = AlikePairs(_NOTHING, _NOTHING, np.zeros(0), np.zeros(0, dtype=bool), np.zeros(0, dtype=np.int8))


def of_measures(measures: Measures) -> AlikePairs:
    """Keep what groups are formed from."""
    ids = np.array([garment.id for garment in measures.features.garments], dtype=np.int64)
    one, other = ids[measures.first], ids[measures.second]
    places = [_LIKENESSES.index(weakest([measures.likeness(row)])) for row in range(len(measures))]
    return AlikePairs(
        np.minimum(one, other),
        np.maximum(one, other),
        measures.total,
        measures.nearly_identical,
        np.array(places, dtype=np.int8),
    )


def joined(some: Sequence[AlikePairs]) -> AlikePairs:
    """Join one or more lists, in order; of a pair that is in several, what the last of them says."""
    every = AlikePairs(*(np.concatenate([getattr(one, part.name) for one in some]) for part in fields(AlikePairs)))
    order = np.lexsort((every.second, every.first))  # stable
    first, second = every.first[order], every.second[order]
    last = np.ones(len(order), dtype=bool)
    last[:-1] = (np.diff(first) != 0) | (np.diff(second) != 0)
    return every.where(order[last])


def group_ids(pairs: AlikePairs, threshold: float) -> list[tuple[int, ...]]:
    """Return the ids of each group, in the order of ``groups.find_groups``, with the same rules."""
    ids, rows = np.unique(np.concatenate([pairs.first, pairs.second]), return_inverse=True)
    first, second = np.split(rows, 2)
    members = strongest_first(replace(pairs, first=first, second=second), len(ids), threshold)
    found = []
    for group, within in zip(members, pairs_within(first, second, len(ids), members), strict=True):
        likeness = _LIKENESSES[int(pairs.likeness[within].max())]
        score = round(float(pairs.total[within].min()), 4)
        found.append(surest_first(likeness, score, tuple(ids[group].tolist())))
    return [place[-1] for place in sorted(found)]
