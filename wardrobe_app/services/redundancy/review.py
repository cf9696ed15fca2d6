"""Finding what is practically there twice, and keeping what the owner decided about it."""

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
from wardrobe_app.domain.similarity.scores import Measures, similarity, still_holds
from wardrobe_app.domain.wording import Money, bare_amount
from wardrobe_app.services.catalogue import merging
from wardrobe_app.services.catalogue.change_set import restore_verdicts
from wardrobe_app.services.outfits.scoring_rules import Rules, normal_rules
from wardrobe_app.services.tagging import label_propagation
from wardrobe_app.services.tagging.keypoint_matching import KeypointMatching


class RedundancyService:
    """Redundant groups of the garments in use that are not on their way out, and verdicts on pairs.

    All ids are those of garments.

    Every decision comes back as a ``Decision``; ``undo`` takes all of it back in one transaction.
    """

    def __init__(
        self,
        uow_factory: Units,
        matching: KeypointMatching,
        rules: Callable[[], Rules] = normal_rules,
        money: Callable[[], Money] = lambda: bare_amount,
    ) -> None:
        """``money`` gives what writes amounts in the words of groups."""
        self._uow = uow_factory
        self._matching = matching
        self._rules = rules
        self._money = money
        self._last: Measures | None = None

    # Looking

    def groups(self) -> tuple[RedundancyGroup, ...]:
        """The groups among the garments in use, largest first; pairs with a verdict are in no group together."""
        with self._uow() as uow:
            garments = staying(uow.garments.all())
            decided = settled(uow.verdicts.all(), keepers(uow.merges.all()))
        measured = self._measured(garments, self._matching.matches(garments))
        return find_groups(garments, decided, measured=measured, money=self._money())

    def compare(self) -> None:
        """Compare the local features of those that were not compared yet: most of the work after an import."""
        with self._uow() as uow:
            garments = staying(uow.garments.all())
        self._matching.matches(garments)

    def _measured(self, garments: Sequence[Garment], matches: Matches) -> Measures:
        """The alike pairs; measured anew only where a decision is not all that happened."""
        last = self._last  # one look at it: another thread may replace it meanwhile
        known = still_holds(last, garments) if last is not None and matches.items() <= last.matches.items() else None
        if known is None:
            known = self._last = pairs_of(garments, matches=matches)
        return known  # what went may come back: all of it stays known

    def pairs(self, garments: Sequence[Garment]) -> tuple[PairScore, ...]:
        """How alike every two of ``garments`` are."""
        matches = self._matching.matches(garments)
        ordered = (sorted(pair, key=lambda garment: garment.id) for pair in combinations(garments, 2))
        return tuple(similarity(a, b, match=matches.get((a.id, b.id))) for a, b in ordered)

    def keep_rankings(self, groups: Iterable[Sequence[int]]) -> tuple[tuple[KeepRanking, ...], ...]:
        """For each group of ids: which to keep, the best first.

        What was worn before a merge counts for the garment that it is part of now.
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
        """Everything decided so far in the strokes that it was decided in, the last one first."""
        with self._uow() as uow:
            return decisions(uow.verdicts.all(), uow.merges.all())

    def decided(self) -> Mapping[int, Garment]:
        """The garments that decisions are about, by id; those that were merged away with the photos they had."""
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
            NotFound: one of the garments is not there; nothing was recorded.
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
        *,
        prefer: Mapping[str, int] | None = None,
        seen: Mapping[int, int] | None = None,
    ) -> Decision:
        """They are one garment: it is ``keep``, with the photos of all and what is written about them.

        ``prefer`` names, by field or kind of tag, the garment whose value holds where they differ; ``seen`` are the
        versions of garments, by id, that this was chosen by.

        Raises:
            InvalidEdit: a garment would be merged with itself, or with one that is not in the wardrobe, or what is
                written about them is more than fits.
            MergeConflict: they differ in something that ``prefer`` does not settle; nothing was done.
            ChangedMeanwhile: a garment is not as it was ``seen``.
            NotFound: there is none with one of these ids.
        """
        return self.join(keep, others, Verdict.SAME_GARMENT, prefer=prefer, seen=seen)

    def identical(
        self,
        keep: int,
        others: Sequence[int],
        *,
        prefer: Mapping[str, int] | None = None,
        seen: Mapping[int, int] | None = None,
    ) -> Decision:
        """They are two of the same, or more: ``keep`` stands for all, and there are as many as they were; as ``merge``.

        Different prices are no conflict: the price is then the mean of all, and the notes say what each cost.
        """
        return self.join(keep, others, Verdict.TWINS, prefer=prefer, seen=seen)

    def join(
        self,
        keep: int,
        others: Sequence[int],
        verdict: Verdict,
        *,
        prefer: Mapping[str, int] | None = None,
        seen: Mapping[int, int] | None = None,
    ) -> Decision:
        """``merge`` or ``twins``, by the ``verdict``."""
        at, ids = datetime.now(UTC), tuple(dict.fromkeys([keep, *others]))
        with self._uow(writing=True) as uow:
            uow.garments.require_versions(seen or {})
            merge_id, before = merging.join(uow, keep, others, verdict, at, prefer)
            uow.commit()
        return Decision(verdict, ids, tuple(combinations(sorted(ids), 2)), at, merge_id, before=before)

    def separate(self, keep: int, merge_id: MergeId) -> MergeRecord:
        """Undo a merge into ``keep``, and what was decided with it; what it was, for ``join_again``.

        Raises:
            NotFound: there is no such merge (any more).
        """
        with self._uow(writing=True) as uow:
            gone = uow.merges.get(merge_id)
            if gone.keep_id != keep:
                raise NotFound("This merge cannot be undone any more.")
            merging.part(uow, merge_id)
            uow.commit()
        return gone

    def join_again(self, gone: MergeRecord) -> Decision:
        """Undo ``separate``: merge the same garments, with the same preferences.

        Raises:
            MergeConflict: they differ in something else by now; nothing was done.
            InvalidEdit, NotFound: one of them is in the trash, part of another one, or gone.
        """
        was = gone.combination
        verdict = Verdict.TWINS if was and was.identical else Verdict.SAME_GARMENT
        return self.join(gone.keep_id, tuple(gone.moved), verdict, prefer=was.prefer if was else None)

    def let_go(self, leaving: Sequence[int], staying: Sequence[int] = ()) -> Decision:
        """Move ``leaving`` to the trash; those ``staying`` are all kept, and no longer shown as a group.

        Raises:
            NotFound: one of the garments is not there; nothing was done.
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
        """Take all of a decision back: verdicts are as before, what was joined is parted, what was let go is back.

        Pairs that were decided anew since stay as they were decided then.

        Raises:
            NotFound: what was joined was parted already, or what was let go is deleted for good; nothing was done.
            ChangedMeanwhile: all of it was decided anew since; nothing was done.
        """
        with self._uow(writing=True) as uow:
            pairs = _standing(uow, decision)
            if decision.pairs and not (pairs or decision.merge or decision.let_go):
                raise ChangedElsewhere(
                    "This was decided anew since, in another tab. That stays; nothing was taken back."
                )
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
        """Forget what was decided about the ``pairs``, parting what was joined; what was forgotten.

        A pair without a verdict is left as it is. What stood about garments before they were joined stands again.
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
    """Make sure that the merge is the decision's: ids of merges that were undone are used again."""
    if not (set(decision.ids) <= set(merge.ids) and (standing or merge.merged_at == decision.decided_at)):
        raise NotFound("This merge cannot be undone any more.")


def _standing(uow: UnitOfWork, decision: Decision) -> set[tuple[int, int]]:
    """The pairs of a decision about which nothing was decided since."""
    said = (decision.verdict, decision.decided_at)
    now = {(record.a, record.b): (record.verdict, record.decided_at) for record in uow.verdicts.all()}
    return {pair for pair in decision.pairs if now.get(pair) == said}


def _merges_of(records: Iterable[VerdictRecord], merges: Sequence[MergeRecord]) -> list[MergeRecord]:
    found = [merge_of([(record.a, record.b)], merges) for record in records if record.verdict in JOINING]
    return list({merge.id: merge for merge in found if merge is not None}.values())


def _is_of(record: VerdictRecord, merges: Sequence[MergeRecord]) -> bool:
    """Whether one of the merges carried the verdict out, and so takes it back."""
    return record.verdict in JOINING and any({record.a, record.b} <= set(merge.ids) for merge in merges)
