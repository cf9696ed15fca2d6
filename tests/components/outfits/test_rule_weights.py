from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from db.engine.session import make_engine, make_session_factory
from db.unit_of_work import UnitOfWork
from tests.support.app_pages import OpenPage, button, texts
from wardrobe_app.domain.compatibility.rules import Rule

if TYPE_CHECKING:
    from wardrobe_app.domain.garments.garment import Garment
    from wardrobe_app.wiring import Runtime


def test_every_convention_is_named_and_explained(open_page: OpenPage, wardrobe: Runtime) -> None:
    shown = texts(open_page("settings"))
    for rule in Rule:
        assert rule.label[1:] in shown
        assert rule.meaning.split(".")[0].split("-")[0] in shown


def test_a_convention_is_weighed_with_a_click_and_all_go_back_to_the_defaults(
    open_page: OpenPage, wardrobe: Runtime
) -> None:
    app = open_page("settings")
    assert button(app, "Reset to defaults").disabled
    app.button_group(key="rule_tonal").set_value("off").run()
    assert not app.exception
    assert wardrobe.preferences.rule_weights == {Rule.TONAL: 0}
    assert wardrobe.outfits.rules.rules()[0].factor(Rule.TONAL) == 0
    button(app, "Reset to defaults").click().run()
    assert wardrobe.preferences.rule_weights == {}
    assert app.button_group(key="rule_tonal").value == "normal"
    app.button(key="notice_undo").click().run()
    assert wardrobe.preferences.rule_weights == {Rule.TONAL: 0}


def test_learning_is_switched_off_in_the_settings(open_page: OpenPage, wardrobe: Runtime) -> None:
    app = open_page("settings")
    assert "Nothing learned yet" in texts(app)
    app.toggle(key="learns").set_value(False).run()
    assert not wardrobe.preferences.learns


def test_what_was_learned_is_shown_with_its_counts(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    sessions = make_session_factory(make_engine(wardrobe.settings.resolved_database_url))
    with UnitOfWork(sessions, wardrobe.vocabulary, writing=True) as uow:
        uow.wears.add(date(2025, 5, 4), [garments[0].id, garments[2].id])
        uow.commit()
    app = open_page("settings")
    assert not app.exception
    assert [int(table.value["Worn"].iloc[0]) for table in app.dataframe][-2:] == [1, 1]
