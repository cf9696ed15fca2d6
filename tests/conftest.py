from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from db import migrate
from tests.support import migrated
from tests.support.fakes import FakeTagger
from wardrobe_app.config import Settings

if TYPE_CHECKING:
    from wardrobe_app.wiring import Runtime

pytest_plugins = ["tests.support.no_network", "tests.support.postgres", "tests.support.pgvector"]


_DATABASES = ("sqlite", "postgresql")
# Whose answers depend on how a database orders and compares text; all others are in the slow lane.
_ON_BOTH = {"tests.services.catalogue.test_search"}
# Those that open, copy or damage the database's file themselves, or compare ids that only SQLite gives again.
_ON_SQLITE = {
    "tests.services.backup.test_restore_interrupted",
    "tests.services.backup.test_scheduler",
    "tests.services.catalogue.test_merge_properties",
    "tests.services.catalogue.test_no_trace",
    "tests.services.integrity.test_checker",
}
_WARDROBES = {"settings", "runtime", "open_wardrobe"}


def pytest_addoption(parser: pytest.Parser) -> None:
    help_ = "keep every wardrobe in this database; by default in SQLite, and in the slow lane in PostgreSQL too"
    parser.addoption("--database", choices=_DATABASES, help=help_)
    help_ = "in the slow lane, do at random for hours what is done for minutes otherwise"
    parser.addoption("--full", action="store_true", help=help_)


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("numprocesses", None):  # the processes share the processors
        os.environ.setdefault("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 1) // 4)))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    # Side by side in the order of tests, so that a failure on one of them shows how it goes on the other.
    if "_database" not in metafunc.fixturenames:
        return
    if only := metafunc.config.getoption("--database"):
        metafunc.parametrize("_database", [only], indirect=True)
    elif metafunc.module.__name__.startswith("tests.services.") and _WARDROBES & set(metafunc.fixturenames):
        if metafunc.module.__name__ in _ON_SQLITE:
            return
        quick = metafunc.module.__name__ in _ON_BOTH
        second = pytest.param("postgresql", marks=[] if quick else [pytest.mark.slow])
        metafunc.parametrize("_database", ["sqlite", second], indirect=True)


@pytest.fixture(autouse=True)
def _database(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if getattr(request, "param", "sqlite") != "postgresql":
        return
    fresh, databases = request.getfixturevalue("fresh_postgres"), {}

    def of(settings: Settings) -> str:
        # A database for each data folder, where SQLite has a file.
        if settings.database_url is None and settings.data_dir not in databases:
            databases[settings.data_dir] = fresh(migrated=True)
        return settings.database_url or databases[settings.data_dir]

    monkeypatch.setattr(Settings, "resolved_database_url", property(of))


@pytest.fixture(autouse=True)
def _migrated_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if not request.module.__name__.startswith("tests.db.test_migrat"):
        monkeypatch.setattr(migrate, "bring_to", migrated.bring_to)


@pytest.fixture(autouse=True)
def _no_wardrobe_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for field in Settings.model_fields:
        monkeypatch.delenv(f"WARDROBE_{field.upper()}", raising=False)
    monkeypatch.setenv("WARDROBE_DATA_DIR", str(tmp_path / "wardrobe"))


@pytest.fixture
def full(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--full"))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "wardrobe", batch_size=4)


@pytest.fixture
def tagger() -> FakeTagger:
    return FakeTagger()


@pytest.fixture
def open_wardrobe(monkeypatch: pytest.MonkeyPatch, tagger: FakeTagger) -> Callable[[Settings], Runtime]:
    from tests.support import remembered
    from wardrobe_app import startup, wiring

    remembered.install(monkeypatch)
    monkeypatch.setattr(wiring, "make_tagger", lambda settings: tagger)
    return startup.build


@pytest.fixture
def runtime(open_wardrobe: Callable[[Settings], Runtime], settings: Settings) -> Runtime:
    return open_wardrobe(settings)
