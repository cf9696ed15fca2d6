from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from db.transfer.load import Loader
from db.unit_of_work import UnitOfWork
from tests.services.support.full_wardrobe import add, backed_up, files, tables
from wardrobe_app.config import Settings
from wardrobe_app.domain.records.backup import Mode
from wardrobe_app.services.catalogue.preferences import Preferences
from wardrobe_app.services.storage.blobs import Blobs

if TYPE_CHECKING:
    from wardrobe_app.wiring import Runtime

Open = Callable[[Settings], "Runtime"]
# What a restore does to the world, wrapped so that any one of it can fail.
DEEDS: tuple[tuple[type, str], ...] = (
    (Blobs, "write"),
    (Blobs, "remove"),
    (Blobs, "exists"),
    (Loader, "insert"),
    (Loader, "clear"),
    (UnitOfWork, "commit"),
    (UnitOfWork, "revision"),
    (Preferences, "take_over"),
)
TOUCHES = {"open", "os.rename", "os.remove", "os.mkdir", "sqlite3.connect", "shutil.rmtree"}


@pytest.fixture
def busy(tmp_path: Path, open_wardrobe: Open) -> Settings:
    # A wardrobe that shares some garments with the other, and has some of its own.
    settings = Settings(data_dir=tmp_path / "busy", batch_size=4)
    wardrobe = open_wardrobe(settings)
    first, *_ = add(wardrobe, 1, 4, 8, 9)
    wardrobe.catalogue.set_favourite([first], True)
    wardrobe.preferences.show_cut_outs(False)
    return settings


def agrees(wardrobe: Runtime) -> bool:
    # Every photo has its files, and every file its photo.
    rows, there = tables(wardrobe)["photo"], set(files(wardrobe.settings))
    stems = {row["file"].removesuffix(".jpg") for row in rows}
    wanted = {f"{kind}/{row['file']}" for row in rows for kind in ("photos", "thumbnails")}
    masks = {name for name in there if name.startswith("masks/")}
    return wanted == there - masks and {Path(name).with_suffix("").as_posix()[6:] for name in masks} <= stems


def copied(settings: Settings, folder: Path) -> Settings:
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(settings.data_dir, folder)
    return Settings(data_dir=folder, batch_size=4)


def said(wardrobe: Runtime) -> list[Any]:
    # What garments are, whatever they are called here: ids and files may be given anew.
    found = tables(wardrobe)
    keys = {row["item_id"]: row["import_key"] for row in found["photo"]}
    return sorted((keys.get(row["id"], ""), row["name"], row["favourite"], row["quantity"]) for row in found["item"])


@pytest.mark.slow
@pytest.mark.parametrize("mode", list(Mode))
def test_a_restore_that_fails_anywhere_leaves_everything_as_it_was(
    full: Runtime, busy: Settings, open_wardrobe: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: Mode
) -> None:
    backup, countdown, done = backed_up(full), [10**6], [0]

    def wrapped(deed: Callable[..., Any]) -> Callable[..., Any]:
        def tripping(*arguments: Any, **named: Any) -> Any:
            countdown[0] -= 1
            done[0] += 1
            if countdown[0] == 0:
                raise OSError(28, "No space left on device")
            return deed(*arguments, **named)

        return tripping

    for owner, name in DEEDS:
        monkeypatch.setattr(owner, name, wrapped(getattr(owner, name)))
    whole = open_wardrobe(copied(busy, tmp_path / "whole"))
    before = tables(whole), files(whole.settings)
    done[0] = 0
    list(whole.backup.restore.restore(backup, "b", mode))
    points, outcomes = done[0], {"as before": 0, "restored": 0}
    for point in sorted(Random(6).sample(range(1, points + 1), 16)):  # noqa: S311
        wardrobe = open_wardrobe(copied(busy, tmp_path / "tried"))
        countdown[0] = point
        try:
            list(wardrobe.backup.restore.restore(backup, "b", mode))
        except Exception:
            assert countdown[0] <= 0
        countdown[0] = 10**6
        again = open_wardrobe(wardrobe.settings)
        assert agrees(again), f"at {point} of {points}"
        if (tables(again), files(again.settings)) == before:
            outcomes["as before"] += 1
        else:
            assert said(again) == said(whole), f"at {point} of {points}"
            outcomes["restored"] += 1
        assert [one.name for one in wardrobe.settings.restoring_dir.iterdir()] == ["lock"]
    assert outcomes["as before"] > 5


def killed(open_wardrobe: Open, settings: Settings, backup: Path, mode: Mode, touch: int, seconds: float) -> None:
    # In a process of its own, killed when it touches the disk for the nth time, or after so long.
    child = os.fork()
    if child == 0:
        left = [touch]

        def hook(event: str, _arguments: Any) -> None:
            if event in TOUCHES:
                left[0] -= 1
                if left[0] == 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        try:
            wardrobe = open_wardrobe(settings)
            sys.addaudithook(hook)
            list(wardrobe.backup.restore.restore(backup, "b", mode))
        finally:
            os._exit(0)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if os.waitpid(child, os.WNOHANG)[0]:
            break
        time.sleep(0.001)
    else:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are killed as Unix has them")
@pytest.mark.parametrize("mode", [Mode.REPLACE, pytest.param(Mode.MERGE, marks=pytest.mark.slow)])
def test_a_restore_that_is_killed_harms_nothing_and_can_be_done_again(
    full: Runtime, busy: Settings, open_wardrobe: Open, tmp_path: Path, mode: Mode
) -> None:
    backup, random = backed_up(full), Random(60)  # noqa: S311
    whole = open_wardrobe(copied(busy, tmp_path / "whole"))
    before = tables(whole), files(whole.settings)
    list(whole.backup.restore.restore(backup, "b", mode))
    outcomes = {"as before": 0, "restored": 0}
    for _ in range(8):
        settings = copied(busy, tmp_path / "tried")
        if random.random() < 0.7:
            killed(open_wardrobe, settings, backup, mode, random.randrange(1, 400), 60.0)
        else:
            killed(open_wardrobe, settings, backup, mode, 0, random.uniform(0.2, 1.5))
        again = open_wardrobe(settings)
        assert agrees(again)
        if (tables(again), files(settings)) == before:
            outcomes["as before"] += 1
        else:
            assert said(again) == said(whole)
            outcomes["restored"] += 1
        assert not any(path.name != "lock" for path in settings.restoring_dir.glob("*"))
    assert outcomes["as before"], outcomes
    list(again.backup.restore.restore(backup, "b", mode))
    assert said(again) == said(whole)
    assert agrees(again)
