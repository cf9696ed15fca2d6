from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.services.support.actions import empty_trash
from tests.services.support.full_wardrobe import a_photo, add, backed_up, files, tables
from tests.services.support.owned import owned
from tests.support.fakes import FakeTagger, NoTagger
from wardrobe_app import startup, wiring
from wardrobe_app.config import Settings
from wardrobe_app.domain.catalogue.filters import GarmentEdit
from wardrobe_app.domain.errors import ChangedElsewhere, InvalidEdit, NotFound
from wardrobe_app.domain.garments.garment import Garment, TagKind
from wardrobe_app.domain.records.backup import Mode
from wardrobe_app.services.importing.importer import ImportResult, Outcome, source_from_bytes
from wardrobe_app.services.storage.photo_store import PhotoStore
from wardrobe_app.wiring import Runtime

FILES = 4  # of a photo: the photo itself, its thumbnail, its mask and its cut-out


def more(wardrobe: Runtime, item: int, *numbers: int, anyway: bool = False) -> list[ImportResult]:
    sources = [source_from_bytes(f"{number}.jpg", a_photo(number)) for number in numbers]
    return list(wardrobe.photos.add(item, sources, allow_duplicates=anyway))


def photo_ids(wardrobe: Runtime, item: int) -> list[int]:
    return [photo.id for photo in wardrobe.catalogue.get(item).photos]


def model_tags(garment: Garment) -> dict[TagKind, str]:
    return {kind: tag.value for kind, tag in garment.suggestions.items()}


@pytest.fixture
def item(runtime: Runtime) -> int:
    return add(runtime, 0)[0]


def test_another_photo_is_kept_with_all_that_belongs_to_it_and_changes_no_tag(runtime: Runtime, item: int) -> None:
    before = runtime.catalogue.get(item)
    (result,) = more(runtime, item, 1)
    garment = runtime.catalogue.get(item)
    assert (result.outcome, result.garment, result.photo_id) == (Outcome.ADDED, garment, garment.photos[1].id)
    assert runtime.catalogue.count().live == 1
    assert (garment.cover, garment.tags, garment.palette) == (before.cover, before.tags, before.palette)
    assert len(files(runtime.settings)) == 2 * FILES
    assert {row["photo_id"] for row in tables(runtime)["photo_features"]} == {photo.id for photo in garment.photos}


def test_a_photo_that_is_there_already_is_told_with_its_garment(runtime: Runtime, item: int) -> None:
    (other,) = add(runtime, 1)
    found = more(runtime, item, 0, 1)
    assert [(one.outcome, one.garment.id if one.garment else None) for one in found] == [
        (Outcome.ALREADY, item),
        (Outcome.ALREADY, other),
    ]
    assert len(photo_ids(runtime, item)) == 1
    (insisted,) = more(runtime, item, 1, anyway=True)
    assert insisted.outcome is Outcome.ADDED
    assert len(photo_ids(runtime, item)) == 2


def test_what_is_no_photo_is_refused_and_harms_no_other(runtime: Runtime, item: int) -> None:
    sources = [source_from_bytes("x.jpg", b"no"), source_from_bytes("1.jpg", a_photo(1))]
    assert [one.outcome for one in runtime.photos.add(item, sources)] == [Outcome.REFUSED, Outcome.ADDED]
    assert len(files(runtime.settings)) == 2 * FILES


def test_photos_go_neither_onto_what_is_not_there_nor_into_the_trash(runtime: Runtime, item: int) -> None:
    with pytest.raises(NotFound):
        more(runtime, 99, 1)
    runtime.catalogue.trash([item])
    with pytest.raises(InvalidEdit):
        more(runtime, item, 1)
    assert len(files(runtime.settings)) == FILES


