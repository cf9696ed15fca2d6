"""What two wardrobes hold, as far as one is to be restored into the other, and which garments are in both."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from wardrobe_app.domain.records.backup import Mode, RestoreCounts
from wardrobe_app.services.backup.maker import RowSource

Row = dict[str, Any]

_SAID = (
    "name", "notes", "brand", "size", "price", "purchased_on", "favourite", "quantity", "condition", "status",
    "lent_to", "archived_at", "trashed_at",
)  # fmt: skip


@dataclass(frozen=True)
class Contents:
    """The rows of a wardrobe that decide what is new; garments, photos, looks and wears by id.

    ``origin`` is the garment that each photo was imported as, whatever it was merged into since. ``said`` are the tags
    that a person set, by garment.
    """

    items: Mapping[int, Row]
    photos: Mapping[int, Row]
    origin: Mapping[int, int]
    said: Mapping[int, frozenset[tuple[str, str, str | None]]]
    verdicts: Mapping[tuple[int, int], str]
    outfits: Mapping[int, tuple[str, tuple[int, ...]]]
    wears: Mapping[int, tuple[str, frozenset[int]]]
    types: Mapping[str, str]
    merges: tuple[Row, ...]

    def holder(self, item_id: int) -> int:
        """The garment that this one is now: what it was merged into, what that was merged into, and so on."""
        while (above := self.items[item_id]["merged_into_id"]) is not None:
            item_id = above
        return item_id


def contents_of(rows: RowSource) -> Contents:
    """What is in a wardrobe, read from rows of the newest schema."""
    items = {row["id"]: row for row in rows.rows("item")}
    photos = {row["id"]: row for row in rows.rows("photo")}
    merges = tuple(rows.rows("merge"))
    origin = {photo_id: row["item_id"] for photo_id, row in photos.items()}
    for merge in sorted(merges, key=lambda row: -row["id"]):  # the first merge of a photo has the last word
        for entry in merge["moved"]:
            origin.update((photo_id, entry["item"]) for photo_id in entry["photos"] if photo_id in origin)
    said: dict[int, set[tuple[str, str, str | None]]] = defaultdict(set)
    for row in rows.rows("tag"):
        if row["source"] == "person":
            said[row["item_id"]].add((row["kind"], row["value"], row["shade"]))
    return Contents(
        items=items,
        photos=photos,
        origin=origin,
        said={item_id: frozenset(tags) for item_id, tags in said.items()},
        verdicts={(row["a_id"], row["b_id"]): row["verdict"] for row in rows.rows("pair_verdict")},
        outfits=_looks(rows),
        wears=_wears(rows),
        types={row["name"]: row["slot"] for row in rows.rows("own_type")},
        merges=merges,
    )


def _looks(rows: RowSource) -> dict[int, tuple[str, tuple[int, ...]]]:
    parts: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for row in rows.rows("look_item"):
        parts[row["look_id"]].append((row["position"], row["item_id"]))
    return {
        row["id"]: (row["state"], tuple(item_id for _, item_id in sorted(parts[row["id"]])))
        for row in rows.rows("look")
    }


def _wears(rows: RowSource) -> dict[int, tuple[str, frozenset[int]]]:
    parts: dict[int, set[int]] = defaultdict(set)
    for row in rows.rows("wear_item"):
        parts[row["wear_id"]].add(row["item_id"])
    return {row["id"]: (row["worn_on"], frozenset(parts[row["id"]])) for row in rows.rows("wear")}


@dataclass(frozen=True)
class Compared:
    """A wardrobe of a backup (``there``) beside the one that is here.

    ``items`` and ``photos`` are, by their id there, the ids here of those that are in both; ``looks`` are the looks
    that are in both.
    """

    there: Contents
    here: Contents
    items: Mapping[int, int]
    photos: Mapping[int, int]
    outfits: Mapping[int, int]
    wears: frozenset[int]

    @property
    def differ(self) -> list[int]:
        """Ids there of garments that are in both, and of which the owner said other things there than here."""
        return [item_id for item_id, here in self.items.items() if not self._agree(item_id, here)]

    @property
    def gone(self) -> list[int]:
        """Ids here of garments that the backup does not know, without those that were merged into others."""
        known = set(self.items.values())
        return [item for item, row in self.here.items.items() if item not in known and row["merged_into_id"] is None]

    @property
    def new_items(self) -> list[int]:
        """Ids there of garments that are not here, those that were merged into others among them."""
        return [item_id for item_id in self.there.items if item_id not in self.items]

    @property
    def new_photos(self) -> list[int]:
        """Ids there of photos that are not here."""
        return [photo_id for photo_id in self.there.photos if photo_id not in self.photos]

    @property
    def new_types(self) -> set[str]:
        """Names of types of the owner's own that are not here."""
        return set(self.there.types) - set(self.here.types)

    def is_new_verdict(self, a: int, b: int) -> bool:
        """Whether nothing is decided here about two garments of the backup."""
        if a not in self.items or b not in self.items:
            return True
        low, high = sorted((self.items[a], self.items[b]))
        return low != high and (low, high) not in self.here.verdicts

    def restore_counts(self, mode: Mode) -> dict[str, RestoreCounts]:
        """What comes, is there already and goes, of each kind of things."""
        merged = {item_id for item_id, row in self.there.items.items() if row["merged_into_id"] is not None}
        shown = set(self.there.items) - merged
        new = sum(self.is_new_verdict(a, b) for a, b in self.there.verdicts)
        outfits, wears = _kept(self.there.outfits), _kept(self.there.wears)
        found = {
            "garments": RestoreCounts(len(shown - set(self.items)), len(shown & set(self.items)), len(self.gone)),
            "looks": _tally(outfits, set(self.outfits), len(self.here.outfits)),
            "wears": _tally(wears, set(self.wears), len(self.here.wears)),
            "decisions": RestoreCounts(
                new, len(self.there.verdicts) - new, len(self.here.verdicts) - self._shared_verdicts
            ),
            "types": RestoreCounts(
                len(self.new_types),
                len(self.there.types) - len(self.new_types),
                len(set(self.here.types) - set(self.there.types)),
            ),
        }
        if mode is Mode.MERGE:
            return {name: RestoreCounts(count.added, count.existing) for name, count in found.items()}
        return found

    @property
    def _shared_verdicts(self) -> int:
        pairs = [(self.items.get(a), self.items.get(b)) for a, b in self.there.verdicts]
        return len({tuple(sorted(pair)) for pair in pairs if None not in pair} & set(self.here.verdicts))  # type: ignore[type-var]

    def _agree(self, there: int, here: int) -> bool:
        one, other = self.there.items[there], self.here.items[here]
        tags = self.there.said.get(there), self.here.said.get(here)
        return all(one[name] == other[name] for name in _SAID) and tags[0] == tags[1]


