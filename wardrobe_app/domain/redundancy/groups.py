"""Group garments that do the same job: every two in a group are alike."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from wardrobe_app.domain.garments.garment import Garment, Likeness
from wardrobe_app.domain.redundancy import descriptions
from wardrobe_app.domain.redundancy.descriptions import Aspect
from wardrobe_app.domain.redundancy.links import Links, pairs_within, strongest_first, undecided
from wardrobe_app.domain.redundancy.titles import title
from wardrobe_app.domain.similarity.likeness import weakest
from wardrobe_app.domain.similarity.relations import Relation
from wardrobe_app.domain.similarity.same_item import Matches
from wardrobe_app.domain.similarity.scores import DEFAULT, NO_MATCHES, Measures, SimilarityConfig, scan, some_pairs

if TYPE_CHECKING:
    from numpy.typing import NDArray
from wardrobe_app.domain.wording import Money, bare_amount

SURE: Final = 0.8
"""Score from which similar garments are put into a review; chosen with ``benchmarks.duplicates``, as the next one."""

WEAKEST: Final = 0.55
"""Score from which like tags are reason enough to look at two garments at all, see ``weaker``."""

_CLOSEST_FIRST: Final = tuple(Relation)
_STRONGEST_FIRST: Final = tuple(Likeness)


@dataclass(frozen=True, slots=True)
class RedundancyGroup:
    """Garments that are practically the same, in the order they were added.

    ``score`` (0 to 1) and ``likeness`` are those of the least alike pair. ``aspects`` say what they share and how they
    differ, the most telling first; ``looks_identical`` is whether nothing visible differs. ``relation`` is the weakest
    one of any pair.
    """

    items: tuple[Garment, ...]
    score: float
    aspects: tuple[Aspect, ...]
    title: str
    looks_identical: bool = False
    relation: Relation = Relation.LOOK_ALIKE
    likeness: Likeness = Likeness.SIMILAR

    @property
    def reasons(self) -> tuple[str, ...]:
        """Return what all of them share, in words."""
        return tuple(one.text for one in self.aspects if one.text and not one.differs)

    @property
    def differences(self) -> tuple[str, ...]:
        """Return how they differ, in words."""
        return tuple(one.text for one in self.aspects if one.differs)

    @property
    def is_sure(self) -> bool:
        """Return whether it deserves the owner's time; others are offered as weaker look-alikes."""
        return is_sure(self.likeness, self.score)

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
    apart: Iterable[Collection[int]] = (),
) -> tuple[RedundancyGroup, ...]:
    """Find the redundant groups of a wardrobe, the surest first, then the strongest, then the largest.

    Complete linkage: every pair of a group scores ``threshold``, so groups never chain. What is nearly identical is
    grouped first, so that it is not lost among look-alikes. A group above
    ``links.MAX_GROUP_SIZE`` is split where it is least alike. The result does not depend on the order of the garments.

    Args:
        garments: the wardrobe.
        separated: pairs of ids that are never in one group, because the owner decided about them.
        threshold: the configuration's ``redundant`` by default.
        config: weights and scales.
        matches: keypoint matches by garment ids.
        measured: the result of ``pairs_of`` for the same garments, if known.
        money: formats amounts.
        apart: sets of ids of which no two are in one group.
    """
    threshold = config.redundant if threshold is None else threshold
    measures = pairs_of(garments, threshold, config, matches) if measured is None else measured
    garments = measures.features.garments
    measures = not_decided(measures, separated, apart)
    links = Links(measures.first, measures.second, measures.total, measures.nearly_identical)
    members = strongest_first(links, len(garments), threshold)
    inside = pairs_within(links.first, links.second, len(garments), members)
    groups = [
        _group(garments, rows, measures.where(within), money) for rows, within in zip(members, inside, strict=True)
    ]
    return tuple(sorted(groups, key=lambda group: surest_first(group.likeness, group.score, group.ids)))


def not_decided(
    measures: Measures, separated: Collection[frozenset[int]], apart: Iterable[Collection[int]]
) -> Measures:
    """Leave out the pairs of ids that are ``separated``, or lie in one of the sets of ids ``apart``."""
    ids = np.array([garment.id for garment in measures.features.garments], dtype=np.int64)
    return measures.where(undecided(ids[measures.first], ids[measures.second], separated, apart))


def is_sure(likeness: Likeness, score: float) -> bool:
    """Return whether a group deserves the owner's time."""
    return likeness is not Likeness.SIMILAR or score >= SURE


def surest_first(
    likeness: Likeness, score: float, ids: tuple[int, ...]
) -> tuple[bool, int, int, float, tuple[int, ...]]:
    """Return what groups are sorted by: the surest first, then the strongest, the largest and the most alike."""
    return not is_sure(likeness, score), _STRONGEST_FIRST.index(likeness), -len(ids), -score, ids


def group_of(garments: Sequence[Garment], matches: Matches = NO_MATCHES, money: Money = bare_amount) -> RedundancyGroup:
    """Describe two or more garments as a group, however little alike they are."""
    (group,) = groups_of([garments], matches, money)
    return group


def groups_of(
    members: Sequence[Sequence[Garment]], matches: Matches = NO_MATCHES, money: Money = bare_amount
) -> list[RedundancyGroup]:
    """Describe groups of garments, as ``group_of`` does; no garment is in two."""
    groups = [sorted(group, key=lambda garment: garment.id) for group in members]
    garments = [garment for group in groups for garment in group]
    starts = np.cumsum([0, *map(len, groups)])
    rows = [np.arange(start, end) for start, end in pairwise(starts.tolist())]
    ends = [row[np.stack(np.triu_indices(len(row), 1))] for row in rows]
    first, second = np.concatenate([np.zeros((2, 0), dtype=np.int64), *ends], axis=1)
    measures = some_pairs(garments, first, second, matches=matches)
    inside = pairs_within(first, second, len(garments), rows)
    return [_group(garments, row, measures.where(within), money) for row, within in zip(rows, inside, strict=True)]


def pairs_of(
    garments: Sequence[Garment],
    threshold: float = DEFAULT.redundant,
    config: SimilarityConfig = DEFAULT,
    matches: Matches = NO_MATCHES,
) -> Measures:
    """Measure the pairs that groups are made of."""
    return scan(sorted(garments, key=lambda garment: garment.id), threshold, config, matches)


def _group(garments: Sequence[Garment], members: NDArray[np.int64], within: Measures, money: Money) -> RedundancyGroup:
    items = tuple(garments[row] for row in members)
    return RedundancyGroup(
        items=items,
        score=round(float(within.total.min()), 4),
        aspects=tuple(descriptions.aspects(items, within, money)),
        title=title(items),
        looks_identical=descriptions.looks_identical(items, within),
        relation=_relation(within),
        likeness=weakest(within.likeness(row) for row in range(len(within))),
    )


def _relation(within: Measures) -> Relation:
    """Return the weakest relation of any pair; what is grouped is at least alike."""
    weakest_of_all = max((within.relation(row) for row in range(len(within))), key=_CLOSEST_FIRST.index)
    return Relation.LOOK_ALIKE if weakest_of_all is Relation.DIFFERENT else weakest_of_all
