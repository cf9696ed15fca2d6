from __future__ import annotations

import io
import os
import random
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image

from tests.services.importing.test_importer import picture
from tests.services.support.actions import split
from tests.support.drawing import photo_bytes
from tests.support.fakes import FakeTagger, NoTagger
from wardrobe_app import startup, wiring
from wardrobe_app.config import Settings
from wardrobe_app.domain.errors import StorageFailed
from wardrobe_app.domain.garments.garment import Garment, TagKind
from wardrobe_app.domain.garments.photos import PhotoFiles
from wardrobe_app.domain.records.integrity import Checkup, IssueKind
from wardrobe_app.services.importing.importer import source_from_bytes
from wardrobe_app.services.importing.journal import Journals
from wardrobe_app.services.integrity import file_check
from wardrobe_app.services.storage.blobs import Blobs
from wardrobe_app.wiring import Runtime

Opened = Callable[[Settings], Runtime]


@pytest.fixture
def garments(runtime: Runtime) -> list[Garment]:
    sources = [source_from_bytes(f"{number}.jpg", photo_bytes(picture(number))) for number in range(3)]
    return [result.garment for result in runtime.importing.importer.add(sources) if result.garment]


def examined(runtime: Runtime, *, repair: bool = False) -> Checkup:
    steps = list(runtime.integrity.examine(repair=repair))
    assert [step.share for step in steps] == sorted(step.share for step in steps)
    checkup = steps[-1].checkup
    assert checkup is not None
    return checkup


def kinds(checkup: Checkup) -> dict[IssueKind, int]:
    return {finding.trouble: len(finding.found) for finding in checkup.findings}


def the_only(checkup: Checkup, trouble: IssueKind) -> None:
    assert kinds(checkup) == {trouble: 1}


def repaired(runtime: Runtime) -> Checkup:
    checkup = examined(runtime, repair=True)
    assert checkup.is_ok, checkup.findings
    assert examined(runtime).findings == ()
    return checkup


def files(settings: Settings, garment: Garment) -> dict[str, Path]:
    stem = garment.photos[0].file.removesuffix(".jpg")
    return {
        "photo": settings.photos_dir / f"{stem}.jpg",
        "thumbnail": settings.thumbnails_dir / f"{stem}.jpg",
        "mask": settings.masks_dir / f"{stem}.png",
        "cut-out": settings.masks_dir / f"{stem}.webp",
    }


def execute(settings: Settings, *statements: str) -> None:
    with closing(sqlite3.connect(settings.data_dir / "wardrobe.db")) as database, database:
        for statement in statements:
            database.execute(statement)


def test_a_wardrobe_as_it_should_be_is_well(runtime: Runtime, garments: list[Garment]) -> None:
    checkup = examined(runtime)
    assert (checkup.is_ok, checkup.findings) == (True, ())
    assert checkup.checked == {"photos": 3, "files": 12}
    assert "3 photos and 12 files" in checkup.summary
    assert examined(runtime, repair=True).findings == ()


@pytest.mark.parametrize("harm", ["gone", "cut short", "nonsense"])
@pytest.mark.parametrize("kind", ["thumbnail", "mask", "cut-out"])
def test_what_is_made_of_a_photo_is_made_anew(
    runtime: Runtime, settings: Settings, garments: list[Garment], kind: str, harm: str
) -> None:
    path = files(settings, garments[1])[kind]
    before = Image.open(io.BytesIO(path.read_bytes())).convert("RGB")
    if harm == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2] if harm == "cut short" else b"no picture")
    found = examined(runtime)
    the_only(found, IssueKind(f"{kind} {'missing' if harm == 'gone' else 'damaged'}"))
    assert not found.is_ok
    assert found.findings[0].item_ids == (garments[1].id,)
    checkup = repaired(runtime)
    assert sum(one.repaired for one in checkup.findings) == 1
    with Image.open(path) as again:
        assert again.size == before.size


