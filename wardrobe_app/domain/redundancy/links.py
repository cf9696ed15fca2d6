"""Form groups of rows from scored pairs alone, whoever measured them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np
import scipy  # its parts are loaded when they are first used

from wardrobe_app.domain.redundancy.complete_linkage import complete

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAX_GROUP_SIZE: Final = 8
"""More garments cannot be compared side by side."""

Some = TypeVar("Some", bound="Links")


@dataclass(frozen=True, slots=True)
class Links:
    """Pairs of rows, (pairs,): how alike they are (``total``, 0 to 1), and whether they are ``nearly`` identical."""

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    total: NDArray[np.float64]
    nearly: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.first)

    def where(self: Some, keep: NDArray[np.bool_] | NDArray[np.int64]) -> Some:
        """Return only the pairs that ``keep`` selects, by a mask (pairs,) or by their places."""
        return replace(self, **{one.name: getattr(self, one.name)[keep] for one in fields(self)})


def undecided(
    first: NDArray[np.int64],
    second: NDArray[np.int64],
    separated: Collection[frozenset[int]],
    apart: Iterable[Collection[int]],
) -> NDArray[np.bool_]:
    """Return which pairs of ids are not ``separated``, and lie in none of the sets of ids ``apart``."""
    kept = np.ones(len(first), dtype=bool)
    if separated and len(first):
        pairs = zip(first.tolist(), second.tolist(), strict=True)
        kept = np.array([frozenset(pair) not in separated for pair in pairs])
    for some in apart:
        kept &= ~(np.isin(first, list(some)) & np.isin(second, list(some)))
    return kept


def strongest_first(links: Links, count: int, threshold: float) -> list[NDArray[np.int64]]:
    """Return the rows of each group by complete linkage: first groups of what is nearly identical, then groups of the
    other rows.

    Args:
        links: pairs that are not given are unlike.
        count: the number of rows.
        threshold: what every pair of a group scores, above 0.
    """
    found = list(_clusters(links.where(links.nearly), count, threshold))
    taken = np.zeros(count, dtype=bool)
    taken[[row for rows in found for row in rows]] = True
    rest = links.where(~(taken[links.first] | taken[links.second]))
    return [*found, *_clusters(rest, count, threshold)]


def _clusters(links: Links, count: int, threshold: float) -> Iterator[NDArray[np.int64]]:
    """Yield the rows of each group, of one connected component after the other."""
    if not len(links):
        return
    ends = scipy.sparse.coo_array((links.total, (links.first, links.second)), shape=(count, count))
    _, part = scipy.sparse.csgraph.connected_components(ends, directed=False)
    order = np.argsort(part[links.first], kind="stable")
    starts = np.flatnonzero(np.diff(part[links.first][order], prepend=-1))
    for pairs in np.split(order, starts[1:]):
        first, second, score = links.first[pairs], links.second[pairs], links.total[pairs]
        rows, places = np.unique(np.concatenate([first, second]), return_inverse=True)
        one, other = np.split(places, 2)
        for branch in complete(one, other, score, threshold):
            for piece in np.array_split(np.array(branch), -(-len(branch) // MAX_GROUP_SIZE)):
                yield rows[np.sort(piece)]


def pairs_within(
    first: NDArray[np.int64], second: NDArray[np.int64], count: int, groups: Sequence[NDArray[np.int64]]
) -> Iterator[NDArray[np.int64]]:
    """Yield the places of the pairs inside each of the ``groups`` of rows."""
    group_of = np.full(count, -1)
    for place, rows in enumerate(groups):
        group_of[rows] = place
    number = group_of[first]
    inside = np.flatnonzero((number == group_of[second]) & (number >= 0))
    inside = inside[np.argsort(number[inside], kind="stable")]
    ends = np.searchsorted(number[inside], np.arange(1, len(groups)))
    yield from np.split(inside, ends) if groups else ()
