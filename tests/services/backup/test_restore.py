from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.services.support.actions import split, verdicts_of
from tests.services.support.full_wardrobe import add, backed_up, files, tables
from wardrobe_app.config import Settings
from wardrobe_app.domain.catalogue.filters import GarmentEdit
from wardrobe_app.domain.errors import BackupRefused, StorageFailed
from wardrobe_app.domain.garments.garment import TagKind, TagSource, Verdict
from wardrobe_app.domain.garments.vocabulary import Slot
from wardrobe_app.domain.records.backup import Every, Mode, Reason, RestoreCounts, RestoreReport, Schedule

if TYPE_CHECKING:
    from wardrobe_app.wiring import Runtime

Open = Callable[[Settings], "Runtime"]


@pytest.fixture
def other(open_wardrobe: Open, tmp_path: Path) -> Runtime:
    return open_wardrobe(Settings(data_dir=tmp_path / "other", batch_size=4))


def restored(wardrobe: Runtime, backup: Path, mode: Mode = Mode.MERGE) -> RestoreReport:
    *_, report = wardrobe.backup.restore.restore(backup, backup.name, mode)
    assert isinstance(report, RestoreReport)
    return report


def previewed(wardrobe: Runtime, backup: Path, mode: Mode = Mode.MERGE) -> RestoreReport:
    *_, report = wardrobe.backup.restore.preview(backup, backup.name, mode)
    assert isinstance(report, RestoreReport)
    return report


def everything(wardrobe: Runtime) -> tuple[Any, ...]:
    return tables(wardrobe), files(wardrobe.settings), wardrobe.preferences.content()


def named(wardrobe: Runtime) -> set[str]:
    return {row["file"] for row in tables(wardrobe)["photo"]}


def no_file_is_lost_or_left(wardrobe: Runtime) -> bool:
    there = {name.removeprefix("photos/") for name in files(wardrobe.settings) if name.startswith("photos/")}
    return there == named(wardrobe)


def test_the_wardrobe_of_these_tests_has_something_in_every_table(full: Runtime) -> None:
    empty = [table for table, rows in tables(full).items() if not rows]
    assert empty == []


@pytest.mark.parametrize("mode", [Mode.REPLACE, Mode.MERGE])
def test_a_wardrobe_restored_into_an_empty_one_is_equal_in_every_table_and_file(
    full: Runtime, other: Runtime, mode: Mode
) -> None:
    report = restored(other, backed_up(full), mode)
    before, after = tables(full), tables(other)
    if mode is Mode.MERGE:  # where a tag's id means nothing, and is given anew
        for rows in (*before["tag"], *after["tag"]):
            del rows["id"]
        for found in (before, after):
            found["tag"].sort(key=str)
    assert after == before
    assert files(other.settings) == files(full.settings)
    assert other.preferences.content() == full.preferences.content()
    assert report.garments == RestoreCounts(added=7, existing=0, removed=0)
    assert no_file_is_lost_or_left(other)


def test_what_is_restored_can_be_worked_with(full: Runtime, other: Runtime) -> None:
    restored(other, backed_up(full), Mode.REPLACE)
    assert [one.title for one in other.catalogue.garments()] == [one.title for one in full.catalogue.garments()]
    highest = max(row["id"] for row in tables(full)["item"])
    assert min(add(other, 8, 9)) > highest, "ids go on behind those that were restored"
    assert other.outfits.wear_log.wear([1, 2])[1]


def test_a_preview_says_what_will_happen_and_changes_nothing(full: Runtime, other: Runtime) -> None:
    add(other, 1, 9)
    other.catalogue.edit([1], GarmentEdit(name="Mine"))
    backup, before = backed_up(full), everything(other)
    merge, replace = previewed(other, backup), previewed(other, backup, Mode.REPLACE)
    assert everything(other) == before
    assert (merge.garments, replace.garments) == (RestoreCounts(6, 1, 0), RestoreCounts(6, 1, 1))
    assert (merge.differ, merge.differing, merge.removed, len(merge.added)) == (1, ("Green dirndl",), (), 6)
    assert replace.removed == (other.catalogue.get(2).title,)
    assert (merge.outfits, merge.wears, merge.plans, merge.packing_lists, merge.decisions, merge.types) == (
        RestoreCounts(3, 0),
        RestoreCounts(2, 0),
        RestoreCounts(1, 0),
        RestoreCounts(1, 0),
        RestoreCounts(len(tables(full)["pair_verdict"]), 0),
        RestoreCounts(1, 0),
    )
    assert restored(other, backup) == merge
    assert merge.photos == 8
    assert merge.bytes > 0