def test_a_photo_that_is_gone_is_told_with_its_garment_and_nothing_is_deleted(
    runtime: Runtime, settings: Settings, garments: list[Garment]
) -> None:
    files(settings, garments[0])["photo"].unlink()
    files(settings, garments[0])["mask"].unlink()
    checkup = examined(runtime, repair=True)
    assert not checkup.is_ok
    missing = checkup.findings[0]
    assert (missing.trouble, missing.item_ids, missing.repaired) == (IssueKind.PHOTO_MISSING, (garments[0].id,), 0)
    assert "Restore a backup" in missing.advice
    assert not missing.is_repairable
    assert runtime.catalogue.count().live == 3
    assert files(settings, garments[0])["thumbnail"].exists()


@pytest.mark.parametrize("length", [0, 100, 2000])
def test_a_photo_that_was_cut_short_is_found(
    runtime: Runtime, settings: Settings, garments: list[Garment], length: int
) -> None:
    path = files(settings, garments[2])["photo"]
    path.write_bytes(path.read_bytes()[:length])
    the_only(examined(runtime), IssueKind.PHOTO_DAMAGED)


def test_another_picture_in_place_of_a_photo_is_found(
    runtime: Runtime, settings: Settings, garments: list[Garment]
) -> None:
    Image.new("RGB", (20, 20)).save(files(settings, garments[2])["photo"])
    the_only(examined(runtime), IssueKind.PHOTO_DAMAGED)


THIN = [(5, 2000), (2000, 5), (7, 7)]


