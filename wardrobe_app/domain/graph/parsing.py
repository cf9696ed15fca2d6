"""Parse what the owner added to a wardrobe graph: everything that cannot be computed from the photos again.

Graphs come from files of any source: a value of the wrong type or out of range is reported and left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from wardrobe_app.domain import wording
from wardrobe_app.domain.garments.availability import Status
from wardrobe_app.domain.garments.garment import Condition, TagKind, TagSource, Verdict
from wardrobe_app.domain.garments.vocabulary import Slot
from wardrobe_app.domain.garments.wear_log import OutfitState
from wardrobe_app.domain.graph.schema import DECIDED, HAS_ATTRIBUTE, IS_A, PART_OF_OUTFIT
from wardrobe_app.domain.graph.worn_days import day_of
from wardrobe_app.domain.limits import MOST_OF_ONE
from wardrobe_app.domain.text import one_line

if TYPE_CHECKING:
    import networkx as nx

_SHADE: Final = re.compile("#[0-9a-f]{6}")
_SHA256: Final = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class ParsedTag:
    """A tag that a person set; ``slot`` is where a garment of this type is worn, ``shade`` the picked colour."""

    value: str
    shade: str | None = None
    slot: Slot | None = None


@dataclass(frozen=True, slots=True)
class ParsedGarment:
    """A garment of the file: what identifies it, and what its owner wrote; ``fields`` are those of ``Garment``.

    ``days`` are words of ``worn_days``. Without ``sha256`` the file is of version 1.
    """

    node: str
    label: str
    item_id: int | None
    photo: str
    sha256: tuple[str, ...]
    fields: Mapping[str, Any]
    tags: Mapping[TagKind, ParsedTag]
    days: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ParsedVerdict:
    """The verdict on the garments at the nodes ``a`` and ``b``."""

    a: str
    b: str
    verdict: Verdict
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class ParsedOutfit:
    """An outfit of the garments at the nodes ``items``, from the body outwards."""

    node: str
    label: str
    items: tuple[str, ...]
    name: str
    state: OutfitState
    created_at: datetime
    days: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GraphContents:
    """The content of a graph; ``problems`` are sentences about what could not be read."""

    garments: tuple[ParsedGarment, ...]
    verdicts: tuple[ParsedVerdict, ...]
    outfits: tuple[ParsedOutfit, ...]
    problems: tuple[str, ...]


def contents(graph: nx.Graph[str], currency: str | None = None) -> GraphContents:
    """Parse a graph of version 1 to 3; prices in another ``currency`` are problems."""
    problems: list[str] = []
    given: list[tuple[str, dict[str, Any]]] = [(node, graph.nodes[node]) for node in graph]
    nodes = sorted(given, key=lambda entry: (_whole(entry[1].get("item_id")) or 0, str(entry[0])))
    garments = [_garment(graph, node, data, problems, currency) for node, data in nodes if data.get("kind") == "item"]
    outfits = [_outfit(graph, node, data, problems) for node, data in nodes if data.get("kind") == "look"]
    known = [outfit for outfit in outfits if outfit is not None]
    return GraphContents(
        tuple(garments),
        tuple(_verdicts(graph, problems)),
        tuple(sorted(known, key=lambda outfit: (outfit.created_at, outfit.node))),
        tuple(problems),
    )


def _garment(
    graph: nx.Graph[str], node: str, data: Mapping[str, Any], problems: list[str], currency: str | None
) -> ParsedGarment:
    label = _text(data.get("label")) or one_line(str(node))
    sha256 = tuple(word for word in _text(data.get("sha256")).split() if _SHA256.fullmatch(word))
    fields: dict[str, Any] = {}
    given = dict(data) if sha256 else {**data, "own_name": _name_of_version_1(graph, node, data, label)}
    if given.get("price") and currency and _text(data.get("currency")) not in ("", currency):
        problems.append(f"{label}: the price is in {_text(data['currency'])[:60]}, and prices here are in {currency}.")
        del given["price"]
    for source, (name, read) in _FIELDS.items():
        if given.get(source) in (None, ""):
            continue
        try:
            fields[name] = read(given[source])
        except (ValueError, ArithmeticError):
            problems.append(
                f"{label}: “{one_line(str(given[source]))[:60]}” is not a valid {source.replace('_', ' ')}."
            )
    return ParsedGarment(
        str(node),
        label,
        _whole(data.get("item_id")),
        _text(data.get("photo")),
        sha256,
        {name: value for name, value in fields.items() if value != _NOTHING.get(name, "")},
        dict(_tags(graph, node, data)),
        _days(data, label, problems),
    )


def _tags(graph: nx.Graph[str], node: str, data: Mapping[str, Any]) -> Iterator[tuple[TagKind, ParsedTag]]:
    for link in graph[node].values():
        if link.get("set_by") != TagSource.PERSON.value:
            continue
        kind = TagKind.TYPE.value if link.get("relation") == IS_A else link.get("attribute")
        if link.get("relation") not in (IS_A, HAS_ATTRIBUTE) or kind not in set(TagKind):
            continue
        if value := _text(data.get(kind)):
            slot, shade = _text(data.get("slot")), _text(link.get("shade"))
            yield (
                TagKind(kind),
                ParsedTag(
                    value,
                    shade if _SHADE.fullmatch(shade) else None,
                    Slot(slot) if kind == TagKind.TYPE and slot in set(Slot) else None,
                ),
            )


def _outfit(graph: nx.Graph[str], node: str, data: Mapping[str, Any], problems: list[str]) -> ParsedOutfit | None:
    label = _text(data.get("label")) or one_line(str(node))
    worn = [
        (_whole(link.get("position")) or 0, str(item))
        for item, link in graph[node].items()
        if link.get("relation") == PART_OF_OUTFIT
    ]
    try:
        state, created = OutfitState(_text(data.get("state"))), _moment(data.get("created_at"))
    except ValueError:
        problems.append(f"The outfit “{label}” is neither saved nor rejected, or its date is not valid.")
        return None
    items, name = tuple(item for _, item in sorted(worn)), _text(data.get("own_name"))
    return ParsedOutfit(str(node), label, items, name, state, created, _days(data, label, problems))


def _verdicts(graph: nx.Graph[str], problems: list[str]) -> Iterator[ParsedVerdict]:
    for a, b, data in graph.edges(data=True):
        if data.get("relation") == DECIDED:
            try:
                yield ParsedVerdict(
                    str(a), str(b), Verdict(_text(data.get("verdict"))), _moment(data.get("decided_at"))
                )
            except ValueError:
                problems.append(f"The decision about {one_line(str(a))} and {one_line(str(b))} cannot be read.")


def _days(data: Mapping[str, Any], label: str, problems: list[str]) -> tuple[str, ...]:
    words = _text(data.get("worn_on")).split()
    if wrong := [word for word in words if day_of(word) is None]:
        problems.append(f"{label}: “{wrong[0][:60]}” is not a valid day.")
    return tuple(dict.fromkeys(word for word in words if day_of(word) is not None))


def _name_of_version_1(graph: nx.Graph[str], node: str, data: Mapping[str, Any], label: str) -> str:
    """The owner's name of a garment. Version 1 does not distinguish it from a description, which is not a name."""
    kinds = [graph.nodes[other].get("label") for other, link in graph[node].items() if link.get("relation") == IS_A]
    type_label = _text(kinds[0]) if kinds else "Unknown type"
    words = [_text(data.get("colour")), _text(data.get("pattern"))]
    possible = {
        wording.capitalised(
            " ".join([*filter(None, known), wording.lower_first(type_label)]) if any(known) else type_label
        )
        for known in ([], words[:1], words[1:], words)
    }
    return "" if label in possible or label == _node(data) else label


