"""Compare the wardrobe in a backup with the one here: which garments, photos, outfits, wears and plans are in both."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from wardrobe_app.domain.records.backup import Mode, RestoreCounts
from wardrobe_app.services.backup.maker import RowSource

Row = dict[str, Any]

_WRITTEN = (
    "name", "notes", "brand", "size", "price", "purchased_on", "favourite", "quantity", "condition", "status",
    "lent_to", "archived_at", "trashed_at",
)  # fmt: skip


@dataclass(frozen=True)
class Contents:
    """The rows of a wardrobe that decide what is new; garments, photos, outfits, wears, plans and packing lists by id.

    ``origin`` is the garment that each photo was imported as, whatever it was merged into since. ``own_tags`` are the
    tags that a person set, by garment.
    """

    items: Mapping[int, Row]
    photos: Mapping[int, Row]
    origin: Mapping[int, int]
    own_tags: Mapping[int, set[tuple[str, str, str | None]]]
    verdicts: frozenset[tuple[int, int]]
    outfits: Mapping[int, tuple[str, tuple[int, ...]]]
    wears: Mapping[int, tuple[str, frozenset[int]]]
    plans: Mapping[int, tuple[str, frozenset[int]]]
    packing_lists: Mapping[int, str]
    types: Collection[str]
    merges: tuple[Row, ...]

    def holder(self, item_id: int) -> int:
        """The garment that this one is part of now, through all merges."""
        while (above := self.items[item_id]["merged_into_id"]) is not None:
            item_id = above
        return item_id


def contents_of(rows: RowSource) -> Contents:
    """Read the contents of a wardrobe from rows of the newest schema."""
    photos = {row["id"]: row for row in rows.rows("photo")}
    merges = tuple(rows.rows("merge"))
    origin = {photo_id: row["item_id"] for photo_id, row in photos.items()}
    for merge in sorted(merges, key=lambda row: -row["id"]):  # the first merge of a photo overrides later ones
        for entry in merge["moved"]:
            origin.update((photo_id, entry["item"]) for photo_id in entry["photos"] if photo_id in origin)
    own_tags: dict[int, set[tuple[str, str, str | None]]] = defaultdict(set)
    for row in rows.rows("tag"):
        if row["source"] == "person":
            own_tags[row["item_id"]].add((row["kind"], row["value"], row["shade"]))
    outfit_parts: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for row in rows.rows("look_item"):
        outfit_parts[row["look_id"]].append((row["position"], row["item_id"]))
    wear_parts, plan_parts = _parts(rows, "wear"), _parts(rows, "plan")
    return Contents(
        items={row["id"]: row for row in rows.rows("item")},
        photos=photos,
        origin=origin,
        own_tags=own_tags,
        verdicts=frozenset((row["a_id"], row["b_id"]) for row in rows.rows("pair_verdict")),
        outfits={
            row["id"]: (row["state"], tuple(item for _, item in sorted(outfit_parts[row["id"]])))
            for row in rows.rows("look")
        },
        wears={row["id"]: (row["worn_on"], frozenset(wear_parts[row["id"]])) for row in rows.rows("wear")},
        plans={row["id"]: (_days_of(row), frozenset(plan_parts[row["id"]])) for row in rows.rows("plan")},
        packing_lists={row["id"]: row["created_at"] for row in rows.rows("packing_list")},
        types=[row["name"] for row in rows.rows("own_type")],
        merges=merges,
    )


def _parts(rows: RowSource, table: str) -> dict[int, set[int]]:
    """The garments of wears or plans, by their ids."""
    found: dict[int, set[int]] = defaultdict(set)
    for row in rows.rows(f"{table}_item"):
        found[row[f"{table}_id"]].add(row["item_id"])
    return found


def _days_of(plan: Row) -> str:
    return f"{plan['starts_on']} {plan['every_days']} {plan['until']}"


@dataclass(frozen=True)
class Compared:
    """The wardrobe of a backup (``there``) beside the one ``here``.

    ``items``, ``photos`` and the rest map the ids there to those here, for everything in both.
    """

    there: Contents
    here: Contents
    items: Mapping[int, int]
    photos: Mapping[int, int]
    outfits: Mapping[int, int]
    wears: Mapping[int, int]
    plans: Mapping[int, int]
    packing_lists: Mapping[int, int]

    @cached_property
    def differ(self) -> list[int]:
        """Ids there of garments in both that have other values there than here."""
        return [item_id for item_id, here in self.items.items() if not self._agree(item_id, here)]

    @cached_property
    def gone(self) -> list[int]:
        """Ids here of garments that the backup does not have, without those that were merged into others."""
        known = set(self.items.values())
        return [item for item, row in self.here.items.items() if item not in known and row["merged_into_id"] is None]

    @cached_property
    def new_items(self) -> list[int]:
        """Ids there of garments that are not here, also of those that were merged into others."""
        return [item_id for item_id in self.there.items if item_id not in self.items]

    @cached_property
    def new_photos(self) -> list[int]:
        """Ids there of photos that are not here."""
        return [photo_id for photo_id in self.there.photos if photo_id not in self.photos]

    def is_new_verdict(self, a: int, b: int) -> bool:
        """Whether nothing is decided here about two garments of the backup."""
        if a not in self.items or b not in self.items:
            return True
        low, high = sorted((self.items[a], self.items[b]))
        return low != high and (low, high) not in self.here.verdicts

    def restore_counts(self, mode: Mode) -> dict[str, Any]:
        """How many things a restore adds, finds here, and removes: ``RestoreCounts`` by the kind of things."""
        shown = {item_id for item_id, row in self.there.items.items() if row["merged_into_id"] is None}
        new = sum(self.is_new_verdict(a, b) for a, b in self.there.verdicts)
        pairs = [(self.items.get(a, 0), self.items.get(b, 0)) for a, b in self.there.verdicts]
        shared = len({(min(pair), max(pair)) for pair in pairs} & self.here.verdicts)
        removed = 0 if mode is Mode.MERGE else 1
        return {
            "garments": RestoreCounts(
                len(shown - self.items.keys()), len(shown & self.items.keys()), removed * len(self.gone)
            ),
            "outfits": _counts(_with_parts(self.there.outfits), self.outfits, removed * len(self.here.outfits)),
            "wears": _counts(_with_parts(self.there.wears), self.wears, removed * len(self.here.wears)),
            "plans": _counts(_with_parts(self.there.plans), self.plans, removed * len(self.here.plans)),
            "packing_lists": _counts(
                self.there.packing_lists, self.packing_lists, removed * len(self.here.packing_lists)
            ),
            "decisions": RestoreCounts(
                new, len(self.there.verdicts) - new, removed * (len(self.here.verdicts) - shared)
            ),
            "types": _counts(self.there.types, set(self.here.types), removed * len(self.here.types)),
        }

    def _agree(self, there: int, here: int) -> bool:
        one, other = self.there.items[there], self.here.items[here]
        same_tags = self.there.own_tags.get(there, set()) == self.here.own_tags.get(here, set())
        return same_tags and all(one[name] == other[name] for name in _WRITTEN)


def compared(there: Contents, here: Contents) -> Compared:
    """Match photos by their import keys, and garments by the photos that they were imported from."""
    by_key = {row["import_key"]: photo_id for photo_id, row in here.photos.items()}
    photos = {
        photo_id: by_key[row["import_key"]] for photo_id, row in there.photos.items() if row["import_key"] in by_key
    }
    items = _without_photos(there, here)
    for photo_id, same in sorted(photos.items()):
        items.setdefault(there.origin[photo_id], here.origin[same])
    made = {moment: key for key, moment in here.packing_lists.items()}
    return Compared(
        there,
        here,
        items,
        photos,
        _same(there.outfits, here.outfits, items),
        _same(there.wears, here.wears, items),
        _same(there.plans, here.plans, items),
        {key: made[moment] for key, moment in there.packing_lists.items() if moment in made},
    )


def _without_photos(there: Contents, here: Contents) -> dict[int, int]:
    """Match garments that never had a photo by the moment they were added; the program itself makes none."""
    with_photos = set(here.origin.values())
    by_moment = {row["added_at"]: key for key, row in here.items.items() if key not in with_photos}
    moments = {key: there.items[key]["added_at"] for key in there.items.keys() - set(there.origin.values())}
    return {key: by_moment[moment] for key, moment in moments.items() if moment in by_moment}


def _same(
    there: Mapping[int, tuple[str, Any]], here: Mapping[int, Hashable], items: Mapping[int, int]
) -> dict[int, int]:
    """Match outfits, wears or plans with the same garments, each at most once: of two equal ones, one may be new."""
    waiting: dict[Hashable, list[int]] = defaultdict(list)
    for key, value in here.items():
        waiting[value].append(key)
    found = {}
    for key, (what, parts) in there.items():
        if parts and all(part in items for part in parts):
            same = waiting[what, type(parts)(items[part] for part in parts)]
            if same:
                found[key] = same.pop(0)
    return found


def _with_parts(found: Mapping[int, tuple[str, Collection[int]]]) -> list[int]:
    """Outfits, wears and plans that have garments which are not deleted."""
    return [key for key, (_, parts) in found.items() if parts]


def _counts(found: Iterable[Hashable], known: Collection[Any], here: int) -> RestoreCounts:
    """Counts of what was ``found`` in the backup; of the number ``here``, those that are not in both are removed."""
    keys = set(found)
    shared = len(keys & set(known))
    return RestoreCounts(len(keys) - shared, shared, max(0, here - shared))
