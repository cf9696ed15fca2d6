"""Name the nodes and relations of the graph, on the page and in pictures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from wardrobe_app.domain import wording

RELATIONS: Final[Mapping[str, str]] = {
    "is-a": "type",
    "has-attribute": "feature",
    "similar-to": "similar to",
    "compatible-with": "goes with",
    "decided": "decided by you",
    "part-of-look": "worn in",
}
RELATION_COLOURS: Final[Mapping[str, str]] = {
    "is-a": "#c98a64",
    "has-attribute": "#9aa0a6",
    "similar-to": "#d1495b",
    "compatible-with": "#2a9d8f",
    "decided": "#7d5ab5",
    "part-of-look": "#b8860b",
}
KIND_COLOURS: Final[Mapping[str, str]] = {
    "item": "#2a9d8f",
    "type": "#b4531f",
    "slot": "#7a4f63",
    "colour": "#b23a72",
    "pattern": "#6a4fb5",
    "sleeve": "#0f7c8c",
    "gender": "#3567c4",
    "season": "#4c7a38",
    "occasion": "#8a6a10",
    "brand": "#5c6778",
    "look": "#8a6a10",
}
OTHER_COLOUR: Final = "#8d99ae"
_CONVENTION: Final = re.compile(r" \(convention: [^)]*\)")
_MOST_REASONS: Final = 4
KINDS: Final[Mapping[str, str]] = {"item": "garment", "look": "outfit"}


def relation_word(relation: str) -> str:
    """Return the name of a relation for people."""
    return RELATIONS.get(relation, relation)


def why(data: Mapping[str, Any]) -> str:
    """Say in one line of plain text why two nodes are linked: the first reasons, without the conventions they name."""
    told = [str(data["verdict"]).replace("-", " ")] if "verdict" in data else []
    told += [str(data["likeness"]).lower()] if "likeness" in data else []
    score = f" {data['score']:.0%}" if data["relation"] == "compatible-with" and "score" in data else ""
    found = [reason.strip() for reason in _CONVENTION.sub("", str(data.get("reasons", ""))).split(";")]
    reasons = ", ".join([reason for reason in found if reason][:_MOST_REASONS])
    head = wording.capitalised(", ".join(told) or relation_word(data["relation"]))
    return f"{head}{score}: {reasons}" if reasons else f"{head}{score}"


def node_lines(data: Mapping[str, Any]) -> list[str]:
    """Describe a node in lines of plain text, its label first."""
    lines = [str(data["label"])]
    if data["kind"] == "look":
        lines.append(f"{data.get('state', '')} outfit".strip())
    elif data["kind"] not in KINDS:
        lines.append(str(data["kind"]))
    if worn := data.get("worn"):
        times = "once" if worn == 1 else f"{wording.number(worn)} times"
        lines.append(f"worn {times}, last on {data.get('last_worn', '')}")
    return lines