def test_adding_is_taken_back_with_its_files(runtime: Runtime, item: int) -> None:
    before, there = owned(runtime), files(runtime.settings)
    added = [one.photo_id for one in more(runtime, item, 1, 2) if one.photo_id]
    runtime.photos.undo_add(item, added)
    assert owned(runtime) == before
    assert files(runtime.settings) == there
    with pytest.raises(ChangedElsewhere):
        runtime.photos.undo_add(item, added)


def test_adding_a_photo_that_became_the_cover_is_taken_back_with_its_tags(runtime: Runtime, item: int) -> None:
    before = runtime.catalogue.get(item)
    (result,) = more(runtime, item, 1)
    assert result.photo_id
    runtime.photos.make_cover(item, result.photo_id)
    runtime.photos.undo_add(item, [result.photo_id])
    assert runtime.catalogue.get(item) == before


def test_the_cover_decides_what_the_model_says_and_a_person_has_the_last_word(runtime: Runtime, item: int) -> None:
    more(runtime, item, 1)
    (alone,) = add(runtime, 1, anyway=True)
    expected = runtime.catalogue.get(alone)
    runtime.catalogue.correct([item], TagKind.PATTERN, "floral")
    first, second = photo_ids(runtime, item)
    before = runtime.catalogue.get(item)
    done = runtime.photos.make_cover(item, second)
    now = runtime.catalogue.get(item)
    assert [photo.id for photo in now.photos] == [second, first]
    assert (model_tags(now), now.palette) == (model_tags(expected), expected.palette)
    assert now.colour != before.colour
    assert now.pattern == "floral"
    runtime.photos.undo(done)
    assert runtime.catalogue.get(item) == before


