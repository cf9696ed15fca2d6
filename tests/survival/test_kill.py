from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.survival import agreement
from tests.survival.killing import Driver, a_driver, drawn_photos, kill_imports
from wardrobe_app.config import Settings
from wardrobe_app.wiring import Runtime

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL on this system")
FEW = 6
Opened = Callable[[Settings], Runtime]


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driver]:
    with a_driver(tmp_path_factory.mktemp("driver")) as driver:
        yield driver


@pytest.fixture
def few(tmp_path: Path) -> Path:
    drawn_photos(tmp_path / "photos", FEW)
    return tmp_path / "photos"


def spread(events: int, number: int) -> list[int]:
    return [1 + (2 * at + 1) * events // (2 * number) for at in range(number)]


@pytest.mark.parametrize("kills", [8, pytest.param(50, marks=pytest.mark.slow)])
def test_kills_of_an_import_lose_nothing_and_leave_nothing(kills: int, tmp_path: Path, open_wardrobe: Opened) -> None:
    tally = kill_imports(tmp_path, kills=kills, seed=6, reopen=open_wardrobe)
    print(f"\n{tally}")
    assert tally.kills == kills
    assert +tally.found == Counter()
    assert tally.photos == tally.wardrobes * 60


@pytest.mark.slow
def test_photos_that_are_wanted_twice_are_there_twice_after_a_kill_and_not_three_times(
    driver: Driver, few: Path, tmp_path: Path, open_wardrobe: Opened
) -> None:
    driver.run("add", tmp_path / "measure", few)
    _, events = driver.run("add_anyway", tmp_path / "measure", few)
    for at in spread(events, 4):
        data = tmp_path / f"at {at}"
        assert driver.run("add", data, few)[0] == 0
        assert driver.run("add_anyway", data, few, "event", at)[0] == -9
        assert driver.run("add_anyway", data, few)[0] == 0
        assert set(agreement.hashes(data).values()) == {2}
        open_wardrobe(Settings(data_dir=data))
        assert agreement.disagreements(data) == Counter({"duplicates": FEW})


@pytest.mark.slow
@pytest.mark.parametrize(("work", "left"), [("retag", {FEW}), ("empty", {0, FEW})])
def test_tagging_again_and_emptying_the_trash_can_be_killed(
    driver: Driver, few: Path, tmp_path: Path, open_wardrobe: Opened, work: str, left: set[int]
) -> None:
    driver.run("add", tmp_path / "measure", few)
    _, events = driver.run(work, tmp_path / "measure", few)
    for at in spread(events, 4):
        data = tmp_path / f"at {at}"
        driver.run("add", data, few)
        assert driver.run(work, data, few, "event", at)[0] == -9
        open_wardrobe(Settings(data_dir=data))
        found = agreement.disagreements(data)
        assert set(found) <= {"unfinished files"}, "one mask that was being written; the doctor takes it"
        assert len(agreement.hashes(data)) in left
        assert driver.run(work, data, few)[0] == 0
