from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.app_pages import OpenPage, button, texts
from wardrobe_app.domain.garments.availability import Status
from wardrobe_app.domain.garments.garment import TagKind
from wardrobe_app.domain.garments.wear_log import OutfitState

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

    from wardrobe_app.domain.garments.garment import Garment
    from wardrobe_app.wiring import Runtime


@pytest.fixture
def ids(garments: tuple[Garment, ...], wardrobe: Runtime) -> tuple[int, ...]:
    # What the drawings show, by a person's word: blouse, skirt, trousers, shoes, dress.
    made = tuple(garment.id for garment in garments)
    for item, kind in zip(made, ("Blouse", "Skirt", "Jeans", "Sneakers", "Dress"), strict=True):
        wardrobe.catalogue.correct([item], TagKind.TYPE, kind)
        wardrobe.catalogue.correct([item], TagKind.OCCASION, "casual")
    return made


def open_part(open_page: OpenPage, part: str) -> AppTest:
    return open_page("outfits", part=part)


def add(app: AppTest, item: int) -> None:
    app.selectbox(key="look_add").select(item).run()
    assert not app.exception


def test_a_garment_in_the_address_opens_its_looks(open_page: OpenPage, ids: tuple[int, ...]) -> None:
    app = open_page("outfits", item=str(ids[4]))
    assert "Complete outfits" in texts(app)
    assert app.selectbox(key="look_item").value == ids[4]


