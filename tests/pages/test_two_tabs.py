from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support import gallery
from tests.support.app_pages import OpenPage, button, texts
from wardrobe_app.domain.catalogue.filters import GarmentEdit
from wardrobe_app.domain.garments.garment import TagKind

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

    from wardrobe_app.domain.garments.garment import Garment
    from wardrobe_app.wiring import Runtime

Garments = tuple["Garment", ...]


@pytest.fixture
def elsewhere(wardrobe: Runtime) -> Runtime:
    # Another process: nothing but the data folder is shared with the pages.
    from wardrobe_app import startup

    return startup.build()


def write(app: AppTest, item: int, **texts: str) -> AppTest:
    for name, text in texts.items():
        field = app.text_area if name == "notes" else app.text_input
        field(key=f"{name}_{item}").set_value(text)
    button(app, "Save details").click().run()
    assert not app.exception
    return app


def in_the_form(app: AppTest):  # noqa: ANN201 - AppTest's own type
    return next(one for one in app.button if (one.key or "").startswith("save_details_"))


def test_what_one_tab_saved_the_other_does_not_overwrite_and_what_was_typed_stays(
    open_page: OpenPage, wardrobe: Runtime, garments: Garments
) -> None:
    item = garments[0].id
    first, second = open_page("garment", item=str(item)), open_page("garment", item=str(item))
    write(first, item, name="Hers", brand="Acme")
    write(second, item, name="Mine", notes="a spot")
    kept = wardrobe.catalogue.get(item)
    assert (kept.name, kept.brand, kept.notes) == ("Hers", "Acme", "")
    shown = texts(second)
    assert "was changed meanwhile" in shown
    assert "**Name**: Hers" in shown
    assert "**Brand**: Acme" in shown
    assert second.text_input(key=f"name_{item}").value == "Mine"
    assert second.text_area(key=f"notes_{item}").value == "a spot"


def test_mine_is_used_anyway_for_what_i_changed_and_undo_gives_theirs_back(
    open_page: OpenPage, wardrobe: Runtime, garments: Garments
) -> None:
    item = garments[0].id
    first, second = open_page("garment", item=str(item)), open_page("garment", item=str(item))
    write(first, item, name="Hers", brand="Acme")
    write(second, item, name="Mine", notes="a spot")
    second.button(key="notice_mine").click().run()
    assert not second.exception
    kept = wardrobe.catalogue.get(item)
    assert (kept.name, kept.brand, kept.notes) == ("Mine", "Acme", "a spot"), "her brand was never touched"
    assert second.text_input(key=f"brand_{item}").value == "Acme"
    second.button(key="notice_undo").click().run()
    kept = wardrobe.catalogue.get(item)
    assert (kept.name, kept.brand, kept.notes) == ("Hers", "Acme", "")
    assert second.text_input(key=f"name_{item}").value == "Hers"
    assert "Changed in another tab" not in texts(second)


def test_saving_once_more_below_what_it_says_now_is_a_choice(
    open_page: OpenPage, wardrobe: Runtime, elsewhere: Runtime, garments: Garments
) -> None:
    item = garments[0].id
    app = open_page("garment", item=str(item))
    elsewhere.catalogue.edit([item], GarmentEdit(name="Hers"))
    write(app, item, name="Mine")
    elsewhere.catalogue.edit([item], GarmentEdit(name="Hers, again"))
    in_the_form(app).click().run()
    assert wardrobe.catalogue.get(item).name == "Hers, again", "that she was not shown"
    in_the_form(app).click().run()
    assert not app.exception
    assert wardrobe.catalogue.get(item).name == "Mine"
    button(app, "Save details")


def test_theirs_is_kept_on_request(open_page: OpenPage, wardrobe: Runtime, garments: Garments) -> None:
    item = garments[0].id
    first, second = open_page("garment", item=str(item)), open_page("garment", item=str(item))
    write(first, item, name="Hers")
    write(second, item, name="Mine")
    second.button(key="notice_theirs").click().run()
    assert wardrobe.catalogue.get(item).name == "Hers"
    assert second.text_input(key=f"name_{item}").value == "Hers"
    assert "hanged meanwhile" not in texts(second)
    write(second, item, name="Both of us")
    assert wardrobe.catalogue.get(item).name == "Both of us"


