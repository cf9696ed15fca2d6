from __future__ import annotations

import base64
import io
import re
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image

from tests.services.support.stored import graph_service, stored
from tests.support.garments import garment
from wardrobe_app.config import Settings
from wardrobe_app.domain.errors import ExportFailed
from wardrobe_app.domain.garments.wear_log import OutfitState
from wardrobe_app.services.graph.picture_export import GraphPictures, PictureFormat

HOSTILE = '</script><script>alert(1)</script><img src=x onerror="alert(2)">'
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
    missing = tmp_path / "missing.webp"
    return GraphPictures(graph_service(factory), lambda photo: missing if photo.id == 3 else thumbnail)


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_the_svg_shows_every_garment_by_its_photo_and_tells_why_two_are_linked(pictures: GraphPictures) -> None:
    root = ElementTree.fromstring(pictures.picture_bytes(PictureFormat.SVG))  # noqa: S314
    nodes = {node.get("data-node"): node for node in root.iter(f"{SVG}g") if node.get("data-node")}
    assert set(nodes) == {"item:1", "item:2", "item:3", "item:4", "look:2+4"}
    assert len(list(root.iter(f"{SVG}image"))) == 3
    lines = {(line.get("data-a"), line.get("data-b")): line for line in root.iter(f"{SVG}line")}
    told = "".join(lines["item:1", "item:2"].itertext())
    assert "similar to" in told
    assert "both pink" in told
    assert not any(line.get("class") == "compatible-with" for line in lines.values())


def test_pictures_in_the_svg_are_in_the_file_itself(pictures: GraphPictures) -> None:
    root = ElementTree.fromstring(pictures.picture_bytes(PictureFormat.SVG))  # noqa: S314
    for image in root.iter(f"{SVG}image"):
        kind, _, data = (image.get("href") or "").partition(",")
        assert kind == "data:image/jpeg;base64"
        assert Image.open(io.BytesIO(base64.b64decode(data))).format == "JPEG"


def test_clusters_are_named_in_the_picture(pictures: GraphPictures) -> None:
    root = ElementTree.fromstring(pictures.picture_bytes(PictureFormat.SVG))  # noqa: S314
    assert "Pink blouses · 3" in "".join(root.itertext())


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
    assert [tag for tag, _ in tags.found].count("script") == 1
    assert not [tag for tag, _ in tags.found if tag in ("img", "b")]
    assert not [name for _, attributes in tags.found for name in attributes if name.startswith("on")]
    assert "&lt;/script&gt;&lt;script&gt;alert(1)" in text


def test_the_web_page_loads_nothing_and_may_not(pictures: GraphPictures) -> None:
    text = pictures.picture_bytes(PictureFormat.HTML).decode()
    assert "default-src 'none'" in text
    assert set(re.findall(r"(?:https?:)?//[\w.-]+\.\w+", text)) == {"http://www.w3.org"}
    assert not re.search(r"<(link|iframe|object|embed)|@import|url\(", text)


def test_the_web_page_holds_matches_to_switch_on(pictures: GraphPictures) -> None:
    text = pictures.picture_bytes(PictureFormat.HTML).decode()
    assert 'class="compatible-with"' in text
    assert 'class="part-of-look"' in text


@pytest.mark.parametrize("form", PictureFormat)
def test_notes_are_in_no_picture(form: PictureFormat, pictures: GraphPictures) -> None:
    assert b"secret" not in pictures.picture_bytes(form)


@pytest.mark.parametrize("form", PictureFormat)
def test_a_picture_is_written_whole_and_tells_what_it_holds(
    form: PictureFormat, pictures: GraphPictures, tmp_path: Path
) -> None:
    path = tmp_path / f"graph.{form}"
    report = pictures.export(form, path)
    assert (report.nodes, report.bytes) == (5, path.stat().st_size)
    with pytest.raises(ExportFailed):
        pictures.export(form, tmp_path / "missing" / "graph")


@pytest.mark.parametrize("form", PictureFormat)
def test_an_empty_wardrobe_makes_an_empty_picture(form: PictureFormat, tmp_path: Path) -> None:
    empty = graph_service(stored(Settings(data_dir=tmp_path / "empty"), []))
    assert GraphPictures(empty, lambda photo: tmp_path).picture_bytes(form)
