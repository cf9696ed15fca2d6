from __future__ import annotations

from pathlib import Path

import fsspec
import pytest

from wardrobe_app.services.blobs import Blobs
from wardrobe_app.services.files import is_part


@pytest.fixture(params=["folder", "store"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Blobs:
    if request.param == "folder":
        return Blobs(tmp_path / "photos")
    memory = fsspec.filesystem("memory")
    memory.store.clear()
    return Blobs("memory://wardrobe/photos", tmp_path / "copies")


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
    blobs = Blobs("memory://changing", tmp_path / "copies")
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
