from __future__ import annotations

import os
import time
from pathlib import Path

from wardrobe_app.services.storage.local_cache import LocalCache


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def aged(path: Path, seconds: float) -> None:
    os.utime(path, (time.time() - seconds, time.time() - seconds))


def test_copies_take_no_more_room_than_they_may(tmp_path: Path) -> None:
    copies = LocalCache(tmp_path, most_bytes=10_000)
    for number in range(100):
        aged(copies.keep(f"{number % 7}/{number}.jpg", bytes(500)), 200 - number)
        assert size(tmp_path) <= 11_000
    assert copies.find(f"{99 % 7}/99.jpg") is not None
    assert copies.find("0/0.jpg") is None, "the oldest went first"


def test_a_copy_is_not_used_for_ever(tmp_path: Path) -> None:
    copies = LocalCache(tmp_path, most_seconds=60)
    aged(copies.keep("a.png", b"old"), 61)
    assert copies.find("a.png") is None
    copies.keep("a.png", b"new")
    found = copies.find("a.png")
    assert found is not None and found.read_bytes() == b"new"


def test_what_an_earlier_start_left_behind_goes_once_it_is_old(tmp_path: Path) -> None:
    aged(LocalCache(tmp_path).keep("old.jpg", b"old"), 2 * 24 * 60 * 60)
    LocalCache(tmp_path).keep("new.jpg", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["new.jpg"]


def test_a_copy_that_somebody_took_away_is_made_again(tmp_path: Path) -> None:
    copies = LocalCache(tmp_path / "not yet there")
    assert copies.find("a.jpg") is None
    copies.keep("a.jpg", b"a").unlink()
    assert copies.find("a.jpg") is None
    copies.forget("a.jpg")
