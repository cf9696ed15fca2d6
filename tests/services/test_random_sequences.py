from __future__ import annotations

import csv
import io
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.services.support.actions import split
from tests.services.support.full_wardrobe import a_photo, add, backed_up
from tests.services.support.owned import Owned, owned
from tests.support.fakes import FakeTagger
from wardrobe_app import startup, wiring
from wardrobe_app.config import Settings
from wardrobe_app.domain.catalogue.filters import GarmentEdit
from wardrobe_app.domain.errors import ChangedElsewhere, InvalidEdit, MergeConflict, NotFound
from wardrobe_app.domain.garments.availability import Status
from wardrobe_app.domain.garments.garment import SEVERAL, Condition, TagKind, Verdict
from wardrobe_app.domain.garments.vocabulary import Slot
from wardrobe_app.domain.records.backup import Mode
from wardrobe_app.domain.redundancy.verdicts import Decision
from wardrobe_app.services.graph.exporter import ExportFormat
from wardrobe_app.services.importing.importer import source_from_bytes

# Random sequences of everything that can be done to a wardrobe, beside a simple model of what must hold: nothing that
# the owner said is lost, every undo restores exactly, and no action touches another garment.

FIRST = 6  # garments that a wardrobe begins with
TEXTS = ("Linen", "Été", "Straße", "=1+1", "İpek 2", "a, b; c", "“quoted”", "0123", "- dash", "n\u00b0 5 \U0001f45a")
NOTES = (*TEXTS, "two\nlines", "* list\n* of two")
DAYS = tuple(date(2025, 5, day) for day in range(1, 5))
PICK = st.integers(0, 1000)
TAGS = (TagKind.TYPE, TagKind.COLOUR, TagKind.PATTERN, TagKind.SEASON, TagKind.OCCASION, TagKind.GENDER)
EDITS: dict[str, st.SearchStrategy[Any]] = {
    "name": st.sampled_from(("", *TEXTS)),
    "notes": st.sampled_from(("", *NOTES)),
    "brand": st.sampled_from(("", *TEXTS)),
    "size": st.sampled_from(("", "M", "38", "1/2", "0032")),
    "price": st.sampled_from((None, Decimal("0.00"), Decimal("19.90"), Decimal("2000000.00"), Decimal("999999999.99"))),
    "purchased_on": st.sampled_from((None, date(1900, 1, 1), date(2024, 2, 29))),
    "quantity": st.sampled_from((1, 2, 1001, 10_000)),
    "condition": st.sampled_from((None, *Condition)),
}


@dataclass(frozen=True)
class Done:
    undo: Callable[[], object]
    before: Owned
    after: Owned


