from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.app_pages import OpenPage, texts
from tests.support.fakes import FakeTagger, NoTagger
from wardrobe_app import wiring
from wardrobe_app.components.catalogue.explanation import sentence
from wardrobe_app.domain.garments.garment import TagKind
from wardrobe_app.domain.garments.models import Why

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

    from wardrobe_app.domain.garments.garment import Garment
    from wardrobe_app.wiring import Runtime


def label(name: str) -> str:
    return name


def switch(app: AppTest) -> AppTest:
    next(one for one in app.toggle if one.label == "Why this type?").set_value(True).run()
    assert not app.exception
    return app


def test_nothing_is_computed_before_it_is_asked_for(
    open_page: OpenPage, garments: tuple[Garment, ...], explained: list[str | None]
) -> None:
    app = open_page("garment", item=str(garments[0].id))
    assert explained == []
    assert "Tagged by fake 1" in texts(app).replace("\\", "")
    switch(app)
    assert explained == [garments[0].type]
    assert f"the more it points to **{garments[0].type}**" in texts(app)


def test_another_candidate_can_be_asked_for(
    open_page: OpenPage, garments: tuple[Garment, ...], explained: list[str | None]
) -> None:
    app = switch(open_page("garment", item=str(garments[0].id)))
    box = next(one for one in app.selectbox if one.label == "Evidence for")
    other = next(name for name in ("Skirt", "Tee") if name != garments[0].type)
    box.select(other).run()
    assert explained[-1] == other
    assert "1% for this photo" in texts(app)


def test_a_type_that_a_person_set_is_explained_and_its_own_best_where_the_model_does_not_know_it(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    wardrobe.catalogue.correct([garments[0].id], TagKind.TYPE, "Poncho")
    said = texts(switch(open_page("garment", item=str(garments[0].id))))
    assert "The model does not know **Poncho or cape**" in said
    assert f"points to **{garments[0].type}**" in said


def test_without_a_checkpoint_the_photo_stays_and_the_reason_is_told(
    open_page: OpenPage, garments: tuple[Garment, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiring, "make_tagger", lambda settings: NoTagger())
    app = switch(open_page("garment", item=str(garments[0].id)))
    assert [str(one.value) for one in app.warning] == ["There is no checkpoint\\."]


def test_it_is_told_where_the_model_in_use_is_not_the_one_that_tagged(
    open_page: OpenPage, garments: tuple[Garment, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiring, "make_tagger", lambda settings: FakeTagger("other 2"))
    said = texts(switch(open_page("garment", item=str(garments[0].id)))).replace("\\", "")
    assert "other 2 gives it 93% for this photo. These tags are from fake 1, which is not in use now." in said


def test_what_is_said_is_true_to_what_was_seen() -> None:
    faint = Why(b"", "Tee", 0.002, "net 1", spoke=False)
    assert sentence(faint, "Tee", label) == "Nothing in this photo points to **Tee**. net 1 gives it less than 1%."
    assert "does not know" not in sentence(faint, None, label)


@pytest.fixture
def explained(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    tagger = FakeTagger()
    monkeypatch.setattr(wiring, "make_tagger", lambda settings: tagger)
    return tagger.explained
