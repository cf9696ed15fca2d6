from __future__ import annotations

import gc
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st

from benchmarks.wardrobes import fill
from tests.paths import ROOT
from tests.support import no_network
from wardrobe_app import preload, startup
from wardrobe_app.config import Settings
from wardrobe_app.domain.errors import AccessDenied

# Every page once, and what each imported that was not there before.
VISIT = """
import json, pathlib, sys
from wardrobe_app import preload
preload.page_is_shown()
preload.load()
from streamlit.testing.v1 import AppTest
app = AppTest.from_file("streamlit_app.py", default_timeout=120).run()
late = {}
for page in sorted(pathlib.Path("wardrobe_app/pages").rglob("[!_]*.py")):
    before = set(sys.modules)
    app.switch_page(str(page)).run()
    assert not app.exception, (page, app.exception)
    late[page.stem] = sorted(set(sys.modules) - before)
print(json.dumps(late))
"""


@pytest.fixture
def address(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    options = {"server.address": request.param, "secrets.files": []}
    monkeypatch.setattr(st, "get_option", options.get)
    yield
    st.cache_resource.clear()


def test_streamlit_serves_the_file_with_what_loads_ahead() -> None:
    import streamlit_app

    assert isinstance(streamlit_app.app, st.App)
    assert streamlit_app.app.script_path == ROOT / "streamlit_app.py"


@pytest.mark.parametrize("address", ["localhost"], indirect=True)
@pytest.mark.usefixtures("address")
def test_the_wardrobe_is_opened_ahead_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WARDROBE_DATA_DIR", str(tmp_path))
    built: list[Settings] = []
    build = startup.build
    monkeypatch.setattr(
        startup, "build", lambda settings, **given: (built.append(settings), build(settings, **given))[1]
    )
    startup.open_ahead()
    startup.open_ahead()
    assert [settings.data_dir for settings in built] == [tmp_path]


@pytest.mark.parametrize(
    ("address", "allowed"), [("localhost", "ada@example.org"), ("192.168.0.7", ""), (None, "")], indirect=["address"]
)
@pytest.mark.usefixtures("address")
def test_no_wardrobe_is_opened_ahead_for_others(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, allowed: str) -> None:
    monkeypatch.setenv("WARDROBE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("WARDROBE_ALLOWED_USERS", allowed)
    startup.open_ahead()
    assert not (tmp_path / "data").exists()


def test_a_wardrobe_that_cannot_be_opened_does_not_stop_what_loads_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    def denied() -> None:
        raise AccessDenied("no")

    monkeypatch.setattr(startup, "open_ahead", denied)
    preload.page_is_shown()
    preload.load()
    gc.unfreeze()
    assert "pandas" in sys.modules


def test_first_visits_of_pages_import_no_more_libraries(tmp_path: Path) -> None:
    fill(tmp_path / "data", 12)
    environment = no_network.environment(
        tmp_path / "startup", tmp_path / "network", WARDROBE_DATA_DIR=str(tmp_path / "data")
    )
    answer = subprocess.run(
        [sys.executable, "-c", VISIT], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    late = json.loads(answer.stdout.splitlines()[-1])
    assert len(late) > 10
    assert {page: names for page, names in late.items() if len(names) > 60} == {}
