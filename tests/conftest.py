from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.fakes import FakeTagger
from wardrobe_app.config import Settings

if TYPE_CHECKING:
    from wardrobe_app.wiring import Runtime

pytest_plugins = ["tests.support.no_network", "tests.support.postgres"]


_DATABASES = ("sqlite", "postgresql")
# Those that ask the database most; all of them on PostgreSQL would take minutes more and find little else.
_ON_BOTH = {
    f"tests.services.{name}"
    for name in (
        "catalogue.test_catalogue",
        "catalogue.test_custom_types",
        "catalogue.test_merging",
        "catalogue.test_search",
        "importing.test_importer",
        "outfits.test_saved_outfits",
        "outfits.test_wear_log",
        "redundancy.test_review",
        "tagging.test_label_propagation",
    )
}
_WARDROBES = {"settings", "runtime", "open_wardrobe"}


def pytest_addoption(parser: pytest.Parser) -> None:
    help_ = "keep every wardrobe in this one; else in SQLite, and those of the services that ask most of it in both"
    parser.addoption("--database", choices=_DATABASES, help=help_)
    parser.addoption("--slow", action="store_true", help="run the slow lane too: what takes minutes a test")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--slow"):
        return
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.skip(reason="in the slow lane: run pytest with --slow"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    # Beside each other in the order of tests, so that a failure on one of them shows how it goes on the other.
    if "_database" not in metafunc.fixturenames:
        return
    only = metafunc.config.getoption("--database")
    chosen = metafunc.module.__name__ in _ON_BOTH
    both = chosen and _WARDROBES & set(metafunc.fixturenames)
    if only or both:
        metafunc.parametrize("_database", [only] if only else _DATABASES, indirect=True)


@pytest.fixture(autouse=True)
def _database(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if getattr(request, "param", "sqlite") != "postgresql":
        return
    fresh, databases = request.getfixturevalue("fresh_postgres"), {}

    def of(settings: Settings) -> str:
        # A database for each data folder, where SQLite has a file.
        if settings.database_url is None and settings.data_dir not in databases:
            databases[settings.data_dir] = fresh()
        return settings.database_url or databases[settings.data_dir]

    monkeypatch.setattr(Settings, "resolved_database_url", property(of))


@pytest.fixture(autouse=True)
def _no_wardrobe_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for field in Settings.model_fields:
        monkeypatch.delenv(f"WARDROBE_{field.upper()}", raising=False)
    monkeypatch.setenv("WARDROBE_DATA_DIR", str(tmp_path / "wardrobe"))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "wardrobe", batch_size=4)


@pytest.fixture
def tagger() -> FakeTagger:
    return FakeTagger()


@pytest.fixture
def open_wardrobe(monkeypatch: pytest.MonkeyPatch, tagger: FakeTagger) -> Callable[[Settings], Runtime]:
    from wardrobe_app import startup, wiring

    monkeypatch.setattr(wiring, "make_tagger", lambda settings: tagger)
    return startup.build


@pytest.fixture
def runtime(open_wardrobe: Callable[[Settings], Runtime], settings: Settings) -> Runtime:
    return open_wardrobe(settings)
