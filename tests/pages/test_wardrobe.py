from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tests.support import gallery
from tests.support.app_pages import OpenPage, button, texts
from tests.support.drawing import photo_bytes
from wardrobe_app.components.gallery import view
from wardrobe_app.domain.catalogue.filters import GarmentEdit
from wardrobe_app.domain.garments.availability import Status
from wardrobe_app.domain.garments.garment import TagKind
from wardrobe_app.services.importing.importer import source_from_bytes

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

    from wardrobe_app.domain.garments.garment import Garment
    from wardrobe_app.wiring import Runtime


def pink(garments: tuple[Garment, ...]) -> list[int]:
    return [garment.id for garment in reversed(garments) if garment.colour == "pink"]


def change(app: AppTest, kind: str, *ids: int) -> AppTest:
    gallery.act(app, "change", *ids)
    app.selectbox(key="bulk_kind").select(kind).run()
    return app


def test_an_empty_wardrobe_tells_what_to_do(open_page: OpenPage) -> None:
    app = open_page("wardrobe")
    assert "No garments yet" in texts(app)
    assert [one.label for one in app.button] == ["Add photos"]


def test_every_garment_is_listed_with_its_card(open_page: OpenPage, garments: tuple[Garment, ...]) -> None:
    app = open_page("wardrobe")
    assert gallery.listed(app) == [5, 4, 3, 2, 1]
    assert gallery.titles(app) == [garment.title for garment in reversed(garments)]
    assert gallery.data(app)["total"] == 5


def test_a_filter_with_counts_narrows_the_gallery_and_the_other_counts(
    open_page: OpenPage, garments: tuple[Garment, ...]
) -> None:
    app = open_page("wardrobe")
    assert gallery.facet(app, "colour")["Pink"] == 2
    gallery.switch(app, facet="colour", value="pink", on=True)
    assert gallery.listed(app) == pink(garments)
    assert gallery.facet(app, "type") == {"Jeans": 2}
    gallery.switch(app, facet="type", value="Jeans", on=True)
    assert gallery.chosen(app, "colour") == ["pink"]
    gallery.switch(app, facet="colour", value="pink", on=False)
    assert gallery.chosen(app, "colour") == []
    gallery.switch(app, clear=True)
    assert len(gallery.listed(app)) == 5


