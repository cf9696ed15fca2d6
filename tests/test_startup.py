from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import streamlit as st

from tests.support.drawing import draw_garment, photo_bytes
from wardrobe_app import startup
from wardrobe_app.config import Settings
from wardrobe_app.domain.errors import StorageFailed
from wardrobe_app.services.catalogue import catalogue
from wardrobe_app.services.importing.importer import source_from_bytes
from wardrobe_app.wiring import Runtime


def test_the_first_start_creates_everything_inside_the_data_folder(runtime: Runtime, settings: Settings) -> None:
    assert {path.name for path in settings.data_dir.iterdir()} >= {"photos", "thumbnails", "wardrobe.db"}
    assert runtime.catalogue.count().live == 0


def test_another_database_can_be_named(open_wardrobe: Callable[[Settings], Runtime], tmp_path: Path) -> None:
    elsewhere = tmp_path / "else.db"
    open_wardrobe(Settings(data_dir=tmp_path / "data", database_url=f"sqlite:///{elsewhere.as_posix()}"))
    assert elsewhere.exists()
    assert not (tmp_path / "data" / "wardrobe.db").exists()


def test_what_is_too_long_in_the_trash_is_gone_at_the_next_start(
    runtime: Runtime,
    settings: Settings,
    open_wardrobe: Callable[[Settings], Runtime],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (result,) = runtime.importing.importer.add([source_from_bytes("a", photo_bytes(draw_garment(size=(90, 120))))])
    assert result.garment
    runtime.catalogue.trash([result.garment.id])
    assert len(open_wardrobe(settings).catalogue.trashed()) == 1

    class Later(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:
            return datetime.now(UTC) + timedelta(days=31)

    monkeypatch.setattr(catalogue, "datetime", Later)
    assert open_wardrobe(settings).catalogue.trashed() == ()


def test_a_data_folder_that_cannot_be_made_is_named(
    open_wardrobe: Callable[[Settings], Runtime], tmp_path: Path
) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(StorageFailed, match="taken"):
        open_wardrobe(Settings(data_dir=tmp_path / "taken"))


def test_a_server_opens_each_wardrobe_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    st.cache_resource.clear()
    first = startup.current()
    assert startup.current() is first
    monkeypatch.setenv("WARDROBE_DATA_DIR", str(tmp_path / "another"))
    assert startup.current().settings.data_dir == tmp_path / "another"
    st.cache_resource.clear()


def test_no_password_of_an_address_is_shown(open_wardrobe: Callable[[Settings], Runtime], tmp_path: Path) -> None:
    opened = open_wardrobe(Settings(data_dir=tmp_path / "data", photos_url="memory://ada:hush-hush@wardrobe/photos"))
    assert "hush" not in repr(opened) and "hush" not in str(opened.settings)
    assert opened.kept_elsewhere == {"photos": "memory://wardrobe/photos"}


def test_everything_is_in_the_data_folder_unless_named(runtime: Runtime) -> None:
    assert runtime.kept_elsewhere == {}
