"""The rows that a restore writes: all rows of the backup, or those that are missing here, under new ids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Protocol

from wardrobe_app.domain.garments.photos import PhotoFiles
from wardrobe_app.domain.records.backup import Mode
from wardrobe_app.domain.redundancy import merge_rows
from wardrobe_app.services.backup.comparison import Compared, Row
from wardrobe_app.services.backup.maker import RowSource

Names = Mapping[str, PhotoFiles]
"""By a photo's file in the backup, what its files are called here."""

# Columns that hold ids, by table, with the table that each refers to. The first decides whether a row is new.
_REFERENCES: Final[Mapping[str, Mapping[str, str]]] = {
    "item": {"id": "item", "merged_into_id": "item"},
    "photo": {"id": "photo", "item_id": "item"},
    "photo_features": {"photo_id": "photo"},
    "photo_points": {"photo_id": "photo"},
    "photo_match": {"a_id": "photo", "b_id": "photo"},
    "tag": {"item_id": "item"},
    "look": {"id": "look"},
    "look_item": {"look_id": "look", "item_id": "item"},
    "wear": {"id": "wear", "look_id": "look"},
    "wear_item": {"wear_id": "wear", "item_id": "item"},
    "plan": {"id": "plan"},
    "plan_item": {"plan_id": "plan", "item_id": "item"},
    "plan_skip": {"plan_id": "plan"},
    "packing_list": {"id": "packing_list"},
    "packing_line": {"list_id": "packing_list", "item_id": "item"},
    "own_type": {},
    "pair_verdict": {"a_id": "item", "b_id": "item"},
    "merge": {"keep_id": "item"},
    "duplicate_group": {},
}


