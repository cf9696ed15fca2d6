"""Find redundant garments, and record what the owner decides about them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import combinations

from db.unit_of_work import UnitOfWork, Units
from wardrobe_app.domain.errors import ChangedElsewhere, NotFound
from wardrobe_app.domain.garments.availability import staying
from wardrobe_app.domain.garments.garment import Garment, MergeId, PairScore, Verdict, VerdictRecord
from wardrobe_app.domain.garments.wear_log import days_worn
from wardrobe_app.domain.redundancy import keep_ranking as keep_rankings
from wardrobe_app.domain.redundancy.groups import RedundancyGroup, find_groups, pairs_of
from wardrobe_app.domain.redundancy.keep_ranking import KeepRanking, Use
from wardrobe_app.domain.redundancy.merging import MergeRecord
from wardrobe_app.domain.redundancy.verdicts import JOINING, Decision, decisions, keepers, merge_of, settled
from wardrobe_app.domain.similarity.same_item import Matches
from wardrobe_app.domain.similarity.scores import Measures, remaining_measures, similarity
from wardrobe_app.domain.wording import Money, bare_amount
from wardrobe_app.services.catalogue import merging
from wardrobe_app.services.catalogue.change_set import restore_verdicts
from wardrobe_app.services.outfits.scoring_rules import Rules, normal_rules
from wardrobe_app.services.tagging import label_propagation
from wardrobe_app.services.tagging.keypoint_matching import KeypointMatching, Progress


class RedundancyService:
    """Redundant groups of the garments in use, and verdicts on pairs. All ids are garment ids.

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
        self._uow = uow_factory
        self._matching = matching
        self._rules = rules
        self._money = money
        self._last: Measures | None = None

    # Looking

    def groups(self) -> tuple[RedundancyGroup, ...]:
        """Return the groups among the garments in use, largest first; pairs with a verdict are never in one group."""
        with self._uow() as uow:
            garments = staying(uow.garments.all())
            decided = settled(uow.verdicts.all(), keepers(uow.merges.all()))
        measured = self._measured(garments, self._matching.matches(garments))
        return find_groups(garments, decided, measured=measured, money=self._money())

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
            known = self._last = pairs_of(garments, matches=matches)
        return known  # removed garments may come back, so all of it is kept

    def pairs(self, garments: Sequence[Garment]) -> tuple[PairScore, ...]:
        """Score how alike every two of ``garments`` are."""
        matches = self._matching.matches(garments)
        ordered = (sorted(pair, key=lambda garment: garment.id) for pair in combinations(garments, 2))
        return tuple(similarity(a, b, match=matches.get((a.id, b.id))) for a, b in ordered)

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
            return decisions(uow.verdicts.all(), uow.merges.all())

    def decided(self) -> Mapping[int, Garment]:
        """Return the garments that decisions are about, by id; merged ones with the photos they had."""
        with self._uow() as uow:
            merges = uow.merges.all()
            ids = {item for record in uow.verdicts.all() for item in (record.a, record.b)}
            found = {garment.id: garment for garment in uow.garments.many(sorted(ids))}
            holders = uow.garments.many(sorted(set(keepers(merges).values())))
        photos = {photo.id: photo for garment in holders for photo in garment.photos}
        for merge in merges:
            for item, photo_ids in merge.moved.items():
                if item in found:
                    there = tuple(photos[photo_id] for photo_id in photo_ids if photo_id in photos)
                    found[item] = replace(found[item], photos=there)
        return found

    # Deciding

    def decide(self, ids: Sequence[int], verdict: Verdict) -> Decision:
        """Record the ``verdict`` for every pair of ``ids``, in place of any earlier one.

        Raises:
            NotFound: one of the garments does not exist; nothing was recorded.
        """
        with self._uow(writing=True) as uow:
            uow.garments.require(ids)
            done = _record(uow, tuple(dict.fromkeys(ids)), verdict, datetime.now(UTC))
            uow.commit()
        return done

    def merge(
        self,
        keep: int,
        others: Sequence[int],
        verdict: Verdict = Verdict.SAME_GARMENT,
        *,
        prefer: Mapping[str, int] | None = None,
        seen: Mapping[int, int] | None = None,
    ) -> Decision:
        """Merge garments into ``keep``, which gets the photos of all and what was written about them.

        With the verdict ``TWINS`` they are several identical items: quantities add up, different prices are no
        conflict, and the price becomes the mean of all, with a note of what each cost.

        Args:
            keep: the garment that stays.
            others: the garments that become part of it.
            verdict: ``SAME_GARMENT`` or ``TWINS``.
            prefer: the garment whose value wins, by field or tag kind, where they differ.
            seen: the versions of garments, by id, that the choice was based on.

        Raises:
            InvalidEdit: a garment would be merged with itself, or one is not in the wardrobe, or the texts together
                are too long.
            MergeConflict: they differ in something that ``prefer`` does not settle; nothing was done.
            ChangedElsewhere: a garment is not as it was ``seen``.
            NotFound: no garment has one of these ids.
        """
        at, ids = datetime.now(UTC), tuple(dict.fromkeys([keep, *others]))
        with self._uow(writing=True) as uow:
            uow.garments.require_versions(seen or {})
            merge_id, before = merging.join(uow, keep, others, verdict, at, prefer)
            uow.commit()
        return Decision(verdict, ids, tuple(combinations(sorted(ids), 2)), at, merge_id, before=before)

    def separate(self, keep: int, merge_id: MergeId) -> MergeRecord:
        """Undo a merge into ``keep`` and its verdicts; returns the merge for ``join_again``.

        Raises:
            NotFound: there is no such merge.
        """
        with self._uow(writing=True) as uow:
            gone = uow.merges.get(merge_id)
            if gone.keep_id != keep:
                raise NotFound("This merge cannot be undone any more.")
            merging.part(uow, merge_id)
            uow.commit()
        return gone

    def join_again(self, gone: MergeRecord) -> Decision:
        """Undo ``separate``: merge the same garments with the same preferences.

        Raises:
            MergeConflict: they differ in something else by now; nothing was done.
            InvalidEdit, NotFound: one of them is in the trash, part of another one, or deleted.
        """
        was = gone.combination
        verdict = Verdict.TWINS if was and was.identical else Verdict.SAME_GARMENT
        return self.merge(gone.keep_id, tuple(gone.moved), verdict, prefer=was.prefer if was else None)

    def let_go(self, leaving: Sequence[int], staying: Sequence[int] = ()) -> Decision:
        """Move ``leaving`` to the trash; those ``staying`` are all kept, and no longer shown as a group.

        Raises:
            NotFound: one of the garments does not exist; nothing was done.
        """
        at = datetime.now(UTC)
        with self._uow(writing=True) as uow:
            uow.garments.require(staying)
            uow.garments.change(leaving, {"trashed_at": at})
            label_propagation.refresh_after(uow, leaving)
            done = _record(uow, tuple(dict.fromkeys(staying)), Verdict.KEEP_BOTH, at)
            uow.commit()
        return replace(done, let_go=tuple(leaving))

    def undo(self, decision: Decision) -> None:
        """Undo a decision: restore verdicts, split what was merged, and take garments out of the trash.

        Pairs with a newer verdict keep it.

        Raises:
            NotFound: the merge was undone already, or a garment was purged; nothing was done.
            ChangedElsewhere: all pairs have newer verdicts; nothing was done.
        """
        with self._uow(writing=True) as uow:
            pairs = _standing(uow, decision)
            if decision.pairs and not (pairs or decision.merge or decision.let_go):
                raise ChangedElsewhere("This was decided again in another tab. Nothing was undone.")
            if decision.merge is not None:
                _require_same(uow.merges.get(decision.merge), decision, pairs)
                merging.part(uow, decision.merge)  # with its verdicts
            else:
                restore_verdicts(uow, pairs, decision.before)
            if decision.let_go:
                uow.garments.change(decision.let_go, {"trashed_at": None})
                label_propagation.refresh_after(uow, decision.let_go)
            uow.commit()

    def take_back(self, pairs: Iterable[Collection[int]]) -> list[VerdictRecord]:
        """Remove the verdicts on the ``pairs``, undoing merges; returns the removed verdicts.

        Pairs without a verdict are left as they are. Verdicts from before a merge are restored.
        """
        wanted = {frozenset(pair) for pair in pairs}
        with self._uow(writing=True) as uow:
            found = [record for record in uow.verdicts.all() if frozenset({record.a, record.b}) in wanted]
            joined = _merges_of(found, uow.merges.all())
            uow.verdicts.remove([(record.a, record.b) for record in found if not _is_of(record, joined)])
            for merge in joined:
                merging.part(uow, merge.id)
            uow.commit()
        return found


