from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.support.drawn_wardrobe import save_photos
from tests.browser.support.main_job import bring_photos_in_and_a_graph_out
from tests.browser.support.server import Server, serving
from tests.paths import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def _run(*command: str, cwd: Path, **variables: str) -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "STREAMLIT_"))}
    done = subprocess.run(
        command, cwd=cwd, env={**kept, **variables}, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
# The programs of an environment that has the wheel and the dependencies, and nothing of the source on its path.
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = (sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", str(folder))
    _run(*build, str(ROOT), cwd=folder)
    (wheel,) = folder.glob("*.whl")
    environment = folder / "environment"
    _run(sys.executable, "-m", "venv", str(environment), cwd=folder)
    scripts = environment / ("Scripts" if os.name == "nt" else "bin")
    python = str(scripts / "python")
    _run(python, "-m", "pip", "install", "-q", "--no-deps", str(wheel), cwd=folder)
    site = _run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder).strip()
    # Paths files are not followed from a paths file: an editable install of the source stays out.
    (Path(site) / "dependencies.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return scripts


@pytest.fixture
def server(browser: Browser, programs: Path, tmp_path: Path) -> Iterator[Server]:
    command = (str(programs / "wardrobe-graph"), "--no-browser", "--port")
    with serving(tmp_path / "machine", command=command, cwd=tmp_path) as running:
        yield running
        assert running.attempts() == ""


def test_what_is_installed_comes_from_the_wheel(programs: Path, tmp_path: Path) -> None:
    code = "import classifier, db, wardrobe_app; print(classifier.__file__, db.__file__, wardrobe_app.__file__)"
    places = _run(str(programs / "python"), "-c", code, cwd=tmp_path).split()
    assert all(Path(place).is_relative_to(programs.parent) for place in places)


def test_a_photo_is_added_and_recognised_by_commands(programs: Path, tmp_path: Path) -> None:
    (photo,) = save_photos(tmp_path / "photos", 1)
    data = str(tmp_path / "wardrobe")
    printed = _run(str(programs / "wardrobe-graph"), "add", str(photo), "--json", cwd=tmp_path, WARDROBE_DATA_DIR=data)
    assert [result["outcome"] for result in json.loads(printed)] == ["added"]
    (found,) = json.loads(_run(str(programs / "wardrobe-classifier"), "predict", str(photo), "--json", cwd=tmp_path))
    assert found["type"]


@pytest.mark.browser
def test_the_app_serves_this_machine_only_and_does_the_main_job(page: Page, server: Server, tmp_path: Path) -> None:
    assert "URL: http://localhost:" in server.output.read_text(encoding="utf-8")
    assert "Network URL" not in server.output.read_text(encoding="utf-8")
    bring_photos_in_and_a_graph_out(page, server, tmp_path)
