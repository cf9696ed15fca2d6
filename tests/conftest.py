from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.fakes import FakeTagger
from wardrobe_app.config import Settings

if TYPE_CHECKING:
    from wardrobe_app.runtime import Runtime

pytest_plugins = ["tests.no_network", "tests.postgres"]


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
    from wardrobe_app import runtime

    monkeypatch.setattr(runtime, "make_tagger", lambda settings: tagger)
    return runtime.build


@pytest.fixture
def runtime(open_wardrobe: Callable[[Settings], Runtime], settings: Settings) -> Runtime:
    return open_wardrobe(settings)
