from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from db.engine import session
from tests.services.catalogue.test_no_trace import checkpoint, files, tables
from tests.services.support.writer import photos
from tests.support.fakes import FakeTagger
from wardrobe_app import wiring
from wardrobe_app.cli import app
from wardrobe_app.config import Settings
from wardrobe_app.domain.catalogue.filters import GarmentEdit
from wardrobe_app.domain.errors import WardrobeError
from wardrobe_app.domain.garments.garment import TagKind
from wardrobe_app.services.graph.exporter import ExportFormat
from wardrobe_app.services.importing.importer import Outcome
from wardrobe_app.services.importing.sources import sources_in

if TYPE_CHECKING:
    from wardrobe_app.wiring import Runtime

Deed = Callable[["Runtime"], object]
DRIVERS_WORDS = ("sqlite3", "(", "Errno", "Traceback", "OperationalError", "malformed")


def add(wardrobe: Runtime) -> None:
    (result,) = wardrobe.importing.importer.add(photos(7, 1))
    if result.outcome is not Outcome.ADDED:
        assert result.message.startswith("7.jpg: not stored. ")
        raise WardrobeError(result.message)


DEEDS: dict[str, Deed] = {
    "add a photo": add,
    "tag again": lambda wardrobe: list(wardrobe.catalogue.retag()),
    "switch a mask off": lambda wardrobe: wardrobe.catalogue.set_masked(1, 1, False),
    "edit": lambda wardrobe: wardrobe.catalogue.edit([1], GarmentEdit(notes="n" * 9000)),
    "correct a tag": lambda wardrobe: wardrobe.catalogue.correct([1, 2], TagKind.TYPE, "Poncho"),
    "decide": lambda wardrobe: wardrobe.redundancy.review.merge(1, [2]),
    "delete for good": lambda wardrobe: wardrobe.catalogue.delete_forever([3]),
    "make up a type": lambda wardrobe: wardrobe.types.add("Dirndl", next(iter(wardrobe.vocabulary.values())).slot),
    "choose how it looks": lambda wardrobe: wardrobe.preferences.show_cut_outs(False),
    "export": lambda wardrobe: wardrobe.graph.exporter.export(
        ExportFormat.GRAPHML, wardrobe.settings.data_dir / "graph.graphml"
    ),
}
# What these write is a file; whoever holds the database does not stop them.
TO_FILES = {"choose how it looks", "export"}


def filled(settings: Settings, open_wardrobe: Callable[[Settings], Runtime]) -> Runtime:
    wardrobe = open_wardrobe(settings)
    assert len(list(wardrobe.importing.importer.add(photos(0, 3)))) == 3
    wardrobe.catalogue.trash([3])
    return wardrobe


