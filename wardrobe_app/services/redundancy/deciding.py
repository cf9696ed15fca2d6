"""Record what the owner decides about similar garments, and undo it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import combinations

from db.unit_of_work import UnitOfWork, Units
from wardrobe_app.domain.errors import ChangedElsewhere, NotFound
from wardrobe_app.domain.garments.garment import MergeId, Verdict, VerdictRecord
from wardrobe_app.domain.redundancy.merging import MergeRecord
from wardrobe_app.domain.redundancy.verdicts import JOINING, Decision, merge_of
from wardrobe_app.services.catalogue import merging
from wardrobe_app.services.catalogue.change_set import restore_verdicts
from wardrobe_app.services.tagging import label_propagation


class Deciding:
    """Decisions about similar garments. Each is returned as a ``Decision``, which ``undo`` takes back."""

    def __init__(self, uow_factory: Units) -> None:
        self._uow = uow_factory

    def decide(self, ids: Sequence[int], verdict: Verdict, *, group: int | None = None) -> Decision:
        """Record the ``verdict`` for every pair of ``ids``, in place of any earlier one.

        ``group`` is the group under review that it is about, here and below.

        Raises:
            NotFound: one of the garments does not exist; nothing was recorded.
            ChangedElsewhere: the group was decided already.
        """
        with self._uow(writing=True) as uow:
            uow.garments.require(ids)
            done = _record(uow, tuple(dict.fromkeys(ids)), verdict, datetime.now(UTC))
            _note(uow, group, done)
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
        group: int | None = None,
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
            group: the group under review that it is about.

        Raises:
            InvalidEdit: a garment would be merged with itself, or one is not in the wardrobe, or the texts together
                are too long.
            MergeConflict: they differ in something that ``prefer`` does not settle; nothing was done.
            ChangedElsewhere: a garment is not as it was ``seen``, or the group was decided already.
            NotFound: no garment has one of these ids.
        """
        at, ids = datetime.now(UTC), tuple(dict.fromkeys([keep, *others]))
        with self._uow(writing=True) as uow:
            uow.garments.require_versions(seen or {})
            merge_id, before = merging.join(uow, keep, others, verdict, at, prefer)
            done = Decision(verdict, ids, tuple(combinations(sorted(ids), 2)), at, merge_id, before=before)
            _note(uow, group, done)
            uow.commit()
        return done

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

    def let_go(self, leaving: Sequence[int], staying: Sequence[int] = (), *, group: int | None = None) -> Decision:
        """Move ``leaving`` to the trash; those ``staying`` are all kept, and no longer shown as a group.

        Raises:
            NotFound: one of the garments does not exist; nothing was done.
            ChangedElsewhere: the ``group`` was decided already.
        """
        at = datetime.now(UTC)
        with self._uow(writing=True) as uow:
            uow.garments.require(staying)
            uow.garments.change(leaving, {"trashed_at": at})
            label_propagation.refresh_after(uow, leaving)
            kept = _record(uow, tuple(dict.fromkeys(staying)), Verdict.KEEP_BOTH, at)
            done = replace(kept, let_go=tuple(leaving))
            _note(uow, group, done)
            uow.commit()
        return done

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
            uow.duplicates.forget(decision)
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


def _note(uow: UnitOfWork, group_id: int | None, decision: Decision) -> None:
    """Note a decision with the group under review that it is about."""
    if group_id is None:
        return
    if uow.duplicates.get(group_id).decided & {*decision.ids, *decision.let_go}:
        raise ChangedElsewhere("This group was decided in another tab.")
    uow.duplicates.decide(group_id, decision)


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
