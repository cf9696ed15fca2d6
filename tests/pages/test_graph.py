from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.support import gallery
from tests.support.app_pages import OpenPage, button, texts
from wardrobe_app.components.graph import canvas
from wardrobe_app.domain.catalogue.filters import GarmentEdit
from wardrobe_app.domain.graph import scene as scenes
from wardrobe_app.domain.graph.colouring import Colouring
from wardrobe_app.domain.graph.ways import Way
from wardrobe_app.services.graph.exporter import ExportFormat
from wardrobe_app.services.graph.picture_export import PictureFormat

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

    from wardrobe_app.domain.garments.garment import Garment
    from wardrobe_app.wiring import Runtime

Garments = tuple["Garment", ...]


def scene(app: AppTest) -> dict[str, Any]:
    return component(app, canvas.CANVAS)


def component(app: AppTest, key: str) -> dict[str, Any]:
    mounted = next(one for one in app.get("bidi_component") if one.key == key)
    data: dict[str, Any] = json.loads(mounted.proto.json)
    return data


def send(app: AppTest, name: str, value: dict[str, Any], key: str = canvas.CANVAS) -> AppTest:
    mounted = next(one for one in app.get("bidi_component") if one.key == key)
    return gallery.send_events(app, mounted.proto.id, [(name, value)], component(app, key)["handled"] + 1)


def items(app: AppTest) -> set[str]:
    return {node["id"] for node in scene(app)["nodes"] if node["kind"] == "item"}


def test_duplicates_are_the_first_thing_one_sees(open_page: OpenPage, garments: Garments, wardrobe: Runtime) -> None:
    app = open_page("graph")
    groups = {item for group in wardrobe.redundancy.review.groups() for item in group.ids}
    assert scene(app)["way"] == "duplicates"
    assert groups
    assert {f"item:{item}" for item in groups} <= items(app)
    assert {hull["label"] for hull in scene(app)["hulls"]} == {
        group.title for group in wardrobe.redundancy.review.groups()
    }


@pytest.mark.parametrize("way", Way)
def test_each_way_to_look_is_drawn_and_is_in_the_address(open_page: OpenPage, garments: Garments, way: Way) -> None:
    app = open_page("graph", way=way.value)
    assert not app.exception
    if way is Way.WORN:
        assert not app.get("bidi_component")
        app.button(key="graph_look_at_outfits").click().run()
        assert app.query_params["way"] == "outfits"
        return
    assert scene(app)["way"] == way
    assert scene(app)["nodes"]


def test_the_garment_of_the_address_is_drawn_though_nothing_is_like_it(open_page: OpenPage, garments: Garments) -> None:
    left_out = ({f"item:{one.id}" for one in garments} - items(open_page("graph"))).pop()
    app = open_page("graph", focus=left_out)
    assert left_out in items(app)
    assert scene(app)["pin"] == left_out


def test_what_an_insight_names_stands_out(open_page: OpenPage, wardrobe: Runtime, garments: Garments) -> None:
    wanted = wardrobe.insights.marks.of("smallest-set")
    assert wanted and wanted.nodes
    shown = scene(open_page("graph", way="outfits", mark="smallest-set"))
    assert {shown["nodes"][at]["id"] for at in shown["highlight"]["nodes"]} == set(wanted.nodes)
    assert scene(open_page("graph", way="outfits", mark="nothing"))["highlight"] is None


def test_what_the_colours_mean_is_chosen(open_page: OpenPage, garments: Garments) -> None:
    app = open_page("graph", way="types")
    before = [one["colour"] for one in scene(app)["nodes"]]
    app.selectbox(key="graph_colour").select(Colouring.CLOTH).run()
    assert [one["colour"] for one in scene(app)["nodes"]] != before
    assert "pink" in {one["label"] for one in scene(app)["legend"]}


def test_a_large_wardrobe_is_shown_by_its_clusters_and_a_click_opens_one(
    open_page: OpenPage, garments: Garments, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scenes, "MOST_GARMENTS", 4)
    app = open_page("graph", way="outfits")
    assert items(app) == set()
    cluster = next(node for node in scene(app)["nodes"] if node["kind"] == "cluster")
    send(app, "open", {"id": cluster["id"]})
    assert len(items(app)) == cluster["count"]
    assert app.multiselect(key="graph_opened").value == [cluster["id"].removeprefix("cluster:")]


def test_a_cluster_that_is_gone_is_no_longer_open(
    open_page: OpenPage, garments: Garments, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scenes, "MOST_GARMENTS", 4)
    app = open_page("graph", way="outfits")
    app.session_state["graph_opened"] = ["cluster of yesterday"]
    app.run()
    assert not app.exception
    assert app.multiselect(key="graph_opened").value == []


def test_pictures_and_words_come_when_they_are_asked_for(open_page: OpenPage, garments: Garments) -> None:
    app = open_page("graph", way="outfits")
    assert component(app, canvas.COURIER)["pictures"] == {}
    key = next(node["picture"] for node in scene(app)["nodes"] if node["id"] == "item:1")
    send(app, "want", {"pictures": [key, "item:99"], "side": 64, "details": ["item:1"]}, canvas.COURIER)
    answer = component(app, canvas.COURIER)
    assert set(answer["pictures"]) == {key}
    assert answer["pictures"][key].startswith("data:image/webp;base64,")
    assert answer["details"]["item:1"]["tags"]
    assert answer["details"]["item:1"]["href"] == "/garment?item=1"
    assert component(app.run(), canvas.COURIER)["pictures"] == {}, "nothing comes twice"


def test_the_tables_hold_what_the_picture_shows(open_page: OpenPage, garments: Garments) -> None:
    app = open_page("graph", way="types", tab="tables")
    lines, nodes = (frame.value for frame in app.dataframe)
    assert set(lines["Link"]) == {"Type", "Colour", "Pattern"}
    assert list(nodes["Kind"][:5]) == ["garment"] * 5
    assert nodes["Links"].sum() == 2 * len(lines)


def test_every_file_is_offered(open_page: OpenPage, garments: Garments) -> None:
    keys = {one.key for one in open_page("graph").download_button}
    assert {f"export_{form}" for form in (*ExportFormat, PictureFormat.HTML)} <= keys


def test_a_graph_file_is_previewed_and_brought_back_and_taken_back(
    open_page: OpenPage, wardrobe: Runtime, garments: Garments
) -> None:
    ids = [garments[0].id]
    wardrobe.catalogue.edit(ids, GarmentEdit(name="Party *blouse*", brand="Zara"))
    data = wardrobe.graph.exporter.export_bytes(ExportFormat.GRAPHML)
    wardrobe.catalogue.edit(ids, GarmentEdit(name="", brand="Mango"))
    app = open_page("graph")
    app.file_uploader[0].upload("wardrobe.graphml", data, "application/xml").run()
    assert not app.exception
    assert "5 of 5 garments in the file are here" in texts(app)
    assert "1 difference" in texts(app)
    app.button(key="graph_file_apply").click().run()
    assert not app.exception
    assert wardrobe.catalogue.get(ids[0]).name == "Party *blouse*"
    assert wardrobe.catalogue.get(ids[0]).brand == "Mango"
    button(app, "Undo").click().run()
    assert wardrobe.catalogue.get(ids[0]).name == ""


def test_a_file_that_is_no_graph_is_refused_on_the_page(open_page: OpenPage, garments: Garments) -> None:
    app = open_page("graph")
    app.file_uploader[0].upload("x.json", b'{"nodes": 1}', "application/json").run()
    assert not app.exception
    assert "not a wardrobe graph" in texts(app)
