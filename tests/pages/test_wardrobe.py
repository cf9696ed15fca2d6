from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image

from tests.support.app_pages import OpenPage, button, texts
from tests.support.drawing import photo_bytes
from wardrobe_app.domain.catalogue.filters import GarmentEdit
from wardrobe_app.domain.garments.availability import Status
from wardrobe_app.domain.garments.garment import TagKind
from wardrobe_app.services.importing.importer import source_from_bytes

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

    from wardrobe_app.domain.garments.garment import Garment
    from wardrobe_app.wiring import Runtime


def links(app: AppTest) -> list[str]:
    return [one.label for one in app.page_link]


def test_an_empty_wardrobe_tells_what_to_do(open_page: OpenPage) -> None:
    app = open_page("wardrobe")
    assert "No garments yet" in texts(app)
    assert [one.label for one in app.button] == ["Add photos"]


def test_every_garment_is_shown_with_its_photo(open_page: OpenPage, garments: tuple[Garment, ...]) -> None:
    app = open_page("wardrobe")
    assert "**5 garments**" in texts(app)
    assert len(app.image) == len(links(app)) == 5


def test_a_filter_with_counts_narrows_the_gallery_and_the_other_counts(
    open_page: OpenPage, garments: tuple[Garment, ...]
) -> None:
    app = open_page("wardrobe")
    colours = next(one for one in app.multiselect if one.label == "Colour")
    assert "Pink (2)" in colours.options
    colours.select("pink").run()
    assert "**2 garments** of 5" in texts(app)
    kinds = next(one for one in app.multiselect if one.label == "Type")
    assert kinds.options == ["Jeans (2)"]
    kinds.select("Jeans").run()
    assert next(one for one in app.multiselect if one.label == "Colour").value == ["pink"]
    button(app, "Clear all filters").click().run()
    assert "**5 garments**" in texts(app)


def test_a_filter_outlives_a_visit_to_another_page(open_page: OpenPage, garments: tuple[Garment, ...]) -> None:
    app = open_page("wardrobe")
    next(one for one in app.multiselect if one.label == "Colour").select("pink").run()
    app.switch_page("wardrobe_app/pages/outfits.py").run()
    app.switch_page("wardrobe_app/pages/wardrobe.py").run()
    assert "**2 garments** of 5" in texts(app)


def test_search_finds_a_name(open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]) -> None:
    wardrobe.catalogue.edit([garments[0].id], GarmentEdit(name="Grandmother's"))
    app = open_page("wardrobe")
    app.text_input(key="search").set_value("grandmother").run()
    assert links(app) == ["Grandmother's"]


def test_a_typo_in_a_search_is_forgiven_and_told(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    wardrobe.catalogue.edit([garments[0].id], GarmentEdit(name="Grandmother"))
    app = open_page("wardrobe")
    app.text_input(key="search").set_value("grandmohter").run()
    assert links(app) == ["Grandmother"]
    assert "**grandmother**" in app.info[0].value
    app.text_input(key="search").set_value("grandmother").run()
    assert (links(app), list(app.info)) == (["Grandmother"], [])


def test_spellings_of_a_brand_are_one_choice(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    for garment, brand in zip(garments, ["ZARA", "Zara", "zara", "Zara"], strict=False):
        wardrobe.catalogue.edit([garment.id], GarmentEdit(brand=brand))
    app = open_page("wardrobe")
    brands = next(one for one in app.multiselect if one.label == "Brand")
    assert brands.options == ["Zara (4)"]
    brands.select("zara").run()
    assert len(links(app)) == 4


def test_a_name_is_shown_letter_by_letter(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    wardrobe.catalogue.edit([garments[0].id], GarmentEdit(name="**<b>$x$</b>**"))
    assert "\\*\\*\\<b\\>\\$x\\$\\</b\\>\\*\\*" in links(open_page("wardrobe"))


def test_several_are_edited_together(open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]) -> None:
    app = open_page("wardrobe")
    for garment in garments[:2]:
        next(one for one in app.checkbox if one.key.startswith(f"tick_wardrobe_{garment.id}_")).check().run()
    app.selectbox(key="bulk_kind").select(TagKind.COLOUR).run()
    app.selectbox(key="bulk_value_colour").select("green").run()
    button(app, "Set for 2 garments").click().run()
    assert not app.exception
    assert [wardrobe.catalogue.get(garment.id).colour for garment in garments[:3]] == ["green", "green", "navy"]


def test_what_is_trashed_together_comes_back_together(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    app = open_page("wardrobe")
    button(app, "Select all on this page").click().run()
    button(app, "Trash").click().run()
    assert wardrobe.catalogue.count().trashed == 5
    button(app, "Undo").click().run()
    assert not app.exception
    assert wardrobe.catalogue.count().live == 5


def test_the_gallery_has_pages(open_page: OpenPage, wardrobe: Runtime) -> None:
    photos = [photo_bytes(Image.effect_noise((40, 40), 90).convert("RGB")) for _ in range(25)]
    list(wardrobe.importing.importer.add([source_from_bytes(f"{at}.jpg", photo) for at, photo in enumerate(photos)]))
    app = open_page("wardrobe")
    assert len(app.image) == 24
    app.pagination[0].select(2).run()
    assert not app.exception
    assert len(app.image) == 1


def test_several_are_put_in_the_wash_together_shown_so_and_brought_back(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    app = open_page("wardrobe")
    for garment in garments[:2]:
        next(one for one in app.checkbox if one.key.startswith(f"tick_wardrobe_{garment.id}_")).check().run()
    app.selectbox(key="bulk_kind").select("status").run()
    app.selectbox(key="bulk_value_status").select(Status.IN_WASH).run()
    button(app, "Set for 2 garments").click().run()
    assert not app.exception
    assert [one.status for one in wardrobe.catalogue.garments()] == [Status.IN_WASH] * 2 + [None] * 3
    assert sum("-badge[:material/local_laundry_service:" in one.value for one in app.markdown) == 2
    facet = next(one for one in app.multiselect if one.label == "Status")
    assert len(facet.options) == 2
    facet.select("in-wash").run()
    assert len(links(app)) == 2
    button(app, "Undo").click().run()
    assert not any(one.status for one in wardrobe.catalogue.garments())


def test_seasons_are_added_to_several_or_replaced(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    ids = [garment.id for garment in garments[:2]]
    wardrobe.catalogue.correct(ids, TagKind.SEASON, "winter")
    app = open_page("wardrobe")
    for item in ids:
        next(one for one in app.checkbox if one.key.startswith(f"tick_wardrobe_{item}_")).check().run()
    app.selectbox(key="bulk_kind").select(TagKind.SEASON.value).run()
    app.multiselect(key="bulk_value_season").set_value(["autumn", "spring"]).run()
    button(app, "Add for 2 garments").click().run()
    assert [one.values(TagKind.SEASON) for one in wardrobe.catalogue.these(ids)] == [("spring", "autumn", "winter")] * 2
    app.button(key="notice_undo").click().run()
    assert [one.values(TagKind.SEASON) for one in wardrobe.catalogue.these(ids)] == [("winter",)] * 2
    button(app, "Set for 2 garments").click().run()
    assert not app.exception
    assert [one.values(TagKind.SEASON) for one in wardrobe.catalogue.these(ids)] == [("spring", "autumn")] * 2
