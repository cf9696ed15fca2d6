from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from streamlit.testing.v1 import AppTest

from tests.support.app_pages import GREEN, PINK, OpenPage, a_photo, button, texts
from tests.support.garments import NOON, garment
from wardrobe_app.domain.catalogue.filters import GarmentEdit
from wardrobe_app.domain.garments.garment import TagKind, Verdict

if TYPE_CHECKING:
    from wardrobe_app.config import Settings
    from wardrobe_app.domain.garments.garment import Garment
    from wardrobe_app.wiring import Runtime


def open_tab(app: AppTest, label: str) -> AppTest:
    # As a click on it does: AppTest has no setter for tabs.
    app.session_state["insights_tab"] = label
    app.run()
    assert not app.exception
    return app


def tick(app: AppTest, item: int) -> AppTest:
    next(one for one in app.checkbox if one.key.startswith(f"tick_let_go_{item}_")).check().run()
    assert not app.exception
    return app


def test_the_number_is_told_first(open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]) -> None:
    app = open_page("insights")
    assert app.header[0].value == wardrobe.insights.analysis.overview().sentence.replace(".", "\\.")
    assert len(app.subheader) == 3
    assert not app.get("plotly_chart")
    assert len(open_tab(app, "Charts").get("plotly_chart")) == 2


def test_with_fewer_than_two_garments_the_page_says_what_it_is_for(open_page: OpenPage, wardrobe: Runtime) -> None:
    assert "With two or more garments" in texts(open_page("insights"))


@pytest.mark.parametrize(
    ("label", "marks"),
    [
        ("Overview", []),
        ("What could go", ["smallest-set"]),
        ("What to buy", ["purchase"]),
        ("Costs", []),
        ("Charts", []),
        ("Key pieces", ["key-pieces", "isolated"]),
    ],
)
def test_every_tab_opens_and_leads_to_the_graph(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...], label: str, marks: list[str]
) -> None:
    app = open_tab(open_page("insights"), label)
    links = [one.proto.query_string for one in app.get("page_link") if one.proto.page.endswith("graph")]
    assert links == [f"way=outfits&mark={name}" for name in marks if nodes_of(wardrobe, name)]
    assert links or not marks


def nodes_of(wardrobe: Runtime, name: str) -> tuple[str, ...]:
    found = wardrobe.insights.marks.of(name)
    assert found is not None
    return found.nodes


def test_too_many_of_a_type_and_the_fewest_garments_are_told(open_page: OpenPage, settings: Settings) -> None:
    from tests.services.support.stored import stored

    jeans = [garment(number, "Jeans", "navy", occasion="casual") for number in range(1, 5)]
    stored(settings, [*jeans, garment(5, "Tee", "white", occasion="casual", name="*Nasty* [tee](x)")])
    app = open_page("insights")
    assert "4 pairs of navy jeans do the work of 1" in texts(app)
    assert "2 of your 5 tops" in texts(open_tab(app, "What could go"))
    assert "\\*Nasty\\* " in "".join(one.proto.label for one in open_tab(app, "Key pieces").get("page_link"))


def test_what_never_makes_an_outfit_is_said_to_make_none(open_page: OpenPage, settings: Settings) -> None:
    from tests.services.support.stored import stored

    stored(settings, [garment(1, "Pyjamas"), garment(2, "Pyjamas", "navy"), garment(3, None)])
    app = open_page("insights")
    for label in ("What could go", "What to buy", "Key pieces", "Costs", "Charts"):
        assert not open_tab(app, label).exception
        assert label not in ("What could go", "Key pieces") or "There is no outfit" in texts(app)


