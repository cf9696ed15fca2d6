from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.classifier.support.checkpoints import a_checkpoint
from tests.support.drawing import draw_garment, photo_bytes
from tests.support.fakes import FakeTagger
from wardrobe_app import startup, wiring
from wardrobe_app.config import SHIPPED_CHECKPOINT, Settings
from wardrobe_app.domain.errors import InvalidEdit, NotFound, StorageFailed
from wardrobe_app.domain.garments.garment import TagKind, TagSource
from wardrobe_app.domain.garments.models import Origin, tagged_by
from wardrobe_app.services.importing.importer import source_from_bytes
from wardrobe_app.wiring import Runtime

CATEGORIES = ("Tee", "Blouse", "Button-Down", "Dress")


@pytest.fixture
def folder(settings: Settings) -> Path:
    return settings.models_dir


@pytest.fixture
def wardrobe(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Runtime:
    # Each checkpoint is a tagger of its own, named as its file.
    monkeypatch.setattr(wiring, "make_tagger", lambda settings: FakeTagger(settings.checkpoint.stem))
    return startup.build(settings)


def put(folder: Path, name: str, age: int = 0, **changes: object) -> Path:
    path = a_checkpoint(folder / f"{name}.safetensors", name=name, **changes)
    os.utime(path, (1_800_000_000 - age, 1_800_000_000 - age))
    return path


def tagged(wardrobe: Runtime, number: int = 1) -> str:
    photo = photo_bytes(draw_garment(size=(60 + number, 80), seed=number))
    (result,) = wardrobe.importing.importer.add([source_from_bytes(f"{number}.jpg", photo)])
    assert result.garment
    return str(result.garment.tags[TagKind.COLOUR].model)


def test_the_one_that_ships_is_used_as_long_as_there_is_no_other(wardrobe: Runtime) -> None:
    (only,) = wardrobe.tagging.models.all()
    assert only == wardrobe.tagging.models.in_use()
    assert (only.file, only.origin, only.problem) == (str(SHIPPED_CHECKPOINT), Origin.SHIPPED, "")
    assert only.header is not None
    assert only.header.types > 50
    assert only.header.figures


def test_a_checkpoint_put_into_the_folder_is_used_without_a_restart(wardrobe: Runtime, folder: Path) -> None:
    assert tagged(wardrobe, 1) == SHIPPED_CHECKPOINT.stem
    put(folder, "older", age=100)
    assert tagged(wardrobe, 2) == "older"
    put(folder, "newer", heads={"category": CATEGORIES})
    assert tagged(wardrobe, 3) == "newer"
    header = wardrobe.tagging.models.in_use().header
    assert header is not None
    assert (header.model, header.types, header.figures) == ("newer 3", 4, {"top1": 0.25})


def test_what_was_chosen_outlives_a_restart(wardrobe: Runtime, folder: Path, settings: Settings) -> None:
    put(folder, "older", age=100)
    put(folder, "newer")
    for key in ("older.safetensors", "shipped"):
        wardrobe.tagging.models.choose(key)
        assert wardrobe.tagging.models.in_use().key == key
        assert startup.build(settings).tagging.models.in_use().key == key
    assert wardrobe.tagging.models.lost_choice() is None


def test_one_named_at_the_start_comes_before_any_choice(
    wardrobe: Runtime, folder: Path, tmp_path: Path, settings: Settings
) -> None:
    put(folder, "chosen")
    wardrobe.tagging.models.choose("chosen.safetensors")
    named = put(tmp_path, "named")
    other = startup.build(settings.model_copy(update={"checkpoint": named}))
    assert other.tagging.models.in_use().file == str(named)
    assert tagged(other) == "named"
    with pytest.raises(InvalidEdit, match="set at start-up"):
        other.tagging.models.choose("shipped")
    missing = startup.build(settings.model_copy(update={"checkpoint": tmp_path / "none.safetensors"}))
    assert "none.safetensors" in missing.tagging.models.in_use().problem


BROKEN: dict[str, Callable[[Path], object]] = {
    "is damaged": lambda path: path.write_bytes(path.read_bytes()[:-9]),
    "does not predict garment types": lambda path: a_checkpoint(path, heads={"colour": ("red", "blue")}),
    "a type 'Toga'": lambda path: a_checkpoint(path, heads={"category": ("Tee", "Toga")}),
}


@pytest.mark.parametrize("words", BROKEN)
def test_a_broken_one_is_listed_with_its_reason_and_never_used(wardrobe: Runtime, folder: Path, words: str) -> None:
    BROKEN[words](put(folder, "broken"))
    broken = wardrobe.tagging.models.all()[-1]
    assert words in broken.problem
    assert broken.header is None
    assert wardrobe.tagging.models.in_use().key == "shipped"
    with pytest.raises(InvalidEdit, match=r"broken\.safetensors cannot be used"):
        wardrobe.tagging.models.choose("broken.safetensors")


def test_a_choice_that_is_gone_is_told_and_replaced(wardrobe: Runtime, folder: Path) -> None:
    path = put(folder, "chosen")
    wardrobe.tagging.models.choose("chosen.safetensors")
    path.unlink()
    assert wardrobe.tagging.models.in_use().key == "shipped"
    assert wardrobe.tagging.models.lost_choice() == "chosen.safetensors"
    with pytest.raises(NotFound):
        wardrobe.tagging.models.choose("chosen.safetensors")
    with pytest.raises(NotFound):
        wardrobe.tagging.models.choose("../elsewhere.safetensors")


def test_a_note_of_the_choice_that_cannot_be_read_is_no_choice(wardrobe: Runtime, folder: Path) -> None:
    (folder / "chosen.json").write_text("{")
    assert (wardrobe.tagging.models.in_use().key, wardrobe.tagging.models.lost_choice()) == ("shipped", None)


def test_a_choice_that_cannot_be_written_down_is_said(wardrobe: Runtime, folder: Path) -> None:
    (folder / "chosen.json").mkdir()
    with pytest.raises(StorageFailed, match="could not be saved"):
        wardrobe.tagging.models.choose("shipped")
    assert [path.name for path in folder.iterdir()] == ["chosen.json"]


def test_a_file_that_was_replaced_is_loaded_anew(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, folder: Path
) -> None:
    made: list[Path] = []

    def make(settings: Settings) -> FakeTagger:
        assert settings.checkpoint
        made.append(settings.checkpoint)
        return FakeTagger()

    monkeypatch.setattr(wiring, "make_tagger", make)
    wardrobe = startup.build(settings)
    put(folder, "mine", age=50)
    tagged(wardrobe, 1)
    tagged(wardrobe, 2)
    assert len(made) == 1
    put(folder, "mine", age=10)
    tagged(wardrobe, 3)
    assert len(made) == 2


def test_tagging_again_with_another_model_keeps_what_a_person_set(wardrobe: Runtime, folder: Path) -> None:
    for number in range(3):
        tagged(wardrobe, number)
    first = wardrobe.catalogue.garments()[0]
    wardrobe.catalogue.correct([first.id], TagKind.TYPE, "Poncho")
    put(folder, "mine")
    assert len(list(wardrobe.catalogue.retag([first.id, wardrobe.catalogue.garments()[1].id]))) == 2
    after = wardrobe.catalogue.get(first.id)
    assert (after.type, after.tags[TagKind.TYPE].source) == ("Poncho", TagSource.PERSON)
    assert after.tags[TagKind.COLOUR].model == "mine"
    assert tagged_by(wardrobe.catalogue.garments()) == {"mine": 2, SHIPPED_CHECKPOINT.stem: 1}
