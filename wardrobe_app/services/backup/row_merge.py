"""The rows that a restore writes: those of the backup as they are, or those that are missing, under new ids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from wardrobe_app.domain.garments.photos import PhotoFiles
from wardrobe_app.domain.records.backup import Mode
from wardrobe_app.domain.redundancy import merge_rows
from wardrobe_app.services.backup.comparison import Compared, Row
from wardrobe_app.services.backup.maker import RowSource

Names = Mapping[str, PhotoFiles]
"""By a photo's file in the backup, what its files are called here."""


class Filling(Protocol):
    """The tables to write to: ``db.load.Loader``."""

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables, those that others refer to first."""
        ...

    def clear(self) -> None:
        """Delete everything."""
        ...

    def insert(self, name: str, rows: Iterable[Mapping[str, Any]]) -> int:
        """Insert rows."""
        ...

    def first_free_id(self, name: str) -> int:
        """From here on no row has that id."""
        ...


def put(mode: Mode, rows: RowSource, plan: Compared, names: Names, loader: Filling, trash_days: int) -> None:
    """Write the rows of a backup in place of what is here, or what of them is missing here.

    What would be deleted for good within a day, because it has been in the trash for ``trash_days``, is in the trash
    since now: nobody restores what is to go at once.
    """
    if mode is Mode.REPLACE:
        loader.clear()
    change = _Ids(plan, loader).changed if mode is Mode.MERGE else _as_it_is
    for table in loader.tables:
        loader.insert(table, _finished(table, change(table, rows.rows(table)), names, trash_days))


def _as_it_is(_table: str, rows: Iterator[Row]) -> Iterator[Row]:
    return rows


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


class _Ids:
    """New ids for what comes, the ids of here for what is here already; rows of what is here already are left out."""

    def __init__(self, plan: Compared, loader: Filling) -> None:
        self._plan = plan
        self._items = {**plan.items, **_numbered(plan.new_items, loader.first_free_id("item"))}
        self._photos = {**plan.photos, **_numbered(plan.new_photos, loader.first_free_id("photo"))}
        outfits = [key for key, (_, parts) in plan.there.outfits.items() if parts and key not in plan.outfits]
        wears = [key for key, (_, parts) in plan.there.wears.items() if parts and key not in plan.wears]
        self._new_looks = _numbered(outfits, loader.first_free_id("look"))
        self._new_wears = _numbered(wears, loader.first_free_id("wear"))
        self._looks = {**plan.outfits, **self._new_looks}
        self._new_items, self._new_photos = set(plan.new_items), set(plan.new_photos)
        self._first_merge = loader.first_free_id("merge")
        self._places = Counter(row["item_id"] for row in plan.here.photos.values())
        self._kept_apart = _kept_apart(plan)
        self._fewer: Counter[int] = Counter()
        self._written: set[tuple[str, int, int]] = set()

    def changed(self, table: str, rows: Iterator[Row]) -> Iterator[Row]:
        """Those rows of the backup that are to be inserted, as they are to be."""
        change = getattr(self, f"_{table}")
        return (new for row in rows if (new := change(row)) is not None)

    def _own_type(self, row: Row) -> Row | None:
        return row if row["name"] in self._plan.new_types else None

    def _item(self, row: Row) -> Row | None:
        if row["id"] not in self._new_items:
            return None
        above = row["merged_into_id"]
        return {
            **row,
            "id": self._items[row["id"]],
            "merged_into_id": None if above is None else self._items[above],
            "quantity": max(1, row["quantity"] - self._kept_apart[row["id"]]),
        }

    def _photo(self, row: Row) -> Row | None:
        if row["id"] not in self._new_photos:
            return None
        origin = self._plan.there.origin[row["id"]]
        # A photo of a garment that is here belongs to what that is now; another one's to what it is there.
        item_id = self._items[row["item_id"] if origin in self._new_items else origin]
        position = row["position"]
        if item_id in self._plan.here.items:
            item_id = self._plan.here.holder(item_id)
            position = self._places[item_id]
            self._places[item_id] += 1
        return {**row, "id": self._photos[row["id"]], "item_id": item_id, "position": position}

    def _photo_features(self, row: Row) -> Row | None:
        return self._of_new_photo(row)

    def _photo_points(self, row: Row) -> Row | None:
        return self._of_new_photo(row)

    def _of_new_photo(self, row: Row) -> Row | None:
        return {**row, "photo_id": self._photos[row["photo_id"]]} if row["photo_id"] in self._new_photos else None

    def _photo_match(self, row: Row) -> Row | None:
        # Of photos that are here, others may have been found since; those are compared when they are needed.
        both_new = row["a_id"] in self._new_photos and row["b_id"] in self._new_photos
        return {**row, "a_id": self._photos[row["a_id"]], "b_id": self._photos[row["b_id"]]} if both_new else None

    def _tag(self, row: Row) -> Row | None:
        if row["item_id"] not in self._new_items:
            return None
        examples = [self._items[one] for one in row["examples"] if one in self._items]
        without_id = {name: value for name, value in row.items() if name != "id"}
        return {**without_id, "item_id": self._items[row["item_id"]], "examples": examples}

    def _pair_verdict(self, row: Row) -> Row | None:
        if not self._plan.is_new_verdict(row["a_id"], row["b_id"]):
            return None
        low, high = sorted((self._items[row["a_id"]], self._items[row["b_id"]]))
        return self._once("verdict", low, high, {**row, "a_id": low, "b_id": high})

    def _merge(self, row: Row) -> Row | None:
        """A merge of what comes. What is here stays one garment or several, as it is, and says what it says."""
        keep_id, moved = row["keep_id"], row["moved"]
        rest = [
            {
                **entry,
                "item": self._items[entry["item"]],
                "photos": [self._photos[one] for one in entry["photos"] if one in self._photos],
            }
            for entry in moved
            if entry["item"] in self._new_items
        ]
        before = self._fewer[keep_id]
        self._fewer[keep_id] += sum(_added(entry) for entry in moved if entry["item"] in self._plan.items)
        if not rest:
            return None
        if keep_id in self._new_items:
            rest = merge_rows.restored(moved, rest, self._items, (before, self._fewer[keep_id]))
        else:
            rest = merge_rows.without_kept(rest)
        self._first_merge += 1
        return {**row, "id": self._first_merge - 1, "keep_id": self._items[keep_id], "moved": rest}

    def _look(self, row: Row) -> Row | None:
        return {**row, "id": self._new_looks[row["id"]]} if row["id"] in self._new_looks else None

    def _look_item(self, row: Row) -> Row | None:
        if row["look_id"] not in self._new_looks:
            return None
        outfit_id, item_id = self._new_looks[row["look_id"]], self._items[row["item_id"]]
        return self._once("look", outfit_id, item_id, {**row, "look_id": outfit_id, "item_id": item_id})

    def _wear(self, row: Row) -> Row | None:
        if row["id"] not in self._new_wears:
            return None
        return {**row, "id": self._new_wears[row["id"]], "look_id": self._looks.get(row["look_id"])}

    def _wear_item(self, row: Row) -> Row | None:
        if row["wear_id"] not in self._new_wears:
            return None
        wear_id, item_id = self._new_wears[row["wear_id"]], self._items[row["item_id"]]
        return self._once("wear", wear_id, item_id, {**row, "wear_id": wear_id, "item_id": item_id})

    def _once(self, kind: str, one: int, other: int, row: Row) -> Row | None:
        """Two garments there may be one here; what was said of both is said once."""
        if (kind, one, other) in self._written:
            return None
        self._written.add((kind, one, other))
        return row


def _numbered(ids: Iterable[int], first: int) -> dict[int, int]:
    return {old: first + number for number, old in enumerate(sorted(ids))}


def _kept_apart(plan: Compared) -> Counter[int]:
    """By how much to lower counts of garments that come: what was merged into them and is one of its own here."""
    found: Counter[int] = Counter()
    for merge in plan.there.merges:
        for entry in merge["moved"]:
            if entry["item"] in plan.items:
                found[merge["keep_id"]] += _added(entry)
    return found


def _added(entry: Row) -> int:
    return int(entry.get("added", 0))
