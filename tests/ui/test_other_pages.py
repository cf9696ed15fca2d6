from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.ui.conftest import OpenPage, button, texts

if TYPE_CHECKING:
    from wardrobe_app.domain.garment import Garment
    from wardrobe_app.runtime import Runtime

PAGES = ("wardrobe", "add_photos", "garment", "redundancy", "looks", "graph", "trash_and_settings")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_on_an_empty_wardrobe(open_page: OpenPage, page: str) -> None:
    assert open_page(page).title


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_on_a_wardrobe_with_garments(
    open_page: OpenPage, page: str, garments: tuple[Garment, ...]
) -> None:
    assert open_page(page, item=str(garments[0].id)).title


@pytest.fixture
def twins(garments: tuple[Garment, ...], wardrobe: Runtime) -> tuple[int, ...]:
    group = wardrobe.redundancy.groups()[0]
    assert len(group.items) == 2
    return tuple(item.id for item in group.items)


def test_a_group_is_shown_with_what_is_shared(open_page: OpenPage, wardrobe: Runtime, twins: tuple[int, ...]) -> None:
    shown = texts(open_page("redundancy"))
    assert wardrobe.redundancy.groups()[0].title in shown
    assert "What they share" in shown


def test_keeping_all_sticks_and_can_be_taken_back(
    open_page: OpenPage, wardrobe: Runtime, twins: tuple[int, ...]
) -> None:
    app = open_page("redundancy")
    button(app, "Keep all").click().run()
    assert not app.exception
    assert not wardrobe.redundancy.groups()
    assert "Nothing is there twice" in texts(app)
    button(app, "Take back").click().run()
    assert len(wardrobe.redundancy.groups()) == 1


def test_the_last_decision_can_be_undone(open_page: OpenPage, wardrobe: Runtime, twins: tuple[int, ...]) -> None:
    app = open_page("redundancy")
    button(app, "Keep all").click().run()
    app.button(key="notice_undo").click().run()
    assert not wardrobe.redundancy.verdicts()


def test_a_garment_photographed_twice_becomes_one_and_can_be_split(
    open_page: OpenPage, wardrobe: Runtime, twins: tuple[int, ...]
) -> None:
    app = open_page("redundancy")
    app.radio[0].set_value(twins[1]).run()
    button(app, "Merge into this one").click().run()
    assert not app.exception
    assert len(wardrobe.catalogue.get(twins[1]).photos) == 2
    assert wardrobe.catalogue.count().live == 4
    app.button(key="notice_undo").click().run()
    assert wardrobe.catalogue.count().live == 5


def test_only_what_is_ticked_is_let_go(open_page: OpenPage, wardrobe: Runtime, twins: tuple[int, ...]) -> None:
    app = open_page("redundancy")
    assert button(app, "Move to trash").disabled
    next(one for one in app.checkbox if one.key.endswith(f"_{twins[0]}")).check().run()
    button(app, "Move to trash").click().run()
    assert not app.exception
    assert [garment.id for garment in wardrobe.catalogue.trashed()] == [twins[0]]


def test_looks_are_for_the_garment_of_the_address(open_page: OpenPage, garments: tuple[Garment, ...]) -> None:
    app = open_page("looks", item=str(garments[2].id))
    assert app.selectbox(key="look_item").value == garments[2].id
    app.selectbox(key="look_item").select(garments[3].id).run()
    assert not app.exception
    assert app.query_params["item"] == str(garments[3].id)


def test_the_graph_page_offers_every_file_and_a_table(open_page: OpenPage, garments: tuple[Garment, ...]) -> None:
    app = open_page("graph")
    assert [one.label for one in app.download_button] == [
        "GraphML", "GEXF", "JSON (node-link)", "CSV (nodes and edges)", "SVG", "PNG", "Web page",
    ]  # fmt: skip
    assert "relations shown" in texts(app)


def test_focus_shows_one_garment_and_what_it_is_near_to(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    node = f"item:{garments[4].id}"
    graph = wardrobe.graphs.graph()
    near = [name for name in graph[node] if graph[node][name]["relation"] == "similar-to"]
    app = open_page("graph")
    app.selectbox(key="graph_focus").select(node).run()
    assert not app.exception
    assert f"{len(near) + 1} nodes and {len(near)} relation" in texts(app)


def test_what_is_in_the_trash_can_be_restored_or_deleted(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    wardrobe.catalogue.trash([garments[0].id, garments[1].id])
    app = open_page("trash_and_settings")
    next(one for one in app.checkbox if one.key.startswith(f"tick_trash_{garments[0].id}_")).check().run()
    button(app, "Restore 1").click().run()
    assert [garment.id for garment in wardrobe.catalogue.trashed()] == [garments[1].id]
    button(app, "Empty the trash (1)").click().run()
    assert not app.exception
    assert wardrobe.catalogue.count().trashed == 0
    assert wardrobe.catalogue.count().live == 4


def test_the_settings_tell_where_the_data_is_and_what_tagged(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    app = open_page("trash_and_settings")
    assert app.code[-1].value == str(wardrobe.settings.data_dir)
    assert "5 garments: tagged by **fake 1**" in texts(app)


def test_cut_outs_are_switched_off_for_good(open_page: OpenPage, wardrobe: Runtime) -> None:
    app = open_page("trash_and_settings")
    switch = next(one for one in app.toggle if one.label.startswith("Show garments cut out"))
    assert switch.value
    switch.set_value(False).run()
    assert not wardrobe.preferences.cut_outs
    again = open_page("trash_and_settings")
    assert not next(one for one in again.toggle if one.label.startswith("Show garments cut out")).value
