from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.services.catalogue.test_catalogue import fill
from tests.support import gallery
from tests.support.app_pages import OpenPage, button, texts
from wardrobe_app.domain.garments.garment import TagKind, TagSource
from wardrobe_app.domain.garments.vocabulary import Slot

if TYPE_CHECKING:
    from wardrobe_app.wiring import Runtime


@pytest.fixture
def blacks(wardrobe: Runtime) -> list[int]:
    return fill(wardrobe, "black", "black", "black", "black")


def test_a_correction_tells_what_followed_and_one_click_takes_all_back(
    open_page: OpenPage, wardrobe: Runtime, blacks: list[int]
) -> None:
    app = open_page("garment", item=str(blacks[0]))
    next(one for one in app.selectbox if one.label == "Type").select("Parka").run()
    assert r"Copied to 3 similar garments: black parka or anorak \(3\)\." in texts(app)
    app.button(key="notice_undo").click().run()
    assert {wardrobe.catalogue.get(item).type for item in blacks} == {"Tee"}


def test_a_tag_that_followed_says_from_what_and_what_the_model_says(
    open_page: OpenPage, wardrobe: Runtime, blacks: list[int]
) -> None:
    wardrobe.catalogue.correct(blacks[:2], TagKind.TYPE, "Parka")
    app = open_page("garment", item=str(blacks[3]))
    assert "copied from your corrections" in texts(app)
    assert "similar to two you tagged Parka" in texts(app)
    assert r"The model says T\-shirt" in texts(app)
    app.button(key=f"confirm_{blacks[3]}_type").click().run()
    assert wardrobe.catalogue.get(blacks[3]).tags[TagKind.TYPE].source is TagSource.PERSON


def test_a_type_is_made_up_where_types_are_chosen(open_page: OpenPage, wardrobe: Runtime, blacks: list[int]) -> None:
    app = open_page("garment", item=str(blacks[0]))
    app.text_input(key=f"new_type_{blacks[0]}_name").set_value("Dirndl")
    app.selectbox(key=f"new_type_{blacks[0]}_slot").set_value(Slot.FULL)
    button(app, "Create and use").click().run()
    assert not app.exception
    garment = wardrobe.catalogue.get(blacks[0])
    assert (garment.type, garment.slot) == ("Dirndl", Slot.FULL)
    assert "Dirndl" in next(one for one in app.selectbox if one.label == "Type").options


def test_several_garments_get_a_new_type_together(open_page: OpenPage, wardrobe: Runtime, blacks: list[int]) -> None:
    app = open_page("wardrobe")
    gallery.act(app, "change", *gallery.listed(app))
    app.selectbox(key="bulk_kind").select(TagKind.TYPE).run()
    app.text_input(key="new_type_name").set_value("Dirndl")
    button(app, "Create and use").click().run()
    assert not app.exception
    assert {wardrobe.catalogue.get(item).type for item in blacks} == {"Dirndl"}


def test_a_name_that_is_taken_is_said(open_page: OpenPage, wardrobe: Runtime, blacks: list[int]) -> None:
    app = open_page("garment", item=str(blacks[0]))
    app.text_input(key=f"new_type_{blacks[0]}_name").set_value("t-shirt")
    button(app, "Create and use").click().run()
    assert "already; choose it from the list" in texts(app)
    assert wardrobe.types.all() == ()


def test_own_types_are_renamed_and_removed_in_the_settings(
    open_page: OpenPage, wardrobe: Runtime, blacks: list[int]
) -> None:
    wardrobe.types.add("Dirndl", Slot.FULL)
    wardrobe.catalogue.correct(blacks[:3], TagKind.TYPE, "Dirndl")
    app = open_page("settings")
    assert "3 garments" in texts(app)
    app.text_input(key="own_Dirndl_name").set_value("Tracht")
    button(app, "Save").click().run()
    assert {wardrobe.catalogue.get(item).type for item in blacks} == {"Tracht"}
    button(app, "Remove").click().run()
    assert not app.exception
    assert {wardrobe.catalogue.get(item).type for item in blacks} == {"Tee"}