def test_parts_that_are_not_open_do_no_work(
    open_page: OpenPage, ids: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    from wardrobe_app.services.outfits.suggestions import OutfitService

    asked: list[str] = []
    for name in ("with_garment", "partners", "additions", "outfits_for", "capsule"):
        real = getattr(OutfitService, name)
        monkeypatch.setattr(
            OutfitService, name, lambda *args, real=real, name=name, **more: asked.append(name) or real(*args, **more)
        )
    for part, work in (("Build", []), ("occasion", ["outfits_for"]), ("Capsule", ["capsule"]), ("Saved", [])):
        asked.clear()
        open_part(open_page, part)
        # The page may be opened without its part at first, as in a browser that has no address.
        assert [name for name in asked if name not in ("looks", "partners")] == work


def test_a_look_is_built_garment_by_garment_and_saved_with_a_name(
    open_page: OpenPage, wardrobe: Runtime, ids: tuple[int, ...]
) -> None:
    app = open_part(open_page, "Build")
    assert "Add a garment to see" in texts(app)
    add(app, ids[0])
    assert "Goes with all of it" in texts(app)
    assert "Add a bottom to complete it" in texts(app)
    app.button(key=f"add_{ids[2]}").click().run()
    assert not app.exception
    name = next(one for one in app.text_input if one.label == "Name")
    name.set_value("Monday").run()
    button(app, "Save outfit").click().run()
    assert not app.exception
    (outfit,) = wardrobe.outfits.saved.all()
    assert (outfit.name, outfit.item_ids, outfit.state) == ("Monday", (ids[0], ids[2]), OutfitState.SAVED)
    app.button(key="notice_undo").click().run()
    assert wardrobe.outfits.saved.all() == ()


def test_a_garment_is_taken_off_the_look(open_page: OpenPage, ids: tuple[int, ...]) -> None:
    app = open_part(open_page, "Build")
    add(app, ids[0])
    add(app, ids[2])
    app.button(key=f"take_off_{ids[0]}").click().run()
    assert "Add a top to complete it" in texts(app)


def test_a_look_that_cannot_be_worn_says_why(open_page: OpenPage, ids: tuple[int, ...]) -> None:
    app = open_part(open_page, "Build")
    add(app, ids[1])
    add(app, ids[2])
    assert "can't be worn together" in texts(app)


def test_a_rejected_look_goes_and_can_be_taken_back(
    open_page: OpenPage, wardrobe: Runtime, ids: tuple[int, ...]
) -> None:
    app = open_part(open_page, "occasion")
    before = [outfit.ids for outfit in wardrobe.outfits.suggestions.outfits_for(limit=20)]
    button(app, "Not for me").click().run()
    assert not app.exception
    assert before[0] not in [outfit.ids for outfit in wardrobe.outfits.suggestions.outfits_for(limit=20)]
    yours = open_part(open_page, "Saved")
    assert "Rejected (1 outfit)" in texts(yours)
    button(yours, "Allow again").click().run()
    assert [outfit.ids for outfit in wardrobe.outfits.suggestions.outfits_for(limit=20)] == before


def test_a_saved_look_is_marked_where_it_is_proposed(
    open_page: OpenPage, wardrobe: Runtime, ids: tuple[int, ...]
) -> None:
    app = open_part(open_page, "occasion")
    assert "saved" not in texts(app)
    button(app, "Save").click().run()
    assert not app.exception
    assert len(wardrobe.outfits.saved.all(OutfitState.SAVED)) == 1
    assert ":material/bookmark: saved" in texts(app)


def test_looks_are_for_the_occasion_that_is_chosen(
    open_page: OpenPage, wardrobe: Runtime, ids: tuple[int, ...]
) -> None:
    app = open_part(open_page, "occasion")
    app.selectbox(key="for_Occasion").select("formal").run()
    assert not app.exception
    assert "for formal" in texts(app)
    assert "Outfit 1" not in texts(app)


def test_a_look_is_worn_today_once(open_page: OpenPage, wardrobe: Runtime, ids: tuple[int, ...]) -> None:
    app = open_part(open_page, "occasion")
    button(app, "Wear today").click().run()
    button(app, "Wear today").click().run()
    assert not app.exception
    assert "Already saved for today" in texts(app)
    (wear,) = wardrobe.outfits.wear_log.wears()
    assert wear.worn_on == wardrobe.outfits.wear_log.today()


def test_a_proposed_look_is_changed_in_the_builder(
    open_page: OpenPage, wardrobe: Runtime, ids: tuple[int, ...]
) -> None:
    app = open_part(open_page, "occasion")
    first = wardrobe.outfits.suggestions.outfits_for()[0]
    button(app, "Edit").click().run()
    assert not app.exception
    assert {f"take_off_{item}" for item in first.ids} <= {one.key for one in app.button}


def test_a_capsule_is_shown_with_its_packing_list(open_page: OpenPage, ids: tuple[int, ...]) -> None:
    app = open_part(open_page, "Capsule")
    assert [one.label for one in app.metric] == ["Garments", "Outfits", "with shoes", "with a layer"]
    assert int(app.metric[1].value) >= 2
    assert [one.label for one in app.download_button] == ["Packing list (text)", "Packing list (CSV)"]
    app.slider(key="capsule_size").set_value(3).run()
    assert not app.exception
    assert app.metric[0].value == "3"


def test_a_saved_look_is_renamed_worn_and_removed_with_undo(
    open_page: OpenPage, wardrobe: Runtime, ids: tuple[int, ...]
) -> None:
    outfit = wardrobe.outfits.saved.save([ids[0], ids[2]], "Monday").outfit
    app = open_part(open_page, "Saved")
    app.text_input(key=f"new_look_name_{outfit.id}").set_value("Friday").run()
    button(app, "Save").click().run()
    assert wardrobe.outfits.saved.all()[0].name == "Friday"
    button(app, "Wear today").click().run()
    assert "Worn once, last on" in texts(app)
    button(app, "Remove").click().run()
    assert wardrobe.outfits.saved.all() == ()
    assert "No saved outfits yet" in texts(app)
    app.button(key="notice_undo").click().run()
    assert not app.exception
    assert wardrobe.outfits.saved.all()[0].name == "Friday"
    assert wardrobe.outfits.wear_log.wears()[0].outfit_id == wardrobe.outfits.saved.all()[0].id


def test_a_look_with_a_garment_in_the_trash_is_not_worn(
    open_page: OpenPage, wardrobe: Runtime, ids: tuple[int, ...]
) -> None:
    wardrobe.outfits.saved.save([ids[0], ids[2]])
    wardrobe.catalogue.trash([ids[0]])
    app = open_part(open_page, "Saved")
    assert "1 garment archived or in the trash" in texts(app)
    assert button(app, "Wear today").disabled


def test_garments_that_are_away_are_in_looks_only_when_asked_for(
    open_page: OpenPage, wardrobe: Runtime, ids: tuple[int, ...]
) -> None:
    assert "include_away" not in [one.key for one in open_page("outfits").toggle]
    wardrobe.catalogue.set_status(ids[:1], Status.IN_WASH)
    app = open_part(open_page, "occasion")
    linked = {one.label for one in app.page_link}
    title = wardrobe.catalogue.get(ids[0]).title
    assert title not in linked
    app.toggle(key="include_away").set_value(True).run()
    assert not app.exception
    assert title in {one.label for one in app.page_link}