def kept(settings: Settings) -> tuple[object, set[Path]]:
    rows = tables(settings)
    with closing(sqlite3.connect(settings.data_dir / "wardrobe.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    there = {path for path in files(settings.data_dir) if not path.name.startswith("wardrobe.db")}
    return rows, there


def refusal(wardrobe: Runtime, deed: str) -> str:
    with pytest.raises(WardrobeError) as caught:
        DEEDS[deed](wardrobe)
    told = str(caught.value)
    assert not [word for word in DRIVERS_WORDS if word in told], told
    assert told.endswith(".")
    return told


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "disk"
    place.mkdir()
    mount = shutil.which("mount")
    done = (
        subprocess.run([mount or "mount", "-t", "tmpfs", "-o", "size=4m", "none", str(place)], check=False)
        if mount
        else None
    )
    if done is None or done.returncode:
        pytest.skip("a small disk of one's own can only be made where mount is permitted")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill_up(place: Path) -> Path:
    filler = place / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (65536, 4096, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError as error:
                assert error.errno == errno.ENOSPC
    return filler


@pytest.mark.parametrize("deed", DEEDS)
def test_a_full_disk_is_told_and_nothing_is_damaged(
    deed: str, small_disk: Path, open_wardrobe: Callable[[Settings], Runtime]
) -> None:
    settings = Settings(data_dir=small_disk / "wardrobe", batch_size=4)
    wardrobe = filled(settings, open_wardrobe)
    wardrobe.redundancy.review.groups()
    checkpoint(settings)  # else there is room left in the write-ahead log
    before = kept(settings)
    filler = fill_up(small_disk)
    told = refusal(wardrobe, deed)
    assert "disk" in told.lower() or "No space left" in told
    assert len(open_wardrobe(settings).catalogue.garments()) == 2, "it can be opened and looked at all the same"
    filler.unlink()
    assert kept(settings) == before
    DEEDS[deed](wardrobe)


@pytest.mark.parametrize("deed", sorted(DEEDS.keys() - TO_FILES))
def test_a_database_that_another_program_holds_is_told_and_nothing_is_damaged(
    deed: str, settings: Settings, open_wardrobe: Callable[[Settings], Runtime], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "BUSY_TIMEOUT_MS", 50)
    wardrobe = filled(settings, open_wardrobe)
    before = kept(settings)
    with closing(sqlite3.connect(settings.data_dir / "wardrobe.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert "Another program is using the wardrobe's database" in refusal(wardrobe, deed)
        assert len(wardrobe.catalogue.garments()) == 2
    assert {path for path in kept(settings)[1] if path.suffix == ".jpg"} == {
        path for path in before[1] if path.suffix == ".jpg"
    }
    assert kept(settings)[0] == before[0]
    DEEDS[deed](wardrobe)


@pytest.mark.parametrize("deed", ["add a photo", "choose how it looks", "export", "tag again"])
def test_a_folder_that_cannot_be_written_is_told_and_nothing_is_damaged(
    deed: str, settings: Settings, open_wardrobe: Callable[[Settings], Runtime], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Whoever runs as root may write everywhere, so the system's answer is given here.
    wardrobe = filled(settings, open_wardrobe)
    wardrobe.redundancy.review.groups()
    before = kept(settings)
    real = os.open

    def no_new_files(path: object, flags: int, *more: object, **named: object) -> int:
        if flags & os.O_CREAT and str(settings.data_dir) in str(path):
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))
        return real(path, flags, *more, **named)

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", no_new_files)
        patch.setattr("io.open", _read_only_open(settings.data_dir))
        assert "Read-only file system" in refusal(wardrobe, deed)
    assert kept(settings) == before


def _read_only_open(folder: Path) -> Callable[..., object]:
    real = open

    def opened(file: object, mode: str = "r", *more: object, **named: object) -> object:
        if set(mode) & set("wxa+") and str(folder) in str(file):
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(file))
        return real(file, mode, *more, **named)

    return opened


def test_a_photo_that_is_taken_away_between_listing_and_reading_is_refused_and_the_others_are_added(
    runtime: Runtime, tmp_path: Path
) -> None:
    folder = tmp_path / "camera"
    folder.mkdir()
    for source in photos(0, 3):
        (folder / source.name).write_bytes(source.read())
    sources = sources_in(folder)
    (folder / "1.jpg").unlink()
    results = list(runtime.importing.importer.add(sources))
    assert [result.outcome for result in results] == [Outcome.ADDED, Outcome.REFUSED, Outcome.ADDED]
    assert results[1].message == "1.jpg: the file could not be read: No such file or directory."


def test_tagging_again_leaves_out_what_lost_its_photo_and_says_so(
    settings: Settings, open_wardrobe: Callable[[Settings], Runtime]
) -> None:
    wardrobe = filled(settings, open_wardrobe)
    (photo,) = wardrobe.catalogue.get(1).photos
    wardrobe.catalogue.photo_path(photo).unlink()
    done = []
    with pytest.raises(WardrobeError, match=r"photo of 0.jpg cannot be read.*Everything else was tagged"):
        for garment in wardrobe.catalogue.retag():
            done.append(garment.id)
    assert done == [2]
    assert wardrobe.catalogue.get(1).tags, "what was known of it stays"


def test_tagging_again_lives_with_garments_that_go_meanwhile(
    settings: Settings,
    open_wardrobe: Callable[[Settings], Runtime],
    tagger: FakeTagger,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wardrobe = filled(settings, open_wardrobe)
    another = open_wardrobe(settings)
    tag = FakeTagger.tag

    def and_meanwhile(self: FakeTagger, *arguments: object) -> object:
        another.catalogue.restore([3])
        another.redundancy.review.merge(2, [3])
        another.catalogue.trash([1])
        another.catalogue.delete_forever([1])
        return tag(self, *arguments)

    monkeypatch.setattr(FakeTagger, "tag", and_meanwhile)
    assert [garment.id for garment in wardrobe.catalogue.retag([1, 2])] == [2]
    left = {Path(photo.file).stem for photo in wardrobe.catalogue.get(2).photos}
    assert {path.stem for path in files(settings.data_dir / "masks")} == left, "no mask of what was deleted is left"


def test_whoever_only_looks_needs_no_room_and_waits_for_nobody(
    settings: Settings, open_wardrobe: Callable[[Settings], Runtime], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "BUSY_TIMEOUT_MS", 50)
    wardrobe = filled(settings, open_wardrobe)
    again = next(wardrobe.importing.importer.add(photos(0, 1), allow_duplicates=True)).garment
    assert again
    wardrobe.catalogue.correct([1, again.id], TagKind.PATTERN, "graphic")  # plain cloth is not searched for keypoints
    with closing(sqlite3.connect(settings.data_dir / "wardrobe.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert len(wardrobe.redundancy.review.groups()) == 1
        assert wardrobe.graph.exporter.export_bytes(ExportFormat.JSON)
        assert len(open_wardrobe(settings).catalogue.garments()) == 3
    assert tables(settings)["photo_match"] == []
    assert len(wardrobe.redundancy.review.groups()) == 1
    assert tables(settings)["photo_match"], "now it could be kept"


@pytest.fixture
def of_the_future(settings: Settings, open_wardrobe: Callable[[Settings], Runtime]) -> Settings:
    filled(settings, open_wardrobe)
    with closing(sqlite3.connect(settings.data_dir / "wardrobe.db")) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.commit()
    return settings


def test_the_command_line_refuses_a_newer_wardrobe_in_one_line(
    of_the_future: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiring, "make_tagger", lambda settings: FakeTagger())
    before = kept(of_the_future)
    for command in (["list"], ["retag"], ["export-graph", "-o", "graph.json", "-f", "json"], ["duplicates"]):
        result = CliRunner().invoke(app, command)
        assert result.exit_code == 1
        assert result.stdout == ""
        assert result.stderr.count("\n") == 1
        assert "from a newer version of Wardrobe Graph. Update the program; nothing was changed." in result.stderr
    assert kept(of_the_future) == before


def test_the_command_line_tells_a_full_disk_for_every_file_in_one_line(
    small_disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_wardrobe: Callable[[Settings], Runtime]
) -> None:
    settings = Settings(data_dir=small_disk / "wardrobe")
    monkeypatch.setenv("WARDROBE_DATA_DIR", str(settings.data_dir))
    wardrobe = filled(settings, open_wardrobe)
    checkpoint(settings)
    paths = [tmp_path / source.name for source in photos(10, 2)]
    for path, source in zip(paths, photos(10, 2), strict=True):
        path.write_bytes(source.read())
    before = kept(settings)
    filler = fill_up(small_disk)
    result = CliRunner().invoke(app, ["add", *map(str, paths)])
    assert result.exit_code == 1
    lines = result.stderr.splitlines()
    assert len(lines) == 2
    assert all("not stored" in line and ("No space left" in line or "disk" in line) for line in lines)
    assert len(wardrobe.catalogue.garments()) == 2
    filler.unlink()
    assert kept(settings) == before