@pytest.mark.parametrize("size", THIN)
def test_a_picture_as_thin_as_earlier_programs_took_is_no_trouble(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    monkeypatch.setattr("classifier.pictures.limits.MIN_SIDE_PX", 1)
    (added,) = runtime.importing.importer.add(
        [source_from_bytes("thin.png", photo_bytes(Image.new("RGB", size), "PNG"))]
    )
    assert added.garment
    assert examined(runtime).findings == ()
    assert examined(runtime, repair=True).findings == ()


def test_a_check_that_fails_is_a_finding_and_the_others_go_on(
    runtime: Runtime, settings: Settings, garments: list[Garment], monkeypatch: pytest.MonkeyPatch
) -> None:
    files(settings, garments[2])["thumbnail"].unlink()
    bad, looked = garments[0].photos[0].file, file_check._size

    def size(blobs: Blobs, name: str) -> tuple[int, int] | None:
        if name == bad:
            raise ZeroDivisionError("integer division or modulo by zero")
        return looked(blobs, name)

    monkeypatch.setattr(file_check, "_size", size)
    for repair in (False, True):
        checkup = examined(runtime, repair=repair)
        failed = next(one for one in checkup.findings if one.trouble is IssueKind.NOT_CHECKED)
        assert failed.item_ids == (garments[0].id,)
        assert bad in failed.found[0].name
        assert failed.is_wrong
        assert not failed.is_repairable
        assert IssueKind.THUMBNAIL_MISSING in kinds(checkup)
    assert files(settings, garments[2])["thumbnail"].exists()


def test_a_database_that_cannot_be_read_as_it_should_is_a_finding(
    runtime: Runtime, garments: list[Garment], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(self: object) -> None:
        raise ValueError("a row of another time")

    monkeypatch.setattr("db.repositories.integrity.InventoryRepository.photos", fails)
    the_only(examined(runtime), IssueKind.NOT_CHECKED)


@pytest.mark.parametrize("deed", ["redraw", "tag"])
def test_a_repair_that_fails_is_told_and_the_others_go_on(
    runtime: Runtime, settings: Settings, garments: list[Garment], monkeypatch: pytest.MonkeyPatch, deed: str
) -> None:
    files(settings, garments[0])["thumbnail"].unlink()
    files(settings, garments[1])["mask"].unlink()

    def fails(self: object, *_: object) -> None:
        raise RuntimeError("something unexpected")

    monkeypatch.setattr(f"wardrobe_app.services.integrity.repair.Repairs.{deed}", fails)
    checkup = examined(runtime, repair=True)
    told = {one.trouble: one.told for one in checkup.findings}
    left = {"redraw": IssueKind.THUMBNAIL_MISSING, "tag": IssueKind.MASK_MISSING}
    assert told[left.pop(deed)] == "something unexpected"
    assert not any(told.get(trouble) for trouble in left.values())


def test_files_that_are_nobodys_are_put_aside_and_not_deleted(
    runtime: Runtime, settings: Settings, garments: list[Garment]
) -> None:
    strays = [
        settings.photos_dir / "ab" / "stray.jpg",
        settings.thumbnails_dir / "x.jpg",
        settings.masks_dir / "ab" / "a.png",
    ]
    for stray in strays:
        stray.parent.mkdir(exist_ok=True)
        stray.write_bytes(stray.name.encode())
    assert kinds(examined(runtime)) == {IssueKind.ORPHAN: 3}
    checkup = repaired(runtime)
    assert str(settings.lost_and_found_dir) in checkup.findings[0].told
    for stray in strays:
        assert not stray.exists()
        kept = settings.lost_and_found_dir / stray.relative_to(settings.data_dir)
        assert kept.read_bytes() == stray.name.encode()
    strays[0].write_bytes(b"another one")
    repaired(runtime)
    kept = settings.lost_and_found_dir / "photos" / "ab"
    assert {path.read_bytes() for path in kept.iterdir()} == {b"stray.jpg", b"another one"}


def test_what_a_running_import_is_writing_is_not_put_aside(
    runtime: Runtime, settings: Settings, garments: list[Garment]
) -> None:
    names = PhotoFiles("ab/abcd.jpg", "ab/abcd.jpg")
    with Journals(settings.imports_dir).running(["/somewhere"], False, 1) as journal:
        journal.note(0, [("/somewhere/a.jpg", names)])
        for place in (settings.photos_dir, settings.thumbnails_dir):
            (place / "ab").mkdir(exist_ok=True)
            (place / names.file).write_bytes(b"x")
        assert examined(runtime, repair=True).findings == ()
        assert (settings.photos_dir / names.file).exists()
    assert kinds(examined(runtime)) == {IssueKind.STOPPED_IMPORT: 1}
    assert not (settings.photos_dir / names.file).exists()


def test_unfinished_files_are_deleted_once_they_are_old(
    runtime: Runtime, settings: Settings, garments: list[Garment]
) -> None:
    young = settings.photos_dir / "ab" / ".one.jpg.x1.part"
    old = [settings.photos_dir / "ab" / ".two.jpg.x1.part", settings.data_dir / ".preferences.json.x1.part"]
    young.parent.mkdir(exist_ok=True)
    for path in (young, *old):
        path.write_bytes(b"x")
    hour_ago = time.time() - 3700
    for path in old:
        os.utime(path, (hour_ago, hour_ago))
    assert kinds(examined(runtime)) == {IssueKind.UNFINISHED: 2}
    repaired(runtime)
    assert (young.exists(), *(path.exists() for path in old)) == (True, False, False)


def test_in_a_store_that_others_share_a_young_file_may_be_theirs(open_wardrobe: Opened, tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    runtime = open_wardrobe(Settings(data_dir=tmp_path / "mine", photos_url=str(shared)))
    (shared / "photos").mkdir(parents=True, exist_ok=True)
    stray = shared / "photos" / "theirs.jpg"
    stray.write_bytes(b"x")
    assert examined(runtime).findings == ()
    os.utime(stray, (0, 0))
    assert kinds(examined(runtime)) == {IssueKind.ORPHAN: 1}


def test_thumbnails_follow_the_size_in_the_settings(
    open_wardrobe: Opened, settings: Settings, garments: list[Garment]
) -> None:
    smaller = open_wardrobe(settings.model_copy(update={"thumbnail_side": 60}))
    assert kinds(examined(smaller)) == {IssueKind.THUMBNAIL_SIZE: 3}
    repaired(smaller)
    with Image.open(files(settings, garments[0])["thumbnail"]) as thumbnail:
        assert max(thumbnail.size) == 60


def test_what_another_model_saw_is_tagged_again_and_what_the_owner_said_stays(
    open_wardrobe: Opened, settings: Settings, garments: list[Garment], monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime = open_wardrobe(settings)
    runtime.catalogue.correct([garments[0].id], TagKind.COLOUR, "navy")
    monkeypatch.setattr(wiring, "make_tagger", lambda settings: FakeTagger("fake 2"))
    newer = startup.build(settings)
    assert kinds(examined(newer)) == {IssueKind.OTHER_MODEL: 3}
    repaired(newer)
    again = newer.catalogue.get(garments[0].id)
    assert (again.embedding_model, again.colour) == ("fake 2", "navy")


def test_what_no_model_saw_is_tagged_once_there_is_one(
    runtime: Runtime, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiring, "make_tagger", lambda settings: NoTagger())
    without = startup.build(settings)
    list(without.importing.importer.add([source_from_bytes("a.jpg", photo_bytes(picture(1)))]))
    monkeypatch.setattr(wiring, "make_tagger", lambda settings: FakeTagger())
    found = examined(startup.build(settings))
    assert kinds(found) == {IssueKind.NOT_TAGGED: 1}
    repaired(startup.build(settings))


class Unusable(FakeTagger):
    @property
    def model(self) -> str:
        return NoTagger().tag([]) and ""

    @model.setter
    def model(self, name: str) -> None:
        pass


def test_without_a_model_the_rest_is_mended_all_the_same(
    runtime: Runtime, settings: Settings, garments: list[Garment], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiring, "make_tagger", lambda settings: Unusable())
    files(settings, garments[0])["thumbnail"].unlink()
    files(settings, garments[1])["mask"].unlink()
    checkup = examined(startup.build(settings), repair=True)
    told = {finding.trouble: finding.is_repaired for finding in checkup.findings}
    assert told == {IssueKind.THUMBNAIL_MISSING: True, IssueKind.MASK_MISSING: False, IssueKind.NO_MODEL: False}
    assert not checkup.is_ok


def test_keypoints_of_another_method_are_forgotten(
    runtime: Runtime, settings: Settings, garments: list[Garment]
) -> None:
    execute(settings, "INSERT INTO photo_points SELECT id, 'sift 0', x'00' FROM photo")
    found = examined(runtime)
    assert kinds(found) == {IssueKind.OUTDATED: 3}
    assert found.is_ok, "new ones are found when they are needed"
    repaired(runtime)


def test_rows_that_point_to_nothing_are_forgotten_and_their_photos_put_aside(
    runtime: Runtime, settings: Settings, garments: list[Garment]
) -> None:
    gone = garments[0].id
    execute(
        settings,
        f"INSERT INTO pair_verdict VALUES ({gone}, {garments[1].id}, 'different', '2026-01-01')",  # noqa: S608
        f"DELETE FROM item WHERE id = {gone}",  # noqa: S608 - foreign keys are off in a bare connection
    )
    found = examined(runtime)
    assert kinds(found)[IssueKind.DANGLING] == 6, "a photo, four tags and a verdict"
    checkup = repaired(runtime)
    assert kinds(checkup) == {IssueKind.DANGLING: 6, IssueKind.ORPHAN: 4}
    assert [one.id for one in runtime.catalogue.garments()] == [garments[1].id, garments[2].id]
    assert len([path for path in settings.lost_and_found_dir.rglob("*") if path.is_file()]) == 4


def test_a_garment_whose_other_half_is_gone_is_not_deleted(
    runtime: Runtime, settings: Settings, garments: list[Garment]
) -> None:
    runtime.redundancy.review.merge(garments[0].id, [garments[1].id])
    execute(settings, f"DELETE FROM item WHERE id = {garments[0].id}")  # noqa: S608
    assert examined(runtime, repair=True).is_ok
    assert [one.id for one in runtime.catalogue.trashed()] == [garments[1].id]


def test_a_merge_that_names_a_garment_that_is_gone_forgets_it(
    runtime: Runtime, settings: Settings, garments: list[Garment]
) -> None:
    runtime.redundancy.review.merge(garments[0].id, [garments[1].id, garments[2].id])
    execute(settings, f"DELETE FROM item WHERE id = {garments[1].id}")  # noqa: S608
    assert "merge 1 names item 2" in str(examined(runtime).findings[0].found)
    assert examined(runtime, repair=True).is_ok
    (merge_id,) = runtime.catalogue.merges(garments[0].id)
    assert [one.id for one in split(runtime, merge_id)] == [garments[2].id]


def test_a_lost_state_is_written_anew(runtime: Runtime, settings: Settings, garments: list[Garment]) -> None:
    execute(settings, "DELETE FROM state")
    the_only(examined(runtime), IssueKind.STATE)
    repaired(runtime)
    assert runtime.outfits.rules.revision()


def test_files_of_deleted_photos_that_are_still_there_go(
    runtime: Runtime, settings: Settings, garments: list[Garment]
) -> None:
    names = garments[0].photos[0]
    kept = {kind: path.read_bytes() for kind, path in files(settings, garments[0]).items()}
    runtime.catalogue.trash([garments[0].id])
    runtime.catalogue.delete_forever([garments[0].id])
    for kind, path in files(settings, garments[0]).items():
        path.write_bytes(kept[kind])
    execute(settings, f"INSERT INTO doomed_file VALUES ('{names.file}', '{names.thumbnail}')")  # noqa: S608
    the_only(examined(runtime), IssueKind.DOOMED)
    repaired(runtime)
    assert not any(path.exists() for path in files(settings, garments[0]).values())


def test_a_garment_without_a_photo_is_worth_knowing_and_no_harm(
    runtime: Runtime, settings: Settings, garments: list[Garment]
) -> None:
    execute(settings, "INSERT INTO item (name, notes, brand, size, favourite, added_at) VALUES ('', '', '', '', 0, 0)")
    execute(settings, "UPDATE item SET added_at = (SELECT min(added_at) FROM photo)")
    checkup = examined(runtime, repair=True)
    the_only(checkup, IssueKind.NO_PHOTO)
    assert checkup.is_ok


def test_a_damaged_database_is_told_and_nothing_else_is_tried(
    runtime: Runtime, settings: Settings, garments: list[Garment]
) -> None:
    execute(settings, "PRAGMA wal_checkpoint(TRUNCATE)")
    database = settings.data_dir / "wardrobe.db"
    with database.open("r+b") as file:
        size = database.stat().st_size
        rng = random.Random(3)  # noqa: S311
        for _ in range(40):
            file.seek(rng.randrange(8192, size))
            file.write(rng.randbytes(64))
    checkup = examined(runtime, repair=True)
    assert {finding.trouble for finding in checkup.findings} == {IssueKind.DATABASE}
    assert not checkup.is_ok
    assert "Restore a backup" in checkup.findings[0].advice


def test_a_lacking_column_and_a_foreign_schema_are_told(
    runtime: Runtime, settings: Settings, garments: list[Garment]
) -> None:
    execute(settings, "DROP TABLE own_type", "UPDATE alembic_version SET version_num = '9999'")
    checkup = examined(runtime)
    assert not checkup.is_ok


def test_nothing_is_mended_while_a_backup_is_being_restored(runtime: Runtime) -> None:
    with runtime.backup.restore.alone(), pytest.raises(StorageFailed, match="is being restored"):
        list(runtime.integrity.examine(repair=True))
    assert list(runtime.integrity.examine(repair=True))[-1].checkup is not None
