from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from tests.support import no_network
from tests.support.drawing import KINDS, PATTERNS, draw_garment, photo_bytes
from tests.survival import agreement
from wardrobe_app import startup, wiring
from wardrobe_app.config import Settings

Reopen = Callable[[Settings], wiring.Runtime]
PHOTOS = 60
AT_ONE_WARDROBE = 10  # kills, until its import gets to its end


@dataclass
class Tally:
    kills: int = 0
    wardrobes: int = 0
    photos: int = 0
    found: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        told = ", ".join(
            f"{kind} {self.found[kind]}"
            for kind in ("lost photos", "lost files", "half items", "orphan files", "unfinished files", "duplicates")
        )
        return (
            f"{self.kills} kills by SIGKILL in {self.wardrobes} imports of {PHOTOS} photos: {told}; "
            f"{self.photos} of {self.wardrobes * PHOTOS} photos there once"
        )


class Driver:
    # One line tells the driver what to do, one line of it tells what became of that.
    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def run(self, work: str, data: Path, photos: Path, how: str = "never", when: float = 0) -> tuple[int, int]:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write("\t".join([work, str(data), str(photos), how, str(when)]) + "\n")
        self._process.stdin.flush()
        status, events = self._process.stdout.readline().split()
        return int(status), int(events)


@contextmanager
def a_driver(folder: Path) -> Iterator[Driver]:
    environment = no_network.environment(folder / "startup", folder / "network.log", OMP_NUM_THREADS="1")
    command = [sys.executable, "-m", "tests.survival.driver"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, cwd=no_network.ROOT
    ) as process:
        yield Driver(process)
        process.stdin.close() if process.stdin else None


def drawn_photos(folder: Path, number: int = PHOTOS) -> list[str]:
    # The SHA-256 of each: no two are the same picture.
    folder.mkdir(parents=True)
    rng = np.random.default_rng(1)
    found = []
    for at in range(number):
        colour = tuple(int(part) for part in rng.integers(20, 236, 3))
        kind, pattern = KINDS[at % len(KINDS)], PATTERNS[at % len(PATTERNS)]
        data = photo_bytes(draw_garment(kind, colour, pattern, size=(120, 160), seed=at))  # type: ignore[arg-type]
        (folder / f"{at:03}.jpg").write_bytes(data)
        found.append(hashlib.sha256(data).hexdigest())
    return found


def kill_imports(folder: Path, kills: int, seed: int, reopen: Reopen) -> Tally:
    # Start imports, kill them, look at what is left, and let them go on, until there were so many kills.
    rng, tally = np.random.default_rng(seed), Tally()
    photos = folder / "photos"
    wanted = drawn_photos(photos)
    with a_driver(folder) as driver:
        status, events = driver.run("add", folder / "measure", photos)
        assert (status, agreement.disagreements(folder / "measure")) == (0, Counter())
        while tally.kills < kills:
            data = folder / f"wardrobe {tally.wardrobes}"
            points = sorted(int(at) for at in rng.integers(0, events, min(AT_ONE_WARDROBE, kills - tally.kills)))
            _one_import(driver, data, photos, points, rng, tally, reopen)
            there = agreement.hashes(data)
            tally.wardrobes += 1
            tally.photos += sum(there[one] == 1 for one in wanted)
            tally.found["lost photos"] += sum(one not in there for one in wanted)
    return tally


def _one_import(
    driver: Driver,
    data: Path,
    photos: Path,
    points: Sequence[int],
    rng: np.random.Generator,
    tally: Tally,
    reopen: Reopen,
) -> None:
    # Each leg goes on where the last one was killed, so it is killed after as many events as lie between the points.
    before = 0
    for point in points:
        by_clock = rng.random() < 0.3
        when = rng.uniform(0.05, 0.6) if by_clock else point - before + 1
        status, _ = driver.run("add", data, photos, "time" if by_clock else "event", when)
        tally.kills += status == -9
        before = point
        if status == -9 and (data / "wardrobe.db").exists():
            _look(data, tally, reopen)
    status, _ = driver.run("add", data, photos)
    assert status == 0
    _look(data, tally, reopen)


def _look(data: Path, tally: Tally, reopen: Reopen) -> None:
    wardrobe = reopen(Settings(data_dir=data))
    tally.found += agreement.disagreements(data)
    stored = sum(agreement.hashes(data).values())
    left = wardrobe.importing.unfinished.left()
    assert [one.stored for one in left] in ([stored], []), "the journal tells how much is stored"
    if stored == PHOTOS:
        assert left == []


def main() -> None:
    kills, seed = (int(argument) for argument in [*sys.argv[1:], "50", "6"][:2])
    with tempfile.TemporaryDirectory() as folder:
        print(kill_imports(Path(folder), kills, seed, startup.build))


if __name__ == "__main__":
    main()