def test_merging_keeps_what_is_here_and_brings_what_is_missing(full: Runtime, other: Runtime) -> None:
    first, mine = add(other, 1, 9)
    other.catalogue.edit([first], GarmentEdit(name="Mine"))
    other.catalogue.correct([mine], TagKind.TYPE, "Poncho")
    kept = {item: other.catalogue.get(item) for item in (first, mine)}
    restored(other, backed_up(full))
    now = {item: other.catalogue.get(item) for item in kept}
    assert (now[first].name, now[mine].tags[TagKind.TYPE].value) == ("Mine", "Poncho")
    assert now[first].photos == kept[first].photos
    lyon = next(one for one in other.catalogue.garments() if one.name == "Lyon été")
    assert (lyon.notes, lyon.type, lyon.quantity) == ("<b>*soft*</b>\n=1+1", "Dirndl", 2)
    assert {outfit.name for outfit in other.outfits.saved.all()} == {"Sunday", "Arranged", ""}
    (arranged,) = (outfit for outfit in other.outfits.saved.all() if outfit.arrangement)
    assert {one.item_id for one in arranged.arrangement} == {lyon.id, first}
    (plan,), (trip,) = other.outfits.planner.plans(), other.outfits.packing_lists.all()
    assert (lyon.id in plan.item_ids, plan.every_days, len(plan.skipped)) == (True, 7, 1)
    assert [(line.item_id == lyon.id, line.text, line.packed) for line in trip.lines] == [
        (True, "", True), (False, "", False), (False, "charger", False),
    ]  # fmt: skip
    worn = {wear.worn_on: set(wear.item_ids) for wear in other.outfits.wear_log.wears()}
    assert {lyon.id, first} < worn[date(2025, 5, 2)], "the garment that was here already is the one that was worn"
    assert frozenset({lyon.id, first}) in {frozenset((one.a, one.b)) for one in verdicts_of(other.redundancy.review)}
    assert other.catalogue.count().archived == 1
    assert no_file_is_lost_or_left(other)


def test_merging_twice_brings_nothing_new(full: Runtime, other: Runtime) -> None:
    backup = backed_up(full)
    add(other, 3, 9)
    restored(other, backup)
    before = everything(other)
    again = restored(other, backup)
    assert again.changes_nothing
    assert everything(other) == before


def test_a_merged_garment_that_comes_can_be_parted_again(full: Runtime, other: Runtime) -> None:
    (twin,) = add(other, 5)  # the one that the others are merged into is here already
    restored(other, backed_up(full))
    assert len(other.catalogue.get(twin).photos) == 3
    back = [one for merge in other.catalogue.merges(twin) for one in split(other, merge)]
    assert [len(one.photos) for one in back] == [2]
    assert len(other.catalogue.get(twin).photos) == 1
    assert other.catalogue.get(twin).quantity == 1


def said_of(wardrobe: Runtime) -> dict[str, Any]:
    return {
        one.photos[0].filename: (
            one.name, one.notes, one.size, one.price, one.quantity, one.favourite, len(one.photos),
            {kind: tag.value for kind, tag in one.tags.items() if tag.source is TagSource.PERSON},
        )
        for one in wardrobe.catalogue.garments()
    }  # fmt: skip


def part_all(wardrobe: Runtime) -> None:
    while merge := next((m for one in wardrobe.catalogue.garments() for m in wardrobe.catalogue.merges(one.id)), None):
        split(wardrobe, merge)


@pytest.mark.parametrize("mode", list(Mode))
def test_restored_garments_are_parted_exactly_as_they_were_before_they_were_merged(
    full: Runtime, other: Runtime, mode: Mode
) -> None:
    if mode is Mode.MERGE:
        add(other, 9)  # so that ids differ
    restored(other, backed_up(full), mode)
    for wardrobe in (full, other):
        part_all(wardrobe)
    there, here = said_of(full), said_of(other)
    assert there["4.jpg"][:5] == ("", "a hole", "38", Decimal("12.50"), 2)
    assert there["3.jpg"][:5] == ("", "", "", None, 1)
    assert there["5.jpg"][:5] == ("", "", "", Decimal("20.00"), 1)
    assert {name: here[name] for name in there} == there
    verdicts = [{one.verdict for one in verdicts_of(wardrobe.redundancy.review)} for wardrobe in (full, other)]
    assert verdicts == [{Verdict.DIFFERENT, Verdict.KEEP_BOTH}] * 2


