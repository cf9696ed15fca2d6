from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from db.unit_of_work import UnitOfWork
from tests.services.importing.test_importer import picture
from tests.support.drawing import photo_bytes
from tests.support.fakes import FakeTagger
from wardrobe_app.config import Settings
from wardrobe_app.domain.errors import WardrobeError
from wardrobe_app.domain.garments.photos import PhotoFiles
from wardrobe_app.services.importing.importer import ImportResult, Outcome, source_from_bytes
from wardrobe_app.services.importing.journal import Journals
from wardrobe_app.services.importing.sources import sources_in, sources_of
from wardrobe_app.wiring import Runtime


class Cut(BaseException):
    pass


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "to import"
    made.mkdir()
    for number in range(10):
        (made / f"{number}.jpg").write_bytes(photo_bytes(picture(number)))
    return made


def add(runtime: Runtime, folder: Path, **options: bool) -> Iterator[ImportResult]:
    return runtime.importing.importer.add(sources_in(folder), asked=[folder], **options)


def cut_off(runtime: Runtime, folder: Path, after: int, **options: bool) -> None:
    results = add(runtime, folder, **options)
    for _ in range(after):
        next(results)
    with pytest.raises(Cut):
        results.throw(Cut)  # type: ignore[attr-defined]


def test_an_import_that_ends_leaves_nothing_to_take_up(runtime: Runtime, settings: Settings, folder: Path) -> None:
    assert len(list(add(runtime, folder))) == 10
    assert runtime.importing.unfinished.left() == []
    assert list(settings.imports_dir.iterdir()) == []


def test_an_import_that_was_cut_off_tells_how_far_it_came(runtime: Runtime, folder: Path) -> None:
    cut_off(runtime, folder, 6)
    (left,) = runtime.importing.unfinished.left()
    assert (left.paths, left.allow_duplicates, left.stored, left.done, left.total) == ((str(folder),), False, 6, 6, 10)


def test_the_same_import_goes_on_and_tags_only_the_rest(
    runtime: Runtime, open_wardrobe: Callable[[Settings], Runtime], settings: Settings, folder: Path, tagger: FakeTagger
) -> None:
    cut_off(runtime, folder, 6)
    tagger.batches.clear()
    again = open_wardrobe(settings)
    results = list(add(again, folder))
    assert [result.outcome for result in results] == [Outcome.ALREADY] * 6 + [Outcome.ADDED] * 4
    assert sum(tagger.batches) == 4
    assert again.importing.unfinished.left() == []


