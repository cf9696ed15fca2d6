from __future__ import annotations

from pathlib import Path

import pytest
from platformdirs import user_data_dir
from pydantic import ValidationError

from classifier.serving.checkpoint import SHIPPED
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


def test_a_secret_file_sets_what_no_variable_does(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    contents = {"database_url": "", "metrics_token": "of the file\n", "allowed_users": "ann@example.org"}
    for name, content in contents.items():
        (tmp_path / f"wardrobe_{name}").write_text(content)
    monkeypatch.setenv("WARDROBE_ALLOWED_USERS", "ben@example.org")
    settings = Settings(_secrets_dir=tmp_path)  # type: ignore[call-arg]
    assert (settings.metrics_token, settings.allowed_users) == ("of the file", "ben@example.org")
    assert settings.database_url is None


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


def test_a_person_has_folders_and_a_database_of_her_own(tmp_path: Path) -> None:
    anna, ben = (Settings(data_dir=tmp_path, photos_url="s3://ours/").for_person(letter * 32) for letter in "ab")
    for mine, others in zip(anna.photo_places, ben.photo_places, strict=True):
        assert mine.startswith(f"s3://ours/people/{'a' * 32}/")
        assert mine != others
    assert anna.data_dir == tmp_path / "people" / ("a" * 32)
    assert {anna.photos_dir, anna.backups_dir, anna.copies_dir, anna.preferences_file}.isdisjoint(
        {ben.photos_dir, ben.backups_dir, ben.copies_dir, ben.preferences_file}
    )
    assert anna.resolved_database_url != ben.resolved_database_url
    assert anna.models_dir == ben.models_dir == tmp_path / "models"


def test_a_named_database_is_parted_too(tmp_path: Path) -> None:
    key = "0" * 32
    in_file = Settings(data_dir=tmp_path, database_url="sqlite:////somewhere/all.db").for_person(key)
    assert key in in_file.resolved_database_url
    served = Settings(data_dir=tmp_path, database_url="postgresql+psycopg://host/all").for_person(key)
    assert (served.resolved_database_url, served.database_schema) == ("postgresql+psycopg://host/all", f"person_{key}")


@pytest.mark.parametrize("key", ["", "..", "a" * 31, "A" * 32, "anna@example.org", "a" * 32 + "\n"])
def test_what_is_no_key_becomes_no_path(tmp_path: Path, key: str) -> None:
    with pytest.raises(ValueError, match="hexadecimal"):
        Settings(data_dir=tmp_path).for_person(key)


def test_the_old_name_of_a_setting_is_still_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARDROBE_PEOPLE", "ann@example.org")
    assert Settings().allowed_users == "ann@example.org"
    assert Settings.model_validate_json(Settings().model_dump_json()).allowed_users == "ann@example.org"
    monkeypatch.setenv("WARDROBE_ALLOWED_USERS", "ben@example.org")
    assert Settings().allowed_users == "ben@example.org"
