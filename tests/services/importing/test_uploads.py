from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from wardrobe_app.services.importing.uploads import PendingUploads


class Chosen(io.BytesIO):
    def __init__(self, file_id: str, name: str, data: bytes) -> None:
        super().__init__(data)
        self.file_id, self.name = file_id, name


@pytest.fixture
def uploads(tmp_path: Path) -> PendingUploads:
    return PendingUploads(tmp_path / "uploads", most=3)


def test_what_was_chosen_is_there_for_another_program_and_can_be_added(uploads: PendingUploads, tmp_path: Path) -> None:
    assert uploads.keep([Chosen("a", "one.jpg", b"first"), Chosen("b", "two.jpg", b"second")]) == 0
    again = PendingUploads(tmp_path / "uploads", most=3)
    found = again.all()
    assert [(one.id, one.name, one.size) for one in found] == [("a", "one.jpg", 5), ("b", "two.jpg", 6)]
    assert [again.source(one).read() for one in found] == [b"first", b"second"]
    assert all(again.source(one).path == "" for one in found)


def test_a_photo_is_kept_once_and_no_more_than_fit(uploads: PendingUploads) -> None:
    chosen = [Chosen(str(number), "x.jpg", b"x") for number in range(5)]
    assert uploads.keep(chosen[:2]) == 0
    assert uploads.keep(chosen) == 2
    assert [one.id for one in uploads.all()] == ["0", "1", "2"]


def test_what_is_discarded_leaves_no_file(uploads: PendingUploads, tmp_path: Path) -> None:
    uploads.keep([Chosen("a", "one.jpg", b"first"), Chosen("b", "two.jpg", b"second")])
    uploads.discard(["a", "unknown", "../b"])
    assert [one.id for one in uploads.all()] == ["b"]
    uploads.discard(["b"])
    assert not list((tmp_path / "uploads").iterdir())


def test_what_waits_for_more_than_a_week_goes(uploads: PendingUploads, tmp_path: Path) -> None:
    uploads.keep([Chosen("a", "one.jpg", b"first")])
    (tmp_path / "uploads" / "b.photo").write_bytes(b"cut off")
    uploads.purge(datetime.now(UTC) + timedelta(days=6))
    assert len(uploads.all()) == 1
    uploads.purge(datetime.now(UTC) + timedelta(days=8))
    assert not list((tmp_path / "uploads").iterdir())


def test_what_was_cut_off_is_not_offered(uploads: PendingUploads, tmp_path: Path) -> None:
    uploads.keep([Chosen("a", "one.jpg", b"first"), Chosen("b", "two.jpg", b"second")])
    (tmp_path / "uploads" / "a.photo").write_bytes(b"fir")
    (tmp_path / "uploads" / "b.json").write_text("{")
    assert uploads.all() == ()


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "uploads").write_text("a file where the folder would be")
    uploads = PendingUploads(tmp_path / "uploads", most=3)
    assert uploads.keep([Chosen("a", "one.jpg", b"first"), Chosen("../b", "two.jpg", b"second")]) == 2
    assert uploads.all() == ()
