from __future__ import annotations

import json
import os
import random
import select
import struct
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from tests.hostile.mutations import mutated
from tests.hostile.samples import samples
from tests.paths import ROOT
from tests.support import no_network

# Decoders are C: one that crashes takes its process along. So files are tried in other processes, with limits.
SECONDS, MEMORY = 20.0, 4 * 2**30
_LOCK = Lock()


@dataclass(frozen=True)
class Tried:
    name: str
    what: str
    told: str
    memory: int = 0
    seconds: float = 0.0


@dataclass
class Figures:
    counts: Counter[str] = field(default_factory=Counter)
    memory: int = 0
    seconds: float = 0.0
    bad: list[Tried] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    by_kind: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, tried: Tried) -> None:
        self.counts[tried.what] += 1
        self.by_kind.setdefault(tried.name.split(" #")[0], Counter())[tried.what] += 1
        self.memory, self.seconds = max(self.memory, tried.memory), max(self.seconds, tried.seconds)
        if tried.what not in ("accepted", "refused"):
            self.bad.append(tried)

    def __str__(self) -> str:
        told = ", ".join(f"{self.counts[what]} {what}" for what in ("accepted", "refused", "crashed", "hung", "wrong"))
        memory = f"{self.memory / 2**20:.0f} MB at most"
        return (
            f"{self.counts.total()} tried: {told}; {memory}, {self.seconds:.1f} s at most, {len(self.left)} files left"
        )


class Worker:
    def __init__(self, folder: Path, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self._folder, self._seconds, self._memory = folder, seconds, memory
        self._process: subprocess.Popen[bytes] | None = None
        self.temporary = folder / "temporary"
        self.temporary.mkdir(parents=True, exist_ok=True)

    def try_it(self, name: str, data: bytes) -> Tried:
        process = self._running()
        assert process.stdin and process.stdout
        try:
            process.stdin.write(struct.pack("<Q", len(data)) + data)
            process.stdin.flush()
        except BrokenPipeError:
            return self._ended(name, data)
        end = time.monotonic() + self._seconds
        line = b""
        while not line.endswith(b"\n"):
            ready, _, _ = select.select([process.stdout], [], [], max(0.0, end - time.monotonic()))
            if not ready:
                self.stop()
                return Tried(name, "hung", f"no answer in {self._seconds:g} s")
            part = os.read(process.stdout.fileno(), 65_536)
            if not part:
                return self._ended(name, data)
            line += part
        return Tried(name, *json.loads(line))

    def stop(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe:
                    pipe.close()
            self._process = None

    def _ended(self, name: str, data: bytes) -> Tried:
        assert self._process
        code = self._process.wait()
        self.stop()
        return Tried(name, "crashed", f"the process ended with {code}")

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            variables = {"OMP_NUM_THREADS": "1", "TMPDIR": str(self.temporary)}
            environment = no_network.environment(self._folder / "startup", self._folder / "network.log", **variables)
            self._process = subprocess.Popen(
                [sys.executable, "-X", "faulthandler", "-m", "tests.hostile.worker", str(self._memory)],
                cwd=ROOT,
                env=dict(environment),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        return self._process


def mutations(numbers: Iterable[int], seed: int) -> Iterator[tuple[str, bytes]]:
    # Round by round over all kinds, so that each gets its share; a file is known by its name and can be made again.
    sound = samples()
    families: dict[str, list[bytes]] = {}
    for name, data in sound.items():
        families.setdefault(name.split()[0], []).append(data)
    names = list(sound)
    for number in numbers:
        name = names[number % len(names)]
        chance = random.Random(f"{seed}/{number}")  # noqa: S311 - injuries that can be repeated
        yield f"{name} #{seed}/{number}", mutated(sound[name], families[name.split()[0]], chance)


def trial(
    files: Iterable[tuple[str, bytes]], workers: int = 2, seconds: float = SECONDS, keep: Path | None = None
) -> Figures:
    figures = Figures()
    waiting = iter(files)
    with tempfile.TemporaryDirectory() as folder:
        hands = [Worker(Path(folder) / str(number), seconds) for number in range(workers)]

        def all_that_come(hand: Worker) -> None:
            while (one := _next(waiting)) is not None:
                tried = hand.try_it(*one)
                with _LOCK:
                    figures.add(tried)
                if keep and tried.what not in ("accepted", "refused"):
                    keep.mkdir(parents=True, exist_ok=True)
                    (keep / tried.name.replace("/", "-").replace(" ", "_")).write_bytes(one[1])

        try:
            with ThreadPoolExecutor(workers) as pool:
                list(pool.map(all_that_come, hands))
        finally:
            for hand in hands:
                hand.stop()
        figures.left = [str(path) for hand in hands for path in hand.temporary.rglob("*")]
    return figures


def _next(waiting: Iterator[tuple[str, bytes]]) -> tuple[str, bytes] | None:
    with _LOCK:
        return next(waiting, None)