def test_only_the_open_tab_is_worked_out(
    open_page: OpenPage, garments: tuple[Garment, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    from wardrobe_app.services.insights.insights import InsightsService

    def never(*_: object) -> None:
        raise AssertionError("costs were added up")

    monkeypatch.setattr(InsightsService, "spending", never)
    open_page("insights")


def test_what_is_ticked_is_simulated_and_nothing_is_changed(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    app = open_tab(open_page("insights"), "What could go")
    assert not app.metric
    wardrobe.catalogue.edit([garments[0].id], GarmentEdit(price=Decimal(1500)))
    wardrobe.preferences.choose_currency("JPY")
    tick(app, garments[0].id)
    assert app.metric[3].value == "¥1,500"
    assert [one.label for one in app.metric] == ["Garments", "Score", "Outfits", "Money freed"]
    assert app.metric[0].value == "4"
    assert wardrobe.catalogue.count().live == 5


def test_what_the_wardrobe_would_be_is_said_where_notices_are(
    open_page: OpenPage, garments: tuple[Garment, ...]
) -> None:
    app = tick(open_tab(open_page("insights"), "What could go"), garments[0].id)
    assert not app.toast
    assert f"score {app.metric[1].value}" in texts(app).replace("\\", "")
    app.button(key="let_go_none").click().run()
    assert not app.metric
    assert not app.exception
    assert app.button(key="notice_close")


@pytest.mark.parametrize("label", ["Move to trash", "Archive"])
def test_what_is_ticked_can_go_and_come_back(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...], label: str
) -> None:
    app = tick(open_tab(open_page("insights"), "What could go"), garments[0].id)
    button(app, label).click().run()
    assert not app.exception
    assert wardrobe.catalogue.count().live == 4
    app.button(key="notice_undo").click().run()
    assert wardrobe.catalogue.count().live == 5


def stocked(settings: Settings, **fields: object) -> None:
    from tests.services.support.stored import stored

    jeans = [garment(n, "Jeans", "navy", occasion="casual", name="*Nasty* [one](x)" * (n == 1)) for n in range(1, 5)]
    tops = [garment(5, "Tee", "white", occasion="casual", **fields), garment(6, "Tee", "red", occasion="casual")]
    factory = stored(settings, [*jeans, *tops])
    with factory(writing=True) as uow:
        uow.verdicts.set([(a, b) for a in range(1, 5) for b in range(a + 1, 5)], Verdict.TWINS, NOON)
        uow.commit()


def test_the_first_screen_and_the_home_page_say_the_same_of_what_there_is_too_much_of(
    open_page: OpenPage, wardrobe: Runtime, settings: Settings
) -> None:
    stocked(settings)
    (one,) = wardrobe.insights.connections.surpluses()
    assert one.sentence in texts(open_page("insights"))
    assert one.sentence in texts(open_page("home"))


def test_what_could_go_is_archived_in_a_click_and_comes_back(
    open_page: OpenPage, wardrobe: Runtime, settings: Settings
) -> None:
    stocked(settings)
    app = open_page("insights")
    could = wardrobe.insights.connections.replaceable()
    assert len(could) == 3
    app.button(key=f"archive_{could[0].garment.id}").click().run()
    assert not app.exception
    assert wardrobe.catalogue.count().live == 5
    app.button(key="notice_undo").click().run()
    assert wardrobe.catalogue.count().live == 6


def links(app: AppTest) -> set[str]:
    return {one.proto.page.rsplit("/", 1)[-1] for one in app.get("page_link")}


def test_costs_are_in_the_chosen_currency_and_lead_to_where_prices_are_entered(
    open_page: OpenPage, wardrobe: Runtime, settings: Settings
) -> None:
    stocked(settings)
    app = open_tab(open_page("insights"), "Costs")
    assert not app.metric
    assert {"maintenance", "calendar"} <= links(app)
    wardrobe.catalogue.edit([1, 2], GarmentEdit(price=Decimal(1500), purchased_on=NOON.date()))
    wardrobe.outfits.wear_log.wear([1, 5])
    wardrobe.preferences.choose_currency("JPY")
    app.run()
    assert not app.exception
    assert [one.value for one in app.metric] == ["¥3,000", "¥3,000", "¥1,500", "¥1,500"]
    assert len(app.get("plotly_chart")) == 3
    assert "calendar" not in links(app)


def considered(open_page: OpenPage, data: bytes) -> AppTest:
    app = open_page("before_you_buy")
    app.file_uploader[0].set_value(("shop.jpg", data, "image/jpeg")).run()
    assert not app.exception
    return app


def test_a_photo_is_weighed_and_not_kept(open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]) -> None:
    state = wardrobe.outfits.rules.revision()
    app = considered(open_page, a_photo("blouse", GREEN, seed=40))
    assert "Most similar" in texts(app)
    assert app.selectbox[1].value == "green"
    assert wardrobe.outfits.rules.revision() == state


def test_what_is_corrected_in_place_is_weighed_anew(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    app = considered(open_page, a_photo("blouse", PINK, seed=40))
    assert "Leave it" in texts(app)
    own = next(name for name in wardrobe.catalogue.choices(TagKind.TYPE) if name == "Parka")
    app.selectbox[0].select(own).run()
    assert not app.exception
    assert "does its job already" not in texts(app)


def test_another_photo_can_follow(open_page: OpenPage, garments: tuple[Garment, ...]) -> None:
    app = considered(open_page, a_photo("blouse", PINK, seed=40))
    button(app, "Check another").click().run()
    assert not app.exception
    assert app.file_uploader


def test_what_is_no_photo_is_said_in_a_sentence(open_page: OpenPage, wardrobe: Runtime) -> None:
    assert "this is not a picture" in texts(considered(open_page, b"no photo"))


def test_an_empty_wardrobe_can_be_asked_too(open_page: OpenPage, wardrobe: Runtime) -> None:
    assert "The wardrobe is empty" in texts(considered(open_page, a_photo("blouse", PINK)))
