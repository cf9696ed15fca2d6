from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
import streamlit as st
from sqlalchemy import make_url
from streamlit.runtime.caching import cache_utils

from db.engine import session
from tests.support.app_pages import OpenPage, a_photo, button, finish_import, texts
from wardrobe_app.config import Settings

if TYPE_CHECKING:
    from wardrobe_app.domain.garments.garment import Garment

Garments = tuple["Garment", ...]
HELD = "Another program is using the wardrobe's database"


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[sqlite3.Connection]:
    monkeypatch.setattr(session, "BUSY_TIMEOUT_MS", 50)
    with closing(sqlite3.connect(Settings().data_dir / "wardrobe.db", isolation_level=None)) as other:
        yield other


def test_photos_that_cannot_be_stored_are_refused_one_by_one_and_can_be_added_later(
    open_page: OpenPage, garments: Garments, held: sqlite3.Connection
) -> None:
    app = open_page("add_photos")
    held.execute("BEGIN IMMEDIATE")
    app.file_uploader[0].set_value([("one.jpg", a_photo(seed=31), "image/jpeg")]).run()
    button(app, "Add 1 photo").click().run()
    finish_import(app)
    assert "1 refused" in texts(app)
    assert HELD in texts(app)
    held.execute("ROLLBACK")


def test_an_edit_that_cannot_be_stored_is_told_and_stays_in_the_form(
    open_page: OpenPage, garments: Garments, held: sqlite3.Connection
) -> None:
    item = garments[0].id
    app = open_page("garment", item=str(item))
    held.execute("BEGIN IMMEDIATE")
    app.text_input(key=f"name_{item}").set_value("Mine")
    button(app, "Save details").click().run()
    assert not app.exception
    assert HELD in texts(app)
    held.execute("ROLLBACK")
    assert app.text_input(key=f"name_{item}").value == "Mine"
    button(app, "Save details").click().run()
    assert app.title[0].value == "Mine"


# Redundancy answers from what it knows while nothing was committed, Safekeeping asks nothing of this table.
@pytest.mark.parametrize("page", ["wardrobe", "garment", "outfits", "graph", "trash", "settings"])
def test_a_page_that_cannot_read_says_so_and_works_again_later(
    page: str, open_page: OpenPage, garments: Garments
) -> None:
    app = open_page(page, item="1")
    database = Settings().data_dir / "wardrobe.db"
    with closing(sqlite3.connect(database)) as other:
        other.execute("ALTER TABLE item RENAME TO elsewhere")
        other.commit()
    app.run()
    assert not app.exception
    assert "The wardrobe's database did not answer: no such table" in texts(app)
    with closing(sqlite3.connect(database)) as other:
        other.execute("ALTER TABLE elsewhere RENAME TO item")
        other.commit()
    app.run()
    assert not app.exception
    assert "did not answer" not in texts(app)


@pytest.mark.parametrize("page", ["wardrobe", "add_photos", "trash", "maintenance", "settings"])
def test_a_wardrobe_of_a_newer_program_is_told_on_the_page(page: str, open_page: OpenPage, garments: Garments) -> None:
    with closing(sqlite3.connect(Settings().data_dir / "wardrobe.db")) as other:
        other.execute("UPDATE alembic_version SET version_num = '9999'")
        other.commit()
    st.cache_resource.clear()
    app = open_page(page)
    told = "This wardrobe is from a newer version of Wardrobe Graph. Update the program; nothing was changed."
    assert [error.value.replace("\\", "") for error in app.error] == [told]


def test_the_trash_is_emptied_of_what_is_too_old_while_the_app_stays_open(
    open_page: OpenPage, garments: Garments, monkeypatch: pytest.MonkeyPatch
) -> None:
    from wardrobe_app import startup

    asked, clock = [], [0.0]
    monkeypatch.setattr(startup, "_empty_trash", asked.append)
    monkeypatch.setattr(cache_utils, "TTLCACHE_TIMER", lambda: clock[0])
    st.cache_resource.clear()
    open_page("wardrobe")
    opened = len(asked)
    open_page("wardrobe")
    assert len(asked) == opened, "not at each click"
    clock[0] += 25 * 3600
    open_page("wardrobe")
    assert len(asked) == opened + 1, "but a day later"


def test_the_settings_tell_what_is_kept_elsewhere_without_passwords(
    open_page: OpenPage, fresh_postgres: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    address = make_url(fresh_postgres())
    monkeypatch.setenv("WARDROBE_DATABASE_URL", address.render_as_string(hide_password=False))
    monkeypatch.setenv("WARDROBE_PHOTOS_URL", "memory://ada:hush-hush@wardrobe")
    app = open_page("maintenance")
    shown = [code.value for code in app.code]
    assert f"postgresql+psycopg://127.0.0.1:{address.port}/{address.database}" in shown
    assert "memory://wardrobe" in shown
    everything = texts(app) + "".join(shown)
    assert "in one folder on this computer" not in everything
    assert address.password and address.password not in everything and "hush" not in everything


def test_a_database_that_cannot_be_reached_is_a_sentence_on_the_page(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WARDROBE_DATABASE_URL", "postgresql://ada:hush-hush@127.0.0.1:1/clothes")
    app = open_page("wardrobe")
    assert "server cannot be reached" in texts(app) and "hush" not in texts(app)
