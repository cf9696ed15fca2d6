"""Find redundant garments, and hold the queue of a review until all of it is decided."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import combinations

from db.unit_of_work import Units
from wardrobe_app.domain.garments.availability import staying
from wardrobe_app.domain.garments.garment import Garment, PairScore
from wardrobe_app.domain.garments.wear_log import days_worn
from wardrobe_app.domain.redundancy import keep_ranking as keep_rankings
from wardrobe_app.domain.redundancy import review_queue
from wardrobe_app.domain.redundancy.groups import SURE, WEAKEST, RedundancyGroup, find_groups, group_of, pairs_of
from wardrobe_app.domain.redundancy.keep_ranking import KeepRanking, Use
from wardrobe_app.domain.redundancy.review_queue import QueuedGroup, Totals
from wardrobe_app.domain.redundancy.verdicts import Decision, decisions, keepers
from wardrobe_app.domain.redundancy.weaker import find_weaker, weaker_pairs
from wardrobe_app.domain.similarity.same_item import Matches
from wardrobe_app.domain.similarity.scores import Measures, most_alike, remaining_measures, similarity
from wardrobe_app.domain.wording import Money, bare_amount
from wardrobe_app.services.outfits.scoring_rules import Rules, normal_rules
from wardrobe_app.services.redundancy import review_state
from wardrobe_app.services.redundancy.deciding import Deciding
from wardrobe_app.services.tagging.keypoint_matching import KeypointMatching, Progress


@dataclass(frozen=True, slots=True)
class ReviewQueue:
    """The review that started last, and what comes after it.

    ``groups`` are counted together: those of the review, or its weaker look-alikes once these have begun. ``left`` is
    what is left to decide of each, by the id of the group. Only if nothing is: ``found`` would be a new review, and if
    there is none, ``weaker`` are the look-alikes to offer. ``decisions`` are those of the whole review; ``added``
    counts the garments that came after it began.
    """

    groups: tuple[QueuedGroup, ...]
    left: Mapping[int, RedundancyGroup]
    found: tuple[RedundancyGroup, ...]
    weaker: tuple[RedundancyGroup, ...]
    totals: Totals
    decisions: tuple[Decision, ...] = ()
    added: int = 0

    @property
    def waiting(self) -> tuple[RedundancyGroup, ...]:
        """Return the groups that wait for a decision, in their order."""
        return tuple(self.left.values()) or self.found

    @property
    def started_at(self) -> datetime | None:
        """Return when the review began, None if there was none yet."""
        return self.groups[0].started_at if self.groups else None


class RedundancyService(Deciding):
    """Redundant groups of the garments in use, and decisions about them. All ids are garment ids.

    Every decision is returned as a ``Decision``, which ``undo`` takes back in one transaction.
    """

    def __init__(
        self,
        uow_factory: Units,
        matching: KeypointMatching,
        rules: Callable[[], Rules] = normal_rules,
        money: Callable[[], Money] = lambda: bare_amount,
    ) -> None:
        """Take ``money`` to get a function that formats amounts."""
        super().__init__(uow_factory)
        self._matching = matching
        self._rules = rules
        self._money = money
        self._last: Measures | None = None
        self._near: Measures | None = None

    def groups(self) -> tuple[RedundancyGroup, ...]:
        """Return the groups that wait for a decision: of the review that is under way, or of one that could start."""
        return self.queue().waiting

    def queue(self) -> ReviewQueue:
        """Return how far the review has come; pairs that were decided are never in one group again."""
        with self._uow() as uow:
            garments, known = staying(uow.garments.all()), review_state.read(uow)
        live = {garment.id: garment for garment in garments}
        matches, began = self._matching.matches(garments), known.began
        whole = review_queue.latest(known.queued)
        totals = review_queue.totals(whole, known.holders, live)
        made = tuple(one for group in whole for one in group.decisions)
        if left := known.left(live):
            described = {
                key: group_of([live[item] for item in ids], matches, self._money()) for key, ids in left.items()
            }
            added = sum(review_state.is_new(one, began) for one in garments)
            return ReviewQueue(known.groups, described, (), (), totals, made, added)
        measured = self._measured(garments, matches)
        apart = known.apart(live)
        groups = find_groups(garments, known.pairs, SURE, measured=measured, money=self._money(), apart=apart)
        found = tuple(group for group in groups if review_state.has_new(group.items, began))
        offered = (
            ()
            if found
            else find_weaker(
                self._weaker_pairs(garments, measured), known.pairs, known.offered_once(live), self._money()
            )
        )
        if known.groups and known.groups[-1].weaker:  # offered once
            offered = tuple(group for group in offered if review_state.has_new(group.items, began))
        return ReviewQueue(known.groups, {}, found, offered, totals, made)

    def start(self, seen: datetime | None = None, *, weaker: bool = False) -> datetime | None:
        """Fix the groups of a new review, or the ``weaker`` look-alikes at its end; returns when it began.

        Nothing happens, and None is returned, if another review began since the one that was ``seen``.
        """
        queue, at = self.queue(), datetime.now(UTC)
        if queue.started_at != seen:
            return None
        goes_on = weaker and queue.started_at is not None and not queue.groups[-1].weaker
        began = queue.started_at if goes_on and queue.started_at else at
        chosen = queue.weaker if weaker else queue.waiting
        with self._uow(writing=True) as uow:
            if max((group.started_at for group in uow.duplicates.all()), default=None) != seen:
                return None
            uow.duplicates.add(began, [(group.likeness, group.ids) for group in chosen], weaker=weaker)
            uow.commit()
        return began

    def cancel(self, started_at: datetime, *, weaker: bool = False) -> None:
        """Undo ``start``; what was decided meanwhile stays decided."""
        with self._uow(writing=True) as uow:
            uow.duplicates.remove(started_at, weaker=weaker)
            uow.commit()

    def compare(self, progress: Progress = lambda done, total: None) -> None:
        """Compare the keypoints of pairs that were not compared yet: most of the work after an import.

        ``progress`` is told how many of these pairs are done.
        """
        with self._uow() as uow:
            garments = staying(uow.garments.all())
        self._matching.matches(garments, progress)

    def _measured(self, garments: Sequence[Garment], matches: Matches) -> Measures:
        """Return the alike pairs; measured again only if garments were added or changed in what is measured."""
        last, known = self._last, None  # read once: another thread may replace it
        if last is not None and matches.items() <= last.matches.items():
            known = remaining_measures(last, garments)
        if known is None:
            known = self._last = pairs_of(garments, WEAKEST, matches=matches)
        return known  # removed garments may come back, so all of it is kept

    def _weaker_pairs(self, garments: Sequence[Garment], alike: Measures) -> Measures:
        """Return the pairs that weaker look-alikes are chosen from; measured again as the alike pairs are."""
        last = self._near  # read once: another thread may replace it
        known = remaining_measures(last, garments) if last is not None and last.matches == alike.matches else None
        if known is None:
            with self._uow() as uow:
                known = weaker_pairs(garments, alike, alike.matches, uow.neighbours.search(garments))
            self._near = known
        return known

    def pairs(self, garments: Sequence[Garment]) -> tuple[PairScore, ...]:
        """Score how alike every two of ``garments`` are."""
        matches = self._matching.matches(garments)
        ordered = (sorted(pair, key=lambda garment: garment.id) for pair in combinations(garments, 2))
        return tuple(similarity(a, b, match=matches.get((a.id, b.id))) for a, b in ordered)

    def most_alike(self, item: Garment, others: Sequence[Garment], most: int, at_least: float) -> tuple[PairScore, ...]:
        """Score the ``most`` garments most like ``item``, of those that score ``at_least``, most alike first."""
        with self._uow() as uow:
            return tuple(most_alike(item, others, most, at_least, uow.neighbours.search(others)))

    def keep_rankings(self, groups: Iterable[Sequence[int]]) -> tuple[tuple[KeepRanking, ...], ...]:
        """Rank which garment to keep for each group of ids, the best first.

        Wears before a merge count for the merged garment.
        """
        wanted = [list(ids) for ids in groups]
        with self._uow() as uow:
            wardrobe = uow.garments.all()
            asked = {garment.id: garment for garment in uow.garments.many(sorted({id for ids in wanted for id in ids}))}
            worn = days_worn(uow.wears.all())
        partners = keep_rankings.partner_counts(wardrobe, *self._rules(), asked=asked)
        use = {item: Use(partners.get(item, 0), len(worn.get(item, ()))) for item in asked}
        money = self._money()
        return tuple(keep_rankings.ranked([asked[item] for item in ids], use, money) for ids in wanted)

    def decisions(self) -> tuple[Decision, ...]:
        """Return everything decided so far, grouped into decisions, latest first."""
        with self._uow() as uow:
            verdicts, merges = uow.verdicts.all(), uow.merges.all()
            queued = review_queue.standing(uow.duplicates.all(), verdicts, merges)
        noted = {one.decided_at: one for group in queued for one in group.decisions}
        others = (one for one in decisions(verdicts, merges) if one.decided_at not in noted)
        return tuple(sorted((*noted.values(), *others), key=lambda one: one.decided_at, reverse=True))

    def decided(self) -> Mapping[int, Garment]:
        """Return the garments that decisions are about, by id; merged ones with the photos they had."""
        with self._uow() as uow:
            merges = uow.merges.all()
            ids = {item for record in uow.verdicts.all() for item in (record.a, record.b)}
            ids |= {item for group in uow.duplicates.all() for item in group.members}
            found = {garment.id: garment for garment in uow.garments.many(sorted(ids))}
            holders = uow.garments.many(sorted(set(keepers(merges).values())))
        photos = {photo.id: photo for garment in holders for photo in garment.photos}
        for merge in merges:
            for item, photo_ids in merge.moved.items():
                if item in found:
                    there = tuple(photos[photo_id] for photo_id in photo_ids if photo_id in photos)
                    found[item] = replace(found[item], photos=there)
        return found
