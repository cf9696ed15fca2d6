from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from tests.support.app_pages import OpenPage
from wardrobe_app.components.outfits import wear_stats
from wardrobe_app.components.outfits.day_panel import OTHER
from wardrobe_app.components.outfits.wear_stats import NAME
from wardrobe_app.components.shared import garment_picker, jobs, size_limits
from wardrobe_app.domain.catalogue.filters import GarmentEdit
from wardrobe_app.services import warmup

if TYPE_CHECKING:
    from wardrobe_app.domain.garments.garment import Garment
    from wardrobe_app.wiring import Runtime


@pytest.fixture(autouse=True)
def _large(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (size_limits, garment_picker, wear_stats):
        monkeypatch.setattr(module, "AT_MOST", 3)
    monkeypatch.setattr(warmup, "LARGE", 3)
    monkeypatch.setattr(garment_picker, "MOST", 2)


def numbers(options: list[str]) -> list[int]:
    return [int(option.rsplit(" ", 1)[1].rstrip(")")) for option in options]


def test_a_list_of_looks_offers_the_garment_and_the_newest(open_page: OpenPage, garments: tuple[Garment, ...]) -> None:
    app = open_page("outfits")
    ids = [garment.id for garment in garments]
    assert numbers(app.selectbox(key="look_item").options) == [ids[0], ids[4], ids[3]]


def test_what_is_not_offered_is_found_by_a_word_or_its_number(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    wardrobe.catalogue.edit([garments[1].id], GarmentEdit(name="The very one"))
    app = open_page("outfits", part="Build")
    searches = (
        ("very", garments[1].id, False),
        ("vrey", garments[1].id, True),
        (str(garments[2].id), garments[2].id, False),
    )
    for words, item, forgiven in searches:
        app.text_input(key="look_add_search").set_value(words).run()
        assert item in numbers(app.selectbox(key="look_add").options)
        assert any("**very**" in one.value for one in app.caption) is forgiven


def test_what_was_chosen_for_a_day_stays_chosen_while_another_is_looked_for(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    key = f"worn_items_{wardrobe.outfits.wear_log.today()}"
    app = open_page("calendar")
    app.segmented_control(key="calendar_choice").set_value(OTHER).run()
    app.multiselect(key=key).set_value([garments[4].id]).run()
    app.text_input(key=f"{key}_search").set_value(str(garments[0].id)).run()
    app.multiselect(key=key).set_value([garments[4].id, garments[0].id]).run()
    app.button(key=f"{key}_note").click().run()
    assert not app.exception
    (wear,) = wardrobe.outfits.wear_log.wears()
    assert set(wear.item_ids) == {garments[0].id, garments[4].id}


def test_the_table_of_wears_holds_what_there_is_something_to_tell_of(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    wardrobe.outfits.wear_log.wear([garments[1].id])
    wardrobe.catalogue.edit([garments[3].id], GarmentEdit(price=Decimal(20)))
    app = open_page("calendar")
    assert numbers(list(app.dataframe[0].value[NAME])) == [garments[3].id, garments[1].id]
    assert any("Showing 2 of 5 garments" in caption.value for caption in app.caption)


def test_a_wardrobe_of_which_nothing_is_to_tell_has_no_table(
    open_page: OpenPage, garments: tuple[Garment, ...]
) -> None:
    app = open_page("calendar")
    assert not app.dataframe
    assert any("None of your 5 garments has a price" in caption.value for caption in app.caption)


def test_looks_with_one_garment_are_made_of_all_and_say_nothing_else(
    open_page: OpenPage, garments: tuple[Garment, ...]
) -> None:
    assert not any("newest matching" in caption.value for caption in open_page("outfits").caption)


def test_the_gallery_loads_what_other_pages_begin_with(open_page: OpenPage, garments: tuple[Garment, ...]) -> None:
    open_page("wardrobe")
    job = jobs.job("warm_up")
    assert job is not None
    assert job.wait(60)
    assert job.results == ["garments", "likeness", "looks", "graph"]


def test_a_small_wardrobe_is_not_loaded_ahead(
    open_page: OpenPage, garments: tuple[Garment, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warmup, "LARGE", 5)
    open_page("wardrobe")
    assert jobs.job("warm_up") is None
