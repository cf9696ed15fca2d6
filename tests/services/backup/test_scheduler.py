from __future__ import annotations

import errno
import json
import shutil
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from tests.services.backup.backup_samples import SAMPLES, rows_of
from tests.services.support.full_wardrobe import add, files, tables
from wardrobe_app.config import Settings
from wardrobe_app.domain.days import Days
from wardrobe_app.domain.errors import StorageFailed
from wardrobe_app.domain.records.backup import BackupFile, BackupReport, Every, Mode, Reason, Schedule, is_due, surplus
from wardrobe_app.services.backup.format import file_name, parse_file_name
from wardrobe_app.services.backup.maker import BackupMaker
from wardrobe_app.services.backup.writer import ROOM_LEFT
from wardrobe_app.services.storage.photo_store import PhotoStore

if TYPE_CHECKING:
    from wardrobe_app.wiring import Runtime

Open = Callable[[Settings], "Runtime"]
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def report_of(steps: Iterator[Any]) -> BackupReport:
    *_, report = steps
    assert isinstance(report, BackupReport)
    return report


def made(days_ago: float, reason: Reason = Reason.SCHEDULED) -> BackupFile:
    return BackupFile(Path(f"{days_ago}-{reason}"), reason, NOW - timedelta(days=days_ago), 1)


def with_room(monkeypatch: pytest.MonkeyPatch, free: int) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(free, 0, free))


@pytest.mark.parametrize(
    ("every", "days_ago", "due"),
    [
        (Every.OFF, 400, False), (Every.DAY, 0.4, False), (Every.DAY, 0.6, True), (Every.WEEK, 6, False),
        (Every.WEEK, 8, True), (Every.MONTH, 29, False), (Every.MONTH, 31, True),
    ],
)  # fmt: skip
def test_a_backup_is_due_when_the_last_one_is_too_old(every: Every, days_ago: float, due: bool) -> None:
    assert is_due(Schedule(every), [made(days_ago), made(500)], NOW, Days(lambda: UTC)) is due


@pytest.mark.parametrize(("zone", "due"), [("UTC", False), ("Pacific/Auckland", True), ("America/Los_Angeles", False)])
def test_a_daily_backup_is_due_on_the_next_day_of_its_place(zone: str, due: bool) -> None:
    # From 10:30 to 12:00 UTC it becomes midnight in New Zealand, and nowhere else here.
    assert is_due(Schedule(Every.DAY), [made(1.5 / 24)], NOW, Days(lambda: ZoneInfo(zone))) is due


def test_the_first_is_due_at_once_and_one_made_by_hand_counts() -> None:
    assert is_due(Schedule(Every.MONTH), [made(1, Reason.MIGRATION), made(1, Reason.RESTORE)], NOW)
    assert not is_due(Schedule(Every.MONTH), [made(1, Reason.BY_HAND)], NOW)


def test_old_ones_go_but_never_those_made_by_hand() -> None:
    there = [made(day, reason) for day in range(6) for reason in Reason]
    gone = surplus(there, Schedule(Every.DAY, 2))
    assert not [one for one in gone if one.reason is Reason.BY_HAND]
    ages = {reason: [(NOW - one.made_at).days for one in gone if one.reason is reason] for reason in Reason}
    assert ages[Reason.SCHEDULED] == [2, 3, 4, 5]
    assert ages[Reason.MIGRATION] == ages[Reason.RESTORE] == [3, 4, 5]


@pytest.mark.parametrize("reason", list(Reason))
def test_the_name_of_a_file_tells_when_and_why_it_was_made(reason: Reason) -> None:
    for number in (1, 2, 30):
        assert parse_file_name(file_name(NOW, reason, number)) == (NOW, reason)


@pytest.mark.parametrize(
    "name", ["wardrobe-0004-20250101T000000.db", "notes.zip", "wardrobe-20269999T000000Z-scheduled.zip"]
)
def test_other_files_in_the_folder_are_no_backups(name: str) -> None:
    assert parse_file_name(name) is None


def test_a_due_backup_is_made_once_and_the_surplus_goes(runtime: Runtime) -> None:
    add(runtime, 1)
    assert runtime.backup.backups.make_if_due() is None
    runtime.backup.backups.plan(Schedule(Every.DAY, 1))
    old = runtime.backup.backups.folder / file_name(NOW - timedelta(days=900), Reason.SCHEDULED)
    mine = runtime.backup.backups.folder / file_name(NOW - timedelta(days=900), Reason.BY_HAND)
    runtime.backup.backups.folder.mkdir(parents=True)
    for path in (old, mine):
        path.write_bytes(b"x")
    assert runtime.backup.backups.make_if_due() is not None
    assert runtime.backup.backups.make_if_due() is None
    assert (old.exists(), mine.exists()) == (False, True)


