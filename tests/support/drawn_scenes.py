from __future__ import annotations

import base64
import colorsys
import io
import math
import random
from functools import cache
from typing import Any

from PIL import Image

from tests.support.drawing import draw_with_mask

# Scenes for the viewer, as services/graph describes them, of drawn garments. Nothing here is laid out well: places come
# from a grid, as what is tested is the viewer.

KINDS = ("blouse", "shirt", "jumper", "trousers", "skirt", "dress", "jacket", "shoes", "bag", "tshirt")
COLOURS = {
    "white": "#f7f5f0", "black": "#1c1c1e", "navy": "#223a5e", "pink": "#e896ac", "red": "#b3262e", "green": "#3f6b4a",
    "beige": "#d9c7a7", "blue": "#4a78b8", "grey": "#8d8d92", "yellow": "#e4b93c",
}  # fmt: skip
PALETTE = (
    "#d1495b", "#2f6690", "#3a7d44", "#edae49", "#7768ae", "#00798c", "#8d5b4c", "#c26dbc", "#5c7f67", "#30638e",
)  # fmt: skip
RELATIONS = (
    ("similar-to", "Alike", "#d1495b", []),
    ("compatible-with", "Goes with", "#2f6690", []),
    ("worn-with", "Worn with", "#3a7d44", [6, 4]),
)
Scene = dict[str, Any]


def drawn_scene(count: int, *, way: str = "outfits", pictures: bool = True, seed: int = 7) -> Scene:
    """``count`` garments in groups, about four edges each; some of a kind stand in hulls."""
    rng = random.Random(seed)  # noqa: S311
    nodes = _garments(count, rng, pictures)
    hulls = _hulls(nodes)
    edges = _edges(nodes, hulls, rng)
    counts = {name: sum(edge["relation"] == name for edge in edges) for name, *_ in RELATIONS}
    return {
        "way": way,
        "key": f"{way}|type|{count}",
        "nodes": nodes,
        "edges": edges,
        "hulls": hulls,
        "regions": _regions(nodes),
        "relations": [
            {"name": name, "label": label, "colour": colour, "dash": dash, "on": True, "count": counts[name]}
            for name, label, colour, dash in RELATIONS
        ],
        "legend": [{"label": kind.capitalize(), "colour": PALETTE[at]} for at, kind in enumerate(KINDS)],
        "details": _details(nodes, edges),
        "pictures": {node["picture"]: _picture(*_look(at)) for at, node in enumerate(nodes)} if pictures else {},
        "highlight": None,
    }


def with_types(scene: Scene) -> Scene:
    """The scene with a node for each type, and an edge from each garment to it."""
    nodes, edges = list(scene["nodes"]), list(scene["edges"])
    for at, kind in enumerate(KINDS):
        own = [number for number, node in enumerate(scene["nodes"]) if node["words"].startswith(kind)]
        if not own:
            continue
        x = sum(nodes[number]["x"] for number in own) / len(own)
        y = sum(nodes[number]["y"] for number in own) / len(own)
        edges += [
            {"a": number, "b": len(nodes), "relation": "is-a", "strength": 0.5, "why": f"is a {kind}"} for number in own
        ]
        label = kind.capitalize()
        nodes.append(_node(f"type:{label}", "type", label, x + 0.5, y + 0.5, 1.0, PALETTE[at], [label], 1.0))
    relation = {"name": "is-a", "label": "Type", "colour": "#8a8178", "dash": [2, 3], "on": True, "count": len(edges)}
    return {**scene, "way": "types", "nodes": nodes, "edges": edges, "relations": [*scene["relations"], relation]}


def clusters(count: int) -> Scene:
    """A scene of clusters, each of a dozen garments."""
    scene = drawn_scene(count)
    for at, node in enumerate(scene["nodes"]):
        node |= {"id": f"cluster:{at}", "kind": "cluster", "count": 12 + at, "size": 1.6, "x": node["x"] * 2}
        node["y"] *= 2
    return {**scene, "hulls": [], "regions": [], "details": {}}