class Wardrobe(RuleBasedStateMachine):
    start: Path  # the data folder that every run begins with a copy of

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="sequences-"))
        shutil.copytree(self.start, self.folder / "wardrobe")
        self.open()
        self.before = self.expected = owned(self.rt)
        self.history: list[Done] = []
        self.joined: dict[tuple[int, int], tuple[Owned, Owned]] = {}  # by the kept and the other: before, after
        self.photos = 0
        self.written_again = False

    def open(self) -> None:
        self.rt = startup.build(Settings(data_dir=self.folder / "wardrobe", batch_size=4))

    def teardown(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    # What is where

    def where(self, **state: Any) -> list[int]:
        garments = self.expected.garments
        return sorted(
            item for item, said in garments.items() if all(said[name] == value for name, value in state.items())
        )

    @property
    def listed(self) -> list[int]:
        return self.where(trashed_at=False)

    def one(self, pick: int) -> int:
        return self.listed[pick % len(self.listed)]

    def some(self, picks: list[int]) -> list[int]:
        return list(dict.fromkeys(map(self.one, picks)))

    # What must hold

    def did(self, undo: Callable[[], object] | None, expected: Owned) -> None:
        now = owned(self.rt)
        assert now == expected
        self.written_again = undo is None or now == self.expected  # with what was there already
        if not self.written_again and undo is not None:
            self.history.append(Done(undo, self.expected, now))
        self.expected = now

    def refused(self, act: Callable[[], object]) -> None:
        with pytest.raises((ChangedElsewhere, InvalidEdit, NotFound)):
            act()
        assert owned(self.rt) == self.expected

    # Actions

    @rule(picks=st.lists(PICK, min_size=1, max_size=3), data=st.data())
    def edit(self, picks: list[int], data: st.DataObject) -> None:
        ids = self.some(picks)
        names = data.draw(st.lists(st.sampled_from(sorted(EDITS)), min_size=1, max_size=3, unique=True))
        values = {name: data.draw(EDITS[name], label=name) for name in names}
        seen = {item: self.rt.catalogue.get(item).version for item in ids}
        done = self.rt.catalogue.edit(ids, GarmentEdit(**values), seen=seen)
        self.did(lambda: self.rt.catalogue.undo(done), self.edited(ids, values))
        changed = [item for item in ids if self.rt.catalogue.get(item).version != seen[item]]
        assert changed == ids
        self.refused(lambda: self.rt.catalogue.edit(ids, GarmentEdit(name="from an old tab"), seen=seen))

    def edited(self, ids: list[int], values: dict[str, Any]) -> Owned:
        expected = self.expected.copy()
        for item in ids:
            for name, value in values.items():
                expected.garments[item][name] = _stored(value)
        return expected

    @rule(picks=st.lists(PICK, min_size=1, max_size=3), kind=st.sampled_from(TAGS), pick=PICK)
    def correct(self, picks: list[int], kind: TagKind, pick: int) -> None:
        ids, choices = self.some(picks), self.rt.catalogue.choices(kind)
        value = choices[pick % len(choices)]
        done = self.rt.catalogue.correct(ids, kind, value)
        expected = self.expected.copy()
        for item in ids:
            expected.garments[item]["tags"][kind.value] = (value, None)
        self.did(lambda: self.rt.catalogue.undo(done), expected)

    @rule(pick=PICK)
    def pick_colour(self, pick: int) -> None:
        item = self.one(pick)
        done = self.rt.catalogue.set_colour(item, "green", "#3c8c46")
        expected = self.expected.copy()
        expected.garments[item]["tags"]["colour"] = ("green", "#3c8c46")
        self.did(lambda: self.rt.catalogue.undo(done), expected)

    @rule(pick=PICK, kind=st.sampled_from(TAGS))
    def forget_correction(self, pick: int, kind: TagKind) -> None:
        item = self.one(pick)
        done = self.rt.catalogue.forget_correction([item], kind)
        expected = self.expected.copy()
        expected.garments[item]["tags"].pop(kind.value, None)
        self.did(lambda: self.rt.catalogue.undo(done), expected)

    @rule(picks=st.lists(PICK, min_size=1, max_size=3), mark=st.booleans())
    def favour(self, picks: list[int], mark: bool) -> None:
        ids = self.some(picks)
        done = self.rt.catalogue.set_favourite(ids, mark)
        self.did(lambda: self.rt.catalogue.undo(done), self.edited(ids, {"favourite": mark}))

    @rule(picks=st.lists(PICK, min_size=1, max_size=2), into=st.booleans())
    def archive(self, picks: list[int], into: bool) -> None:
        ids = self.some(picks)
        done = (self.rt.catalogue.archive if into else self.rt.catalogue.unarchive)(ids)
        self.did(lambda: self.rt.catalogue.undo(done), self.edited(ids, {"archived_at": into}))

    @precondition(lambda self: len(self.listed) > 2)
    @rule(pick=PICK)
    def trash(self, pick: int) -> None:
        item = self.one(pick)
        done = self.rt.catalogue.trash([item])
        self.did(lambda: self.rt.catalogue.undo(done), self.edited([item], {"trashed_at": True}))

    @precondition(lambda self: self.where(trashed_at=True, merged_into_id=None))
    @rule(pick=PICK)
    def restore(self, pick: int) -> None:
        there = self.where(trashed_at=True, merged_into_id=None)
        item = there[pick % len(there)]
        done = self.rt.catalogue.restore([item])
        self.did(lambda: self.rt.catalogue.undo(done), self.edited([item], {"trashed_at": False}))

    @precondition(lambda self: len(self.listed) < 9)
    @rule()
    def add_a_photo(self) -> None:
        self.photos += 1
        (item,) = add(self.rt, FIRST + self.photos, anyway=True)
        now = owned(self.rt)
        assert item not in self.expected.garments
        new = now.garments[item]
        assert not new["tags"] and not new["name"] and len(new["photos"]) == 1
        expected = self.expected.copy()
        expected.garments[item] = new
        self.did(None, expected)

    @rule(pick=PICK)
    def tag_again(self, pick: int) -> None:
        assert list(self.rt.catalogue.retag([self.one(pick)]))
        self.did(None, self.expected)

    @rule(pick=PICK, status=st.sampled_from((None, *Status)), lent_to=st.sampled_from(("", "Aunt Zoë")))
    def put_elsewhere(self, pick: int, status: Status | None, lent_to: str) -> None:
        item = self.one(pick)
        done = self.rt.catalogue.set_status([item], status, lent_to)
        said = {"status": status, "lent_to": lent_to if status is Status.LENT else ""}
        self.did(lambda: self.rt.catalogue.undo(done), self.edited([item], said))

    @rule(pick=PICK, kind=st.sampled_from(sorted(SEVERAL)), picks=st.lists(PICK, min_size=2, max_size=3))
    def set_several(self, pick: int, kind: TagKind, picks: list[int]) -> None:
        item, choices = self.one(pick), self.rt.catalogue.choices(kind)
        values = {choices[number % len(choices)] for number in picks}
        done = self.rt.catalogue.correct([item], kind, "|".join(sorted(values, reverse=True)))
        expected = self.expected.copy()
        in_order = "|".join(value for value in choices if value in values)
        expected.garments[item]["tags"][kind.value] = (in_order, None)
        self.did(lambda: self.rt.catalogue.undo(done), expected)

    @precondition(lambda self: self.photos < 8)
    @rule(pick=PICK)
    def add_another_photo(self, pick: int) -> None:
        item = self.one(pick)
        self.photos += 1
        data = a_photo(100 + self.photos)
        source = source_from_bytes(f"more {self.photos}.jpg", data)
        assert list(self.rt.photos.add(item, [source], allow_duplicates=True))
        *rest, (photo, masked) = owned(self.rt).garments[item]["photos"]
        expected = self.expected.copy()
        assert rest == expected.garments[item]["photos"]
        expected.garments[item]["photos"].append((photo, masked))
        self.did(lambda: self.rt.photos.undo_add(item, [photo]), expected)

    @precondition(lambda self: self.with_photos)
    @rule(pick=PICK, which=PICK)
    def choose_the_cover(self, pick: int, which: int) -> None:
        item = self.with_photos[pick % len(self.with_photos)]
        photos = self.expected.garments[item]["photos"]
        cover = photos[which % len(photos)]
        done = self.rt.photos.make_cover(item, cover[0])
        expected = self.expected.copy()
        expected.garments[item]["photos"] = [cover, *(photo for photo in photos if photo != cover)]
        self.did(lambda: self.rt.photos.undo(done), expected)

    @precondition(lambda self: self.with_photos and not self.expected.merges)
    @rule(pick=PICK, which=PICK)
    def remove_a_photo(self, pick: int, which: int) -> None:
        item = self.with_photos[pick % len(self.with_photos)]
        photos = self.expected.garments[item]["photos"]
        gone = photos[which % len(photos)]
        done = self.rt.photos.remove(item, gone[0])
        now, expected = owned(self.rt), self.expected.copy()
        (made,) = now.garments.keys() - expected.garments.keys()
        assert now.garments[made]["photos"] == [gone] and now.garments[made]["trashed_at"]
        expected.garments[made] = now.garments[made]
        expected.garments[item]["photos"] = [photo for photo in photos if photo != gone]
        self.did(lambda: self.rt.photos.undo(done), expected)

    @property
    def with_photos(self) -> list[int]:
        return [item for item in self.listed if len(self.expected.garments[item]["photos"]) > 1]

    @rule(pick=PICK, masked=st.booleans())
    def use_mask(self, pick: int, masked: bool) -> None:
        item = self.one(pick)
        if not self.expected.garments[item]["photos"]:
            return
        (photo, was), *rest = self.expected.garments[item]["photos"]
        self.rt.catalogue.set_masked(item, photo, masked)
        expected = self.expected.copy()
        expected.garments[item]["photos"] = [(photo, masked), *rest]
        self.did(lambda: self.rt.catalogue.set_masked(item, photo, was), expected)

    @precondition(lambda self: len(self.listed) > 2)
    @rule(one=PICK, other=PICK, verdict=st.sampled_from((Verdict.DIFFERENT, Verdict.KEEP_BOTH)))
    def decide(self, one: int, other: int, verdict: Verdict) -> None:
        ids = self.some([one, other])
        if len(ids) == 2:
            done = self.rt.redundancy.review.decide(ids, verdict)
            expected = self.expected.copy()
            expected.verdicts[min(ids), max(ids)] = verdict.value
            self.did(lambda: self.rt.redundancy.review.undo(done), expected)

    @precondition(lambda self: len(self.listed) > 3)
    @rule(one=PICK, other=PICK)
    def let_go(self, one: int, other: int) -> None:
        ids = self.some([one, other])
        done = self.rt.redundancy.review.let_go(ids[:1])
        self.did(lambda: self.rt.redundancy.review.undo(done), self.edited(ids[:1], {"trashed_at": True}))

    @precondition(lambda self: len(self.listed) > 3)
    @rule(one=PICK, other=PICK, identical=st.booleans(), preferred=st.integers(0, 1))
    def become_one(self, one: int, other: int, identical: bool, preferred: int) -> None:
        ids = self.some([one, other])
        if len(ids) < 2:
            return
        keep, gone = ids
        verdict = Verdict.TWINS if identical else Verdict.SAME_GARMENT
        try:
            done = self.merged(ids, verdict, preferred)
        except InvalidEdit:  # more than fits: too many pieces
            self.did(None, self.expected)
            return
        expected, kept = self.expected.copy(), owned(self.rt).garments[keep]
        a, b = (self.expected.garments[item] for item in ids)
        _hold_what_both_said(kept, a, b, identical=identical)
        expected.garments[keep] = kept | {"photos": a["photos"] + b["photos"]}
        expected.garments[gone] |= {"merged_into_id": keep, "trashed_at": True, "photos": []}
        expected.verdicts[min(ids), max(ids)] = (Verdict.TWINS if identical else Verdict.SAME_GARMENT).value
        expected.merges[keep, frozenset([gone])] += 1
        before = self.expected
        self.did(lambda: self.rt.redundancy.review.undo(done), expected)
        self.joined[keep, gone] = (before, self.expected)

    def merged(self, ids: list[int], verdict: Verdict, preferred: int) -> Decision:
        keep, gone = ids
        try:
            return self.rt.redundancy.review.merge(keep, [gone], verdict)
        except MergeConflict as error:
            self.did(None, self.expected)
            assert all(set(conflict.values) == set(ids) for conflict in error.conflicts)
            prefer = {conflict.key: ids[preferred] for conflict in error.conflicts}
            return self.rt.redundancy.review.merge(keep, [gone], verdict, prefer=prefer)

    @precondition(lambda self: self.alone)
    @rule(pick=PICK)
    def become_two_again(self, pick: int) -> None:
        # After whatever happened since: what was written since stays, all else is as it was before.
        keep, gone = self.alone[pick % len(self.alone)]
        before, after = (when.garments for when in self.joined[keep, gone])
        (merge,) = self.rt.catalogue.merges(keep)
        split(self.rt, merge)
        now, then = owned(self.rt).garments, self.expected.garments
        assert owned(self.rt).changed_since(self.expected) == {keep, gone}
        moved = {photo for photo, _ in before[gone]["photos"]}
        assert now[keep]["photos"] == [photo for photo in then[keep]["photos"] if photo[0] not in moved]
        assert {photo for photo, _ in now[gone]["photos"]} == moved
        if then[keep]["photos"] == after[keep]["photos"]:
            assert all(now[item]["photos"] == before[item]["photos"] for item in (keep, gone))
        assert now[gone] == before[gone] | {"photos": now[gone]["photos"], "archived_at": then[gone]["archived_at"]}
        for name in now[keep].keys() - {"photos", "quantity", "tags"}:
            untouched = then[keep][name] == after[keep][name]
            assert now[keep][name] == (before[keep] if untouched else then[keep])[name], name
        for kind in before[keep]["tags"].keys() | then[keep]["tags"].keys():
            was, made, last = (when[keep]["tags"].get(kind) for when in (before, after, then))
            assert now[keep]["tags"].get(kind) == (was if last == made else last), kind
        self.expected = owned(self.rt)

    @property
    def alone(self) -> list[tuple[int, int]]:
        """Merges that nothing was merged into, or out of, since."""
        there = [(keep, gone) for keep, moved in self.expected.merges for gone in moved if len(moved) == 1]
        ids = [item for pair in there for item in pair]
        return [pair for pair in there if pair in self.joined and all(ids.count(item) == 1 for item in pair)]

    @rule(picks=st.lists(PICK, min_size=1, max_size=3), day=st.sampled_from(DAYS))
    def wear(self, picks: list[int], day: date) -> None:
        ids = self.some(picks)
        made, new = self.rt.outfits.wear_log.wear(ids, day)
        expected = self.expected.copy()
        assert new is not any(
            on == day.isoformat() and {self.end_of(item) for item in items} == set(ids)
            for on, items, _ in expected.wears
        )
        if new:
            expected.wears[day.isoformat(), frozenset(ids), ""] += 1
        self.did((lambda: self.rt.outfits.wear_log.take_back(made)) if new else None, expected)

    @precondition(lambda self: self.expected.wears)
    @rule(pick=PICK)
    def forget_wear(self, pick: int) -> None:
        wears = self.rt.outfits.wear_log.wears()
        gone = self.rt.outfits.wear_log.remove(wears[pick % len(wears)].id)
        now, expected = owned(self.rt), self.expected.copy()
        removed = expected.wears - now.wears  # several, where garments that were worn on one day became one
        assert removed and {on for on, *_ in removed} == {gone.worn_on.isoformat()}
        expected.wears -= removed
        self.did(lambda: self.rt.outfits.wear_log.bring_back(gone), expected)

    @rule(picks=st.lists(PICK, min_size=1, max_size=3), ahead=st.integers(0, 3), every=st.sampled_from((None, 7)))
    def plan(self, picks: list[int], ahead: int, every: int | None) -> None:
        on = self.rt.outfits.wear_log.today() + timedelta(days=ahead)
        ids = self.some(picks)
        done = self.rt.outfits.planner.plan(ids, on, every)
        expected = self.expected.copy()
        expected.plans += Counter([(on.isoformat(), every, frozenset(ids), frozenset())] * len(done.after))
        self.did((lambda: self.rt.outfits.planner.take_back(done)) if done.after else None, expected)

    @precondition(lambda self: self.expected.plans)
    @rule(pick=PICK)
    def skip_a_day(self, pick: int) -> None:
        plans = self.rt.outfits.planner.plans()
        plan = plans[pick % len(plans)]
        days = plan.days(plan.starts_on, plan.starts_on + timedelta(days=400))
        if not days:
            return
        done = self.rt.outfits.planner.skip(plan.id, days[0])
        expected = self.expected.copy()
        expected.plans = owned(self.rt).plans
        assert (self.expected.plans - expected.plans).total() == 1
        assert (expected.plans - self.expected.plans).total() == (plan.every_days is not None)
        self.did(lambda: self.rt.outfits.planner.take_back(done), expected)

    @precondition(lambda self: len(self.listed) > 2 and not self.expected.merges)
    @rule(picks=st.lists(PICK, min_size=2, max_size=3), name=st.sampled_from(TEXTS))
    def save_look(self, picks: list[int], name: str) -> None:
        ids = self.some(picks)
        if len(ids) < 2:
            return
        kept = self.rt.outfits.saved.save(ids, name)
        expected = self.expected.copy()
        for outfit in [outfit for outfit in expected.outfits if outfit[2] == frozenset(ids)]:
            del expected.outfits[outfit]
        expected.outfits[name, "saved", frozenset(ids)] = 1
        expected.wears = owned(self.rt).wears  # a look that gets another name takes along the days that it was worn on
        self.did(lambda: self.rt.outfits.saved.take_back(kept), expected)

    @precondition(lambda self: self.expected.outfits)
    @rule(pick=PICK)
    def remove_look(self, pick: int) -> None:
        outfits = self.rt.outfits.saved.all()
        removed = self.rt.outfits.saved.remove(outfits[pick % len(outfits)].id)
        now, expected = owned(self.rt), self.expected.copy()
        (outfit,) = (expected.outfits - now.outfits).elements()
        assert outfit[:2] == (removed.outfit.name, removed.outfit.state.value)
        assert {self.end_of(item) for item in outfit[2]} == set(removed.outfit.item_ids)
        expected.outfits[outfit] -= 1
        assert {wear[:2] for wear in now.wears} == {wear[:2] for wear in expected.wears}
        expected.wears = now.wears
        self.did(lambda: self.rt.outfits.saved.bring_back(removed), expected)

    @rule(pick=PICK, name=st.sampled_from(TEXTS), brand=st.sampled_from(TEXTS))
    def edit_in_a_spreadsheet(self, pick: int, name: str, brand: str) -> None:
        item = self.one(pick)
        report = self.rt.spreadsheet.apply(
            _with_cells(self.rt.spreadsheet.export_bytes(), item, {"name": name, "brand": brand})
        )
        assert [row.item_id for row in report.rows if row.changes or row.problems] in ([item], [])
        self.did(report.undo, self.edited([item], {"name": name, "brand": brand}))

    @rule(pick=PICK)
    def bring_a_graph_back(self, pick: int) -> None:
        live = [item for item in self.listed if not self.expected.garments[item]["archived_at"]]
        file = self.rt.graph.exporter.export_bytes(ExportFormat.JSON)
        if not live:
            return
        item, wanted = live[pick % len(live)], self.expected
        self.rt.catalogue.edit([item], GarmentEdit(name="", brand="", size="", price=None, purchased_on=None))
        emptied = owned(self.rt)
        report = self.rt.graph.importer.apply(file)
        assert owned(self.rt).garments[item] == wanted.garments[item]
        assert owned(self.rt).changed_since(emptied) <= {item}
        if report.undo is not None:
            report.undo()
            assert owned(self.rt) == emptied
            self.rt.graph.importer.apply(file)
        self.did(None, wanted)

    @precondition(lambda self: len(self.history) > 8)  # it takes as long as fifty other steps
    @rule()
    def restore_a_backup(self) -> None:
        file = backed_up(self.rt, self.folder / "backup.zip")
        self.rt.catalogue.edit([self.one(0)], GarmentEdit(name="after the backup", quantity=7))
        for _ in self.rt.backup.restore.restore(file, file.name, Mode.REPLACE):
            pass
        file.unlink()
        self.history.clear()
        self.did(None, self.expected)

    @precondition(lambda self: self.where(trashed_at=True, merged_into_id=None))
    @rule(pick=PICK)
    def delete_for_good(self, pick: int) -> None:
        there = self.where(trashed_at=True, merged_into_id=None)
        item = there[pick % len(there)]
        self.rt.catalogue.delete_forever([item])
        now = owned(self.rt)
        gone = self.expected.garments.keys() - now.garments.keys()
        assert item in gone
        assert all(self.end_of(one) == item for one in gone)
        assert now.changed_since(self.expected) == gone
        kept = {pair: said for pair, said in self.expected.verdicts.items() if gone.isdisjoint(pair)}
        assert now.verdicts == kept
        self.history.clear()
        self.expected = now

    def holders(self, item: int) -> list[int]:
        # The garment itself, what it is part of now, what that is part of, and so on.
        chain = [item]
        while (above := self.expected.garments[chain[-1]]["merged_into_id"]) is not None:
            chain.append(above)
        return chain

    def end_of(self, item: int) -> int:
        return self.holders(item)[-1]

    @rule(name=st.sampled_from(("Dirndl", "Kilt", "Sari")))
    def make_a_type(self, name: str) -> None:
        known = (name, Slot.FULL.value)
        if known in self.expected.types:
            self.refused(lambda: self.rt.types.add(name, Slot.FULL))
        else:
            self.rt.types.add(name, Slot.FULL)
            expected = self.expected.copy()
            expected.types |= {known}
            self.did(None, expected)

    @rule()
    def start_again(self) -> None:
        self.open()
        self.did(None, self.expected)

    # Undo

    @precondition(lambda self: self.history and self.history[-1].after == self.expected)
    @rule()
    def undo(self) -> None:
        done = self.history.pop()
        try:
            done.undo()
        except ChangedElsewhere:
            assert self.written_again
            self.did(None, self.expected)
        else:
            self.did(None, done.before)

    @precondition(lambda self: len(self.history) > 1)
    @rule(pick=PICK)
    def undo_something_earlier(self, pick: int) -> None:
        done = self.history.pop(pick % len(self.history))
        # What became part of another garment since shows in what that one says.
        changed_garments = {whole for item in done.after.changed_since(done.before) for whole in self.holders(item)}
        try:
            done.undo()
        except (ChangedElsewhere, NotFound, InvalidEdit):
            note("it said that something was changed since")
            self.did(None, self.expected)
            return
        now = owned(self.rt)
        assert now.changed_since(self.expected) <= changed_garments
        self.expected = now


def _hold_what_both_said(kept: dict[str, Any], a: dict[str, Any], b: dict[str, Any], *, identical: bool) -> None:
    for name in ("name", "brand", "size", "price", "purchased_on", "condition"):
        given = [one[name] for one in (a, b) if one[name] not in ("", None)]
        mean = identical and name == "price" and len(set(given)) == 2
        assert kept[name] in given if given and not mean else kept[name] == (a[name] if not given else kept[name]), name
    assert a["notes"] in kept["notes"] and b["notes"] in kept["notes"]
    assert kept["favourite"] == (a["favourite"] or b["favourite"])
    assert kept["quantity"] == (a["quantity"] + b["quantity"] if identical else max(a["quantity"], b["quantity"]))
    for kind in a["tags"].keys() | b["tags"].keys():
        assert kept["tags"][kind] in (a["tags"].get(kind), b["tags"].get(kind)), kind


def _stored(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value * 100)
    return value.isoformat() if isinstance(value, date) else value


def _with_cells(table: bytes, item: int, cells: dict[str, str]) -> bytes:
    rows = list(csv.DictReader(io.StringIO(table.decode("utf-8-sig"))))
    for row in rows:
        if row["id"] == str(item):
            row.update(cells)
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def run(start: Path, monkeypatch: pytest.MonkeyPatch, *, examples: int, steps: int, derandomize: bool) -> None:
    monkeypatch.setattr(wiring, "make_tagger", lambda settings: FakeTagger())
    machine = type("Sequences", (Wardrobe,), {"start": start})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            derandomize=derandomize,
            deadline=None,
            database=None,
            # Shrinking forty steps takes minutes; add Phase.shrink to look into a failure.
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("start") / "wardrobe"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wiring, "make_tagger", lambda settings: FakeTagger())
        add(startup.build(Settings(data_dir=folder, batch_size=4)), *range(FIRST))
    return folder


def test_random_steps_lose_nothing_and_touch_nothing_else(start: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(start, monkeypatch, examples=6, steps=40, derandomize=True)


@pytest.mark.slow
@pytest.mark.timeout(3 * 60 * 60)
def test_thousands_of_random_steps_lose_nothing_and_touch_nothing_else(
    start: Path, monkeypatch: pytest.MonkeyPatch, full: bool
) -> None:
    run(start, monkeypatch, examples=1000 if full else 40, steps=50, derandomize=False)