def test_an_undo_does_not_overwrite_what_came_after_it(
    open_page: OpenPage, wardrobe: Runtime, garments: Garments
) -> None:
    item = garments[0].id
    first = write(open_page("garment", item=str(item)), item, name="First")
    write(open_page("garment", item=str(item)), item, name="Second")
    first.button(key="notice_undo").click().run()
    assert not first.exception
    assert wardrobe.catalogue.get(item).name == "Second"
    assert first.session_state["notice"].failed


def test_marks_and_tags_of_the_same_tab_stand_in_nobodys_way(
    open_page: OpenPage, wardrobe: Runtime, garments: Garments
) -> None:
    item = garments[0].id
    app = open_page("garment", item=str(item))
    button(app, "Favourite").click().run()
    app.pills[0].set_value("Skirt").run()
    write(app, item, name="Mine")
    assert wardrobe.catalogue.get(item).name == "Mine"
    assert "hanged meanwhile" not in texts(app)


def test_a_tag_that_another_program_set_is_not_overwritten_before_it_was_seen(
    open_page: OpenPage, wardrobe: Runtime, elsewhere: Runtime, garments: Garments
) -> None:
    item = garments[0].id
    app = open_page("garment", item=str(item))
    elsewhere.catalogue.correct([item], TagKind.TYPE, "Poncho")
    app.pills[0].set_value("Skirt").run()
    assert not app.exception
    assert wardrobe.catalogue.get(item).type == "Poncho"
    assert next(one for one in app.selectbox if one.label == "Type").value == "Poncho"
    app.button(key="notice_mine").click().run()
    assert wardrobe.catalogue.get(item).type == "Skirt"
    app.button(key="notice_undo").click().run()
    assert wardrobe.catalogue.get(item).type == "Poncho"


def change_to_green(app: AppTest, ids: list[int]) -> AppTest:
    gallery.act(app, "change", *ids)
    app.selectbox(key="bulk_kind").select(TagKind.COLOUR).run()
    app.selectbox(key="bulk_value_colour").select("green").run()
    return app


def test_several_that_are_edited_together_are_not_overwritten_either(
    open_page: OpenPage, wardrobe: Runtime, elsewhere: Runtime, garments: Garments
) -> None:
    ids = [garment.id for garment in garments]
    app = change_to_green(open_page("wardrobe"), ids)
    elsewhere.catalogue.correct([garments[2].id, garments[3].id], TagKind.COLOUR, "orange")
    before = [garment.colour for garment in wardrobe.catalogue.garments()]
    button(app, "Set for 5 garments").click().run()
    assert not app.exception
    assert "and 1 more were changed meanwhile" in texts(app)
    assert [garment.colour for garment in wardrobe.catalogue.garments()] == before
    app.button(key="notice_theirs").click().run()
    button(change_to_green(app, ids), "Set for 5 garments").click().run()
    assert {garment.colour for garment in wardrobe.catalogue.garments()} == {"green"}, "by now she saw them"
    app.button(key="notice_undo").click().run()
    assert [garment.colour for garment in wardrobe.catalogue.garments()] == before


def test_a_page_shows_what_another_program_did_on_its_next_run(
    open_page: OpenPage, elsewhere: Runtime, garments: Garments
) -> None:
    wardrobe_page, redundancy, graph = open_page("wardrobe"), open_page("duplicates"), open_page("graph")
    ids = [garment.id for garment in garments]
    elsewhere.catalogue.edit(ids[:1], GarmentEdit(name="Grandmother's"))
    elsewhere.catalogue.trash(ids[1:2])
    assert "Grandmother's" in gallery.titles(wardrobe_page.run())
    assert len(gallery.listed(wardrobe_page)) == 4
    elsewhere.redundancy.review.decide(ids[2:4], _keep_both())
    assert "Decided (1)" in str(redundancy.run().segmented_control[0].options)
    assert not graph.run().exception


def _keep_both():  # noqa: ANN202 - imported late: pages are drawn with modules of their own
    from wardrobe_app.domain.garments.garment import Verdict

    return Verdict.KEEP_BOTH
