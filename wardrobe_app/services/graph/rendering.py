"""Draw a laid out graph as SVG, PNG or a web page. Names are always text, never markup."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from PIL import Image, ImageDraw, ImageFont

from wardrobe_app.domain.catalogue.lexicon import Lexicon
from wardrobe_app.domain.garments.garment import TagKind
from wardrobe_app.domain.graph.labels import RELATION_COLOURS, RELATIONS, edge_lines, node_lines
from wardrobe_app.domain.graph.layout import Places
from wardrobe_app.domain.text import ACUTE, ALIKE, MARKS, fold
from wardrobe_app.services.storage.thumbnails import icon, small_picture

if TYPE_CHECKING:
    import networkx as nx

_PAGE: Final = Path(__file__).with_name("page.html")
_UNIT: Final = 96  # pixels of SVG for one unit of the layout
_PHOTO: Final = 0.92  # of a unit
_MARGIN: Final = 1.2
_MOST_PIXELS: Final = 5000  # of the long side of a PNG
_GROUND, _INK, _NAME = "#fdfcfa", "#23201c", "#0f6b63"
_OTHER: Final = "#8d99ae"


@dataclass(frozen=True, slots=True)
class Scene:
    """A graph with the positions of its nodes, the thumbnails of its garments, and names: text, x, y.

    ``lexicon`` tells what else than its own words somebody may search a node by.
    """

    graph: nx.Graph[str]
    places: Places
    photos: Mapping[str, Path]
    names: Sequence[tuple[str, float, float]]
    lexicon: Lexicon

    def frame(self) -> tuple[float, float, float, float]:
        """Left, top, width and height in units, with y downwards."""
        xs = [x for x, _ in self.places.values()] or [0.0]
        ys = [-y for _, y in self.places.values()] or [0.0]
        left, top = min(xs) - _MARGIN, min(ys) - _MARGIN
        return left, top, max(xs) + _MARGIN - left, max(ys) + _MARGIN - top


def svg(scene: Scene) -> bytes:
    """Draw lines, photos and text; in a browser, hovering shows details."""
    written: bytes = ElementTree.tostring(_svg(scene), encoding="utf-8", xml_declaration=True)
    return written


def html(scene: Scene) -> bytes:
    """A single file with the SVG, to zoom, search and switch relations on and off; it loads nothing else."""
    drawn = ElementTree.tostring(_svg(scene), encoding="unicode")
    rules = json.dumps({"acute": ACUTE, "marks": f"[{MARKS}]", "alike": ALIKE})
    page = _PAGE.read_text(encoding="utf-8").replace("/* folding */", rules)
    return page.replace("<!-- graph -->", drawn).encode()


def png(scene: Scene) -> bytes:
    """Draw a picture of at most 5000 pixels a side."""
    left, top, width, height = scene.frame()
    unit = min(float(_UNIT), _MOST_PIXELS / max(width, height))
    image = Image.new("RGB", (max(1, round(width * unit)), max(1, round(height * unit))), _GROUND)
    draw = ImageDraw.Draw(image, "RGBA")
    at = {node: ((x - left) * unit, (-y - top) * unit) for node, (x, y) in scene.places.items()}
    for a, b, data in scene.graph.edges(data=True):
        draw.line([at[a], at[b]], fill=f"{_colour(data['relation'])}90", width=max(1, round(unit / 32)))
    for node, data in scene.graph.nodes(data=True):
        x, y = at[node]
        path = scene.photos.get(node)
        if path and (photo := small_picture(path, max(1, round(_PHOTO * unit)))):
            image.paste(photo, (round(x - photo.width / 2), round(y - photo.height / 2)))
        elif data["kind"] == "look":
            _write(draw, data["label"][:24], x, y, unit / 7, RELATION_COLOURS["part-of-look"])
        else:
            draw.circle((x, y), 0.3 * unit, fill=_OTHER)
    for text, x, y in scene.names:
        _write(draw, text, (x - left) * unit, (-y - top - 0.56) * unit, unit / 6.5, _NAME)
    written = io.BytesIO()
    image.save(written, "PNG", optimize=True)
    return written.getvalue()


def _write(draw: ImageDraw.ImageDraw, text: str, x: float, y: float, size: float, ground: str) -> None:
    font = ImageFont.load_default(max(8.0, size))
    box = draw.textbbox((x, y), text, font=font, anchor="mm")
    draw.rounded_rectangle((box[0] - 4, box[1] - 2, box[2] + 4, box[3] + 2), 4, fill=ground)
    draw.text((x, y), text, fill="#ffffff", font=font, anchor="mm")


def _svg(scene: Scene) -> Element:
    left, top, width, height = (value * _UNIT for value in scene.frame())
    box = " ".join(f"{value:.0f}" for value in (left, top, width, height))
    root = Element("svg", xmlns="http://www.w3.org/2000/svg", viewBox=box, width=f"{width:.0f}", height=f"{height:.0f}")
    root.set("font-family", "sans-serif")
    SubElement(root, "title").text = "Wardrobe graph"
    ground = {"x": f"{left:.0f}", "y": f"{top:.0f}", "width": f"{width:.0f}", "height": f"{height:.0f}"}
    SubElement(root, "rect", {**ground, "class": "ground", "fill": _GROUND})
    at = {node: (x * _UNIT, -y * _UNIT) for node, (x, y) in scene.places.items()}
    lines = SubElement(root, "g", {"class": "lines", "stroke-linecap": "round"})
    for a, b, data in scene.graph.edges(data=True):
        _line(lines, scene.graph, a, b, at, data["relation"])
    nodes = SubElement(root, "g", {"class": "nodes"})
    side = 160 if len(scene.photos) <= 200 else 96
    for node in scene.graph:
        path = scene.photos.get(node)
        drawn = _node(nodes, scene.graph, node, at[node], icon(path, side) if path else None)
        drawn.set("data-words", _words(scene.graph.nodes[node], scene.lexicon))
    names = SubElement(root, "g", {"class": "names"})
    for text, x, y in scene.names:
        _plate(names, text, x * _UNIT, (-y - 0.56) * _UNIT, _NAME)
    return root


def _line(
    group: Element, graph: nx.Graph[str], a: str, b: str, at: Mapping[str, tuple[float, float]], relation: str
) -> None:
    (x1, y1), (x2, y2) = at[a], at[b]
    line = SubElement(group, "line", x1=f"{x1:.1f}", y1=f"{y1:.1f}", x2=f"{x2:.1f}", y2=f"{y2:.1f}")
    line.set("class", relation)
    line.set("stroke", _colour(relation))
    line.set("stroke-width", "4")
    line.set("stroke-opacity", "0.55")
    line.set("data-a", a)
    line.set("data-b", b)
    line.set("data-relation", RELATIONS.get(relation, relation))
    SubElement(line, "title").text = "\n".join(edge_lines(graph, a, b))


def _node(group: Element, graph: nx.Graph[str], node: str, at: tuple[float, float], photo: str | None) -> Element:
    (x, y), data, side = at, graph.nodes[node], _PHOTO * _UNIT
    drawn = SubElement(group, "g", {"class": f"node {data['kind']}", "data-node": node})
    SubElement(drawn, "title").text = "\n".join(node_lines(data))
    if photo:
        place = {
            "x": f"{x - side / 2:.1f}",
            "y": f"{y - side / 2:.1f}",
            "width": f"{side:.1f}",
            "height": f"{side:.1f}",
        }
        SubElement(drawn, "image", {**place, "href": photo})
    elif data["kind"] == "look":
        _plate(drawn, data["label"], x, y, RELATION_COLOURS["part-of-look"])
    else:
        SubElement(drawn, "circle", cx=f"{x:.1f}", cy=f"{y:.1f}", r=f"{0.3 * _UNIT:.1f}", fill=_OTHER)
    return drawn


def _words(data: Mapping[str, Any], lexicon: Lexicon) -> str:
    """The words that a node is found by: its own, and synonyms."""
    own = [str(data[name]) for name in ("label", "type", "colour", "pattern", "brand", "state") if name in data]
    kinds = (TagKind.TYPE, TagKind.COLOUR, TagKind.PATTERN)
    others = [word for kind in kinds if kind in data for word in lexicon.words_for(kind, data[kind])]
    return fold(" ".join([*own, *others]))


def _plate(group: Element, text: str, x: float, y: float, ground: str) -> None:
    """White text on a plate, whose width is estimated, because the viewer's fonts are unknown."""
    shown = text if len(text) <= 32 else f"{text[:31]}…"
    width = 7.4 * len(shown) + 12
    plate = {"x": f"{x - width / 2:.1f}", "y": f"{y - 10:.1f}", "width": f"{width:.1f}", "height": "20", "rx": "5"}
    SubElement(group, "rect", {**plate, "fill": ground})
    words = SubElement(group, "text", {"x": f"{x:.1f}", "y": f"{y + 4.5:.1f}", "text-anchor": "middle"})
    words.set("font-size", "13")
    words.set("fill", "#ffffff")
    words.text = shown


def _colour(relation: str) -> str:
    return RELATION_COLOURS.get(relation, _OTHER)