def _node(data: Mapping[str, Any]) -> str:
    return f"item:{data.get('item_id')}"


def _text(value: Any) -> str:
    return one_line(value) if isinstance(value, str) else ""


def _whole(value: Any) -> int | None:
    """A whole number, also one that a reader made a float; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value or abs(value) >= 2**62:
        return None
    return int(value) if value == int(value) else None


def _quantity(value: Any) -> int:
    if (number := _whole(value)) is None or not 1 <= number <= MOST_OF_ONE:
        raise ValueError
    return number


def _price(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError
    return Decimal(str(value)).quantize(Decimal("0.01"))


def _day(value: Any) -> date:
    return date.fromisoformat(_text(value))


def _moment(value: Any) -> datetime:
    moment = datetime.fromisoformat(_text(value))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError
    return value


def _line(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError
    return one_line(value)


# Attribute of the graph -> field of a garment, and how it is read.
_FIELDS: Final[Mapping[str, tuple[str, Callable[[Any], Any]]]] = {
    "own_name": ("name", _line),
    "brand": ("brand", _line),
    "clothing_size": ("size", _line),
    "price": ("price", _price),
    "purchased_on": ("purchased_on", _day),
    "favourite": ("favourite", _flag),
    "quantity": ("quantity", _quantity),
    "condition": ("condition", lambda value: Condition(_text(value))),
    "status": ("status", lambda value: Status(_text(value))),
    "lent_to": ("lent_to", _line),
}


# Default values, which count as empty.
_NOTHING: Final[Mapping[str, Any]] = {"quantity": 1, "favourite": False, "price": None}


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference between file and wardrobe, as text; ``here`` is empty where there is nothing yet."""

    where: str
    what: str
    here: str
    in_file: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import of a graph changes, or would change.

    ``garments`` counts those of the file, ``found`` those that are here; ``unknown`` are the labels of the others.
    ``conflicts`` stay as they are here. ``problems`` are sentences about what cannot be read or is not allowed.
    ``undo`` undoes the import; None where nothing was changed.
    """

    garments: int
    found: int
    unknown: tuple[str, ...]
    changes: tuple[Difference, ...]
    conflicts: tuple[Difference, ...]
    problems: tuple[str, ...]
    undo: Callable[[], None] | None = None
