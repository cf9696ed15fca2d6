from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

from tests.support.drawing import draw_garment, photo_bytes
from tests.support.fakes import NAMED, FakeTagger
from wardrobe_app import startup, wiring
from wardrobe_app.config import Settings
from wardrobe_app.domain.catalogue.filters import GarmentEdit
from wardrobe_app.domain.errors import ChangedElsewhere
from wardrobe_app.domain.garments.garment import TagKind, Verdict
from wardrobe_app.services.importing.importer import Source, source_from_bytes
from wardrobe_app.wiring import Runtime

# One of several programs that write to one wardrobe: `python -m tests.services.writer NAME FOLDER`. It waits for the
# others, does what its name says, and prints one JSON line for each write: what, the outcome, and how long it took.
# What it says is done is looked for at the end.

SHARED = 16
Write = tuple[str, Callable[[], object]]


def photos(first: int, count: int) -> list[Source]:
    kinds, colours = ("blouse", "trousers", "dress", "shirt", "skirt"), list(NAMED.values())
    return [
        source_from_bytes(
            f"{n}.jpg",
            photo_bytes(draw_garment(kinds[n % 5], colours[n % len(colours)], size=(90, 120), seed=n)),
        )
        for n in range(first, first + count)
    ]


def opened(folder: Path) -> Runtime:
    wiring.make_tagger = lambda settings: FakeTagger()
    return startup.build(Settings(data_dir=folder, batch_size=4))


def importing(wardrobe: Runtime) -> Iterator[Write]:
    results = wardrobe.importing.importer.add(photos(100, 32))
    for number in range(100, 132):

        def one() -> str:
            result = next(results)
            assert result.garment is not None, result.message
            return result.outcome.value

        yield f"photo {number}.jpg", one


def a_word_more(wardrobe: Runtime, item: int, word: str) -> Write:
    # Two programs do this to the same notes: who overwrites a version that he has not seen takes words away.
    def add() -> None:
        before = wardrobe.catalogue.get(item)
        notes = f"{before.notes} {word}".strip()
        wardrobe.catalogue.edit([item], GarmentEdit(notes=notes), seen={item: before.version})

    return f"note {item} {word}", add


def editing(wardrobe: Runtime) -> Iterator[Write]:
    for number in range(96):
        yield a_word_more(wardrobe, number // 2 % SHARED + 1, f"e{number}")


def correcting(wardrobe: Runtime) -> Iterator[Write]:
    for number in range(64):
        item, kind = number % SHARED + 1, ("Poncho", "Parka", "Robe")[number % 3]
        yield a_word_more(wardrobe, item, f"c{number}")
        if number % 4 == 3:
            yield f"tags {item}", lambda item=item: list(wardrobe.catalogue.retag([item]))
        yield f"type {item} {kind}", lambda item=item, kind=kind: wardrobe.catalogue.correct([item], TagKind.TYPE, kind)


def deciding(wardrobe: Runtime) -> Iterator[Write]:
    for number in range(0, SHARED - 3, 4):
        a, b, c, d = range(number + 1, number + 5)
        yield f"verdict {a} {b}", lambda a=a, b=b: wardrobe.redundancy.review.decide([a, b], Verdict.DIFFERENT)
        yield f"merged {d} {c}", lambda c=c, d=d: wardrobe.redundancy.review.merge(c, [d], prefer={"type": c})
        yield (
            f"worn {a} {number}",
            lambda a=a, n=number: wardrobe.outfits.wear_log.wear([a], date.today() - timedelta(n)),
        )
        yield f"look {a} {b}", lambda a=a, b=b: wardrobe.outfits.saved.save([a, b])
        yield f"trashed {b}", lambda b=b: wardrobe.catalogue.trash([b])
        yield f"favourite {a}", lambda a=a: wardrobe.catalogue.set_favourite([a], True)
        yield f"compared {number}", wardrobe.redundancy.review.groups
        undone = wardrobe.redundancy.review.decide([a, c], Verdict.KEEP_BOTH)
        yield f"undone {a} {c}", lambda undone=undone: wardrobe.redundancy.review.undo(undone)


JOBS = {"importing": importing, "editing": editing, "correcting": correcting, "deciding": deciding}


def main(name: str, folder: Path) -> None:
    wardrobe = opened(folder)
    (folder / f"{name}.ready").touch()
    while not all((folder / f"{job}.ready").exists() for job in JOBS):
        time.sleep(0.01)
    for what, write in JOBS[name](wardrobe):
        for _ in range(200):
            began = time.perf_counter()
            try:
                write()
                outcome = "done"
            except ChangedElsewhere:
                outcome = "changed meanwhile"
            except Exception as error:  # noqa: BLE001, RUF100 - whatever it is, the test has to hear of it
                outcome = f"{type(error).__name__}: {error}"
            print(json.dumps([what, outcome, round(time.perf_counter() - began, 3)]), flush=True)
            if outcome != "changed meanwhile":
                break


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
