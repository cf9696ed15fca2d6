from __future__ import annotations

from pathlib import Path

import pytest
from platformdirs import user_data_dir
from pydantic import ValidationError

from classifier.checkpoint import SHIPPED
from wardrobe_app.config import SHIPPED_CHECKPOINT, Settings


def test_data_goes_to_the_users_data_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WARDROBE_DATA_DIR")
    assert Settings().data_dir == Path(user_data_dir("wardrobe-graph", appauthor=False))


def test_the_environment_sets_what_it_names(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WARDROBE_DATA_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("WARDROBE_MAX_PIXELS", "1000")
    settings = Settings()
    assert settings.photos_dir == tmp_path / "elsewhere" / "photos"
    assert settings.max_pixels == 1000


def test_an_empty_variable_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARDROBE_DATABASE_URL", "")
    assert Settings().resolved_database_url.startswith("sqlite:///")


def test_the_database_is_in_the_data_folder_unless_another_is_named(tmp_path: Path) -> None:
    database = (tmp_path / "wardrobe.db").as_posix()
    assert Settings(data_dir=tmp_path).resolved_database_url == f"sqlite:///{database}"
    assert Settings(database_url="postgresql://somewhere/x").resolved_database_url == "postgresql://somewhere/x"


def test_no_checkpoint_is_named_unless_the_environment_names_one(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings().checkpoint is None
    assert SHIPPED_CHECKPOINT == SHIPPED
    monkeypatch.setenv("WARDROBE_CHECKPOINT", "elsewhere.safetensors")
    assert Settings().checkpoint == Path("elsewhere.safetensors")


def test_settings_cannot_be_changed_nor_be_senseless() -> None:
    with pytest.raises(ValidationError):
        Settings().batch_size = 3  # type: ignore[misc]
    with pytest.raises(ValidationError):
        Settings(batch_size=0)
