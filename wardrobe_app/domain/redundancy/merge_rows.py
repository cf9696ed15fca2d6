"""Read and write a merge as JSON: the content of ``moved``, described with ``MergeRow``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from types import NoneType
from typing import Any, Final, get_args, get_type_hints

from wardrobe_app.domain.catalogue.filters import GarmentEdit, Unchanged
from wardrobe_app.domain.garments.garment import MergeId, Tag, TagKind, Verdict, VerdictRecord
from wardrobe_app.domain.redundancy.merging import FAVOURITE, QUANTITY, Combination, MergeRecord, Said, own_tag

KEPT: Final = "kept"
"""The key, in the first entry, of what was written about the kept garment."""

Entry = Mapping[str, Any]


def written(record: MergeRecord) -> list[dict[str, Any]]:
    """Return the JSON of a merge."""
    found: list[dict[str, Any]] = [
        {"item": item, "photos": list(photos), "added": record.added.get(item, 0)}
        for item, photos in record.moved.items()
    ]
    if (was := record.combination) is not None:
        found[0][KEPT] = {
            "before": _as_json(was.before),
            "after": _as_json(was.after),
            "prefer": dict(was.prefer),
            "twins": was.identical,
            "verdicts": [[one.a, one.b, one.verdict.value, one.decided_at.isoformat()] for one in record.verdicts],
        }
    return found


def read(merge_id: MergeId, keep_id: int, moved: Sequence[Entry], merged_at: datetime) -> MergeRecord:
    """Read a merge from its JSON.

    Raises:
        ValueError, TypeError, LookupError, ArithmeticError: it is not the JSON of a merge.
    """
    photos = {int(entry["item"]): tuple(entry["photos"]) for entry in moved}
    added = {int(entry["item"]): int(entry.get("added", 0)) for entry in moved}
    record = MergeRecord(merge_id, keep_id, photos, merged_at, added)
    kept = _kept(moved)
    if kept is None:
        return record
    combination = Combination(_as_said(kept["before"]), _as_said(kept["after"]), kept["prefer"], kept["twins"])
    verdicts = [VerdictRecord(a, b, Verdict(said), datetime.fromisoformat(at)) for a, b, said, at in kept["verdicts"]]
    return replace(record, combination=combination, verdicts=tuple(verdicts))


def without_item(moved: Sequence[Entry], item_id: int) -> list[dict[str, Any]]:
    """Return the JSON of a merge without one of the garments that were merged away."""
    return _with_kept([entry for entry in moved if entry["item"] != item_id], _kept(moved))


def restored(
    moved: Sequence[Entry], rest: Sequence[Entry], ids: Mapping[int, int], lowered: tuple[int, int]
) -> list[dict[str, Any]]:
    """Return the JSON of a merge (``moved``) of which only ``rest`` is restored to another wardrobe, under other
    ``ids``.

    ``lowered`` is by how much the quantity of the kept garment is lower before and after the merge.
    """
    kept = _kept(moved)
    if kept is None:
        return _with_kept(rest, None)
    counts = {
        name: {**kept[name], QUANTITY: max(1, kept[name][QUANTITY] - fewer)}
        for name, fewer in zip(("before", "after"), lowered, strict=True)
    }
    verdicts = [
        [*sorted((ids[a], ids[b])), verdict, at]
        for a, b, verdict, at in kept["verdicts"]
        if a in ids and b in ids and ids[a] != ids[b]
    ]
    prefer = {key: ids[item] for key, item in kept["prefer"].items() if item in ids}
    return _with_kept(rest, {**kept, **counts, "prefer": prefer, "verdicts": verdicts})


def without_kept(moved: Sequence[Entry]) -> list[dict[str, Any]]:
    """Return the JSON of a merge that changed nothing about the kept garment."""
    return [{**entry, "added": 0} for entry in _with_kept(moved, None)]


def _kept(moved: Sequence[Entry]) -> Entry | None:
    return next((entry[KEPT] for entry in moved if KEPT in entry), None)


def _with_kept(moved: Sequence[Entry], kept: Entry | None) -> list[dict[str, Any]]:
    found = [{key: value for key, value in entry.items() if key != KEPT} for entry in moved]
    if found and kept is not None:
        found[0][KEPT] = kept
    return found


def _as_json(said: Said) -> dict[str, Any]:
    return {key: _plain(value) for key, value in said.items()}


def _plain(value: Any) -> Any:
    match value:
        case Tag():
            return {"value": value.value, "shade": value.shade}
        case Enum():
            return value.value
        case Decimal() | date():
            return str(value)
        case _:
            return value


def _as_said(values: Entry) -> dict[str, Any]:
    return {key: None if value is None else _READ[key](value) for key, value in values.items()}


def _tag_reader(kind: TagKind) -> Callable[[Entry], Tag]:
    return lambda value: own_tag(kind, value["value"], value["shade"])


def _field_readers() -> dict[str, Callable[[Any], Any]]:
    """Return how to read each field of ``GarmentEdit``, by its type."""
    found = {}
    for name, hint in get_type_hints(GarmentEdit).items():
        (kind,) = set(get_args(hint)) - {Unchanged, NoneType}
        found[name] = date.fromisoformat if kind is date else kind
    return found


_READ: Final[Mapping[str, Callable[[Any], Any]]] = {
    **_field_readers(),
    FAVOURITE: bool,
    **{kind.value: _tag_reader(kind) for kind in TagKind},
}
