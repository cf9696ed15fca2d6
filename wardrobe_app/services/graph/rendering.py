"""Draw a scene of the graph as SVG or PNG, without a browser: hulls, lines, photos and labels."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import Any, Final
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from PIL import Image, ImageDraw, ImageFont

from wardrobe_app.domain.graph.scene import Scene

_UNIT: Final = 96  # pixels of a garment of size 1 in SVG
_MARGIN: Final = 1.2  # in units
_MOST_PIXELS: Final = 5000  # of the long side of a PNG
_GROUND, _INK = "#fdfcfa", "#23201c"
_HULL: Final = 0.62  # from a garment's middle to the edge of its hull, in units
Data = Mapping[str, Any]


def svg(scene: Scene, pictures: Mapping[str, str]) -> bytes:
    """Draw lines, photos and text; in a browser, hovering shows details. ``pictures`` are data URIs by node."""
    data = scene.data()
    left, top, width, height = (value * _UNIT for value in _frame(data))
    box = " ".join(f"{value:.0f}" for value in (left, top, width, height))
    root = Element("svg", xmlns="http://www.w3.org/2000/svg", viewBox=box, width=f"{width:.0f}", height=f"{height:.0f}")
    root.set("font-family", "sans-serif")
    SubElement(root, "title").text = "Wardrobe graph"
    SubElement(root, "rect", x=f"{left:.0f}", y=f"{top:.0f}", width="100%", height="100%", fill=_GROUND)
    for hull in data["hulls"]:
        _svg_hull(root, data, hull)
    lines = SubElement(root, "g", {"class": "lines", "stroke-linecap": "round"})
    for edge in data["edges"]:
        _svg_line(lines, data, edge)
    for node in data["nodes"]:
        _svg_node(root, node, pictures.get(node["picture"] or ""))
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def png(scene: Scene, pictures: Mapping[str, Image.Image | None]) -> bytes:
    """Draw a picture of at most 5000 pixels a side; ``pictures`` are RGB or RGBA by node."""
    data = scene.data()
    left, top, width, height = _frame(data)
    unit = min(float(_UNIT), _MOST_PIXELS / max(width, height))
    image = Image.new("RGB", (max(1, round(width * unit)), max(1, round(height * unit))), _GROUND)
    draw = ImageDraw.Draw(image, "RGBA")
    at = [((node["x"] - left) * unit, (node["y"] - top) * unit) for node in data["nodes"]]
    for hull in data["hulls"]:
        for x, y in (at[row] for row in hull["nodes"]):
            draw.circle((x, y), _HULL * unit, fill=f"{hull['colour']}30")
    for edge in _on(data):
        draw.line([at[edge["a"]], at[edge["b"]]], fill=f"{_look(data, edge)['colour']}90", width=max(1, int(unit / 32)))
    for (x, y), node in zip(at, data["nodes"], strict=True):
        photo = pictures.get(node["picture"] or "")
        side = node["size"] * unit
        if photo:
            fitted = photo.convert("RGBA").resize(_within(photo.size, side))
            image.paste(fitted, (round(x - fitted.width / 2), round(y - fitted.height / 2)), fitted)
        else:
            draw.circle((x, y), side / 3, fill=node["colour"])
            _write(draw, node["label"][:24], x, y, unit / 7)
    for hull in data["hulls"]:
        x, y = _above(data, hull)
        _write(draw, hull["label"], (x - left) * unit, (y - top) * unit, unit / 6.5)
    written = io.BytesIO()
    image.save(written, "PNG", optimize=True)
    return written.getvalue()


def _frame(data: Data) -> tuple[float, float, float, float]:
    """Left, top, width and height in units."""
    xs = [node["x"] for node in data["nodes"]] or [0.0]
    ys = [node["y"] for node in data["nodes"]] or [0.0]
    left, top = min(xs) - _MARGIN, min(ys) - _MARGIN
    return left, top, max(xs) + _MARGIN - left, max(ys) + _MARGIN - top


def _look(data: Data, edge: Data) -> Data:
    found: Data = next(one for one in data["relations"] if one["name"] == edge["relation"])
    return found


def _on(data: Data) -> Iterator[Data]:
    on = {one["name"] for one in data["relations"] if one["on"]}
    return (edge for edge in data["edges"] if edge["relation"] in on)


def _above(data: Data, hull: Data) -> tuple[float, float]:
    """Where the name of a hull lies: above its topmost garments, in units."""
    nodes = [data["nodes"][row] for row in hull["nodes"]]
    return sum(node["x"] for node in nodes) / len(nodes), min(node["y"] for node in nodes) - 0.72


def _within(size: tuple[int, int], side: float) -> tuple[int, int]:
    scale = side / max(size)
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _write(draw: ImageDraw.ImageDraw, text: str, x: float, y: float, size: float) -> None:
    font = ImageFont.load_default(max(8.0, size))
    draw.text((x, y), text, fill=_INK, font=font, anchor="mm", stroke_width=2, stroke_fill=_GROUND)


def _svg_hull(root: Element, data: Data, hull: Data) -> None:
    group = SubElement(root, "g", {"class": "hull", "fill": hull["colour"], "fill-opacity": "0.16"})
    for node in (data["nodes"][row] for row in hull["nodes"]):
        place = {"cx": f"{node['x'] * _UNIT:.1f}", "cy": f"{node['y'] * _UNIT:.1f}"}
        SubElement(group, "circle", {**place, "r": f"{_HULL * _UNIT:.1f}"})
    x, y = _above(data, hull)
    _svg_text(root, hull["label"], x * _UNIT, y * _UNIT, 15)


def _svg_line(group: Element, data: Data, edge: Data) -> None:
    one, other, look = data["nodes"][edge["a"]], data["nodes"][edge["b"]], _look(data, edge)
    line = SubElement(group, "line", {"class": edge["relation"], "stroke": look["colour"], "stroke-width": "3"})
    for name, node in (("1", one), ("2", other)):
        line.set(f"x{name}", f"{node['x'] * _UNIT:.1f}")
        line.set(f"y{name}", f"{node['y'] * _UNIT:.1f}")
    line.set("stroke-opacity", "0.5" if look["on"] else "0")
    if look["dash"]:
        line.set("stroke-dasharray", " ".join(map(str, look["dash"])))
    line.set("data-a", one["id"])
    line.set("data-b", other["id"])
    SubElement(line, "title").text = f"{one['label']} – {other['label']}\n{edge['why']}"


def _svg_node(root: Element, node: Data, picture: str | None) -> None:
    x, y, side = node["x"] * _UNIT, node["y"] * _UNIT, node["size"] * _UNIT
    drawn = SubElement(root, "g", {"class": f"node {node['kind']}", "data-node": node["id"]})
    SubElement(drawn, "title").text = "\n".join(node["lines"])
    if picture:
        place = {"x": f"{x - side / 2:.1f}", "y": f"{y - side / 2:.1f}", "width": f"{side:.1f}"}
        SubElement(drawn, "image", {**place, "height": f"{side:.1f}", "href": picture})
    else:
        SubElement(drawn, "circle", cx=f"{x:.1f}", cy=f"{y:.1f}", r=f"{side / 3:.1f}", fill=node["colour"])
        _svg_text(drawn, node["label"][:32], x, y, 13)


def _svg_text(group: Element, text: str, x: float, y: float, size: int) -> None:
    words = SubElement(group, "text", {"x": f"{x:.1f}", "y": f"{y:.1f}", "text-anchor": "middle"})
    words.set("font-size", str(size))
    words.set("fill", _INK)
    words.set("paint-order", "stroke")
    words.set("stroke", _GROUND)
    words.set("stroke-width", "3")
    words.text = text
