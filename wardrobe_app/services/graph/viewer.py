"""The viewer that draws a graph in a browser: its script and style, and a page that holds both and a graph.

The script defines ``mountGraph(root, {send, whole})``, which returns ``{show(scene), receive(answer), close()}``. On
the graph page components/graph/web/mount.js calls it, in an exported file web/file.js.
"""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, Final

from wardrobe_app.domain.text import ACUTE, ALIKE, MARKS

_SCRIPTS: Final = (
    "elements.js", "camera.js", "model.js", "pictures.js", "details.js", "theme.js", "drawing.js", "labels.js",
    "backdrop.js", "view.js", "input.js", "keys.js", "tip.js", "panel.js", "search.js", "legend.js", "svg.js",
    "share.js", "main.js",
)  # fmt: skip


@cache
def script() -> str:
    """Return the script of the viewer."""
    folding = json.dumps({"acute": ACUTE, "marks": f"[{MARKS}]", "alike": ALIKE})
    return "\n".join([f"const FOLDING = {folding};", *map(_text, _SCRIPTS)])


@cache
def style() -> str:
    """Return the style sheet of the viewer."""
    return _text("viewer.css")


def page(scene: Mapping[str, Any], title: str) -> bytes:
    """Return a web page that shows ``scene`` and loads nothing: no text in it is ever read as markup or script."""
    # In JSON "<" stands in texts only, where it may as well be written so.
    data = json.dumps(scene, separators=(",", ":")).replace("<", "\\u003c")
    parts = {
        "title": html.escape(title),
        "style": style(),
        "script": f"{script()}\n{_text('file.js')}",
        "scene": data,
    }
    before, *pieces = _text("page.html").split("/*@ ")
    filled = (parts[name] + rest for name, rest in (piece.split(" @*/", 1) for piece in pieces))
    return "".join([before, *filled]).encode("utf-8", "replace")  # half surrogate pairs can be in no file


def _text(name: str) -> str:
    return (resources.files(__package__) / "web" / name).read_text(encoding="utf-8")