def _look(at: int) -> tuple[str, str]:
    group = at // 3
    return KINDS[group % len(KINDS)], list(COLOURS)[(group * 3 + group // 10 + (at % 3 == 2) * 4) % len(COLOURS)]


def _garments(count: int, rng: random.Random, pictures: bool) -> list[Scene]:
    columns = max(1, round(math.sqrt(count * 1.7) / 3) * 3)
    nodes = []
    for at in range(count):
        kind, colour = _look(at)
        row, column = divmod(at, columns)
        x = column * 1.25 + (column // 3) * 0.9 + rng.uniform(-0.08, 0.08)
        y = row * 1.85 + rng.uniform(-0.1, 0.1)
        size = round(0.85 + 0.5 * rng.random() ** 3, 2)
        label = f"{colour} {kind}".capitalize()
        lines = [label, f"worn {rng.randrange(40)} times"]
        node = _node(f"item:{at + 1}", "item", label, x, y, size, PALETTE[KINDS.index(kind)], lines, rng.random())
        nodes.append(node | {"words": f"{kind} {colour}", "picture": f"item:{at + 1}" if pictures else None})
    return nodes


def _node(
    id: str, kind: str, label: str, x: float, y: float, size: float, colour: str, lines: list[str], weight: float
) -> Scene:
    return {
        "id": id, "kind": kind, "label": label, "x": x, "y": y, "size": size, "colour": colour, "lines": lines,
        "words": label.lower(), "weight": weight, "picture": None,
    }  # fmt: skip


def _hulls(nodes: list[Scene]) -> list[Scene]:
    found = []
    for start in range(0, len(nodes) - 2, 9):
        first, second = nodes[start : start + 2]
        if abs(first["y"] - second["y"]) < 1:
            colour, kind = first["words"].split()[::-1]
            found.append(
                {"nodes": [start, start + 1], "label": f"Two {colour} {kind}s", "colour": _strong(COLOURS[colour])}
            )
    return found


def _strong(colour: str) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    hue, light, saturation = colorsys.rgb_to_hls(red, green, blue)
    parts = colorsys.hls_to_rgb(hue, min(max(light, 0.3), 0.6), saturation)
    return "#" + "".join(f"{round(part * 255):02x}" for part in parts)


def _edges(nodes: list[Scene], hulls: list[Scene], rng: random.Random) -> list[Scene]:
    edges = [
        {"a": a, "b": b, "relation": "similar-to", "strength": 0.9, "why": "nearly the same colour, same type"}
        for hull in hulls
        for a, b in [hull["nodes"]]
    ]
    known = {(edge["a"], edge["b"]) for edge in edges}
    reach = max(3, round(math.sqrt(len(nodes) * 1.7)))
    for a in range(len(nodes)):
        for _ in range(4):
            b = a + rng.choice((1, 2, 4, reach - 1, reach, reach + 2, 2 * reach + 1))
            if b < len(nodes) and (a, b) not in known:
                known.add((a, b))
                relation = "worn-with" if rng.random() < 0.25 else "compatible-with"
                why = "3 times" if relation == "worn-with" else "tonal blues; 92 %"
                edges.append({"a": a, "b": b, "relation": relation, "strength": rng.random(), "why": why})
    return edges


def _regions(nodes: list[Scene]) -> list[Scene]:
    size = max(12, len(nodes) // 8)
    regions = []
    for start in range(0, len(nodes), size):
        part = nodes[start : start + size]
        regions.append(
            {
                "label": f"{part[0]['label']}s",
                "count": len(part),
                "x": sum(node["x"] for node in part) / len(part),
                "y": sum(node["y"] for node in part) / len(part),
            }
        )
    return regions


def _details(nodes: list[Scene], edges: list[Scene]) -> Scene:
    sections = {"similar-to": "alike", "compatible-with": "goes", "worn-with": "worn_with"}
    found: Scene = {
        node["id"]: {
            "tags": [word.capitalize() for word in node["words"].split()],
            "facts": [node["lines"][1], "30.00 EUR, 10.00 a wear"],
            "alike": [],
            "goes": [],
            "worn_with": [],
            "href": None,
        }
        for node in nodes
    }
    for edge in edges:
        a, b = nodes[edge["a"]]["id"], nodes[edge["b"]]["id"]
        for one, other in ((a, b), (b, a)):
            found[one][sections[edge["relation"]]].append([other, edge["why"]])
    return found


@cache
def _picture(kind: str, colour: str) -> str:
    hex = COLOURS[colour]
    rgb = (int(hex[1:3], 16), int(hex[3:5], 16), int(hex[5:7], 16))
    picture, mask = draw_with_mask(kind, rgb, background="plain", size=(240, 320))
    cut = picture.convert("RGBA")
    cut.putalpha(Image.fromarray(mask.astype("uint8") * 255))
    cut = cut.crop(cut.getbbox())
    cut.thumbnail((160, 160))
    written = io.BytesIO()
    cut.save(written, "WEBP", quality=80)
    return "data:image/webp;base64," + base64.b64encode(written.getvalue()).decode()