def _record(uow: UnitOfWork, ids: tuple[int, ...], verdict: Verdict, at: datetime) -> Decision:
    pairs = tuple(combinations(sorted(ids), 2))
    before = tuple(record for record in uow.verdicts.all() if (record.a, record.b) in pairs)
    uow.verdicts.set(pairs, verdict, at)
    return Decision(verdict, ids, pairs, at, before=before)


def _require_same(merge: MergeRecord, decision: Decision, standing: Collection[tuple[int, int]]) -> None:
    """Check that the merge is the decision's: ids of undone merges are reused."""
    if not (set(decision.ids) <= set(merge.ids) and (standing or merge.merged_at == decision.decided_at)):
        raise NotFound("This merge cannot be undone any more.")


def _standing(uow: UnitOfWork, decision: Decision) -> set[tuple[int, int]]:
    """Return the pairs of a decision that have no newer verdict."""
    said = (decision.verdict, decision.decided_at)
    now = {(record.a, record.b): (record.verdict, record.decided_at) for record in uow.verdicts.all()}
    return {pair for pair in decision.pairs if now.get(pair) == said}


def _merges_of(records: Iterable[VerdictRecord], merges: Sequence[MergeRecord]) -> list[MergeRecord]:
    found = [merge_of([(record.a, record.b)], merges) for record in records if record.verdict in JOINING]
    return list({merge.id: merge for merge in found if merge is not None}.values())


def _is_of(record: VerdictRecord, merges: Sequence[MergeRecord]) -> bool:
    """Return whether one of the merges carried out the verdict, and so takes it back."""
    return record.verdict in JOINING and any({record.a, record.b} <= set(merge.ids) for merge in merges)
