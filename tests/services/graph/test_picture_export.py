from __future__ import annotations

import base64
import io
import json
import re
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from PIL import Image

from tests.services.support.stored import graph_service, small_pictures, stored
from tests.support.garments import garment
from wardrobe_app.config import Settings
from wardrobe_app.domain.errors import ExportFailed
from wardrobe_app.domain.garments.wear_log import OutfitState
from wardrobe_app.domain.graph.ways import Way
from wardrobe_app.domain.redundancy.groups import find_groups
from wardrobe_app.services.graph.picture_export import GraphPictures, Look, PictureFormat

HOSTILE = '</script><script>alert(1)</script><img src=x onerror="alert(2)">'
ALIKE = Look(Way.DUPLICATES)
SVG = "{http://www.w3.org/2000/svg}"
GARMENTS = [
    garment(1, "Blouse", "pink", name=HOSTILE, brand="<b>H&M</b>", notes="secret"),
    garment(2, "Blouse", "pink", name="]]> & 'quoted' 👗"),
    garment(3, "Blouse", "pink"),
    garment(4, "Jeans", "navy"),
]


@pytest.fixture
def pictures(settings: Settings, tmp_path: Path) -> GraphPictures:
    factory = stored(settings, GARMENTS)
    with factory(writing=True) as uow:
        outfit = uow.outfits.add([2, 4], OutfitState.SAVED, HOSTILE, datetime(2025, 5, 4, tzinfo=UTC))
        uow.wears.add(date(2025, 5, 4), [2, 4], outfit.id)
        uow.commit()
    thumbnail = tmp_path / "small.png"
    Image.new("RGB", (300, 400), (232, 150, 172)).save(thumbnail)
    graphs = graph_service(factory)
    groups = [find_groups(graphs.material().garments, threshold=0.6)]
    return GraphPictures(graphs, small_pictures(thumbnail, missing=3), lambda: groups[0])


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def data_of(page: bytes) -> dict[str, Any]:
    found = re.search(r'<script type="application/json"[^>]*>(.*?)</script>', page.decode(), re.DOTALL)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


def test_the_svg_shows_what_is_alike_by_its_photos_and_tells_why(pictures: GraphPictures) -> None:
    root = ElementTree.fromstring(pictures.picture_bytes(PictureFormat.SVG, ALIKE))  # noqa: S314
    nodes = {node.get("data-node"): node for node in root.iter(f"{SVG}g") if node.get("data-node")}
    assert set(nodes) == {"item:1", "item:2", "item:3"}
    assert len(list(root.iter(f"{SVG}image"))) == 2
    lines = {(line.get("data-a"), line.get("data-b")): line for line in root.iter(f"{SVG}line")}
    assert "both pink" in "".join(lines["item:1", "item:2"].itertext())


@pytest.mark.parametrize(
    ("way", "kind", "nodes"),
    [(Way.OUTFITS, "item", 4), (Way.TYPES, "type", 2), (Way.WORN, "item", 2), (Way.DUPLICATES, "item", 3)],
)
def test_each_way_to_look_is_a_picture_of_its_own(pictures: GraphPictures, way: Way, kind: str, nodes: int) -> None:
    root = ElementTree.fromstring(pictures.picture_bytes(PictureFormat.SVG, Look(way)))  # noqa: S314
    assert len([one for one in root.iter(f"{SVG}g") if one.get("class") == f"node {kind}"]) == nodes


def test_pictures_in_the_svg_are_in_the_file_itself(pictures: GraphPictures) -> None:
    root = ElementTree.fromstring(pictures.picture_bytes(PictureFormat.SVG, ALIKE))  # noqa: S314
    for image in root.iter(f"{SVG}image"):
        kind, _, data = (image.get("href") or "").partition(",")
        assert kind == "data:image/webp;base64"
        assert Image.open(io.BytesIO(base64.b64decode(data))).format == "WEBP"


def test_groups_of_duplicates_are_named_in_the_picture(pictures: GraphPictures) -> None:
    root = ElementTree.fromstring(pictures.picture_bytes(PictureFormat.SVG, ALIKE))  # noqa: S314
    assert "Three pink blouses" in "".join(root.itertext())


def test_the_png_is_a_picture_of_a_size_that_can_be_shown(pictures: GraphPictures) -> None:
    image = Image.open(io.BytesIO(pictures.picture_bytes(PictureFormat.PNG)))
    image.load()
    assert image.format == "PNG"
    assert 100 < max(image.size) <= 5000
    colours = image.convert("RGB").getcolors(image.width * image.height) or []
    assert (232, 150, 172) in {colour for _, colour in colours}


def test_a_hostile_name_is_text_on_the_web_page(pictures: GraphPictures) -> None:
    text = pictures.picture_bytes(PictureFormat.HTML).decode()
    tags = Tags()
    tags.feed(text)
    assert [tag for tag, _ in tags.found].count("script") == 2
    assert not [tag for tag, _ in tags.found if tag in ("img", "b")]
    assert not [name for _, attributes in tags.found for name in attributes if name.startswith("on")]
    assert data_of(text.encode())["details"]["item:1"]
    assert any(node["label"] == HOSTILE for node in data_of(text.encode())["nodes"])


def test_the_web_page_loads_nothing_and_may_not(pictures: GraphPictures) -> None:
    text = pictures.picture_bytes(PictureFormat.HTML).decode()
    assert "default-src 'none'" in text
    assert set(re.findall(r"(?:https?:)?//[\w.-]+\.\w+", text)) == {"http://www.w3.org"}
    markup = re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)
    assert not re.search(r"<(link|iframe|object|embed)|@import|url\(", markup)


def test_the_web_page_holds_all_that_the_panel_says(pictures: GraphPictures) -> None:
    details = data_of(pictures.picture_bytes(PictureFormat.HTML, Look(Way.OUTFITS)))["details"]
    assert set(details) == {"item:1", "item:2", "item:3", "item:4"}
    assert {node for node, _ in details["item:1"]["alike"]} == {"item:2", "item:3"}
    assert [node for node, _ in details["item:2"]["worn_with"]] == ["item:4"]
    assert details["item:4"]["goes"]


@pytest.mark.parametrize("form", PictureFormat)
def test_notes_are_in_no_picture(form: PictureFormat, pictures: GraphPictures) -> None:
    assert b"secret" not in pictures.picture_bytes(form)


@pytest.mark.parametrize("form", PictureFormat)
def test_a_picture_is_written_whole_and_tells_what_it_holds(
    form: PictureFormat, pictures: GraphPictures, tmp_path: Path
) -> None:
    path = tmp_path / f"graph.{form}"
    report = pictures.export(form, path)
    assert (report.nodes, report.bytes) == (4, path.stat().st_size)
    with pytest.raises(ExportFailed):
        pictures.export(form, tmp_path / "missing" / "graph")


@pytest.mark.parametrize("form", PictureFormat)
def test_an_empty_wardrobe_makes_an_empty_picture(form: PictureFormat, tmp_path: Path) -> None:
    empty = graph_service(stored(Settings(data_dir=tmp_path / "empty"), []))
    assert GraphPictures(empty, small_pictures(tmp_path)).picture_bytes(form)