def test_what_is_there_already_is_not_even_decoded(
    runtime: Runtime, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    list(add(runtime, folder))
    monkeypatch.setattr("wardrobe_app.services.importing.preparing.read_photo", None)
    assert {result.outcome for result in add(runtime, folder)} == {Outcome.ALREADY}


def test_photos_added_anyway_before_the_cut_are_not_added_once_more(runtime: Runtime, folder: Path) -> None:
    list(add(runtime, folder))
    cut_off(runtime, folder, 6, allow_duplicates=True)
    cut_off(runtime, folder, 3, allow_duplicates=True)
    results = list(add(runtime, folder, allow_duplicates=True))
    assert [result.outcome for result in results] == [Outcome.ALREADY] * 6 + [Outcome.ADDED] * 4
    assert runtime.catalogue.count().live == 20
    assert {result.outcome for result in add(runtime, folder, allow_duplicates=True)} == {Outcome.ADDED}


def test_another_import_is_not_taken_for_the_rest_of_this_one(runtime: Runtime, folder: Path, tmp_path: Path) -> None:
    cut_off(runtime, folder, 2)
    list(runtime.importing.importer.add([source_from_bytes("x.jpg", photo_bytes(picture(20)))], asked=[tmp_path]))
    assert [left.paths for left in runtime.importing.unfinished.left()] == [(str(folder),)]
    runtime.importing.unfinished.forget(runtime.importing.unfinished.left()[0].key)
    assert runtime.importing.unfinished.left() == []


def test_a_running_import_is_nobody_elses_to_clear_up(
    runtime: Runtime, open_wardrobe: Callable[[Settings], Runtime], settings: Settings, folder: Path
) -> None:
    results = add(runtime, folder)
    next(results)
    name = next(iter(runtime.importing.unfinished.names()))
    assert open_wardrobe(settings).importing.unfinished.left() == []
    assert name in runtime.importing.unfinished.names()
    assert len(list(results)) == 9


def test_files_of_photos_that_were_not_stored_are_cleared_away_at_the_next_start(
    runtime: Runtime, open_wardrobe: Callable[[Settings], Runtime], settings: Settings
) -> None:
    names = PhotoFiles("ab/abcd.jpg", "ab/abcd.jpg")
    journals = Journals(settings.imports_dir)
    with journals.running(["/somewhere"], False, 3) as journal:
        journal.note(0, [("/somewhere/a.jpg", names)])
        for left in (
            "photos/ab/abcd.jpg",
            "thumbnails/ab/.abcd.jpg.x1.part",
            "masks/ab/abcd.webp",
            "photos/ab/else.jpg",
        ):
            path = settings.data_dir / left
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"x")
        assert open_wardrobe(settings).importing.unfinished.left() == []
        assert (settings.photos_dir / names.file).exists(), "its import is still running"
    (left_over,) = open_wardrobe(settings).importing.unfinished.left()
    assert (left_over.stored, left_over.total) == (0, 3)
    found = [
        path.name for place in ("photos", "thumbnails", "masks") for path in (settings.data_dir / place).glob("*/*")
    ]
    assert found == ["else.jpg"], "what no import wrote is not touched"


def test_a_line_that_was_cut_off_does_not_count(settings: Settings) -> None:
    journals = Journals(settings.imports_dir)
    with journals.running(["/a"], False, 30) as journal:
        journal.note(16, [("/a/1.jpg", PhotoFiles("1.jpg", "1.jpg"))])
    (file,) = settings.imports_dir.glob("*.jsonl")
    whole = file.read_bytes()
    for length in range(len(whole)):
        file.write_bytes(whole[:length])
        assert [entry.done for entry in journals.stopped()] in ([], [0], [16])
        file.write_bytes(whole[:length])
        with journals.running(["/a"], False, 30) as journal:
            journal.note(20, [])
        assert [entry.done for entry in journals.stopped()] == [20]
        for made in settings.imports_dir.glob("*.jsonl"):
            made.unlink()


def test_a_commit_that_came_through_keeps_its_files_though_the_program_is_stopped_in_it(
    runtime: Runtime, settings: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    committed = UnitOfWork.commit

    def interrupted(uow: UnitOfWork) -> None:
        committed(uow)
        raise KeyboardInterrupt

    monkeypatch.setattr(UnitOfWork, "commit", interrupted)
    with pytest.raises(KeyboardInterrupt):
        next(add(runtime, folder))
    (garment,) = runtime.catalogue.garments()
    assert runtime.catalogue.photo_path(garment.cover).is_file()
    assert runtime.catalogue.thumbnail_path(garment.cover).is_file()


def test_where_nothing_can_be_noted_down_nothing_is_stored_and_each_file_says_why(
    runtime: Runtime, settings: Settings, folder: Path
) -> None:
    settings.imports_dir.rmdir() if settings.imports_dir.exists() else None
    settings.imports_dir.write_text("a file where the folder should be")
    results = list(add(runtime, folder))
    assert {result.outcome for result in results} == {Outcome.REFUSED}
    assert "not stored. The data folder cannot be written" in results[0].message
    assert runtime.catalogue.count().live == 0


def test_a_folder_that_went_away_is_said(runtime: Runtime, tmp_path: Path) -> None:
    with pytest.raises(WardrobeError, match="There is no folder"):
        sources_of([tmp_path / "gone"])