def test_what_the_kept_one_says_here_is_not_changed_by_a_merge_that_comes(full: Runtime, other: Runtime) -> None:
    (here,) = add(other, 5)
    other.catalogue.edit([here], GarmentEdit(name="Mine"))
    before = said_of(other)["5.jpg"]
    restored(other, backed_up(full))
    assert said_of(other)["5.jpg"][:6] == before[:6]
    part_all(other)
    assert said_of(other)["5.jpg"] == before


def test_what_was_merged_there_and_is_its_own_here_stays_its_own(full: Runtime, other: Runtime) -> None:
    (own,) = add(other, 4)
    restored(other, backed_up(full))
    assert len(other.catalogue.get(own).photos) == 1
    assert other.catalogue.get(own).trashed_at is None


def test_replacing_puts_the_wardrobe_back_as_it_was(full: Runtime) -> None:
    backup = backed_up(full)
    before = everything(full)
    gone = full.catalogue.garments()[0].id
    full.catalogue.trash([gone])
    full.catalogue.delete_forever([gone])
    full.catalogue.edit([full.catalogue.garments()[0].id], GarmentEdit(name="changed"))
    add(full, 8, 9)
    full.preferences.show_cut_outs(True)
    restored(full, backup, Mode.REPLACE)
    assert everything(full) == before


def test_what_was_replaced_can_be_restored_in_its_turn(full: Runtime, other: Runtime) -> None:
    add(other, 8, 9)
    other.types.add("Toga", Slot.FULL)
    before = everything(other)
    report = restored(other, backed_up(full), Mode.REPLACE)
    assert report.removed
    assert report.kept_before
    assert [one.reason for one in other.backup.backups.all()] == [Reason.RESTORE]
    restored(other, report.kept_before, Mode.REPLACE)
    assert everything(other) == before


def test_a_photo_whose_mask_changed_since_gets_back_the_old_one_under_a_new_name(full: Runtime) -> None:
    backup, before = backed_up(full), files(full.settings)
    mask = next(name for name in before if name.endswith(".png"))
    (full.settings.masks_dir / mask.removeprefix("masks/")).write_bytes(b"another")
    restored(full, backup, Mode.REPLACE)
    after = files(full.settings)
    assert sorted(after.values()) == sorted(before.values())
    assert mask not in after, "nothing is written over"
    assert no_file_is_lost_or_left(full)


def test_the_state_is_new_after_a_restore(full: Runtime) -> None:
    backup, before = backed_up(full), full.outfits.rules.revision()
    restored(full, backup, Mode.REPLACE)
    assert full.outfits.rules.revision() != before


def test_what_is_in_the_trash_of_an_old_backup_is_not_deleted_with_the_next_start(
    full: Runtime, other: Runtime, open_wardrobe: Open
) -> None:
    trashed = full.catalogue.trashed()[0].id
    with full.catalogue._uow(writing=True) as uow:
        uow.garments.change([trashed], {"trashed_at": datetime.now(UTC) - timedelta(days=90)})
        uow.commit()
    restored(other, backed_up(full), Mode.REPLACE)
    open_wardrobe(other.settings)
    assert [one.id for one in other.catalogue.trashed()] == [trashed]


def test_a_schedule_that_was_chosen_here_stays(full: Runtime, other: Runtime) -> None:
    full.backup.backups.plan(Schedule(Every.DAY, 2))
    backup = backed_up(full)
    other.backup.backups.plan(Schedule(Every.WEEK, 7))
    restored(other, backup, Mode.REPLACE)
    assert other.backup.backups.schedule == Schedule(Every.WEEK, 7)
    assert not other.preferences.cut_outs


