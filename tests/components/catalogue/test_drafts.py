from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.support.app_pages import OpenPage, button
from wardrobe_app.domain.garments.vocabulary import Slot

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

    from wardrobe_app.domain.garments.garment import Garment
    from wardrobe_app.wiring import Runtime

    Opened = Callable[[str], tuple[AppTest, str]]

Garments = tuple["Garment", ...]


def kept(wardrobe: Runtime) -> list[str]:
    folder = wardrobe.settings.drafts_dir
    return [path.name for path in folder.glob("*.json")] if folder.exists() else []


@pytest.fixture
def opened(open_page: OpenPage, wardrobe: Runtime, garments: Garments) -> Opened:
    # The page with the field, in a session of its own, and the key of the field.
    ids = [garment.id for garment in garments[:3]]
    outfit = wardrobe.outfits.saved.save(ids, "Monday").outfit
    wardrobe.types.add("Dirndl", Slot.FULL)

    def on(field: str) -> tuple[AppTest, str]:
        if field == "new type":
            return open_page("garment", item=str(ids[0])), f"new_type_{ids[0]}_name"
        if field == "own type":
            return open_page("settings"), "own_Dirndl_name"
        app = open_page("outfits")
        if field == "saved look":
            app.segmented_control(key="part").set_value("Saved").run()
            return app, f"new_look_name_{outfit.id}"
        app.session_state["look_in_the_making"] = ids[:2]
        app.segmented_control(key="part").set_value("Build").run()
        return app, next(one.key for one in app.text_input if one.label == "Name")

    return on


@pytest.mark.parametrize("field", ["new type", "own type", "saved look", "new look"])
def test_what_was_typed_is_back_in_another_session_until_it_is_discarded(
    opened: Opened, wardrobe: Runtime, field: str
) -> None:
    app, key = opened(field)
    before = app.text_input(key=key).value
    app.text_input(key=key).set_value("Typed, not saved").run()
    assert not app.exception
    again, _ = opened(field)
    assert again.text_input(key=key).value == "Typed, not saved"
    again.button(key=f"discard_{key}").click().run()
    assert again.text_input(key=key).value == before
    assert kept(wardrobe) == []


def test_a_name_that_was_saved_is_no_draft_any_more(opened: Opened, wardrobe: Runtime) -> None:
    app, key = opened("saved look")
    app.text_input(key=key).set_value("Friday").run()
    button(app, "Save").click().run()
    assert [outfit.name for outfit in wardrobe.outfits.saved.all()] == ["Friday"]
    assert app.text_input(key=key).value == "Friday"
    assert kept(wardrobe) == []


def test_a_name_that_was_refused_stays(opened: Opened, wardrobe: Runtime) -> None:
    app, key = opened("new type")
    app.text_input(key=key).set_value("t-shirt")
    button(app, "Create and use").click().run()
    assert app.text_input(key=key).value == "t-shirt"
    assert len(kept(wardrobe)) == 1
