from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from tests.paths import ROOT
from tests.support.app_pages import OpenPage, button, texts
from wardrobe_app.components.shared import jobs
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.services.outfits.suggestions import OutfitService
from wardrobe_app.wiring import Runtime


def opened(**query: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def finished(app: AppTest) -> AppTest:
    job = jobs.job("home")
    assert job is not None
    assert job.wait(60)
    assert job.error is None
    app.run()
    assert not app.exception
    return app


def test_the_program_opens_at_home_with_one_thing_to_do_where_nothing_is_there() -> None:
    app = opened()
    assert app.title[0].value == "Home"
    assert [one.key for one in app.button] == ["empty_step"]
    app.button(key="empty_step").click().run()
    assert app.title[0].value == "Add photos"


def test_home_shows_a_card_for_everything_there_is_to_do_and_see(garments: tuple[Garment, ...]) -> None:
    app = finished(opened())
    assert [one.value for one in app.header] == [
        "To review", "Duplicates", "You have too much of", "An outfit for today", "Not worn for 12 months",
        "Latest additions",
    ]  # fmt: skip
    assert "5 garments in the wardrobe" in texts(app)


def test_the_outfit_for_today_is_worn_and_taken_back(
    garments: tuple[Garment, ...], wardrobe: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [garments[0].id, garments[2].id, garments[3].id]
    monkeypatch.setattr(OutfitService, "outfits_for", lambda self, *_, **wanted: (self.judge(ids),))
    app = finished(opened())
    app.button(key="home_wear").click().run()
    assert len(wardrobe.outfits.wear_log.wears()) == 1
    app.button(key="notice_undo").click().run()
    assert not wardrobe.outfits.wear_log.wears()


def test_an_address_of_the_gallery_that_was_here_once_leads_to_the_gallery(garments: tuple[Garment, ...]) -> None:
    app = opened(q="pink", sort="oldest")
    assert app.title[0].value == "Wardrobe"
    assert app.query_params["q"] in ("pink", ["pink"])
    assert app.text_input(key="search").value == "pink"


def test_a_notice_goes_when_its_reader_goes_on(
    garments: tuple[Garment, ...], open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wardrobe_app.components.shared.notices.LED_ON_S", 0.0)
    app = open_page("garment", item=str(garments[0].id))
    button(app, "Archive").click().run()
    assert app.button(key="notice_undo")
    app.switch_page("wardrobe_app/pages/outfits/calendar.py").run()
    assert not [one for one in app.button if one.key == "notice_undo"]


def test_the_navigation_counts_what_waits(garments: tuple[Garment, ...], wardrobe: Runtime) -> None:
    from wardrobe_app import startup

    wardrobe.catalogue.trash([garments[0].id])
    assert startup.waiting()["trash"] == 1
