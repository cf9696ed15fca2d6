from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support import gallery
from tests.support.app_pages import OpenPage
from wardrobe_app.components.shared import address
from wardrobe_app.domain.catalogue.filters import GarmentEdit, Sort
from wardrobe_app.domain.graph.colouring import Colouring
from wardrobe_app.domain.graph.ways import Way

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

    from wardrobe_app.domain.garments.garment import Garment
    from wardrobe_app.wiring import Runtime

Garments = tuple["Garment", ...]
# page -> what an address asks for, and the state that follows
STATES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "wardrobe": (
        {"q": "blouse", "colour": ["pink", "navy"], "sort": "name", "density": "compact", "favourite": "yes"},
        {
            "search": "blouse",
            "filter_colour": ["pink", "navy"],
            "sort": Sort.NAME,
            "density": "compact",
            "only_favourites": True,
        },
    ),
    "outfits": (
        {"part": "occasion", "occasion": "formal", "season": "summer", "size": "9", "items": "3,1"},
        {
            "part": "By occasion",
            "for_Occasion": "formal",
            "for_Season": "summer",
            "capsule_size": 9,
            "look_in_the_making": [3, 1],
        },
    ),
    "graph": (
        {"way": "outfits", "colours": "wears", "focus": "item:1", "tab": "tables"},
        {
            "graph_way": Way.OUTFITS,
            "graph_colour": Colouring.WEARS,
            "graph_pin": "item:1",
            "graph_tables": True,
        },
    ),
    "duplicates": ({"view": "all"}, {"duplicates_view": "All groups"}),
    "insights": ({"section": "key-pieces"}, {"insights_tab": "Key pieces"}),
    "calendar": ({"unworn": "6", "day": "2024-05-04"}, {"resting_months": 6}),
}


def ask(app: AppTest, words: dict[str, Any]) -> AppTest:
    app.query_params.clear()
    for name, word in words.items():
        app.query_params[name] = word
    app.run()
    assert not app.exception
    return app


def words(app: AppTest) -> dict[str, list[str]]:
    return as_lists(dict(app.query_params))


def as_lists(asked: dict[str, Any]) -> dict[str, list[str]]:
    return {name: [word] if isinstance(word, str) else word for name, word in asked.items()}


@pytest.mark.parametrize("page", STATES)
def test_what_an_address_asks_for_is_shown_and_stays_in_it(open_page: OpenPage, garments: Garments, page: str) -> None:
    asked, state = STATES[page]
    app = open_page(page, **asked)
    assert {key: app.session_state[key] for key in state} == state
    assert words(app) == as_lists(asked)
    assert words(app.run()) == as_lists(asked)


@pytest.mark.parametrize("page", STATES)
def test_another_address_is_followed_while_the_page_is_open(open_page: OpenPage, garments: Garments, page: str) -> None:
    asked, state = STATES[page]
    app = ask(open_page(page), asked)
    assert {key: app.session_state[key] for key in state} == state


@pytest.mark.parametrize("page", STATES)
def test_nonsense_in_an_address_is_left_out_and_told(open_page: OpenPage, garments: Garments, page: str) -> None:
    asked, state = STATES[page]
    plain = open_page(page)
    usual = {key: plain.session_state[key] for key in state}
    names = [name for name in asked if name not in ("q", "day", "focus")]
    app = open_page(page, **dict.fromkeys(names, "🧦;DROP"))
    assert {key: app.session_state[key] for key in state} == usual
    told = "\n".join(str(warning.value) for warning in app.warning)
    assert all(name in told for name in names)


@pytest.mark.parametrize("page", STATES)
def test_no_word_in_an_address_breaks_a_page(open_page: OpenPage, garments: Garments, page: str) -> None:
    names = [*STATES[page][0], "page", "ids", "open", "brand", "item"]
    app = open_page(page)
    for word in ("", "0", "-1", "1e9", "९", "9" * 20, "a" * 5000, "\0"):
        ask(app, dict.fromkeys(names, word))


def test_a_merged_type_in_an_old_address_filters_by_the_one_it_was_merged_into(
    open_page: OpenPage, garments: Garments
) -> None:
    app = open_page("wardrobe", type=["Chinos", "Trousers", "Tee"])
    assert app.session_state["filter_type"] == ["Trousers", "Tee"]
    assert not app.warning


def test_a_page_goes_on_where_it_was_left(open_page: OpenPage, wardrobe: Runtime, garments: Garments) -> None:
    wardrobe.catalogue.edit([garments[0].id], GarmentEdit(name="Grandmother's"))
    app = open_page("wardrobe")
    app.text_input(key="search").set_value("grandmother").run()
    assert words(app) == {"q": ["grandmother"]}
    app.query_params.clear()
    app.switch_page("wardrobe_app/pages/trash.py").run()
    app.switch_page("wardrobe_app/pages/wardrobe.py").run()
    assert words(app) == {"q": ["grandmother"]}
    assert app.text_input(key="search").value == "grandmother"
    assert len(gallery.listed(app)) == 1


def test_the_link_from_a_garment_leads_to_the_list_as_it_was(open_page: OpenPage, garments: Garments) -> None:
    app = open_page("wardrobe", q="jeans", sort="oldest")
    app.query_params.clear()
    app.query_params["item"] = str(garments[0].id)
    app.switch_page("wardrobe_app/pages/garment.py").run()
    back = next(link for link in app.page_link if link.label == "Wardrobe")
    assert back.proto.query_string == "q=jeans&sort=oldest"


def test_an_answer_that_comes_late_does_not_undo_the_next_choice(open_page: OpenPage, garments: Garments) -> None:
    # The browser sends the address it had before it heard of the first choice.
    app = open_page("wardrobe")
    gallery.switch(app, mark="favourite", on=True)
    app.query_params.clear()
    gallery.switch(app, mark="unsure", on=True)
    assert words(app) == {"favourite": ["yes"], "check": ["yes"]}
    assert app.session_state["only_favourites"]


def test_an_address_of_a_gallery_with_pages_still_opens(open_page: OpenPage, garments: Garments) -> None:
    app = ask(open_page("wardrobe"), {"page": "2", "size": "48", "sort": "oldest"})
    assert not app.warning
    assert gallery.listed(app) == [1, 2, 3, 4, 5]


def test_an_old_word_in_an_address_is_still_understood() -> None:
    param = address.choice("section", "tab", {"missing": 2}, 1, {"lacking": 2})
    assert (param.read(["lacking"]), param.read(["missing"]), param.read(["nonsense"])) == (
        (2, ()),
        (2, ()),
        (1, ["nonsense"]),
    )
    assert param.write(2) == ["missing"]