def compared(there: Contents, here: Contents) -> Compared:
    """Find what is in both: photos by their import keys, garments by the photos that they were imported from."""
    by_key = {row["import_key"]: photo_id for photo_id, row in here.photos.items()}
    photos = {
        photo_id: by_key[row["import_key"]] for photo_id, row in there.photos.items() if row["import_key"] in by_key
    }
    items = _without_photos(there, here)
    for photo_id, same in sorted(photos.items()):
        items.setdefault(there.origin[photo_id], here.origin[same])
    outfits = _same(_mapped_looks(there, items), here.outfits)
    wears = _same(_mapped_wears(there, items), here.wears)
    return Compared(there, here, items, photos, outfits, frozenset(wears))


def _without_photos(there: Contents, here: Contents) -> dict[int, int]:
    """Garments that never had a photo are told by the moment they came; the program itself makes none."""
    with_photos = set(here.origin.values())
    by_moment = {row["added_at"]: key for key, row in here.items.items() if key not in with_photos}
    bare = there.items.keys() - set(there.origin.values())
    moments = {key: there.items[key]["added_at"] for key in bare}
    return {key: by_moment[moment] for key, moment in moments.items() if moment in by_moment}


def _mapped_looks(there: Contents, items: Mapping[int, int]) -> dict[int, Hashable]:
    return {
        outfit_id: (state, tuple(items[part] for part in parts))
        for outfit_id, (state, parts) in there.outfits.items()
        if parts and all(part in items for part in parts)
    }


def _mapped_wears(there: Contents, items: Mapping[int, int]) -> dict[int, Hashable]:
    return {
        wear_id: (day, frozenset(items[part] for part in parts))
        for wear_id, (day, parts) in there.wears.items()
        if parts and all(part in items for part in parts)
    }


def _same(there: Mapping[int, Hashable], here: Mapping[int, Hashable]) -> dict[int, int]:
    """Pair equals with equals, each at most once: two equal wears there and one here leave one that is new."""
    waiting: dict[Hashable, list[int]] = defaultdict(list)
    for key, value in here.items():
        waiting[value].append(key)
    return {key: waiting[value].pop(0) for key, value in there.items() if waiting[value]}


def _kept(found: Mapping[int, tuple[Any, Any]]) -> set[int]:
    """Looks and wears whose garments are not all deleted."""
    return {key for key, (_, parts) in found.items() if parts}


def _tally(found: set[int], known: set[int], here: int) -> RestoreCounts:
    return RestoreCounts(len(found - known), len(found & known), here - len(known))
