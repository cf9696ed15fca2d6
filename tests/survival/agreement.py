from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

from PIL import Image

# Whether a wardrobe's database and its folders agree, looked at without any of the product's code.

PLACES = {"photos": (".jpg",), "thumbnails": (".jpg",), "masks": (".png", ".webp")}


def disagreements(data: Path) -> Counter[str]:
    found: Counter[str] = Counter()
    with closing(sqlite3.connect(data / "wardrobe.db")) as database:
        photos = dict(database.execute("SELECT id, file FROM photo"))
        found["half items"] += _half_items(database)
        found["duplicates"] += len(photos) - _one(database, "SELECT count(DISTINCT sha256) FROM photo")
        found["doomed files"] += _one(database, "SELECT count(*) FROM doomed_file")
        found["damage"] += len(database.execute("PRAGMA foreign_key_check").fetchall())
        found["damage"] += database.execute("PRAGMA integrity_check").fetchall() != [("ok",)]
    there = {path.relative_to(data) for place in PLACES for path in (data / place).rglob("*") if path.is_file()}
    wanted = {
        Path(place, file).with_suffix(suffix)
        for place, suffixes in PLACES.items()
        for suffix in suffixes
        for file in photos.values()
    }
    unfinished = {path.relative_to(data) for path in data.rglob("*.part")}
    found["lost files"] += len(wanted - there) + sum(_damaged(data / path) for path in wanted & there)
    found["orphan files"] += len(there - wanted - unfinished)
    found["unfinished files"] += len(unfinished)
    return +found


def hashes(data: Path) -> Counter[str]:
    with closing(sqlite3.connect(data / "wardrobe.db")) as database:
        return Counter(sha256 for (sha256,) in database.execute("SELECT sha256 FROM photo"))


def _half_items(database: sqlite3.Connection) -> int:
    return _one(
        database,
        """SELECT count(*) FROM item WHERE merged_into_id IS NULL AND NOT (
            (SELECT count(*) FROM photo WHERE item_id = item.id AND mask_model IS NOT NULL) = 1
            AND (SELECT count(*) FROM photo JOIN photo_features ON photo_id = photo.id WHERE item_id = item.id) = 1
            AND (SELECT count(*) FROM tag WHERE item_id = item.id AND source = 'model') = 4
            AND (SELECT count(DISTINCT model) FROM tag WHERE item_id = item.id AND source = 'model') = 1)""",
    )


def _one(database: sqlite3.Connection, question: str) -> int:
    return int(database.execute(question).fetchone()[0])


def _damaged(path: Path) -> bool:
    try:
        with Image.open(path) as image:
            image.load()
    except OSError:
        return True
    return False
