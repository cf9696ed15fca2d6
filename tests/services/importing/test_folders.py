from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.importing.test_importer import picture
from tests.support.drawing import photo_bytes
from wardrobe_app.services.importing import folders
from wardrobe_app.services.importing.folders import FolderWalk
from wardrobe_app.services.importing.importer import Outcome
from wardrobe_app.services.importing.sources import contents_of, sources_in, sources_of
from wardrobe_app.wiring import Runtime


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "photos"
    made.mkdir()
    link(made / "try", tmp_path)  # where links need rights that are not there, nothing here can be tried
    (made / "try").unlink()
    return made


def link(at: Path, to: Path) -> None:
    try:
        at.symlink_to(to, target_is_directory=to.is_dir())
    except OSError:
        pytest.skip("no links can be made here")


def photo(path: Path, number: int = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(photo_bytes(picture(number)))
    return path


def listed(folder: Path) -> dict[str, bool]:
    return {source.name: not source.trouble for source in sources_in(folder)}


def test_a_linked_folder_and_a_linked_file_are_read(folder: Path, tmp_path: Path, runtime: Runtime) -> None:
    photo(folder / "a.jpg", 0)
    photo(tmp_path / "disk" / "inner" / "b.jpg", 1)
    photo(tmp_path / "c.jpg", 2)
    link(folder / "album", tmp_path / "disk")
    link(folder / "linked.jpg", tmp_path / "c.jpg")
    results = list(runtime.importing.importer.add(sources_in(folder)))
    assert {result.name: result.outcome for result in results} == {
        "a.jpg": Outcome.ADDED, "linked.jpg": Outcome.ADDED, "album/inner/b.jpg": Outcome.ADDED
    }  # fmt: skip


def test_a_folder_that_is_a_link_itself_is_read(folder: Path, tmp_path: Path) -> None:
    photo(folder / "a.jpg")
    link(tmp_path / "link", folder)
    assert listed(tmp_path / "link") == {"a.jpg": True}


def test_links_to_one_folder_are_followed_once_and_the_others_told(folder: Path, tmp_path: Path) -> None:
    photo(tmp_path / "disk" / "a.jpg")
    photo(folder / "own" / "b.jpg")
    for name in ("one", "two"):
        link(folder / name, tmp_path / "disk")
    link(folder / "aaa", folder / "own")
    assert listed(folder) == {"own/b.jpg": True, "aaa": False, "one/a.jpg": True, "two": False}


@pytest.mark.timeout(30)
def test_loops_are_told_and_end(folder: Path, tmp_path: Path, runtime: Runtime) -> None:
    photo(folder / "deep" / "a.jpg")
    photo(tmp_path / "disk" / "b.jpg", 1)
    link(folder / "self", folder)
    link(folder / "deep" / "above", tmp_path)
    link(folder / "away", tmp_path / "disk")
    link(tmp_path / "disk" / "back", folder)
    results = list(runtime.importing.importer.add(sources_in(folder)))
    assert {result.name: result.outcome for result in results} == {
        "deep/a.jpg": Outcome.ADDED, "self": Outcome.REFUSED, "deep/above": Outcome.REFUSED,
        "away/b.jpg": Outcome.ADDED, "away/back": Outcome.REFUSED,
    }  # fmt: skip
    assert all("link" in result.message or "already" in result.message for result in results if not result.garment)


def test_links_that_lead_nowhere_are_refused_with_the_reason(folder: Path, tmp_path: Path, runtime: Runtime) -> None:
    link(folder / "gone.jpg", tmp_path / "nothing.jpg")
    (folder / "ring.jpg").symlink_to(folder / "ring.jpg")
    results = list(runtime.importing.importer.add(sources_in(folder)))
    assert [(result.name, result.outcome) for result in results] == [
        ("gone.jpg", Outcome.REFUSED), ("ring.jpg", Outcome.REFUSED)
    ]  # fmt: skip
    assert all("link" in result.message for result in results)


def test_a_folder_that_cannot_be_read_is_refused_with_the_reason_and_the_rest_is_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch, runtime: Runtime
) -> None:
    photo(folder / "a.jpg")
    photo(folder / "locked" / "b.jpg", 1)
    real = os.scandir

    def scandir(path: Path) -> Iterator[os.DirEntry[str]]:
        if Path(path).name == "locked":
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(folders.os, "scandir", scandir)
    added, refused = runtime.importing.importer.add(sources_in(folder))
    assert added.outcome is Outcome.ADDED
    assert (refused.name, refused.outcome) == ("locked", Outcome.REFUSED)
    assert refused.message == "locked: the folder could not be read: Permission denied."


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_what_is_no_file_is_refused_and_not_waited_for(folder: Path, runtime: Runtime) -> None:
    os.mkfifo(folder / "pipe.jpg")
    (result,) = runtime.importing.importer.add(sources_in(folder))
    assert result.outcome is Outcome.REFUSED


def test_what_is_hidden_is_left_out_and_counted_unless_it_is_named(folder: Path) -> None:
    for name in ("a.jpg", ".b.jpg", ".more/c.jpg", ".DS_Store", "._a.jpg", "Thumbs.db"):
        photo(folder / name)
    found = contents_of(folder)
    assert ([source.name for source in found.sources], found.hidden) == (["a.jpg"], 2)
    assert found.sentence.startswith("2 hidden")
    assert [source.trouble for source in sources_of([folder / ".b.jpg"])] == [""]
    assert list(listed(folder / ".more")) == ["c.jpg"]


def test_a_file_that_is_gone_harms_no_other_that_was_asked_for(folder: Path, runtime: Runtime) -> None:
    asked = [folder / "gone.jpg", photo(folder / "a.jpg")]
    assert [result.outcome for result in runtime.importing.importer.add(sources_of(asked))] == [
        Outcome.REFUSED,
        Outcome.ADDED,
    ]


def test_an_import_through_links_goes_on_where_it_stopped(folder: Path, tmp_path: Path, runtime: Runtime) -> None:
    for number in range(3):
        photo(tmp_path / "disk" / f"{number}.jpg", number)
    link(folder / "album", tmp_path / "disk")
    link(folder / "again", tmp_path / "disk")
    results = runtime.importing.importer.add(sources_in(folder), asked=[folder])
    next(results)
    results.close()  # type: ignore[attr-defined]
    (left,) = runtime.importing.unfinished.left()
    asked = [Path(path) for path in left.paths]
    outcomes = [result.outcome for result in runtime.importing.importer.add(sources_of(asked), asked=asked)]
    assert outcomes.count(Outcome.ALREADY) == left.stored
    assert (len(outcomes), outcomes.count(Outcome.REFUSED)) == (left.total, 1)
    assert runtime.catalogue.count().live == 3
    assert runtime.importing.unfinished.left() == []


@pytest.mark.timeout(60)
def test_folders_may_lie_very_deep(tmp_path: Path) -> None:
    deepest = tmp_path
    for _ in range(400):
        deepest = deepest / "d"
    deepest.mkdir(parents=True)
    photo(deepest / "a.jpg")
    assert [found.path.name for found in FolderWalk(tmp_path).files()] == ["a.jpg"]
