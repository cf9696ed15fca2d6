"""Find the groups of duplicates of a wardrobe of any size, as the Duplicates page shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import compress
from typing import TYPE_CHECKING, Final

import numpy as np

from db.unit_of_work import UnitOfWork, Units
from wardrobe_app.domain.batches import batched
from wardrobe_app.domain.catalogue.filters import Filter
from wardrobe_app.domain.garments.availability import staying
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.redundancy import alike_pairs
from wardrobe_app.domain.redundancy.alike_pairs import AlikePairs, group_ids
from wardrobe_app.domain.redundancy.groups import SURE, RedundancyGroup, group_of
from wardrobe_app.domain.redundancy.links import undecided
from wardrobe_app.domain.similarity import pair_blocking
from wardrobe_app.domain.similarity.features import features
from wardrobe_app.domain.similarity.scores import measured
from wardrobe_app.domain.wording import Money, bare_amount
from wardrobe_app.services.redundancy import review_state
from wardrobe_app.services.redundancy.batch_scan import FoundPairs, Told, find_pairs
from wardrobe_app.services.redundancy.review import RedundancyService
from wardrobe_app.services.redundancy.review_state import ReviewState, has_new
from wardrobe_app.services.tagging.keypoint_matching import KeypointMatching
from wardrobe_app.services.tagging.keypoints_elsewhere import KeypointsElsewhere, compare_elsewhere

if TYPE_CHECKING:
    from numpy.typing import NDArray

BATCH_PAIRS: Final = 1_000  # whose garments are in memory together
BATCH_GROUPS: Final = 200  # described together


class WardrobeScan:
    """Scans a wardrobe in batches where PostgreSQL has vectors, so that memory hardly grows with it; elsewhere, and up
    to ``in_memory_up_to`` garments, the page's own search is used. Nothing is remembered but keypoints and matches.
    """

    def __init__(
        self,
        uow_factory: Units,
        matching: KeypointMatching,
        review: RedundancyService,
        money: Callable[[], Money] = lambda: bare_amount,
        in_memory_up_to: int = pair_blocking.ALL_PAIRS_UP_TO,
    ) -> None:
        self._uow = uow_factory
        self._matching = matching
        self._review = review
        self._money = money
        self._in_memory_up_to = in_memory_up_to

    def groups(
        self, told: Told = lambda what, done, total: None, elsewhere: KeypointsElsewhere | None = None
    ) -> Iterator[RedundancyGroup]:
        """Yield the groups that wait for a decision, in the page's order, described as they are taken.

        With ``elsewhere``, keypoints are compared there; what does not come back is compared here.
        """
        with self._uow() as uow:
            state = review_state.read(uow)
            live = _in_use(uow, sorted(state.members))
            left = state.left(live)
            ids = () if left else uow.garments.matching_ids(Filter())
            search = uow.neighbours.batches() if len(ids) > self._in_memory_up_to else None
            found = None if search is None else find_pairs(uow, search, ids, told)
        if left:
            yield from self._described(list(left.values()))
            return
        if elsewhere is not None:
            pairs = self._candidates() if found is None else found.candidates
            compare_elsewhere(self._uow, pairs, elsewhere, partial(told, "checked"))
        if found is None:
            yield from self._review.groups()
        else:
            yield from self._new_groups(found, state, state.apart(live), told)

    def _candidates(self) -> NDArray[np.int64]:
        with self._uow() as uow:
            garments = staying(uow.garments.all())
        return np.array(self._matching.candidates(garments), dtype=np.int64).reshape(-1, 2)

    def _new_groups(
        self, found: FoundPairs, state: ReviewState, apart: list[frozenset[int]], told: Told
    ) -> Iterator[RedundancyGroup]:
        pairs = self._with_keypoints(found, told)
        pairs = pairs.where(undecided(pairs.first, pairs.second, state.pairs, apart))
        groups = self._described(group_ids(pairs, SURE), _codes(*found.candidates.T))
        yield from (group for group in groups if has_new(group.items, state.began))

    def _with_keypoints(self, found: FoundPairs, told: Told) -> AlikePairs:
        """Measure the pairs whose keypoints match anew, in place of what was found of them."""
        matched, anew = [], []
        for start in range(0, len(found.candidates), BATCH_PAIRS):
            told("checked", start, len(found.candidates))
            ends = found.candidates[start : start + BATCH_PAIRS]
            garments = self._in_use(np.unique(ends).tolist())
            matches = self._matching.matches_among(((a, b) for a, b in ends.tolist()), tuple(garments.values()))
            matched.append(np.array(list(matches), dtype=np.int64).reshape(-1, 2))
            none = np.zeros(0, dtype=np.int64)
            rows = features(list(garments.values()))
            anew.append(alike_pairs.of_measures(measured(rows, none, none, SURE, matches=matches)))
        told("checked", len(found.candidates), len(found.candidates))
        if not anew:
            return found.alike
        again = np.isin(_codes(found.alike.first, found.alike.second), _codes(*np.concatenate(matched).T))
        return alike_pairs.joined([found.alike.where(~again), *anew])

    def _described(
        self, groups: Sequence[tuple[int, ...]], candidates: NDArray[np.int64] | None = None
    ) -> Iterator[RedundancyGroup]:
        """Yield the groups of ids of which all garments are still in use; only matches of ``candidates`` count."""
        for some in batched(groups, BATCH_GROUPS):
            garments = self._in_use(sorted({item for ids in some for item in ids}))
            matches = self._matching.known(tuple(garments.values()))
            if candidates is not None and matches:
                known = np.isin(_codes(*np.array(list(matches), dtype=np.int64).T), candidates)
                matches = dict(compress(matches.items(), known))
            for ids in some:
                if all(item in garments for item in ids):
                    yield group_of([garments[item] for item in ids], matches, self._money())

    def _in_use(self, ids: Sequence[int]) -> dict[int, Garment]:
        with self._uow() as uow:
            return _in_use(uow, ids)


def _in_use(uow: UnitOfWork, ids: Sequence[int]) -> dict[int, Garment]:
    """Return those of the garments that duplicates are looked for among, by id."""
    found = staying(uow.garments.found(ids).values())
    return {one.id: one for one in found if one.archived_at is None and one.trashed_at is None}


def _codes(first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.int64]:
    """Combine two ids below 2 to the 31st into one number."""
    return np.asarray((first << 31) + second)
