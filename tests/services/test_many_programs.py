from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.paths import ROOT
from tests.support.drawing import draw_garment, photo_bytes
from wardrobe_app.config import Settings
from wardrobe_app.services.importing.sources import source_from_path
from wardrobe_app.wiring import Runtime

PROGRAMS, OWN, SHARED, RAISES = 4, 3, 3, 25

# What each of them does: take in photos, some of which all have; correct, raise a count, save looks, and let go.
PROGRAM = """
import json, os, sys, time
from tests.support.fakes import FakeTagger
from wardrobe_app import startup, wiring
from wardrobe_app.domain.garments.garment import TagKind
from wardrobe_app.services.importing.sources import source_from_path
from pathlib import Path

wiring.make_tagger = lambda settings: FakeTagger()
rt = startup.build()
gate, programs, first, raises, *photos = sys.argv[1:]
outcomes, mine = [], []

def together(place):
    # However long each took to get here: from now on they are in each other's way.
    (Path(gate) / f"{place}{os.getpid()}").touch()
    while len(list(Path(gate).glob(f"{place}*"))) < int(programs):
        time.sleep(0.01)

together("import")
for result in rt.importing.importer.add([source_from_path(Path(photo)) for photo in photos]):
    outcomes.append(result.outcome.value)
    if result.outcome.value == "added":
        mine.append(result.garment.id)
together("raise")
for _ in range(int(raises)):
    with rt.catalogue._uow(writing=True) as uow:
        (garment,) = uow.garments.many([int(first)])
        uow.garments.change([garment.id], {"quantity": garment.quantity + 1})
        uow.commit()
for one in mine:
    rt.catalogue.correct([one], TagKind.COLOUR, "pink")
rt.catalogue.trash(mine[:1])
print(json.dumps({"outcomes": outcomes, "mine": mine}))
"""


def pictures(folder: Path, number: int, first_seed: int) -> list[Path]:
    folder.mkdir()
    paths = [folder / f"{seed}.jpg" for seed in range(first_seed, first_seed + number)]
    for path in paths:
        path.write_bytes(photo_bytes(draw_garment(colour=(9 * int(path.stem) % 250, 90, 60), seed=int(path.stem))))
    return paths


@pytest.mark.slow
def test_four_programs_at_once_lose_nothing(
    fresh_postgres: Callable[[], str], open_wardrobe: Callable[[Settings], Runtime], tmp_path: Path
) -> None:
    variables = {"WARDROBE_DATABASE_URL": fresh_postgres(), "WARDROBE_DATA_DIR": str(tmp_path / "wardrobe")}
    rt = open_wardrobe(Settings(data_dir=tmp_path / "wardrobe", database_url=variables["WARDROBE_DATABASE_URL"]))
    (start,) = pictures(tmp_path / "start", 1, 900)
    (first,) = [result.garment.id for result in rt.importing.importer.add([source_from_path(start)]) if result.garment]
    shared = pictures(tmp_path / "shared", SHARED, 100)
    gate = tmp_path / "gate"
    gate.mkdir()
    programs = []
    for number in range(PROGRAMS):
        photos = pictures(tmp_path / f"own{number}", OWN, 10 * number) + shared
        numbers = (PROGRAMS, first, RAISES)
        arguments = [sys.executable, "-c", PROGRAM, str(gate), *map(str, [*numbers, *photos])]
        environment = {**os.environ, **variables, "OMP_NUM_THREADS": "1"}
        programs.append(subprocess.Popen(arguments, cwd=ROOT, env=environment, stdout=-1, stderr=-1, text=True))
    ended = [program.communicate(timeout=240) for program in programs]
    assert [errors for _, errors in ended] == [""] * PROGRAMS
    told = [json.loads(output) for output, _ in ended]

    outcomes = [outcome for one in told for outcome in one["outcomes"]]
    assert outcomes.count("added") == PROGRAMS * OWN + SHARED, "every photo once"
    assert outcomes.count("already there") == (PROGRAMS - 1) * SHARED
    mine = [item for one in told for item in one["mine"]]
    assert len(set(mine)) == len(mine) == PROGRAMS * OWN + SHARED
    assert rt.catalogue.get(first).quantity == 1 + PROGRAMS * RAISES
    assert {rt.catalogue.get(item).colour for item in mine} == {"pink"}
    counts = rt.catalogue.count()
    assert (counts.live, counts.trashed) == (1 + len(mine) - PROGRAMS, PROGRAMS)
    files = [path for path in rt.settings.photos_dir.rglob("*") if path.is_file()]
    assert len(files) == 1 + len(mine), "no file is lost, and none is left over"
