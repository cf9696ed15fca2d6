from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.classifier.support.checkpoints import a_checkpoint
from tests.support.app_pages import OpenPage, button, texts
from tests.support.fakes import FakeTagger
from wardrobe_app import wiring
from wardrobe_app.components.catalogue import model_list
from wardrobe_app.components.shared import jobs
from wardrobe_app.domain.garments.garment import TagKind, TagSource

if TYPE_CHECKING:
    from pathlib import Path

    from wardrobe_app.domain.garments.garment import Garment
    from wardrobe_app.wiring import Runtime


@pytest.fixture(autouse=True)
def _each_checkpoint_is_a_tagger(monkeypatch: pytest.MonkeyPatch, _fresh_process: None) -> None:
    monkeypatch.setattr(wiring, "make_tagger", lambda settings: FakeTagger(f"{settings.checkpoint.stem} 3"))


def plain(text: str) -> str:
    return text.replace("\\", "")


def test_every_model_is_listed_with_what_it_is_and_what_it_tagged(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    a_checkpoint(wardrobe.settings.models_dir / "mine.safetensors", name="mine")
    (wardrobe.settings.models_dir / "cut.safetensors").write_bytes(b"x")
    said = plain(texts(open_page("settings")))
    assert "**mine 3**" in said
    assert "Recognises 6 types. 0 garments tagged." in said
    assert "cut.safetensors" in said
    assert "5 garments tagged by **fake 1**" in said


def test_a_model_is_chosen_and_tags_again_without_touching_what_a_person_set(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    wardrobe.catalogue.correct([garments[0].id], TagKind.TYPE, "Poncho")
    a_checkpoint(wardrobe.settings.models_dir / "mine.safetensors", name="mine")
    app = open_page("settings")
    app.button(key="use_shipped").click().run()
    assert wardrobe.tagging.models.in_use().key == "shipped"
    app.button(key="use_mine_safetensors").click().run()
    assert not app.exception
    assert "New photos are tagged by mine 3" in plain(texts(app))
    button(app, "Tag everything again with mine 3").click().run()
    job = jobs.job("retag")
    assert job is not None
    assert job.wait(60)
    assert (job.done, job.error) == (5, None)
    app.run()
    after = wardrobe.catalogue.garments()
    assert {one.suggestions[TagKind.TYPE].model for one in after} == {"mine 3"}
    assert (after[0].type, after[0].tags[TagKind.TYPE].source) == ("Poncho", TagSource.PERSON)
    assert "5 garments tagged" in texts(app)


def test_only_what_another_model_tagged_can_be_tagged_again(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    a_checkpoint(wardrobe.settings.models_dir / "mine.safetensors", name="mine")
    list(wardrobe.catalogue.retag([garments[0].id, garments[1].id]))
    app = open_page("settings")
    button(app, "Only the 3 it has not tagged").click().run()
    job = jobs.job("retag")
    assert job is not None
    assert job.wait(60)
    assert job.done == 3


def test_a_model_named_at_the_start_takes_the_choice_away(
    open_page: OpenPage, wardrobe: Runtime, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("WARDROBE_CHECKPOINT", str(tmp_path / "none.safetensors"))
    app = open_page("settings")
    assert "none.safetensors" in plain(str(app.warning[0].value))
    assert not [one for one in app.button if one.label == "Use this one"]
    assert "Set by WARDROBE_CHECKPOINT" in texts(app)


def test_a_choice_that_is_gone_is_told(open_page: OpenPage, wardrobe: Runtime) -> None:
    path = a_checkpoint(wardrobe.settings.models_dir / "mine.safetensors", name="mine")
    wardrobe.tagging.models.choose("mine.safetensors")
    path.unlink()
    said = plain(str(open_page("settings").warning[0].value))
    assert said.startswith("The model you chose, mine.safetensors, is missing")


def test_figures_are_said_as_people_read_them() -> None:
    assert model_list.words("type_right") == "Type right"
    assert [model_list.figure(value) for value in (0.8488, 1.0, 209222.0, -0.25)] == [
        "84.9%",
        "100.0%",
        "209,222",
        "-0.25",
    ]
