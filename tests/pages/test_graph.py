from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.app_pages import OpenPage, button, texts
from wardrobe_app.components.graph import view
from wardrobe_app.domain.catalogue.filters import GarmentEdit
from wardrobe_app.services.graph.exporter import ExportFormat

if TYPE_CHECKING:
    from wardrobe_app.domain.garments.garment import Garment
    from wardrobe_app.wiring import Runtime

Garments = tuple["Garment", ...]


def test_a_large_wardrobe_is_shown_by_its_clusters_and_opened_by_choice(
    open_page: OpenPage, wardrobe: Runtime, garments: Garments, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view, "MOST_GARMENTS", 4)
    app = open_page("graph")
    assert "Click a circle" in texts(app)
    assert "5 garments" in texts(app)
    first = app.multiselect(key="graph_opened").options[0]
    app.multiselect(key="graph_opened").select(first).run()
    assert not app.exception
    assert [name.capitalize() for name in app.multiselect(key="graph_opened").value] == [first.capitalize()]
    assert "5 garments" in texts(app)


def test_a_cluster_that_is_gone_is_no_longer_open(
    open_page: OpenPage, garments: Garments, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view, "MOST_GARMENTS", 4)
    app = open_page("graph")
    app.session_state["graph_opened"] = ["cluster of yesterday"]
    app.run()
    assert not app.exception
    assert app.multiselect(key="graph_opened").value == []


def test_a_small_wardrobe_is_shown_garment_by_garment(open_page: OpenPage, garments: Garments) -> None:
    app = open_page("graph")
    assert not app.multiselect
    assert f"{len(garments)} garments" in texts(app)


def test_what_garments_have_is_chosen_where_it_is_shown(open_page: OpenPage, garments: Garments) -> None:
    app = open_page("graph")
    assert len(app.button_group) == 1
    app.button_group(key="graph_relations").select("has-attribute").run()
    assert not app.exception
    assert app.button_group(key="graph_kinds").value == ["colour"]


def test_to_focus_on_a_colour_shows_what_has_it(open_page: OpenPage, garments: Garments) -> None:
    app = open_page("graph")
    app.selectbox(key="graph_focus").select("colour:pink").run()
    assert not app.exception
    assert "2 garments and 2 links" in texts(app)


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
