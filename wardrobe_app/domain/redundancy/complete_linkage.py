"""Groups in which every two are linked: complete linkage, dense for few and sparse for many."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import numpy as np
import scipy  # its parts are loaded when they are first used

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Rows = NDArray[np.int64]

DENSE: Final = 1_000  # things of which all distances are written down


def complete(first: Rows, second: Rows, score: NDArray[np.float64], threshold: float) -> Iterator[list[int]]:
    """The largest groups of two or more in which every two are a pair that scores ``threshold``, by complete linkage.

    Args:
        first: (pairs,) numbers from 0, each in some pair.
        second: as ``first``; no pair comes twice.
        score: (pairs,) 0 to 1; a pair that is not given scores 0.
        threshold: above 0.

    Returns:
        Each group in the order of its tree: those most alike lie together.
    """
    count = int(max(first.max(initial=-1), second.max(initial=-1))) + 1
    if count <= DENSE:
        return _dense(first, second, score, threshold, count)
    wanted = score >= threshold
    return _sparse(first[wanted], second[wanted], score[wanted], count)


def _dense(first: Rows, second: Rows, score: NDArray[np.float64], threshold: float, count: int) -> Iterator[list[int]]:
    if count < 2:
        return
    apart = np.ones((count, count))
    apart[first, second] = apart[second, first] = 1 - score
    np.fill_diagonal(apart, 0)
    branches = [scipy.cluster.hierarchy.to_tree(_tree(apart))]
    while branches:
        branch = branches.pop()
        if branch.is_leaf():
            continue
        if branch.dist > 1 - threshold + 1e-9:
            branches += [branch.left, branch.right]
        else:
            yield branch.pre_order()


def _tree(apart: NDArray[np.float64]) -> NDArray[np.float64]:
    distances = scipy.spatial.distance.squareform(apart)
    return np.asarray(scipy.cluster.hierarchy.linkage(distances, "complete"))


def _sparse(first: Rows, second: Rows, score: NDArray[np.float64], count: int) -> Iterator[list[int]]:
    """The same, joining the two most alike groups again and again; what links two groups is their least alike pair."""
    links: dict[int, dict[int, float]] = {group: {} for group in range(count)}
    members = {group: [group] for group in range(count)}
    waiting = []
    for one, other, alike in zip(first.tolist(), second.tolist(), score.tolist(), strict=True):
        links[one][other] = links[other][one] = alike
        waiting.append((-alike, *sorted((one, other))))
    heapq.heapify(waiting)
    new = count
    while waiting:
        _, one, other = heapq.heappop(waiting)
        if one not in links or other not in links:  # joined with something else since
            continue
        near, far = links.pop(one), links.pop(other)
        members[new] = members.pop(one) + members.pop(other)
        links[new] = {}
        for third in near.keys() | far.keys():
            if third in (one, other):
                continue
            links[third].pop(one, None)
            links[third].pop(other, None)
            if third in near and third in far:
                links[new][third] = links[third][new] = min(near[third], far[third])
                heapq.heappush(waiting, (-links[new][third], third, new))
        new += 1
    yield from (group for group in members.values() if len(group) > 1)