def test_marks_say_how_many_garments_they_would_show(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    wardrobe.catalogue.set_favourite([1, 2], True)
    wardrobe.catalogue.archive([2, 3])
    app = open_page("wardrobe")
    counts = {one["name"]: one["count"] for one in gallery.data(app)["marks"]}
    assert (counts["favourite"], counts["archived"]) == (1, 2)
    gallery.switch(app, mark="archived", on=True)
    assert gallery.listed(app) == [3, 2]
    gallery.switch(app, mark="favourite", on=True)
    assert gallery.listed(app) == [2]
    gallery.switch(app, mark="archived", on=False)
    assert gallery.listed(app) == [1]


def test_nothing_unknown_can_be_switched_or_done(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    app = open_page("wardrobe")
    for asked in (
        {"facet": "colour", "value": "nvy"},
        {"facet": "price", "value": "1"},
        {"mark": "x"},
        {},
        {"only": 3},
    ):
        gallery.switch(app, **{**asked, "on": True})
        assert len(gallery.listed(app)) == 5
    for event in (
        {"name": "delete_forever", "ids": [1]},
        {"name": "trash", "ids": "1"},
        {"name": "trash"},
        [],
        None,
        "x",
    ):
        gallery.send(app, "act", event)
    assert wardrobe.catalogue.count().live == 5


def test_a_filter_outlives_a_visit_to_another_page(open_page: OpenPage, garments: tuple[Garment, ...]) -> None:
    app = gallery.switch(open_page("wardrobe"), facet="colour", value="pink", on=True)
    app.switch_page("wardrobe_app/pages/outfits/outfits.py").run()
    app.switch_page("wardrobe_app/pages/wardrobe.py").run()
    assert gallery.listed(app) == pink(garments)


def test_search_finds_a_name(open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]) -> None:
    wardrobe.catalogue.edit([garments[0].id], GarmentEdit(name="Grandmother's"))
    app = open_page("wardrobe")
    app.text_input(key="search").set_value("grandmother").run()
    assert gallery.titles(app) == ["Grandmother's"]


def test_a_typo_in_a_search_is_forgiven_and_told(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    wardrobe.catalogue.edit([garments[0].id], GarmentEdit(name="Grandmother"))
    app = open_page("wardrobe")
    app.text_input(key="search").set_value("grandmohter").run()
    assert gallery.titles(app) == ["Grandmother"]
    assert "**grandmother**" in app.info[0].value
    app.text_input(key="search").set_value("grandmother").run()
    assert (gallery.titles(app), list(app.info)) == (["Grandmother"], [])


def test_spellings_of_a_brand_are_one_choice(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    for garment, brand in zip(garments, ["ZARA", "Zara", "zara", "Zara"], strict=False):
        wardrobe.catalogue.edit([garment.id], GarmentEdit(brand=brand))
    app = open_page("wardrobe")
    assert gallery.facet(app, "brand") == {"Zara": 4}
    gallery.switch(app, facet="brand", value="zara", on=True)
    assert len(gallery.listed(app)) == 4


def test_a_name_is_handed_to_the_browser_letter_by_letter(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    wardrobe.catalogue.edit([garments[0].id], GarmentEdit(name="**<b>$x$</b>**"))
    assert "**<b>$x$</b>**" in gallery.titles(open_page("wardrobe"))


def test_several_are_edited_together(open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]) -> None:
    app = change(open_page("wardrobe"), TagKind.COLOUR, 1, 2)
    app.selectbox(key="bulk_value_colour").select("green").run()
    button(app, "Set for 2 garments").click().run()
    assert not app.exception
    assert [wardrobe.catalogue.get(garment.id).colour for garment in garments[:3]] == ["green", "green", "navy"]


def test_what_is_trashed_together_comes_back_together(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    app = open_page("wardrobe")
    gallery.act(app, "trash", *gallery.listed(app))
    assert wardrobe.catalogue.count().trashed == 5
    button(app, "Undo").click().run()
    assert not app.exception
    assert wardrobe.catalogue.count().live == 5


def test_cards_and_pictures_come_when_they_are_asked_for(
    open_page: OpenPage, wardrobe: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view, "AT_FIRST", 24)
    photos = [photo_bytes(Image.effect_noise((40, 40), 90).convert("RGB")) for _ in range(25)]
    list(wardrobe.importing.importer.add([source_from_bytes(f"{at}.jpg", photo) for at, photo in enumerate(photos)]))
    app = open_page("wardrobe")
    oldest = gallery.listed(app)[-1]
    assert len(gallery.listed(app)) == 25
    assert str(oldest) not in gallery.data(app)["cards"]
    assert gallery.data(app, view.COURIER)["photos"] == {}
    wanted = {"cards": [oldest], "photos": [oldest], "near": [oldest]}
    answer = gallery.data(gallery.send(app, "want", wanted, view.COURIER), view.COURIER)
    assert list(answer["cards"]) == [str(oldest)]
    assert list(answer["photos"]) == [answer["cards"][str(oldest)]["photo"]]
    assert all(url.startswith("data:image/") for url in answer["photos"].values())
    app.run()
    assert gallery.data(app, view.COURIER)["photos"] == {}, "nothing comes twice"
    assert str(oldest) in gallery.data(app)["cards"], "what is near the screen is told anew by each run"


def test_an_event_that_is_sent_again_with_a_newer_one_is_handled_once(
    open_page: OpenPage, garments: tuple[Garment, ...]
) -> None:
    wanted = {"cards": [], "photos": [1], "near": [1]}
    app = gallery.send_several(open_page("wardrobe"), [("open", {"id": 4}), ("want", wanted)], view.COURIER)
    assert in_panel(app) == 4
    assert len(gallery.data(app, view.COURIER)["photos"]) == 1
    assert gallery.data(app, view.COURIER)["handled"] == 2
    app.button(key="panel_right").click().run()
    gallery.send_several(app, [("open", {"id": 4}), ("want", wanted), ("want", wanted)], view.COURIER, first=1)
    assert in_panel(app) == 3
    assert gallery.data(app, view.COURIER)["handled"] == 3


def test_a_picture_whose_file_is_missing_is_reported(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    assert garments[0].cover
    while (path := wardrobe.catalogue.thumbnail_path(garments[0].cover)).is_file():
        path.unlink()
    wanted = {"cards": [], "photos": [1], "near": [1]}
    app = gallery.send(open_page("wardrobe"), "want", wanted, view.COURIER)
    assert list(gallery.data(app, view.COURIER)["photos"].values()) == [None]


def test_several_are_put_in_the_wash_together_shown_so_and_brought_back(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    app = change(open_page("wardrobe"), "status", 1, 2)
    app.selectbox(key="bulk_value_status").select(Status.IN_WASH).run()
    button(app, "Set for 2 garments").click().run()
    assert not app.exception
    assert [one.status for one in wardrobe.catalogue.garments()] == [Status.IN_WASH] * 2 + [None] * 3
    cards = gallery.data(app)["cards"].values()
    assert sum(["status", "in the wash"] in card["marks"] for card in cards) == 2
    assert len(gallery.facet(app, "status")) == 2
    gallery.switch(app, facet="status", value="in-wash", on=True)
    assert len(gallery.listed(app)) == 2
    button(app, "Undo").click().run()
    assert not any(one.status for one in wardrobe.catalogue.garments())


def test_seasons_are_added_to_several_or_replaced(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    ids = [garment.id for garment in garments[:2]]
    wardrobe.catalogue.correct(ids, TagKind.SEASON, "winter")
    app = change(open_page("wardrobe"), TagKind.SEASON.value, *ids)
    app.multiselect(key="bulk_value_season").set_value(["autumn", "spring"]).run()
    button(app, "Add for 2 garments").click().run()
    assert [one.values(TagKind.SEASON) for one in wardrobe.catalogue.these(ids)] == [("spring", "autumn", "winter")] * 2
    app.button(key="notice_undo").click().run()
    assert [one.values(TagKind.SEASON) for one in wardrobe.catalogue.these(ids)] == [("winter",)] * 2
    change(app, TagKind.SEASON.value, *ids)
    app.multiselect(key="bulk_value_season").set_value(["autumn", "spring"]).run()
    button(app, "Set for 2 garments").click().run()
    assert not app.exception
    assert [one.values(TagKind.SEASON) for one in wardrobe.catalogue.these(ids)] == [("spring", "autumn")] * 2


def in_panel(app: AppTest) -> int:
    return int(next(one.key for one in app.button if (one.key or "").startswith("panel_Trash_")).rsplit("_", 1)[1])


def test_a_garment_opens_in_a_panel_that_leads_on_and_is_in_the_address(
    open_page: OpenPage, garments: tuple[Garment, ...]
) -> None:
    app = gallery.send(open_page("wardrobe"), "open", {"id": 4}, view.COURIER)
    assert in_panel(app) == 4
    assert app.query_params["item"] == "4"
    app.button(key="panel_right").click().run()
    assert in_panel(app) == 3
    assert app.query_params["item"] == "3"
    for _ in range(2):
        app.button(key="panel_left").click().run()
    assert in_panel(app) == 5
    assert app.button(key="panel_left").disabled
    assert len(gallery.listed(app)) == 5, "the list stays behind it"


def test_an_address_that_comes_late_neither_opens_the_panel_again_nor_closes_it(
    open_page: OpenPage, garments: tuple[Garment, ...]
) -> None:
    app = gallery.send(open_page("wardrobe"), "open", {"id": 4}, view.COURIER)
    app.query_params.clear()  # as the browser had it before it heard of the garment
    assert in_panel(app.run()) == 4
    gallery.send(app, "open", {"id": 0}, view.COURIER)
    assert "item" not in app.query_params
    app.query_params["item"] = "4"
    app.run()
    assert not [one for one in app.button if (one.key or "").startswith("panel_")]
    assert "item" not in app.query_params
    app.run()
    app.query_params["item"] = "4"
    assert in_panel(app.run()) == 4, "a link"


def test_an_address_opens_the_panel_and_one_that_names_nothing_says_so(
    open_page: OpenPage, garments: tuple[Garment, ...]
) -> None:
    assert in_panel(open_page("wardrobe", item="2", sort="oldest")) == 2
    app = open_page("wardrobe", item="99")
    assert app.info and not app.exception
    assert len(gallery.listed(app)) == 5


def test_what_is_changed_in_the_panel_can_be_undone_there(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    app = open_page("wardrobe", item="1")
    app.button(key="panel_Favourite_1").click().run()
    assert not app.exception
    assert wardrobe.catalogue.get(1).favourite
    assert gallery.data(app)["cards"]["1"]["marks"][0][0] == "favourite"
    app.button(key="notice_undo").click().run()
    assert not wardrobe.catalogue.get(1).favourite
    next(one for one in app.selectbox if one.label == "Colour").select("green").run()
    assert not app.exception
    assert wardrobe.catalogue.get(1).colour == "green"
    app.button(key="panel_Trash_1").click().run()
    assert not app.exception
    assert wardrobe.catalogue.get(1).trashed_at
    app.button(key="notice_undo").click().run()
    assert wardrobe.catalogue.get(1).trashed_at is None


def test_a_tag_that_another_program_set_is_not_overwritten_from_the_panel(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    app = open_page("wardrobe", item="1")
    wardrobe.catalogue.correct([1], TagKind.COLOUR, "orange")
    next(one for one in app.selectbox if one.label == "Colour").select("green").run()
    assert not app.exception
    assert wardrobe.catalogue.get(1).colour == "orange"
    app.button(key="notice_mine").click().run()
    assert wardrobe.catalogue.get(1).colour == "green"
