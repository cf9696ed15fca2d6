from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from tests.paths import ROOT
from tests.support import remembered
from tests.support.drawing import Colour, draw_garment, photo_bytes
from tests.support.fakes import FakeTagger
from wardrobe_app.components.shared import jobs, navigation
from wardrobe_app.config import Settings
from wardrobe_app.services.importing.importer import source_from_bytes

if TYPE_CHECKING:
    from wardrobe_app.domain.garments.garment import Garment
    from wardrobe_app.wiring import Runtime

PINK, NAVY, GREEN, WHITE = (220, 120, 170), (30, 40, 90), (60, 140, 70), (240, 240, 240)
OpenPage = Callable[..., AppTest]


def a_photo(kind: str = "blouse", colour: Colour = PINK, seed: int = 0) -> bytes:
    return photo_bytes(draw_garment(kind, colour, background="wood", size=(180, 240), seed=seed))


@pytest.fixture(autouse=True)
def _fresh_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    from wardrobe_app import wiring

    tagger = FakeTagger()
    monkeypatch.setattr(wiring, "make_tagger", lambda settings: tagger)
    remembered.install(monkeypatch)
    # Streamlit reads what is said of every installed package, for each app; ours brings no components.
    monkeypatch.setattr(manifest_scanner, "scan_component_manifests", list)
    st.cache_resource.clear()
    st.cache_data.clear()
    yield
    st.cache_resource.clear()
    st.cache_data.clear()


@pytest.fixture
def wardrobe(request: pytest.FixtureRequest, settings: Settings) -> Runtime:
    # The one that the pages open: both follow the environment.
    from wardrobe_app import startup

    if "garments" in request.fixturenames:
        shutil.copytree(request.getfixturevalue("five_garments"), settings.data_dir)
    return startup.build()


@pytest.fixture(scope="session")
def five_garments(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from wardrobe_app import startup, wiring

    looks = (("blouse", PINK), ("skirt", PINK), ("trousers", NAVY), ("shoes", GREEN), ("dress", WHITE))
    photos = [a_photo(kind, colour, seed) for seed, (kind, colour) in enumerate(looks)]
    sources = [source_from_bytes(f"{number}.jpg", photo) for number, photo in enumerate(photos)]
    folder = tmp_path_factory.mktemp("five") / "wardrobe"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wiring, "make_tagger", lambda settings: FakeTagger())
        made = startup.build(Settings(data_dir=folder))
        assert all(result.garment for result in made.importing.importer.add(sources))
    return folder


@pytest.fixture
def garments(wardrobe: Runtime) -> tuple[Garment, ...]:
    return tuple(wardrobe.catalogue.get(number) for number in range(1, 6))


@pytest.fixture
def open_page() -> OpenPage:
    def opened(page: str, **query: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60)
        for name, value in query.items():
            app.query_params[name] = value
        if page != navigation.DEFAULT:  # which would begin its work in the background
            app.switch_page(navigation.path(page))
        app.run()
        assert not app.exception
        return app

    return opened


def finish_import(app: AppTest) -> AppTest:
    job = jobs.job("import")
    assert job is not None
    assert job.wait(60)
    app.run()
    assert not app.exception
    return app


def button(app: AppTest, label: str):  # noqa: ANN201 - AppTest's own type
    return next(one for one in app.button if one.label == label)


def texts(app: AppTest) -> str:
    said = (app.markdown, app.text, app.caption, app.success, app.info, app.warning, app.error)
    return "\n".join(str(one.value) for kind in (*said, app.header, app.subheader) for one in kind)
