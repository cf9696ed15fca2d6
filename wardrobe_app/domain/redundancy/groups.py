"""Group garments that do the same job: every two in a group are alike."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import scipy  # its parts are loaded when they are first used

from wardrobe_app.domain.garments.garment import Garment, Likeness
from wardrobe_app.domain.redundancy import descriptions
from wardrobe_app.domain.redundancy.complete_linkage import complete
from wardrobe_app.domain.similarity.likeness import weakest
from wardrobe_app.domain.similarity.relations import Relation
from wardrobe_app.domain.similarity.same_item import Matches
from wardrobe_app.domain.similarity.scores import DEFAULT, NO_MATCHES, Measures, SimilarityConfig, scan

if TYPE_CHECKING:
    from numpy.typing import NDArray
from wardrobe_app.domain.wording import Money, bare_amount

MAX_GROUP_SIZE: Final = 8
"""More garments cannot be compared side by side."""

_CLOSEST_FIRST: Final = tuple(Relation)


@dataclass(frozen=True, slots=True)
class RedundancyGroup:
    """Garments that are practically the same, in the order they were added.

    ``score`` (0 to 1) and ``likeness`` are those of the least alike pair. ``reasons`` explain what holds for all pairs,
    heaviest first; ``shared`` and ``differences`` are shown side by side. ``relation`` is the weakest one of any pair.
    """

    items: tuple[Garment, ...]
    score: float
    shared: tuple[str, ...]
    differences: tuple[str, ...]
    reasons: tuple[str, ...]
    title: str
    relation: Relation = Relation.LOOK_ALIKE
    likeness: Likeness = Likeness.SIMILAR

    @property
    def ids(self) -> tuple[int, ...]:
        """Return the garments' ids, in order."""
        return tuple(item.id for item in self.items)


def find_groups(
    garments: Sequence[Garment],
    separated: Collection[frozenset[int]] = frozenset(),
    threshold: float | None = None,
    config: SimilarityConfig = DEFAULT,
    matches: Matches = NO_MATCHES,
    *,
    measured: Measures | None = None,
    money: Money = bare_amount,
) -> tuple[RedundancyGroup, ...]:
    """Find the redundant groups of a wardrobe, largest first, then most alike, then by id.

    Complete linkage: every pair of a group scores ``threshold``, so groups never chain. A group above
    ``MAX_GROUP_SIZE`` is split where it is least alike. The result does not depend on the order of the garments.

    Args:
        garments: the wardrobe.
        separated: pairs of ids that are never in one group, because the owner decided about them.
        threshold: the configuration's ``redundant`` by default.
        config: weights and scales.
        matches: keypoint matches by garment ids.
        measured: the result of ``pairs_of`` for the same garments, if known.
        money: formats amounts.
    """
    threshold = config.redundant if threshold is None else threshold
    measures = pairs_of(garments, threshold, config, matches) if measured is None else measured
    garments = measures.features.garments
    if separated and len(measures):
        ids = np.array([garment.id for garment in garments])
        pairs = zip(ids[measures.first].tolist(), ids[measures.second].tolist(), strict=True)
        measures = measures.where(np.array([frozenset(pair) not in separated for pair in pairs]))
    members = list(_clusters(measures, len(garments), threshold))
    groups = [
        _group(garments, rows, within, money) for rows, within in zip(members, _within(measures, members), strict=True)
    ]
    return tuple(sorted(groups, key=lambda group: (-len(group.items), -group.score, group.ids)))


def pairs_of(
    garments: Sequence[Garment],
    threshold: float = DEFAULT.redundant,
    config: SimilarityConfig = DEFAULT,
    matches: Matches = NO_MATCHES,
) -> Measures:
    """Measure the pairs that groups are made of."""
    return scan(sorted(garments, key=lambda garment: garment.id), threshold, config, matches)


def _clusters(measures: Measures, count: int, threshold: float) -> Iterator[NDArray[np.int64]]:
    """Yield the rows of each group; pairs without measures count as unlike."""
    if not len(measures):
        return
    total = measures.total
    links = scipy.sparse.coo_array((total, (measures.first, measures.second)), shape=(count, count))
    _, part = scipy.sparse.csgraph.connected_components(links, directed=False)
    order = np.argsort(part[measures.first], kind="stable")
    starts = np.flatnonzero(np.diff(part[measures.first][order], prepend=-1))
    for pairs in np.split(order, starts[1:]):
        first, second, score = measures.first[pairs], measures.second[pairs], total[pairs]
        rows, places = np.unique(np.concatenate([first, second]), return_inverse=True)
        one, other = np.split(places, 2)
        for branch in complete(one, other, score, threshold):
            for piece in np.array_split(np.array(branch), -(-len(branch) // MAX_GROUP_SIZE)):
                yield rows[np.sort(piece)]


def _within(measures: Measures, groups: Sequence[NDArray[np.int64]]) -> Iterator[Measures]:
    """Yield the pairs inside each of the ``groups`` of rows."""
    group_of = np.full(len(measures.features.garments), -1)
    for place, rows in enumerate(groups):
        group_of[rows] = place
    number = group_of[measures.first]
    inside = np.flatnonzero((number == group_of[measures.second]) & (number >= 0))
    inside = inside[np.argsort(number[inside], kind="stable")]
    ends = np.searchsorted(number[inside], np.arange(1, len(groups)))
    yield from (measures.where(pairs) for pairs in (np.split(inside, ends) if groups else ()))


def _group(garments: Sequence[Garment], members: NDArray[np.int64], within: Measures, money: Money) -> RedundancyGroup:
    items = tuple(garments[row] for row in members)
    return RedundancyGroup(
        items=items,
        score=round(float(within.total.min()), 4),
        shared=descriptions.shared(items),
        differences=descriptions.differences(items, within, money),
        reasons=descriptions.reasons(items, within),
        title=descriptions.title(items),
        relation=max((within.relation(row) for row in range(len(within))), key=_CLOSEST_FIRST.index),
        likeness=weakest(within.likeness(row) for row in range(len(within))),
    )
