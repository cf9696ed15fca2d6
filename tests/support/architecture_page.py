"""Draw docs/architecture.svg and write the tables of docs/architecture.md: `python -m tests.support.architecture_page`.

Both come from the rules that tests/test_architecture.py checks.
"""

from __future__ import annotations

import re

from tests.paths import ROOT
from tests.test_architecture import CAPABILITIES, LAYERS

PAGE, PICTURE = ROOT / "docs" / "architecture.md", ROOT / "docs" / "architecture.svg"
COLUMN_PX, LEFT_PX = 110, 136
GRID = ("wardrobe_app.components", "wardrobe_app.services", "wardrobe_app.domain")
SHARED = list(CAPABILITIES["wardrobe_app.services"])
WIDTH_PX = LEFT_PX + COLUMN_PX * len(SHARED) + 8
# What stands in the picture, from top to bottom: a layer, and what it does.
BANDS = {
    "wardrobe_app.pages": "flat scripts, listed in streamlit_app.py: each action calls one service",
    "wardrobe_app.commands": "the command line: each command parses its arguments, calls one service and prints",
    "wardrobe_app.components": "what pages draw",
    "wardrobe_app.services": "use cases",
    "wardrobe_app.domain": "plain Python",
    "db": "all SQL",
    "classifier": "all networks",
}
STYLE = """
  text { font: 15px system-ui, sans-serif; fill: #23201c }
  .layer { font-weight: 650; font-size: 16px }
  .note { fill: #6b645a; font-size: 13px }
  .band { fill: #f3f0ea }
  .cell { fill: #bfe0da; stroke: #0f6b63 }
  .own { fill: #fdfcfa; stroke: #b9b2a5 }
"""


def short(name: str) -> str:
    """Return a layer's name as the page writes it."""
    return name.removeprefix("wardrobe_app.")


def import_table() -> str:
    """Return the table of who may import whom, in Markdown."""
    rows = [
        f"| {short(layer)} | {', '.join(short(name) for name in allowed if name != layer) or 'nothing of ours'} |"
        for layer, allowed in LAYERS.items()
        if layer not in ("wardrobe_app", "wardrobe_app.__main__")
    ]
    return "\n".join(["| from | may import of ours, beside itself |", "| --- | --- |", *rows])


def capability_table() -> str:
    """Return the table of which capability may import which others of its layer, in Markdown."""
    rows = [
        f"| {short(layer)} | {name} | {', '.join(sorted(allowed)) or 'none'} |"
        for layer, capabilities in CAPABILITIES.items()
        for name, allowed in capabilities.items()
    ]
    return "\n".join(["| layer | capability | may import of that layer |", "| --- | --- | --- |", *rows])


def picture() -> str:
    """Return the grid of layers and capabilities as SVG."""
    top, bands = 8, []
    for layer in BANDS:
        bands += _band(top, layer)
        top += _height(layer) + 8
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH_PX} {top}" role="img">'
    title = "<title>Layers from top to bottom, capabilities from left to right</title>"
    back = f'<rect width="{WIDTH_PX}" height="{top}" rx="8" fill="#fdfcfa"/>'
    return "\n".join([head, title, f"<style>{STYLE}</style>", back, *bands, "</svg>"]) + "\n"


def page() -> str:
    """Return the page with its tables as they should be."""
    text = PAGE.read_text(encoding="utf-8")
    for name, content in _written().items():
        block = f"<!-- {name} -->\n\n{content}\n\n<!-- end -->"
        text = re.sub(rf"<!-- {name} -->.*?<!-- end -->", lambda _, block=block: block, text, flags=re.DOTALL)
    return text


def decision_list() -> str:
    """Return links to all decisions, in Markdown."""
    pages = sorted((ROOT / "docs" / "adr").glob("*.md"))
    heads = [page.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ") for page in pages]
    titles = [head.partition(" ") for head in heads]
    return "\n".join(
        f"{number} [{title}](adr/{page.name})" for (number, _, title), page in zip(titles, pages, strict=True)
    )


def _written() -> dict[str, str]:
    return {"imports": import_table(), "capabilities": capability_table(), "decisions": decision_list()}


def _column(layer: str, place: int, name: str) -> int:
    """Return the column of a folder: its capability's, or a free one for what one layer has alone."""
    if layer not in GRID:
        return place
    if name in SHARED:
        return SHARED.index(name)
    free = [place for place, one in enumerate(SHARED) if one not in CAPABILITIES[layer]]
    return free[::-1][[one for one in CAPABILITIES[layer] if one not in SHARED].index(name)]


def _band(top: int, layer: str) -> list[str]:
    cells = CAPABILITIES.get(layer, {})
    note_x, note_y = (18, top + 41) if cells else (LEFT_PX, top + 22)
    lines = [
        f'<rect class="band" x="8" y="{top}" width="{WIDTH_PX - 16}" height="{_height(layer)}" rx="6"/>',
        f'<text class="layer" x="18" y="{top + 23}">{short(layer)}</text>',
        f'<text class="note" x="{note_x}" y="{note_y}">{BANDS[layer]}</text>',
    ]
    for place, name in enumerate(cells):
        x = LEFT_PX + _column(layer, place, name) * COLUMN_PX
        kind = "cell" if layer in GRID and name in SHARED else "own"
        lines += [
            f'<rect class="{kind}" x="{x}" y="{top + 11}" width="{COLUMN_PX - 8}" height="32" rx="5"/>',
            f'<text x="{x + COLUMN_PX / 2 - 4:g}" y="{top + 31}" text-anchor="middle">{name}</text>',
        ]
    return lines


def _height(layer: str) -> int:
    return 54 if layer in CAPABILITIES else 34


if __name__ == "__main__":
    PICTURE.write_text(picture(), encoding="utf-8")
    PAGE.write_text(page(), encoding="utf-8")
