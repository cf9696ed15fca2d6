from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.services.importing.test_splitting import BLUE, GREEN, RED, added, live, scene, trashed
from tests.support.app_pages import OpenPage, button, finish_import
from tests.support.fakes import GroundTagger
from wardrobe_app import wiring

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

    from wardrobe_app.wiring import Runtime


@pytest.fixture(autouse=True)
def _several(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wiring, "make_tagger", lambda settings: GroundTagger())


def labels(app: AppTest) -> set[str]:
    return {one.label for one in app.button}


def test_the_report_offers_to_split_and_one_click_takes_it_back(open_page: OpenPage, wardrobe: Runtime) -> None:
    app = open_page("add_photos")
    files = [("one.jpg", scene(GREEN), "image/jpeg"), ("three.jpg", scene(RED, GREEN, BLUE), "image/jpeg")]
    app.file_uploader[0].set_value(files).run()
    button(app, "Add 2 photos").click().run()
    finish_import(app)
    button(app, "Split into 3").click().run()
    assert not app.exception
    assert live(wardrobe) == [1, 3, 4, 5]
    assert "Split into 3" not in labels(app)
    button(app, "Undo").click().run()
    assert live(wardrobe) == [1, 2]
    button(app, "Split into 3").click().run()
    button(app, "Undo the split").click().run()
    assert not app.exception
    assert live(wardrobe) == [1, 2]
    assert trashed(wardrobe) == [3, 4, 5, 6, 7, 8]


def test_the_report_shows_what_may_be_split_first(open_page: OpenPage, wardrobe: Runtime) -> None:
    app = open_page("add_photos")
    files = [("one.jpg", scene(GREEN), "image/jpeg"), ("two.jpg", scene(RED, BLUE), "image/jpeg")]
    app.file_uploader[0].set_value(files).run()
    button(app, "Add 2 photos").click().run()
    finish_import(app)
    rows = [one.value for one in app.markdown if "jpg" in one.value]
    assert ["two" in row for row in rows] == [True, False]


def test_one_garment_is_kept_with_an_undo(open_page: OpenPage, wardrobe: Runtime) -> None:
    item = added(wardrobe, RED, GREEN).id
    app = open_page("garment", item=str(item))
    button(app, "It is one garment").click().run()
    assert not app.exception
    assert wardrobe.catalogue.get(item).photos[0].whole
    assert "Split into 2" not in labels(app)
    button(app, "Undo").click().run()
    assert "Split into 2" in labels(app)


def test_the_garment_its_parts_and_the_photo_of_all_lead_to_each_other(open_page: OpenPage, wardrobe: Runtime) -> None:
    item = added(wardrobe, RED, GREEN).id
    app = open_page("garment", item=str(item))
    button(app, "Split into 2").click().run()
    assert not app.exception
    pieces = wardrobe.importing.splitting.pieces(wardrobe.catalogue.get(item))
    assert len(pieces) == 2
    app = open_page("garment", item=str(pieces[0].id))
    button(app, "Undo the split").click().run()
    assert not app.exception
    assert live(wardrobe) == [item]


def test_a_garment_whose_photo_is_missing_still_has_its_page(open_page: OpenPage, wardrobe: Runtime) -> None:
    garment = added(wardrobe, RED, GREEN)
    wardrobe.catalogue.photo_path(garment.photos[0]).unlink()
    app = open_page("garment", item=str(garment.id))
    button(app, "Split into 2").click().run()
    assert not app.exception
    assert live(wardrobe) == [garment.id]
