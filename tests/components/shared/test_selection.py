from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.support import gallery
from tests.support.app_pages import OpenPage

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

    from wardrobe_app.domain.garments.garment import Garment
    from wardrobe_app.wiring import Runtime

Garments = tuple["Garment", ...]


def press(app: AppTest, start: str) -> AppTest:
    # Buttons say in brackets what is not on the screen, so the beginning names them.
    next(one for one in app.button if one.label.startswith(start)).click().run()
    assert not app.exception
    return app


def trashed(wardrobe: Runtime) -> set[int]:
    return {garment.id for garment in wardrobe.catalogue.trashed()}


@pytest.mark.parametrize("action", ["favourite", "archive", "trash"])
def test_an_action_touches_the_garments_that_the_browser_names_and_no_others(
    open_page: OpenPage, wardrobe: Runtime, garments: Garments, action: str
) -> None:
    named, other = garments[0].id, garments[1].id
    before = wardrobe.catalogue.get(other)
    gallery.act(open_page("wardrobe"), action, named)
    assert wardrobe.catalogue.get(other) == before
    assert wardrobe.catalogue.get(named) != garments[0]


def test_what_was_moved_is_unticked_and_what_only_changed_stays(
    open_page: OpenPage, wardrobe: Runtime, garments: Garments
) -> None:
    first, second = garments[0].id, garments[1].id
    app = gallery.act(open_page("wardrobe"), "favourite", first, second)
    assert gallery.data(app)["untick"] is None
    gallery.act(app, "archive", first)
    assert gallery.data(app)["untick"]["ids"] == [first]
    number = gallery.data(app)["untick"]["number"]
    assert gallery.data(app.run())["untick"]["number"] == number, "the browser does it once"
    gallery.act(app, "trash", second)
    assert gallery.data(app)["untick"]["number"] != number


def test_what_the_filters_hide_exists_and_what_went_does_not(
    open_page: OpenPage, wardrobe: Runtime, garments: Garments
) -> None:
    # The browser keeps the ticks of the one kind, and forgets those of the other.
    pink = [garment.id for garment in garments if garment.colour == "pink"]
    others = [garment.id for garment in garments if garment.id not in pink]
    wardrobe.catalogue.archive(others[:1])
    wardrobe.catalogue.trash(others[1:2])
    app = gallery.switch(open_page("wardrobe"), facet="colour", value="pink", on=True)
    assert sorted(gallery.listed(app)) == pink
    assert sorted(gallery.data(app)["elsewhere"]) == [others[0], *others[2:]]


def test_the_hidden_part_of_a_selection_is_shown_on_request(
    open_page: OpenPage, wardrobe: Runtime, garments: Garments
) -> None:
    first, second, archived = garments[0].id, garments[2].id, garments[3].id
    wardrobe.catalogue.archive([archived])
    app = gallery.switch(open_page("wardrobe"), facet="colour", value="pink", on=True)
    gallery.switch(app, only=[first, second, archived])
    assert sorted(gallery.listed(app)) == [first, second, archived]
    assert {"archive", "unarchive"} <= {name for name, *_ in gallery.data(app)["actions"]}
    gallery.act(app, "archive", first, second, archived)
    assert wardrobe.catalogue.get(first).archived_at
    app.button(key="notice_undo").click().run()
    assert not wardrobe.catalogue.get(first).archived_at
    assert wardrobe.catalogue.get(archived).archived_at, "that was archived before"
    gallery.switch(app, clear=True)
    assert len(gallery.listed(app)) == 4


def test_the_trash_loses_only_what_its_button_counted(
    open_page: OpenPage, wardrobe: Runtime, garments: Garments
) -> None:
    first, second, third = (garment.id for garment in garments[:3])
    wardrobe.catalogue.trash([first, second])
    app = press(open_page("trash"), "Delete permanently")
    wardrobe.catalogue.trash([third])
    press(app, "Empty the trash (2)")
    assert trashed(wardrobe) == {third}


def test_what_is_restored_from_the_trash_goes_back_there_as_it_was(
    open_page: OpenPage, wardrobe: Runtime, garments: Garments
) -> None:
    first, second = garments[0].id, garments[1].id
    wardrobe.catalogue.trash([first, second])
    before = wardrobe.catalogue.get(first)
    app = open_page("trash")
    next(one for one in app.checkbox if one.key.startswith(f"tick_trash_{first}_")).check().run()
    press(app, "Restore 1")
    assert trashed(wardrobe) == {second}
    app.button(key="notice_undo").click().run()
    assert replace(wardrobe.catalogue.get(first), version=before.version) == before