def test_without_a_model_the_cover_changes_and_the_reason_is_told(
    runtime: Runtime, item: int, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    more(runtime, item, 1)
    before = runtime.catalogue.get(item)
    monkeypatch.setattr(wiring, "make_tagger", lambda settings: NoTagger())
    without = startup.build(settings)
    done = without.photos.make_cover(item, before.photos[1].id)
    assert done.untagged
    now = without.catalogue.get(item)
    assert (now.cover, now.tags) == (before.photos[1], before.tags)


def test_a_removed_photo_waits_in_the_trash_and_comes_back_exactly(runtime: Runtime, item: int) -> None:
    more(runtime, item, 1, 2)
    before, garment = owned(runtime), runtime.catalogue.get(item)
    first, second, third = photo_ids(runtime, item)
    for photo in (first, second, third):
        done = runtime.photos.remove(item, photo)
        assert photo not in photo_ids(runtime, item)
        (trashed,) = runtime.catalogue.trashed()
        assert [one.id for one in trashed.photos] == [photo]
        runtime.photos.undo(done)
        assert owned(runtime) == before
        assert runtime.catalogue.get(item) == garment
    assert len(files(runtime.settings)) == 3 * FILES


def test_what_was_made_of_a_removed_photo_is_not_swept_away_by_undo(runtime: Runtime, item: int) -> None:
    more(runtime, item, 1)
    done = runtime.photos.remove(item, photo_ids(runtime, item)[1])
    assert done.split_off
    runtime.catalogue.restore([done.split_off])
    runtime.catalogue.edit([done.split_off], GarmentEdit(notes="another one after all"))
    with pytest.raises(ChangedElsewhere):
        runtime.photos.undo(done)
    assert runtime.catalogue.get(done.split_off).notes


def test_a_removed_photo_that_was_deleted_for_good_cannot_come_back(runtime: Runtime, item: int) -> None:
    more(runtime, item, 1)
    done = runtime.photos.remove(item, photo_ids(runtime, item)[1])
    empty_trash(runtime.catalogue)
    with pytest.raises(NotFound):
        runtime.photos.undo(done)
    assert len(files(runtime.settings)) == FILES


def test_the_last_photo_stays(runtime: Runtime, item: int) -> None:
    before = owned(runtime)
    with pytest.raises(InvalidEdit):
        runtime.photos.remove(item, photo_ids(runtime, item)[0])
    with pytest.raises(NotFound):
        runtime.photos.remove(item, 99)
    with pytest.raises(NotFound):
        runtime.photos.make_cover(item, 99)
    assert owned(runtime) == before


def test_no_garment_that_was_merged_is_left_without_a_photo(runtime: Runtime, item: int) -> None:
    b, c = add(runtime, 1, 2)
    runtime.redundancy.review.merge(b, [c])
    merge = runtime.redundancy.review.merge(item, [b]).merge
    assert merge is not None
    own, of_b, of_c = photo_ids(runtime, item)
    for photo in (own, of_b, of_c):
        with pytest.raises(InvalidEdit):
            runtime.photos.remove(item, photo)
    more(runtime, item, 3)
    runtime.photos.remove(item, own)
    runtime.redundancy.review.separate(item, merge)
    assert [len(runtime.catalogue.get(one).photos) for one in (item, b)] == [1, 2]


def test_an_undo_that_comes_too_late_changes_nothing(runtime: Runtime, item: int) -> None:
    more(runtime, item, 1)
    _, second = photo_ids(runtime, item)
    done = runtime.photos.make_cover(item, second)
    more(runtime, item, 2)
    before = owned(runtime)
    with pytest.raises(ChangedElsewhere):
        runtime.photos.undo(done)
    assert owned(runtime) == before


def test_look_alikes_of_the_new_cover_follow_what_is_said_of_it(runtime: Runtime, item: int) -> None:
    (twin,) = add(runtime, 1)
    more(runtime, item, 1, anyway=True)
    runtime.photos.make_cover(item, photo_ids(runtime, item)[1])
    done = runtime.catalogue.correct([item], TagKind.TYPE, "Poncho")
    assert [one.id for one in done.propagated] == [twin]


class Killed(BaseException):
    pass


def test_a_kill_while_a_photo_is_added_leaves_nothing_loose(
    runtime: Runtime, item: int, monkeypatch: pytest.MonkeyPatch, open_wardrobe: Callable[[Settings], Runtime]
) -> None:
    there, save = files(runtime.settings), PhotoStore.save

    def killed(store: PhotoStore, *arguments: object) -> None:
        save(store, *arguments)  # type: ignore[arg-type]
        raise Killed

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PhotoStore, "save", killed)
        patch.setattr("wardrobe_app.services.importing.resume.StoppedImports.clear", lambda *_: None)
        with pytest.raises(Killed):
            more(runtime, item, 1)
    assert len(files(runtime.settings)) == 2 * FILES
    monkeypatch.setattr(wiring, "make_tagger", lambda settings: FakeTagger())
    again = startup.build(runtime.settings)
    assert files(again.settings) == there
    assert len(photo_ids(again, item)) == 1


def test_a_backup_keeps_photos_and_their_order(runtime: Runtime, item: int, tmp_path: Path) -> None:
    more(runtime, item, 1, 2)
    runtime.photos.make_cover(item, photo_ids(runtime, item)[2])
    before = runtime.catalogue.get(item)
    path = backed_up(runtime, tmp_path / "backup.zip")
    runtime.photos.remove(item, photo_ids(runtime, item)[0])
    list(runtime.backup.restore.restore(path, path.name, Mode.REPLACE))
    now = runtime.catalogue.get(item)
    assert [(photo.id, photo.sha256) for photo in now.photos] == [(photo.id, photo.sha256) for photo in before.photos]
    assert (now.tags, now.palette) == (before.tags, before.palette)


def test_the_check_finds_nothing_to_repair(runtime: Runtime, item: int) -> None:
    more(runtime, item, 1, 2)
    runtime.photos.make_cover(item, photo_ids(runtime, item)[1])
    runtime.photos.remove(item, photo_ids(runtime, item)[2])
    *_, last = runtime.integrity.examine()
    assert last.checkup is not None
    assert last.checkup.is_ok
