from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wardrobe_app.wiring import Runtime

# All that the owner ever said, straight from the rows: what no action on something else may change, and what an undo
# has to bring back. Left out is what only says when a row was written, or by which number.

_LEFT_OUT = {"id", "version", "added_at"}
_TABLES = (
    "item", "photo", "tag", "pair_verdict", "merge", "look", "look_item", "wear", "wear_item", "own_type", "plan",
    "plan_item", "plan_skip",
)  # fmt: skip
_MOMENTS = {"archived_at", "trashed_at"}  # whether, not when

Wear = tuple[Any, frozenset[int], str]
Look = tuple[str, str, frozenset[int]]
Plan = tuple[Any, Any, frozenset[int], frozenset[Any]]  # first day, every how many days, garments, days left out


@dataclass
class Owned:
    garments: dict[int, dict[str, Any]]
    verdicts: dict[tuple[int, int], str]
    merges: Counter[tuple[int, frozenset[int]]]
    outfits: Counter[Look]
    wears: Counter[Wear]
    plans: Counter[Plan]
    types: frozenset[tuple[str, str]]

    def copy(self) -> Owned:
        garments = {
            item: said | {"photos": list(said["photos"]), "tags": dict(said["tags"])}
            for item, said in self.garments.items()
        }
        counted = (Counter(one) for one in (self.merges, self.outfits, self.wears, self.plans))
        return Owned(garments, dict(self.verdicts), *counted, self.types)

    def changed_since(self, before: Owned) -> set[int]:
        return {
            item
            for item in self.garments.keys() | before.garments.keys()
            if self.garments.get(item) != before.garments.get(item)
        }


def owned(wardrobe: Runtime) -> Owned:
    with wardrobe.catalogue._uow() as uow:
        ask = uow._session.connection().exec_driver_sql
        rows = {table: [row._asdict() for row in ask(f"SELECT * FROM {table}")] for table in _TABLES}  # noqa: S608
    garments = {row["id"]: _garment(row) for row in rows["item"]}
    for row in sorted(rows["photo"], key=lambda row: (row["position"], row["id"])):
        garments[row["item_id"]]["photos"].append((row["id"], bool(row["masked"])))
    for row in rows["tag"]:
        if row["source"] == "person":
            garments[row["item_id"]]["tags"][row["kind"]] = (row["value"], row["shade"])
    outfits = {row["id"]: row for row in rows["look"]}
    in_look, in_wear = _items(rows["look_item"], "look_id"), _items(rows["wear_item"], "wear_id")
    return Owned(
        garments,
        {(row["a_id"], row["b_id"]): row["verdict"] for row in rows["pair_verdict"]},
        Counter(
            (row["keep_id"], frozenset(entry["item"] for entry in json.loads(row["moved"]))) for row in rows["merge"]
        ),
        Counter((row["name"], row["state"], in_look[key]) for key, row in outfits.items()),
        Counter((row["worn_on"], in_wear[row["id"]], _name(outfits.get(row["look_id"]))) for row in rows["wear"]),
        _plans(rows),
        frozenset((row["name"], row["slot"]) for row in rows["own_type"]),
    )


def _garment(row: dict[str, Any]) -> dict[str, Any]:
    said = {name: value for name, value in row.items() if name not in _LEFT_OUT | _MOMENTS}
    return said | {name: row[name] is not None for name in _MOMENTS} | {"photos": [], "tags": {}}


def _items(rows: list[dict[str, Any]], key: str) -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = {}
    for row in rows:
        found.setdefault(row[key], set()).add(row["item_id"])
    return {number: frozenset(items) for number, items in found.items()}


def _plans(rows: dict[str, list[dict[str, Any]]]) -> Counter[Plan]:
    items, skips = _items(rows["plan_item"], "plan_id"), rows["plan_skip"]
    return Counter(
        (
            row["starts_on"],
            row["every_days"],
            items[row["id"]],
            frozenset(one["day"] for one in skips if one["plan_id"] == row["id"]),
        )
        for row in rows["plan"]
    )


def _name(outfit: dict[str, Any] | None) -> str:
    return outfit["name"] if outfit else ""
