from __future__ import annotations

import os
import random
import signal
from pathlib import Path

import pytest

pytest.importorskip("resource", reason="this system cannot limit a program's memory")

from tests.hostile.bombs import BOMBS
from tests.hostile.mutations import mutated
from tests.hostile.samples import samples
from tests.hostile.trial import MEMORY, SECONDS, Figures, Worker, mutations, trial
from wardrobe_app.config import Settings
from wardrobe_app.services.importing.importer import Outcome, source_from_bytes
from wardrobe_app.wiring import Runtime

SEED = 20_261
# Within the limits once decoded, or harmless where the decoder stops at what the picture needs.
HARMLESS = {
    "tiff pages in a ring", "a jpeg of many pictures", "pixels that swell", "a deflated strip that swells",
    "an lzw strip that swells", "a hundred million sixteen bit pixels", "a hundred million pixels with alpha",
    "a hundred million floats", "tags that share their data", "exif whose tags share their data", "many heif tiles",
    "many gif frames", "many tiff pages", "many webp frames", "many png frames", "many avif frames",
}  # fmt: skip


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest) -> object:
    def say(figures: Figures) -> None:
        with capsys.disabled():
            print(f"\n{request.node.name}: {figures}")

    return say


@pytest.mark.timeout(900)
@pytest.mark.parametrize("count", [630, pytest.param(6_300, marks=pytest.mark.slow)])
def test_no_damaged_picture_of_any_kind_crashes_hangs_or_leaves_a_file(told, count: int) -> None:  # noqa: ANN001
    figures = trial(mutations(range(count), SEED))
    told(figures)
    assert figures.bad == []
    assert figures.left == []
    assert figures.counts.total() == count
    assert min(figures.counts["accepted"], figures.counts["refused"]) > count // 10
    assert figures.memory < 2**30
    assert set(figures.by_kind) == set(samples())


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_no_bomb_takes_much_memory_or_long(told) -> None:  # noqa: ANN001
    figures = trial(((name, make()) for name, make in BOMBS.items()), workers=1)
    told(figures)
    assert figures.bad == []
    assert figures.left == []
    assert {name for name, counts in figures.by_kind.items() if counts["accepted"]} <= HARMLESS
    assert figures.memory < 1.25 * 2**30, "100 million pixels of four bytes, twice, and a little"


def test_files_that_once_did_harm_are_refused() -> None:
    figures = trial(mutations([92_603], 6), workers=1)  # found by longer runs
    assert figures.bad == []


def test_sound_pictures_of_every_kind_are_accepted() -> None:
    figures = trial(samples().items(), workers=1)
    assert figures.counts["accepted"] == len(samples()), figures.by_kind


def test_a_decoder_that_crashes_or_hangs_would_be_counted(tmp_path: Path) -> None:
    sound = samples()["jpeg baseline"]
    worker = Worker(tmp_path / "crashing", SECONDS, MEMORY)
    assert worker.try_it("sound", sound).what == "accepted"
    assert worker._process
    os.kill(worker._process.pid, signal.SIGSEGV)
    assert worker.try_it("after", sound).what == "crashed"
    assert worker.try_it("again", sound).what == "accepted"
    worker.stop()
    assert Worker(tmp_path / "hanging", 0.0, MEMORY).try_it("slow", sound).what == "hung"


def test_injuries_can_be_made_again() -> None:
    sound = list(samples().values())
    once, twice = (
        [mutated(one, sound, random.Random(f"1/{n}")) for n, one in enumerate(sound)]  # noqa: S311
        for _ in range(2)
    )
    assert once == twice
    assert sum(a != b for a, b in zip(once, sound, strict=True)) > len(sound) * 0.8


def test_an_import_of_bombs_and_damaged_files_keeps_what_is_good_and_leaves_nothing_of_the_rest(
    runtime: Runtime, settings: Settings
) -> None:
    quick = [make for name, make in BOMBS.items() if not name.startswith(("many", "a hundred", "heif"))]
    files = [make() for make in quick] + [data for _, data in mutations(range(len(samples()) * 3), seed=3)]
    sources = [source_from_bytes(f"{number}.jpg", data) for number, data in enumerate(files)]
    results = list(runtime.importing.importer.add(sources))
    assert len(results) == len(files)
    refused = [one for one in results if one.outcome is Outcome.REFUSED]
    assert all(one.message.startswith(f"{one.name}: ") and one.message.endswith(".") for one in refused)
    added = [one for one in results if one.outcome is Outcome.ADDED]
    assert runtime.catalogue.count().live == len(added) > 20
    left = [path for path in settings.data_dir.glob("*/*/*") if path.is_file()]
    assert len(left) == 4 * len(added), "photo, thumbnail, mask and cut-out"
    assert not list(settings.data_dir.rglob("*.part"))
