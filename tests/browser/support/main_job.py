from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import igraph
import networkx as nx

from tests.browser.support import visit
from tests.browser.support.drawn_wardrobe import save_photos
from tests.browser.support.server import Server, folder_contents

if TYPE_CHECKING:
    from playwright.sync_api import Page


def bring_photos_in_and_a_graph_out(page: Page, server: Server, tmp_path: Path) -> None:
    photos = save_photos(tmp_path / "photos", 8)
    page.get_by_text("No garments yet").wait_for()

    assert visit.add_photos(page, photos) == "Done: 8 added."
    rows = visit.result_rows(page)
    assert len(rows) == 8
    assert all(": added" in row for row in rows)
    badges = [page.locator(f".st-key-result_{number} .stMarkdownBadge").count() for number in range(8)]
    assert min(badges) >= 3, "type, colour and pattern at least"

    visit.open_page(page, "Wardrobe")
    page.get_by_text("8 garments", exact=True).wait_for()
    page.get_by_alt_text(re.compile("^Photo of ")).nth(7).wait_for()
    assert page.get_by_alt_text(re.compile("^Photo of ")).count() == 8

    visit.open_page(page, "Duplicates")
    page.get_by_role("button", name="Start the review").click()
    group = page.locator(".dup")
    group.get_by_role("heading", name=re.compile("pink", re.IGNORECASE)).wait_for()
    assert group.get_by_alt_text(re.compile("^Photo of ")).count() == 2
    assert "What they share" in group.inner_text()

    visit.open_page(page, "Graph")
    page.get_by_role("application").wait_for()
    target = tmp_path / "wardrobe.graphml"
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile("GraphML")).click()
    download.value.save_as(target)

    graph = nx.read_graphml(target)
    items = [name for name, kind in graph.nodes(data="kind") if kind == "item"]
    assert len(items) == 8
    assert all(
        {relation for *_, relation in graph.edges(item, data="relation")} >= {"is-a", "has-attribute"} for item in items
    )
    assert any(relation == "similar-to" for *_, relation in graph.edges(data="relation"))
    loaded = igraph.Graph.Read_GraphML(str(target))
    assert (loaded.vcount(), loaded.ecount()) == (graph.number_of_nodes(), graph.number_of_edges())

    assert folder_contents(server.home) == [], "everything that is kept is in the data folder"
