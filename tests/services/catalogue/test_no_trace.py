from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.services.catalogue.test_catalogue import fill
from tests.services.support.actions import empty_trash
from tests.services.support.writer import photos
from wardrobe_app.config import Settings
from wardrobe_app.domain.catalogue.drafts import draft_keys
from wardrobe_app.domain.catalogue.filters import GarmentEdit
from wardrobe_app.domain.garments.garment import TagKind, Verdict
from wardrobe_app.wiring import Runtime

WORD = "xylophone"  # in every text that can be written about it
# Counters that SQLite keeps so that no id is used twice, and the schema's revision: no part of a garment.
NO_GARMENTS = {"sqlite_sequence", "alembic_version", "state"}


def tables(settings: Settings) -> dict[str, list[dict[str, object]]]:
    with closing(sqlite3.connect(settings.data_dir / "wardrobe.db")) as database:
        database.row_factory = sqlite3.Row
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: [dict(row) for row in database.execute(f"SELECT * FROM {name}")]  # noqa: S608
            for name in names
            if name not in NO_GARMENTS
        }


def files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


def everything_about(wardrobe: Runtime, item: int, others: list[int]) -> None:
    # Names, notes, a colour, verdicts, a merge, looks, wears, matches, look-alikes in use, archived and in the trash.
    wardrobe.catalogue.edit([item], GarmentEdit(name=WORD, notes=WORD, brand=WORD, size=WORD))
    wardrobe.catalogue.set_colour(item, "navy", "#1a244e")
    merged, twin, third, fourth = others
    wardrobe.redundancy.review.merge(item, [merged])
    wardrobe.redundancy.review.decide([item, twin], Verdict.KEEP_BOTH)
    wardrobe.catalogue.correct([item, twin], TagKind.PATTERN, "graphic")
    wardrobe.redundancy.review.groups()
    wardrobe.outfits.saved.save([item, third], WORD)
    wardrobe.outfits.saved.save([item, third, fourth], "Office")
    wardrobe.outfits.saved.reject([item, twin, fourth])
    wardrobe.outfits.wear_log.wear([item], date.today())
    wardrobe.outfits.wear_log.wear([item, third], date.today() - timedelta(1))


def test_a_garment_that_is_deleted_for_good_leaves_no_trace(runtime: Runtime, settings: Settings) -> None:
    before = files(settings.data_dir / "photos")
    kept = fill(runtime, "red", "green")
    (item, *others) = [
        result.garment.id
        for result in runtime.importing.importer.add(photos(50, 1) * 5, allow_duplicates=True)
        if result.garment
    ]
    runtime.catalogue.correct([item], TagKind.TYPE, "Poncho")
    assert item in runtime.catalogue.get(others[-1]).tags[TagKind.TYPE].examples, "the others follow it"
    everything_about(runtime, item, others)
    runtime.catalogue.trash([others[-1]])
    for key in draft_keys(item):
        runtime.drafts.keep(key, {"notes": WORD}, {"notes": ""})
    mine = {path.stem for path in files(settings.data_dir) - before}
    stems = {Path(photo.file).stem for photo in runtime.catalogue.get(item).photos}
    photo_ids = {photo.id for photo in runtime.catalogue.get(item).photos}
    assert len(stems) == 2
    assert stems < mine
    assert tables(settings)["photo_match"], "there is something to forget"

    runtime.catalogue.trash([item])
    assert runtime.catalogue.delete_forever([item]) == 1

    left = tables(settings)
    gone = {item, others[0]}
    for table, rows in left.items():
        ids = {"photo_id"} if table in ("photo_points", "photo_features") else {"item_id", "keep_id", "merged_into_id"}
        of_photos = table in ("photo_points", "photo_features", "photo_match")
        ids |= {"a_id", "b_id"}
        for row in rows:
            named = {row[name] for name in ids & set(row)}
            assert named.isdisjoint(photo_ids if of_photos else gone), (table, row)
            assert WORD not in str(row), (table, row)
            assert table != "item" or row["id"] not in gone
            assert table != "photo" or row["id"] not in photo_ids
            assert table != "tag" or gone.isdisjoint(json.loads(str(row["examples"]))), row
    assert left["doomed_file"] == []
    assert files(settings.drafts_dir) == set()
    assert [outfit.name for outfit in runtime.outfits.saved.all()] == ["Office"], "two of its garments are still there"
    assert [len(wear.item_ids) for wear in runtime.outfits.wear_log.wears()] == [1], "what else was worn that day stays"
    assert not [path for path in files(settings.data_dir) if path.stem in stems]
    assert runtime.catalogue.get(kept[0]).photos


def test_what_was_written_about_it_is_overwritten_in_the_file_itself(runtime: Runtime, settings: Settings) -> None:
    (item,) = fill(runtime, "red")
    runtime.catalogue.edit([item], GarmentEdit(notes=f"{WORD} " * 900))
    checkpoint(settings)
    assert WORD.encode() in (settings.data_dir / "wardrobe.db").read_bytes()
    runtime.catalogue.trash([item])
    empty_trash(runtime.catalogue)
    checkpoint(settings)
    assert WORD.encode() not in (settings.data_dir / "wardrobe.db").read_bytes()


def checkpoint(settings: Settings) -> None:
    with closing(sqlite3.connect(settings.data_dir / "wardrobe.db")) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def test_what_another_tab_took_out_of_the_trash_is_not_deleted(runtime: Runtime) -> None:
    red, green = fill(runtime, "red", "green")
    runtime.catalogue.trash([red, green])
    shown = [garment.id for garment in runtime.catalogue.trashed()]
    runtime.catalogue.restore([red])
    assert runtime.catalogue.delete_forever(shown) == 1
    assert runtime.catalogue.get(red).photos


def test_copies_of_photos_that_are_kept_elsewhere_go_as_well(open_wardrobe, tmp_path: Path) -> None:  # noqa: ANN001
    settings = Settings(data_dir=tmp_path / "wardrobe", photos_url="memory://no-trace")
    wardrobe = open_wardrobe(settings)
    (item,) = fill(wardrobe, "red")
    (photo,) = wardrobe.catalogue.get(item).photos
    assert wardrobe.catalogue.photo_path(photo).is_file()
    assert wardrobe.catalogue.thumbnail_path(photo).is_file()
    assert len(files(settings.copies_dir)) == 2
    wardrobe.catalogue.trash([item])
    empty_trash(wardrobe.catalogue)
    assert files(settings.copies_dir) == set()


@pytest.mark.parametrize("days", [29, 31])
def test_looking_for_what_is_too_old_writes_only_where_there_is_some(runtime: Runtime, days: int) -> None:
    (red,) = fill(runtime, "red")
    runtime.catalogue.trash([red])
    state = runtime.outfits.rules.revision()
    gone = runtime.catalogue.purge_expired(datetime.now(UTC) + timedelta(days=days))
    assert gone == (days > 30)
    assert (runtime.outfits.rules.revision() == state) is (days < 30)
