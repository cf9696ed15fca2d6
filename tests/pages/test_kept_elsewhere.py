from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import make_url

from tests.support.app_pages import OpenPage, texts


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