def test_a_due_backup_is_made_in_the_background(runtime: Runtime) -> None:
    add(runtime, 1)
    runtime.backup.backups.plan(Schedule(Every.WEEK, 1))
    thread = runtime.backup.backups.look_in_background()
    assert thread is not None
    assert runtime.backup.backups.look_in_background() is None, "nobody looks again right away"
    thread.join(60)
    assert [one.reason for one in runtime.backup.backups.all()] == [Reason.SCHEDULED]


def test_nothing_is_made_in_the_background_unless_somebody_wants_it(runtime: Runtime) -> None:
    assert runtime.backup.backups.look_in_background() is None
    assert runtime.backup.backups.all() == ()


def test_a_backup_shows_one_moment_though_others_write(runtime: Runtime) -> None:
    add(runtime, 1, 2, 3)
    steps, shown = runtime.backup.backups.make(), tables(runtime)
    next(steps)
    gone = runtime.catalogue.get(2).photos[0].file
    runtime.catalogue.trash([2])
    runtime.catalogue.delete_forever([2])
    add(runtime, 4)
    report = report_of(steps)
    assert report.left_out == (f"photos/{gone}", f"thumbnails/{gone}")
    with zipfile.ZipFile(report.path) as archive:
        rows = [json.loads(line) for line in archive.read("rows/item.jsonl").splitlines()]
        assert rows == shown["item"]
        assert json.loads(archive.read("manifest.json"))["left_out"] == list(report.left_out)


def test_pictures_are_stored_as_they_are(runtime: Runtime) -> None:
    add(runtime, 1, 2)
    with zipfile.ZipFile(report_of(runtime.backup.backups.make()).path) as archive:
        pictures = {name: archive.read(name) for name in archive.namelist() if name.split("/")[0] in files_of}
        methods = {archive.getinfo(name).compress_type for name in pictures}
    assert pictures == files(runtime.settings)
    assert methods == {zipfile.ZIP_STORED}


files_of = ("photos", "thumbnails", "masks")


def test_a_backup_can_be_stopped_and_leaves_nothing(runtime: Runtime, tmp_path: Path) -> None:
    add(runtime, 1, 2)
    steps = runtime.backup.backups.make(output=tmp_path / "out" / "b.zip")
    for _ in range(2):
        next(steps)
    steps.close()  # type: ignore[attr-defined]
    assert list((tmp_path / "out").iterdir()) == []
    assert report_of(runtime.backup.backups.make()).left_out == ()


def test_a_full_disk_is_told_and_the_earlier_file_stays(
    runtime: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(runtime, 1)
    output = tmp_path / "b.zip"
    output.write_bytes(b"the last one")
    with_room(monkeypatch, ROOM_LEFT + 3000)
    with pytest.raises(StorageFailed, match=r"could not be written to .*b\.zip.*No space left"):
        list(runtime.backup.backups.make(output=output))
    assert output.read_bytes() == b"the last one"
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".part"] == []