def test_prices_in_another_currency_are_not_mixed_with_those_here(full: Runtime, other: Runtime) -> None:
    full.catalogue.edit([full.catalogue.garments()[0].id], GarmentEdit(price=Decimal(5)))
    full.preferences.choose_currency("EUR")
    other.preferences.choose_currency("USD")
    backup, before = backed_up(full), everything(other)
    with pytest.raises(BackupRefused, match="EUR"):
        previewed(other, backup)
    with pytest.raises(BackupRefused, match="USD"):
        restored(other, backup)
    assert everything(other) == before
    restored(other, backup, Mode.REPLACE)
    assert other.preferences.currency == "EUR"
    assert restored(other, backup).changes_nothing


def test_a_change_while_files_are_copied_is_seen_and_kept(full: Runtime, other: Runtime) -> None:
    backup, late = backed_up(full), iter([1])
    steps = other.backup.restore.restore(backup, backup.name, Mode.REPLACE)
    for step in steps:
        if getattr(step, "doing", "") == "Copying photos" and next(late, None):
            add(other, 9)
    assert isinstance(step, RestoreReport)
    assert step.kept_before, "the garment that was added meanwhile is in a backup"
    assert step.garments.removed == 1
    assert no_file_is_lost_or_left(other)


def test_a_wardrobe_that_never_rests_is_not_replaced(full: Runtime, other: Runtime) -> None:
    backup = backed_up(full)
    add(other, 8)
    with pytest.raises(StorageFailed, match="changed again and again"):
        for step in other.backup.restore.restore(backup, backup.name, Mode.REPLACE):
            if getattr(step, "doing", "") == "Backing up what is here":
                other.catalogue.set_favourite([1], not other.catalogue.get(1).favourite)
    assert len(other.catalogue.garments()) == 1
    assert no_file_is_lost_or_left(other)


def test_a_backup_without_a_photo_says_so_and_the_rest_comes(full: Runtime, other: Runtime) -> None:
    gone = full.catalogue.garments()[0].photos[0]
    full.catalogue.photo_path(gone).unlink()
    *_, made = full.backup.backups.make()
    assert made.left_out == (f"photos/{gone.file}",)
    report = restored(other, made.path)
    assert report.without_file == 1
    assert len(other.catalogue.garments()) == len(full.catalogue.garments())


def test_models_that_are_not_here_are_told(full: Runtime, other: Runtime) -> None:
    from tests.classifier.support.checkpoints import a_checkpoint

    a_checkpoint(full.settings.models_dir / "mine.safetensors", name="mine")
    backup = backed_up(full)
    assert previewed(other, backup).models == ("mine 3",)
    assert previewed(full, backup).models == ()


def test_a_full_disk_refuses_before_anything_is_written(
    full: Runtime, other: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = backed_up(full)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(1, 1, 2**20))
    with pytest.raises(StorageFailed, match="room"):
        restored(other, backup)
    assert files(other.settings) == {}


def test_a_restore_can_be_stopped_halfway(full: Runtime, other: Runtime) -> None:
    backup, before = backed_up(full), everything(other)
    steps = other.backup.restore.restore(backup, backup.name, Mode.MERGE)
    for step in steps:
        if getattr(step, "doing", "") == "Copying photos" and step.done == 3:  # type: ignore[union-attr]
            break
    steps.close()  # type: ignore[attr-defined]
    assert everything(other) == before
    assert restored(other, backup).garments.added == 7


def test_photos_that_are_kept_elsewhere_are_backed_up_and_restored(
    full: Runtime, open_wardrobe: Open, tmp_path: Path
) -> None:
    afar = open_wardrobe(Settings(data_dir=tmp_path / "afar", photos_url=f"memory://{tmp_path.name}"))
    restored(afar, backed_up(full), Mode.REPLACE)
    kept = files(full.settings)
    assert files(afar.settings) == kept
    restored(full, backed_up(afar), Mode.REPLACE)
    assert files(full.settings) == kept
    assert no_file_is_lost_or_left(full)


def test_manifest_counts_what_is_in_it(full: Runtime) -> None:
    import zipfile

    with zipfile.ZipFile(backed_up(full)) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        assert set(manifest["members"]) == set(archive.namelist()) - {"manifest.json"}
    assert manifest["counts"] == {
        "garments": 5, "archived": 1, "trashed": 1, "photos": 9, "looks": 3, "wears": 2,
        "plans": 1, "packing_lists": 1,
        "decisions": len(tables(full)["pair_verdict"]), "types": 1,
    }  # fmt: skip
