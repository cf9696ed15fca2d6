"""Groups of garments that do the same job: everything in a group is like everything else in it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.cluster.hierarchy import linkage, to_tree
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial.distance import squareform

from wardrobe_app.domain import redundancy_words
from wardrobe_app.domain.garment import Garment
from wardrobe_app.domain.relations import Relation
from wardrobe_app.domain.sameness import Matches
from wardrobe_app.domain.similarity import DEFAULT, NO_MATCHES, Measures, SimilarityConfig, scan

if TYPE_CHECKING:
    from numpy.typing import NDArray


MOST: Final = 8
"""Garments in a group at most: more cannot be looked at side by side, and decided about one by one."""

_NEARNESS: Final = tuple(Relation)  # the nearest first


@dataclass(frozen=True, slots=True)
class RedundancyGroup:
    """Garments that are practically the same, in the order they came into the wardrobe.

    ``score`` (0 to 1) is that of the least alike pair: no two in the group are less alike. ``reasons`` say in words
    what holds for all its pairs, heaviest first; ``shared`` and ``differences`` what the owner sees side by side.
    ``relation`` is what all of its garments are to each other at least.
    """

    items: tuple[Garment, ...]
    score: float
    shared: tuple[str, ...]
    differences: tuple[str, ...]
    reasons: tuple[str, ...]
    title: str
    relation: Relation = Relation.LOOK_ALIKE

    @property
    def ids(self) -> tuple[int, ...]:
        """The garments' ids, in order."""
        return tuple(item.id for item in self.items)


def find_groups(
    garments: Sequence[Garment],
    separated: Collection[frozenset[int]] = frozenset(),
    threshold: float | None = None,
    config: SimilarityConfig = DEFAULT,
    matches: Matches = NO_MATCHES,
) -> tuple[RedundancyGroup, ...]:
    """The redundant groups of a wardrobe, largest first, then most alike, then by id.

    Complete linkage: two garments are in one group only if every pair of the group scores ``threshold`` (default:
    the configuration's ``redundant``), so groups never chain. A group of more than ``MOST`` is parted where it is least
    alike. Pairs of ids in ``separated`` (the owner decided about them) are never in one group. ``matches`` are those of
    local features. What the groups are depends on nothing but what is given, not on its order.
    """
    threshold = config.redundant if threshold is None else threshold
    garments = sorted(garments, key=lambda garment: garment.id)
    measures = scan(garments, threshold, config, matches)
    if separated and len(measures):
        ids = np.array([garment.id for garment in garments])
        pairs = zip(ids[measures.first].tolist(), ids[measures.second].tolist(), strict=True)
        measures = measures.where(np.array([frozenset(pair) not in separated for pair in pairs]))
    groups = [_group(garments, members, measures) for members in _clusters(measures, len(garments), threshold)]
    return tuple(sorted(groups, key=lambda group: (-len(group.items), -group.score, group.ids)))


def _clusters(measures: Measures, count: int, threshold: float) -> Iterator[NDArray[np.int64]]:
    """Rows of the garments of each group; a pair that is not in ``measures`` is as far apart as can be."""
    if not len(measures):
        return
    links = coo_array((measures.total, (measures.first, measures.second)), shape=(count, count))
    _, part = connected_components(links, directed=False)
    order = np.argsort(part[measures.first], kind="stable")
    starts = np.flatnonzero(np.diff(part[measures.first][order], prepend=-1))
    for pairs in np.split(order, starts[1:]):
        first, second, score = measures.first[pairs], measures.second[pairs], measures.total[pairs]
        rows, places = np.unique(np.concatenate([first, second]), return_inverse=True)
        apart = np.ones((len(rows), len(rows)))
        one, other = np.split(places, 2)
        apart[one, other] = apart[other, one] = 1 - score
        np.fill_diagonal(apart, 0)
        tree = linkage(squareform(apart), "complete")
        for members in _parted(tree, 1 - threshold + 1e-9):
            yield rows[members]


def _parted(tree: NDArray[np.float64], furthest: float) -> Iterator[list[int]]:
    """The leaves of a linkage's largest branches of two or more that are nowhere further apart than ``furthest``.

    Branches of more than ``MOST`` are parted into even pieces of neighbours.
    """
    branches = [to_tree(tree)]
    while branches:
        branch = branches.pop()
        if branch.is_leaf():
            continue
        if branch.dist > furthest:
            branches += [branch.left, branch.right]
        else:
            pieces = np.array_split(np.array(branch.pre_order()), -(-branch.count // MOST))
            yield from (sorted(piece.tolist()) for piece in pieces)


def _group(garments: Sequence[Garment], members: NDArray[np.int64], measures: Measures) -> RedundancyGroup:
    items = tuple(garments[row] for row in members)
    inside = np.isin(measures.first, members) & np.isin(measures.second, members)
    within = measures.where(inside)
    return RedundancyGroup(
        items=items,
        score=round(float(within.total.min()), 4),
        shared=redundancy_words.shared(items),
        differences=redundancy_words.differences(items, within),
        reasons=redundancy_words.reasons(items, within),
        title=redundancy_words.title(items),
        relation=max((within.relation(row) for row in range(len(within))), key=_NEARNESS.index),
    )