def test_a_folder_that_cannot_be_written_is_told(runtime: Runtime, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(StorageFailed, match="could not be written"):
        list(runtime.backup.backups.make(output=tmp_path / "file" / "b.zip"))


def test_two_are_not_made_at_the_same_time(runtime: Runtime) -> None:
    steps = runtime.backup.backups.make()
    next(steps)
    with pytest.raises(StorageFailed, match="Another backup"):
        next(runtime.backup.backups.make())
    assert report_of(steps)


def test_what_a_power_cut_left_behind_goes_with_the_next(runtime: Runtime) -> None:
    runtime.backup.backups.folder.mkdir(parents=True)
    left = runtime.backup.backups.folder / ".wardrobe-20260101T000000Z-by-hand.zip.abc.part"
    left.write_bytes(b"half")
    report_of(runtime.backup.backups.make())
    assert not left.exists()


def test_a_photo_that_cannot_be_read_spares_the_older_backups(runtime: Runtime) -> None:
    add(runtime, 1)
    runtime.backup.backups.plan(Schedule(Every.DAY, 1))
    old = runtime.backup.backups.folder / file_name(NOW - timedelta(days=900), Reason.SCHEDULED)
    runtime.backup.backups.folder.mkdir(parents=True)
    old.write_bytes(b"x")
    runtime.catalogue.photo_path(runtime.catalogue.get(1).photos[0]).unlink()
    assert report_of(runtime.backup.backups.make(Reason.SCHEDULED)).left_out
    assert old.exists()


def test_memory_does_not_grow_with_the_wardrobe(tmp_path: Path, runtime: Runtime) -> None:
    # Sixty photos of a megabyte each; never more than a few in memory.
    stems = [f"{number:032x}" for number in range(60)]
    for stem in stems:
        (runtime.settings.photos_dir / f"{stem}.jpg").write_bytes(stem.encode() * 32768)

    class RowSource:
        revision, tables = "0005", ("photo",)

        def rows(self, name: str) -> Iterator[dict[str, Any]]:
            yield from ({"file": f"{stem}.jpg", "thumbnail": f"{stem}.jpg"} for stem in stems)

    @contextmanager
    def reading() -> Iterator[tuple[RowSource, str]]:
        yield RowSource(), ""

    store: PhotoStore = runtime.tagging.explanations._store
    maker = BackupMaker(reading, store, runtime.preferences, lambda: (), tmp_path / "out", "0")
    tracemalloc.start()
    report = report_of(maker.make(Reason.BY_HAND))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert report.bytes > 60 * 2**20
    assert peak < 8 * 2**20


# Before a migration


def room_in(settings: Settings, most: int) -> int:
    # As on a disk that has only so many bytes for the backups folder.
    return ROOM_LEFT + most - sum(path.stat().st_size for path in settings.backups_dir.iterdir())


def at_first_schema(settings: Settings) -> None:
    from db.engine.session import begin_writing, make_engine
    from db.migrate import bring_to
    from db.transfer.load import Loader

    settings.data_dir.mkdir(parents=True, exist_ok=True)
    engine = make_engine(settings.resolved_database_url)
    with engine.connect() as connection:
        begin_writing(connection)
        bring_to(connection, "0001")
        loader, rows = Loader(connection), rows_of("0001")
        for table in loader.tables:
            loader.insert(table, rows[table])
        connection.commit()
    with zipfile.ZipFile(SAMPLES / "backup-0001.zip") as archive:
        for name in archive.namelist():
            if name.split("/")[0] in files_of:
                archive.extract(name, settings.data_dir)


def test_everything_is_backed_up_before_a_migration(settings: Settings, open_wardrobe: Open, tmp_path: Path) -> None:
    at_first_schema(settings)
    before = files(settings)
    wardrobe = open_wardrobe(settings)
    (backup,) = wardrobe.backup.backups.all()
    assert backup.reason is Reason.MIGRATION
    other = open_wardrobe(Settings(data_dir=tmp_path / "other"))
    list(other.backup.restore.restore(backup.path, "b", Mode.REPLACE))
    assert files(other.settings) == before
    assert [one.title for one in other.catalogue.garments()] == [one.title for one in wardrobe.catalogue.garments()]


def test_without_room_for_photos_the_rows_are_backed_up_before_a_migration(
    settings: Settings, open_wardrobe: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_first_schema(settings)
    before = files(settings)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(1, 1, room_in(settings, 7000)))
    wardrobe = open_wardrobe(settings)
    (backup,) = wardrobe.backup.backups.all()
    with zipfile.ZipFile(backup.path) as archive:
        assert not json.loads(archive.read("manifest.json"))["pictures"]
        assert {name.split("/")[0] for name in archive.namelist()} == {"rows", "manifest.json", "preferences.json"}
    monkeypatch.undo()
    list(wardrobe.backup.restore.restore(backup.path, "b", Mode.REPLACE))
    there = files(settings)
    assert there == {name: before[name] for name in there}, "photos whose files are here still keep them"
    assert len(there) == 7, "all but those of the garment that had been in the trash for too long"


def test_without_room_for_anything_nothing_is_migrated(
    settings: Settings, open_wardrobe: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_first_schema(settings)
    with_room(monkeypatch, 1000)
    with pytest.raises(StorageFailed, match=r"No space left.*was not migrated"):
        open_wardrobe(settings)
    monkeypatch.undo()
    assert not list(settings.backups_dir.glob("*.zip"))
    open_wardrobe(settings)
    assert len(list(settings.backups_dir.glob("*.zip"))) == 1


def test_an_error_of_the_disk_that_is_no_full_disk_is_told_as_it_is(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(path: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(shutil, "disk_usage", broken)
    with pytest.raises(StorageFailed, match="Input/output error"):
        list(runtime.backup.backups.make())
