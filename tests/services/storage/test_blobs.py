from __future__ import annotations

from pathlib import Path

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from wardrobe_app.domain.errors import StorageFailed
from wardrobe_app.services.storage.atomic_files import is_part
from wardrobe_app.services.storage.blobs import Blobs
from wardrobe_app.services.storage.local_cache import LocalCache


@pytest.fixture(params=["folder", "store"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Blobs:
    if request.param == "folder":
        return Blobs(tmp_path / "photos")
    memory = fsspec.filesystem("memory")
    memory.store.clear()
    return Blobs("memory://wardrobe/photos", LocalCache(tmp_path / "copies"))


def test_what_was_written_is_read_replaced_listed_and_removed(blobs: Blobs) -> None:
    blobs.write("ab/one.jpg", b"first")
    blobs.write("ab/one.jpg", b"second")
    blobs.write("cd/two.jpg", b"other")
    assert blobs.read("ab/one.jpg") == b"second"
    assert blobs.exists("cd/two.jpg") and not blobs.exists("cd/three.jpg")
    assert sorted(blobs.names()) == ["ab/one.jpg", "cd/two.jpg"]
    assert blobs.path("ab/one.jpg").read_bytes() == b"second"
    blobs.remove("ab/one.jpg")
    blobs.remove("ab/one.jpg")
    assert list(blobs.names()) == ["cd/two.jpg"]


def test_a_file_that_is_not_there_is_not_found(blobs: Blobs) -> None:
    assert list(blobs.names()) == []
    with pytest.raises(FileNotFoundError):
        blobs.read("ab/none.jpg")


def test_a_copy_of_what_is_kept_elsewhere_is_not_shown_any_more_once_it_changed(tmp_path: Path) -> None:
    blobs = Blobs("memory://changing", LocalCache(tmp_path / "copies"))
    blobs.write("a.png", b"old")
    assert blobs.path("a.png").read_bytes() == b"old"
    blobs.write("a.png", b"new")
    assert blobs.path("a.png").read_bytes() == b"new"
    blobs.remove("a.png")
    with pytest.raises(FileNotFoundError):
        blobs.path("a.png")


@pytest.mark.parametrize(
    ("name", "unfinished"), [("ab/.one.jpg.x1.part", True), ("ab/one.jpg", False), ("ab/one.part", False)]
)
def test_unfinished_files_are_told_by_their_name(name: str, unfinished: bool) -> None:
    assert is_part(name) is unfinished


@pytest.mark.parametrize("name", ["../out", "a/../../out", "/etc/passwd", "..\\out", "C:/out", "a\0b", "", "a\nb"])
def test_no_name_climbs_out(blobs: Blobs, tmp_path: Path, name: str) -> None:
    (tmp_path / "out").write_bytes(b"not a photo")
    for use in (blobs.read, blobs.path, blobs.remove, blobs.exists, lambda name: blobs.write(name, b"x")):
        with pytest.raises(OSError, match="no name for a file"):
            use(name)
    assert (tmp_path / "out").read_bytes() == b"not a photo"
    assert list(blobs.names()) == []


class NoAnswer(Exception):
    pass


@pytest.fixture
def dead(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Blobs:
    # What a network that is gone looks like: an error of the library that reaches the store, not of Python.
    def fail(*arguments: object, **options: object) -> None:
        raise NoAnswer("Could not connect to the endpoint for ada:hush-hush@wardrobe.\nmore")

    blobs = Blobs("memory://ada:hush-hush@wardrobe/photos", LocalCache(tmp_path / "copies"))
    for name in ("cat_file", "pipe_file", "rm_file", "info", "ls", "makedirs"):
        monkeypatch.setattr(MemoryFileSystem, name, fail)
    return blobs


def test_whatever_a_store_raises_is_an_os_error_without_secrets(dead: Blobs) -> None:
    asked = (dead.read, dead.path, dead.remove, dead.exists, lambda _: list(dead.names()))
    for use in (*asked, lambda name: dead.write(name, b"x")):
        with pytest.raises(OSError, match=r"Could not connect|did not answer") as caught:
            use("ab/one.jpg")
        assert not isinstance(caught.value, FileNotFoundError)
        assert "hush" not in str(caught.value) and caught.value.strerror
    assert dead.where == "memory://wardrobe/photos"


def test_a_store_that_does_not_answer_is_not_asked_for_every_picture(
    dead: Blobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def fail(_self: MemoryFileSystem, path: str, **options: object) -> bytes:
        asked.append(path)
        raise TimeoutError

    monkeypatch.setattr(MemoryFileSystem, "cat_file", fail)
    for number in range(24):
        with pytest.raises(OSError, match=r"TimeoutError|moment ago"):
            dead.path(f"{number}.jpg")
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("place", "why"),
    [
        ("nonsense://bucket/photos", "unknown kind of address"),
        ("s3:/bucket/photos", "looks like s3://bucket/folder"),
        ("memory:///photos", "looks like s3://bucket/folder"),
        ("dropbox://ada:hush@box/photos", "is missing"),
    ],
)
def test_a_place_that_cannot_be_reached_from_here_is_told(place: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(StorageFailed, match=why) as caught:
        Blobs(place, LocalCache(tmp_path))
    assert "hush" not in str(caught.value)