class RowTarget(Protocol):
    """The tables to write to: ``db.transfer.load.Loader``."""

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables, those that others refer to first."""
        ...

    def clear(self) -> None:
        """Delete everything."""
        ...

    def insert(self, name: str, rows: Iterable[Mapping[str, Any]]) -> int:
        """Insert rows; how many there were."""
        ...

    def first_free_id(self, name: str) -> int:
        """The first id that no row has or had."""
        ...


def put(mode: Mode, rows: RowSource, plan: Compared, names: Names, loader: RowTarget, trash_days: int) -> None:
    """Write the rows of a backup in place of everything here, or those that are missing here.

    What would be deleted for good within a day, because it was in the trash for ``trash_days``, is put there again now.
    """
    if mode is Mode.REPLACE:
        loader.clear()
    missing = _MissingRows(plan, loader) if mode is Mode.MERGE else None
    for table in loader.tables:
        given = rows.rows(table)
        loader.insert(table, _finished(table, missing.of(table, given) if missing else given, names, trash_days))


def _finished(table: str, rows: Iterator[Row], names: Names, trash_days: int) -> Iterator[Row]:
    now = datetime.now(UTC)
    oldest = now - timedelta(days=trash_days - 1)
    for row in rows:
        if table == "photo" and (new := names.get(row["file"])):
            yield {**row, "file": new.file, "thumbnail": new.thumbnail}
        elif table == "item" and _is_old_trash(row, oldest):
            yield {**row, "trashed_at": now.isoformat()}
        else:
            yield row


def _is_old_trash(row: Row, oldest: datetime) -> bool:
    since = row["trashed_at"]
    return since is not None and row["merged_into_id"] is None and datetime.fromisoformat(since) < oldest


class _MissingRows:
    """Rows that are missing here, with new ids; references to what is here already get the ids of here."""

    def __init__(self, plan: Compared, loader: RowTarget) -> None:
        self._plan = plan
        known = {
            "item": plan.items,
            "photo": plan.photos,
            "look": plan.outfits,
            "wear": plan.wears,
            "plan": plan.plans,
            "packing_list": plan.packing_lists,
        }
        there: dict[str, Iterable[int]] = {
            "item": plan.there.items,
            "photo": plan.there.photos,
            "look": [key for key, (_, parts) in plan.there.outfits.items() if parts],
            "wear": [key for key, (_, parts) in plan.there.wears.items() if parts],
            "plan": [key for key, (_, parts) in plan.there.plans.items() if parts],
            "packing_list": plan.there.packing_lists,
        }
        self._new = {table: sorted(set(ids) - known[table].keys()) for table, ids in there.items()}
        self._ids = {
            table: {**known[table], **{old: new for new, old in enumerate(ids, loader.first_free_id(table))}}
            for table, ids in self._new.items()
        }
        self._is_new = {table: set(ids) for table, ids in self._new.items()}
        self._next_merge = loader.first_free_id("merge")
        self._next_group = loader.first_free_id("duplicate_group")
        self._places = Counter(row["item_id"] for row in plan.here.photos.values())
        self._kept_apart = _kept_apart(plan)
        self._fewer: Counter[int] = Counter()
        self._written: set[tuple[str, int, int]] = set()
        self._special: Mapping[str, Callable[[Row, Row], Row | None]] = {
            "own_type": lambda row, _: None if row["name"] in plan.here.types else row,
            "item": self._item,
            "photo": self._photo,
            "photo_match": self._photo_match,
            "tag": self._tag,
            "pair_verdict": self._verdict,
            "merge": self._merge,
            "duplicate_group": self._duplicate_group,
            "look_item": lambda _, new: self._once("look_id", "item_id", new),
            "wear_item": lambda _, new: self._once("wear_id", "item_id", new),
            "plan_item": lambda _, new: self._once("plan_id", "item_id", new),
            "packing_line": lambda _, new: _without_id(new),
        }

    def of(self, table: str, rows: Iterator[Row]) -> Iterator[Row]:
        """Those rows of a table that are missing, as they are to be inserted."""
        references = _REFERENCES[table]
        first, target = next(iter(references.items()), ("", ""))
        by_row = not first or table in ("pair_verdict", "merge")  # these decide for themselves
        for row in rows:
            if by_row or row[first] in self._is_new[target]:
                mapped = {name: self._ids[of].get(row[name]) for name, of in references.items()}
                new: Row | None = {**row, **mapped}
                if special := self._special.get(table):
                    new = special(row, {**row, **mapped})
                if new is not None:
                    yield new

    def _item(self, row: Row, new: Row) -> Row:
        return {**new, "quantity": max(1, row["quantity"] - self._kept_apart[row["id"]])}

    def _photo(self, row: Row, new: Row) -> Row:
        origin = self._plan.there.origin[row["id"]]
        # A photo of a garment that is here belongs to what that is part of now.
        item_id = new["item_id"] if origin in self._is_new["item"] else self._ids["item"][origin]
        if item_id not in self._plan.here.items:
            return {**new, "item_id": item_id}
        item_id = self._plan.here.holder(item_id)
        self._places[item_id] += 1
        return {**new, "item_id": item_id, "position": self._places[item_id] - 1}

    def _photo_match(self, row: Row, new: Row) -> Row | None:
        # Of photos that are here, others may have been found since; those are compared when they are needed.
        return new if row["b_id"] in self._is_new["photo"] else None

    def _tag(self, row: Row, new: Row) -> Row:
        examples = [self._ids["item"][one] for one in row["examples"] if one in self._ids["item"]]
        return _without_id(new) | {"examples": examples}

    def _verdict(self, row: Row, new: Row) -> Row | None:
        if not self._plan.is_new_verdict(row["a_id"], row["b_id"]):
            return None
        low, high = sorted((new["a_id"], new["b_id"]))
        return self._once("a_id", "b_id", {**new, "a_id": low, "b_id": high})

    def _merge(self, row: Row, new: Row) -> Row | None:
        """What a merge did to garments that are added. Garments that are here stay as they are, merged or not."""
        keep_id, moved, items, photos = row["keep_id"], row["moved"], self._ids["item"], self._ids["photo"]
        rest = [
            {**entry, "item": items[entry["item"]], "photos": [photos[one] for one in entry["photos"] if one in photos]}
            for entry in moved
            if entry["item"] in self._is_new["item"]
        ]
        before = self._fewer[keep_id]
        self._fewer[keep_id] += sum(_added(entry) for entry in moved if entry["item"] in self._plan.items)
        if not rest:
            return None
        if keep_id in self._is_new["item"]:
            rest = merge_rows.restored(moved, rest, items, (before, self._fewer[keep_id]))
        else:
            rest = merge_rows.without_kept(rest)
        self._next_merge += 1
        return {**new, "id": self._next_merge - 1, "moved": rest}

    def _duplicate_group(self, row: Row, new: Row) -> Row | None:
        """A group of a review of other garments; merges are decisions that their own rows bring."""
        items, members = self._ids["item"], row["members"]
        if self._is_new["item"].isdisjoint(members) or not items.keys() >= set(members):
            return None
        decisions = [
            {**one, **{key: [items[item] for item in one[key]] for key in ("items", "let_go")}, "before": []}
            for one in row["decisions"]
            if one["merge"] is None
        ]
        self._next_group += 1
        mapped = [items[item] for item in members]
        return {**new, "id": self._next_group - 1, "members": mapped, "decisions": decisions}

    def _once(self, one: str, other: str, row: Row) -> Row | None:
        """The row, unless its pair was written: two garments there may be one here."""
        key = (one, row[one], row[other])
        if key in self._written:
            return None
        self._written.add(key)
        return row


def _without_id(row: Row) -> Row:
    return {name: value for name, value in row.items() if name != "id"}


def _kept_apart(plan: Compared) -> Counter[int]:
    """By how much to lower quantities of new garments: for what was merged into them and is separate here."""
    found: Counter[int] = Counter()
    for merge in plan.there.merges:
        for entry in merge["moved"]:
            if entry["item"] in plan.items:
                found[merge["keep_id"]] += _added(entry)
    return found


def _added(entry: Row) -> int:
    return int(entry.get("added", 0))
