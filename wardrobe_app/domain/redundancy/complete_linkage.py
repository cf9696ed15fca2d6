"""Group items so that every two in a group are linked: complete linkage on a sparse graph.

scipy's linkage needs the distances of all pairs, which do not fit in memory for a large wardrobe.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def complete(
    first: NDArray[np.int64], second: NDArray[np.int64], score: NDArray[np.float64], threshold: float
) -> Iterator[list[int]]:
    """Yield the groups of two or more in which every pair scores ``threshold``.

    The two most alike groups are joined again and again; the least alike pair between them is their score.

    Args:
        first: (pairs,) item numbers from 0.
        second: as ``first``; no pair comes twice.
        score: (pairs,) 0 to 1; pairs that are not given score 0.
        threshold: above 0.

    Returns:
        Each group in the order in which it was joined, so that the most alike are adjacent.
    """
    count = int(max(first.max(initial=-1), second.max(initial=-1))) + 1
    wanted = score >= threshold
    links: dict[int, dict[int, float]] = {group: {} for group in range(count)}
    members = {group: [group] for group in range(count)}
    queue = []
    for one, other, alike in zip(first[wanted].tolist(), second[wanted].tolist(), score[wanted].tolist(), strict=True):
        links[one][other] = links[other][one] = alike
        queue.append((-alike, *sorted((one, other))))
    heapq.heapify(queue)
    while queue:
        _, one, other = heapq.heappop(queue)
        if one not in links or other not in links:  # joined with another group since
            continue
        near, far = links.pop(one), links.pop(other)
        new, count = count, count + 1
        members[new] = members.pop(one) + members.pop(other)
        links[new] = {}
        for third in (near.keys() | far.keys()) - {one, other}:
            links[third].pop(one, None)
            links[third].pop(other, None)
            if third in near and third in far:
                links[new][third] = links[third][new] = min(near[third], far[third])
                heapq.heappush(queue, (-links[new][third], third, new))
    yield from (group for group in members.values() if len(group) > 1)
