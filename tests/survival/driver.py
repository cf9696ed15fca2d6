from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from tests.services.support.actions import empty_trash
from tests.support.fakes import FakeTagger
from wardrobe_app import startup, wiring
from wardrobe_app.config import Settings
from wardrobe_app.services.importing.sources import sources_of
from wardrobe_app.wiring import Runtime

# A program that opens wardrobes and works in them as the app does, in a process of its own for each piece of work:
# forked, since starting Python takes longer than the work. In that process every use of a file or of the database is
# counted, and it can be told to end itself by SIGKILL, which nothing can catch, at the nth. Lines of standard input
# tell what to do: the work, the wardrobe, a folder of photos, and when to die ("event 17", "time 0.25", "never 0").
# Each is answered with a line: how the process ended (0, or -9), and how many events there were if it got to its end.

WATCHED = ("open", "os.", "tempfile.", "shutil.", "sqlite3.", "fcntl.")


class Events:
    def __init__(self, last: int | None) -> None:
        self.count = 0
        self._last = last

    def happens(self, *_: Any, **__: Any) -> None:
        self.count += 1
        if self.count == self._last:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self) -> None:
        for name in ("before_cursor_execute", "after_cursor_execute", "begin", "commit", "rollback"):
            event.listen(Engine, name, self.happens)
        # The system outlives a SIGKILL, so nothing need reach the disk here, which takes most of the time.
        event.listen(Engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous = OFF"))
        os.fsync = self.happens
        sys.addaudithook(lambda name, _: self.happens() if name.startswith(WATCHED) else None)


def add(wardrobe: Runtime, photos: Path) -> Iterator[Any]:
    yield from wardrobe.importing.importer.add(sources_of([photos]), asked=[photos])


def allow_duplicates(wardrobe: Runtime, photos: Path) -> Iterator[Any]:
    yield from wardrobe.importing.importer.add(sources_of([photos]), asked=[photos], allow_duplicates=True)


def retag(wardrobe: Runtime, _: Path) -> Iterator[Any]:
    yield from wardrobe.catalogue.retag()


def empty(wardrobe: Runtime, _: Path) -> Iterator[Any]:
    everything = [garment.id for garment in wardrobe.catalogue.garments()]
    wardrobe.catalogue.trash(everything)
    yield empty_trash(wardrobe.catalogue)


WORK: dict[str, Callable[[Runtime, Path], Iterator[Any]]] = {
    "add": add,
    "add_anyway": allow_duplicates,
    "retag": retag,
    "empty": empty,
}


def work(name: str, data: Path, photos: Path, how: str, when: float) -> int:
    events = Events(int(when) if how == "event" else None)
    events.watch()
    wiring.make_tagger = lambda settings: FakeTagger("fake 2" if name == "retag" else "fake 1")
    wardrobe = startup.build(Settings(data_dir=data, batch_size=6))
    for _ in WORK[name](wardrobe, photos):
        pass
    return events.count


def in_a_process(name: str, data: Path, photos: Path, how: str, when: float) -> tuple[int, int]:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            os.write(writing, str(work(name, data, photos, how, when)).encode())
        except BaseException:
            sys.excepthook(*sys.exc_info())
            os._exit(1)
        os._exit(0)
    os.close(writing)
    if how == "time":
        time.sleep(when)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    with os.fdopen(reading) as answer:
        counted = answer.read()
    return os.waitstatus_to_exitcode(status), int(counted or 0)


def main() -> None:
    for line in sys.stdin:
        name, data, photos, how, when = line.rstrip("\n").split("\t")
        print(*in_a_process(name, Path(data), Path(photos), how, float(when)), flush=True)


if __name__ == "__main__":
    main()
