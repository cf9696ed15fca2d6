from __future__ import annotations

import itertools
import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from PIL import Image

from tests.support.drawing import draw_garment, photo_bytes
from tests.support.fakes import BrokenTagger, FakeTagger, NoTagger
from wardrobe_app import startup, wiring
from wardrobe_app.config import Settings
from wardrobe_app.domain.errors import WardrobeError
from wardrobe_app.domain.garments.garment import TagKind, TagSource
from wardrobe_app.services.importing import preparing
from wardrobe_app.services.importing.importer import ImportResult, Outcome, Source, source_from_bytes, source_from_path
from wardrobe_app.services.importing.sources import clean_name, sources_in
from wardrobe_app.services.storage import blobs
from wardrobe_app.wiring import Runtime

COLOURS = [(200, 30, 40), (60, 140, 70), (60, 90, 200), (230, 200, 50), (220, 120, 170), (110, 70, 40), (128, 128, 128)]


def picture(number: int) -> Image.Image:
    return draw_garment(kind="tshirt", colour=COLOURS[number % len(COLOURS)], size=(150, 200), seed=number)


def source(number: int, name: str | None = None) -> Source:
    return source_from_bytes(name or f"{number}.jpg", photo_bytes(picture(number)))


def add(runtime: Runtime, *sources: Source, anyway: bool = False) -> list[ImportResult]:
    return list(runtime.importing.importer.add(sources, allow_duplicates=anyway))


def outcomes(results: Sequence[ImportResult]) -> list[str]:
    return [result.outcome.value for result in results]


def stored_files(settings: Settings) -> list[Path]:
    return [path for path in settings.data_dir.glob("*/*/*") if path.is_file()]


FILES = 4  # of a photo: the photo itself, its thumbnail, its mask and its cut-out


def test_a_photo_becomes_a_garment_with_tags_and_files(runtime: Runtime) -> None:
    (result,) = add(runtime, source(0, "Red shirt.jpg"))
    assert result.outcome is Outcome.ADDED
    garment = result.garment
    assert garment == runtime.catalogue.get(garment.id)
    assert garment.colour == "red"
    assert garment.tags[TagKind.TYPE].source is TagSource.MODEL
    assert garment.tags[TagKind.TYPE].model == "fake 1"
    assert len(garment.tags[TagKind.TYPE].candidates) == 5
    assert garment.embedding.shape == (32,)
    assert garment.palette[0].name == "red"
    assert garment.cover.filename == "Red shirt.jpg"
    assert "Red shirt.jpg: added as Red" in result.message
    with Image.open(runtime.catalogue.photo_path(garment.cover)) as stored:
        assert stored.size == (garment.cover.width, garment.cover.height) == (150, 200)


def test_photo_and_thumbnail_hold_no_metadata_and_are_not_too_large(
    open_wardrobe: Callable[[Settings], Runtime], tmp_path: Path
) -> None:
    runtime = open_wardrobe(Settings(data_dir=tmp_path / "small", photo_max_side=120, thumbnail_side=50))
    exif = Image.Exif()
    exif[0x010F] = "SecretPhone"
    exif.get_ifd(0x8825)[1] = "N"
    data = photo_bytes(picture(0), exif=exif, comment=b"SecretPlace", xmp=b"<x>SecretPlace</x>")
    (result,) = add(runtime, source_from_bytes("a.jpg", data))
    paths = [runtime.catalogue.photo_path(result.garment.cover), runtime.catalogue.thumbnail_path(result.garment.cover)]
    for path, longest in zip(paths, (120, 50), strict=True):
        assert b"Secret" not in path.read_bytes()
        with Image.open(path) as stored:
            assert max(stored.size) == longest
            assert not stored.getexif()
            assert not {"exif", "comment", "xmp", "icc_profile"} & set(stored.info)


def test_every_file_gets_one_result_in_order_and_a_broken_one_harms_no_other(runtime: Runtime) -> None:
    good = [source(number) for number in range(6)]
    broken = source_from_bytes("broken.jpg", photo_bytes(picture(9))[:700])
    results = add(runtime, *good[:3], broken, source_from_bytes("empty.jpg", b""), *good[3:])
    assert outcomes(results) == ["added"] * 3 + ["refused"] * 2 + ["added"] * 3
    names = ["0.jpg", "1.jpg", "2.jpg", "broken.jpg", "empty.jpg", "3.jpg", "4.jpg", "5.jpg"]
    assert [result.name for result in results] == names
    assert runtime.catalogue.count().live == 6
    assert results[3].message.startswith("broken.jpg: ")


def test_pictures_are_tagged_in_batches(runtime: Runtime, tagger: FakeTagger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparing, "PATIENCE_SECONDS", 60)
    monkeypatch.setattr(preparing, "FIRST_BATCH", 16)
    add(runtime, *(source(number) for number in range(7)))
    assert tagger.batches == [4, 3]


def test_the_first_batches_are_small_so_that_results_come_soon(
    runtime: Runtime, tagger: FakeTagger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparing, "PATIENCE_SECONDS", 60)
    add(runtime, *(source(number) for number in range(12)))
    assert tagger.batches == [2, 4, 4, 2]


def test_nobody_waits_for_a_full_batch_of_slow_files(
    runtime: Runtime, tagger: FakeTagger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparing, "PATIENCE_SECONDS", 0)
    assert outcomes(add(runtime, *(source(number) for number in range(3)))) == ["added"] * 3
    assert tagger.batches == [1, 1, 1]


def test_a_file_that_cannot_be_read_is_refused_with_the_reason(runtime: Runtime, tmp_path: Path) -> None:
    (result,) = add(runtime, source_from_path(tmp_path / "missing.jpg"))
    assert result.outcome is Outcome.REFUSED
    assert "missing.jpg: the file could not be read: No such file" in result.message


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_not_waited_for(runtime: Runtime, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    assert outcomes(add(runtime, source_from_path(tmp_path / "pipe.jpg"))) == ["refused"]


def test_a_file_that_is_too_large_is_not_even_read(runtime: Runtime) -> None:
    def read() -> bytes:
        raise AssertionError("it was read")

    (result,) = add(runtime, Source("huge.jpg", read, 10**9))
    assert "more than the 100 MB allowed" in result.message


def test_the_same_file_is_not_stored_twice(runtime: Runtime, settings: Settings, tagger: FakeTagger) -> None:
    (first,) = add(runtime, source(0))
    files = stored_files(settings)
    (second,) = add(runtime, source(0, "copy of it.jpg"))
    assert (second.outcome, second.same) == (Outcome.ALREADY, "file")
    assert second.garment.id == first.garment.id
    assert stored_files(settings) == files
    assert tagger.batches == [1], "what is there already need not be tagged"


def test_the_same_file_twice_in_one_batch_is_stored_once(runtime: Runtime, settings: Settings) -> None:
    results = add(runtime, source(0, "a.jpg"), source(1), source(0, "b.jpg"))
    assert outcomes(results) == ["added", "added", "already there"]
    assert runtime.catalogue.count().live == 2
    assert len(stored_files(settings)) == 2 * FILES


@pytest.mark.parametrize(
    ("kind", "scale", "options"),
    [
        ("JPEG", 1, {"quality": 40}),
        ("JPEG", 0.5, {"quality": 80}),
        ("JPEG", 2, {}),
        ("PNG", 1, {}),
        ("WEBP", 1, {"quality": 60}),
        ("HEIF", 1, {"quality": 60}),
        ("AVIF", 0.7, {"quality": 60}),
    ],
)
def test_the_same_picture_saved_again_is_found(
    runtime: Runtime, kind: str, scale: float, options: dict[str, int]
) -> None:
    image = draw_garment(kind="shirt", pattern="checked", size=(300, 400))
    again = image.resize((round(300 * scale), round(400 * scale)))
    results = add(
        runtime, source_from_bytes("a", photo_bytes(image)), source_from_bytes("b", photo_bytes(again, kind, **options))
    )
    assert outcomes(results) == ["added", "already there"]
    assert results[1].same == "picture"
    assert "the same picture, saved again, is already there" in results[1].message


def test_one_shirt_in_several_colours_is_several_garments(runtime: Runtime) -> None:
    shirts = [draw_garment(kind="tshirt", background="plain", colour=colour, size=(300, 400)) for colour in COLOURS]
    results = add(runtime, *(source_from_bytes(f"{n}", photo_bytes(shirt)) for n, shirt in enumerate(shirts)))
    assert outcomes(results) == ["added"] * len(shirts)


def test_a_wanted_second_copy_is_stored_as_often_as_wanted(runtime: Runtime) -> None:
    first = add(runtime, source(0))
    more = add(runtime, source(0), anyway=True) + add(runtime, source(0), source(0), anyway=True)
    assert outcomes(more) == ["added"] * 3
    assert len({result.garment.id for result in first + more}) == 4


def test_a_duplicate_of_what_is_in_the_trash_says_so(runtime: Runtime) -> None:
    (first,) = add(runtime, source(0))
    runtime.catalogue.trash([first.garment.id])
    (second,) = add(runtime, source(0))
    assert second.outcome is Outcome.ALREADY
    assert "already there in the trash" in second.message


def test_what_was_deleted_for_good_can_be_added_again(runtime: Runtime) -> None:
    (first,) = add(runtime, source(0))
    runtime.catalogue.trash([first.garment.id])
    runtime.catalogue.delete_forever([first.garment.id])
    (second,) = add(runtime, source(0))
    assert second.outcome is Outcome.ADDED
    assert second.garment.id != first.garment.id, "an id is never used for another garment"


def test_cancelling_keeps_what_was_done_and_stores_nothing_more(runtime: Runtime, settings: Settings) -> None:
    done: list[ImportResult] = []
    for result in runtime.importing.importer.add(
        [source(number) for number in range(12)], cancelled=lambda: len(done) >= 5
    ):
        done.append(result)
    assert len(done) == 5
    assert runtime.catalogue.count().live == 5
    assert len(stored_files(settings)) == 5 * FILES


def test_who_stops_asking_leaves_no_file_that_no_garment_has(runtime: Runtime, settings: Settings) -> None:
    results = runtime.importing.importer.add([source(number) for number in range(8)])
    assert next(results).outcome is Outcome.ADDED
    results.close()  # type: ignore[attr-defined]
    assert runtime.catalogue.count().live == 1
    assert len(stored_files(settings)) == FILES


def test_a_caller_who_stops_asking_loses_nothing(runtime: Runtime, settings: Settings) -> None:
    results = runtime.importing.importer.add([source(number) for number in range(6)])
    next(results)
    results.close()
    assert runtime.catalogue.count().live == 1
    assert len(stored_files(settings)) == FILES


def test_two_imports_at_once_store_every_photo_once(
    open_wardrobe: Callable[[Settings], Runtime], settings: Settings
) -> None:
    sources = [source(number) for number in range(8)]
    both = [open_wardrobe(settings), open_wardrobe(settings)]
    results: dict[int, list[ImportResult]] = {}
    start = threading.Barrier(2)

    def work(which: int) -> None:
        start.wait()
        results[which] = add(both[which], *sources)

    threads = [threading.Thread(target=work, args=(which,)) for which in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pairs = [sorted(pair) for pair in zip(outcomes(results[0]), outcomes(results[1]), strict=True)]
    assert pairs == [["added", "already there"]] * 8
    assert both[0].catalogue.count().live == 8
    assert len(stored_files(settings)) == 8 * FILES


def test_a_row_that_was_stored_by_somebody_faster_leaves_no_file(
    runtime: Runtime, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(runtime, source(0))
    files = stored_files(settings)
    for finding in ("find_file", "find"):
        monkeypatch.setattr(f"wardrobe_app.services.importing.duplicates.DuplicateFinder.{finding}", lambda *_: None)
    (result,) = add(runtime, source(0))
    assert (result.outcome, result.same) == (Outcome.ALREADY, "file")
    assert stored_files(settings) == files


def test_a_full_disk_refuses_one_file_and_leaves_nothing_of_it(
    runtime: Runtime, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, masks = blobs.replace_file, itertools.count()

    def full(path: Path, data: bytes) -> None:
        if path.suffix == ".png" and next(masks) == 1:  # photo and thumbnail are there by then
            raise OSError(28, "No space left on device")
        write(path, data)

    monkeypatch.setattr(blobs, "replace_file", full)
    results = add(runtime, *(source(number) for number in range(3)))
    assert sorted(outcomes(results)) == ["added", "added", "refused"]
    assert "No space left" in next(result.message for result in results if result.outcome is Outcome.REFUSED)
    assert runtime.catalogue.count().live == 2
    assert len(stored_files(settings)) == 2 * FILES


def test_a_failing_commit_leaves_no_file(runtime: Runtime, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise RuntimeError("pulled the plug")

    monkeypatch.setattr("db.unit_of_work.UnitOfWork.commit", fail)
    with pytest.raises(RuntimeError, match="plug"):
        add(runtime, source(0))
    assert stored_files(settings) == []


@pytest.mark.parametrize(
    ("tagger_class", "words"), [(NoTagger, "There is no checkpoint"), (BrokenTagger, "The model failed")]
)
def test_without_a_usable_model_photos_are_kept_untagged(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tagger_class: type, words: str
) -> None:
    monkeypatch.setattr(wiring, "make_tagger", lambda settings: tagger_class())
    runtime = startup.build(settings)
    (result,) = add(runtime, source(0))
    assert result.outcome is Outcome.ADDED
    assert "added, but not tagged" in result.message
    assert words in result.untagged
    assert not runtime.catalogue.get(result.garment.id).tags


def test_a_folder_is_walked_in_order_without_hidden_files(runtime: Runtime, tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    for name in ("b.jpg", "a.png", ".hidden.jpg", "more/c.heic", ".git/d.jpg", "Thumbs.db", "notes.txt"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x")
    assert [entry.name for entry in sources_in(folder)] == [
        "a.png",
        "b.jpg",
        "notes.txt",
        "more/c.heic",
    ]


def test_a_folder_that_is_missing_or_empty_is_an_error(runtime: Runtime, tmp_path: Path) -> None:
    with pytest.raises(WardrobeError, match="no folder"):
        sources_in(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(WardrobeError, match="holds no files"):
        sources_in(tmp_path / "empty")


def test_any_file_name_can_be_stored(runtime: Runtime) -> None:
    names = ["e\u0301te\u0301.jpg", "line\nbreak.jpg", "raw\udcff.jpg", "x" * 300 + ".jpg", "dir/inner.jpg"]
    results = add(runtime, *(source(number, name) for number, name in enumerate(names)))
    assert outcomes(results) == ["added"] * 5
    kept = [result.garment.cover.filename for result in results]
    assert kept[0] == "été.jpg"
    assert "\n" not in kept[1]
    assert len(kept[3]) == 255
    assert kept[4] == "inner.jpg"


def test_a_name_is_printable_and_one_line() -> None:
    assert clean_name("a\tb\x1b[31m") == "a\ufffdb\ufffd[31m"


def test_results_come_in_order_however_long_each_file_takes_to_read(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparing, "PATIENCE_SECONDS", 60)
    monkeypatch.setattr(preparing, "FIRST_BATCH", 16)
    monkeypatch.setattr(preparing, "WORKERS", 3)
    second_read = threading.Event()

    def slow() -> bytes:
        assert second_read.wait(20), "files are read one after the other"
        return photo_bytes(picture(1))

    def quick() -> bytes:
        second_read.set()
        return photo_bytes(picture(2))

    results = add(runtime, source(0), Source("slow.jpg", slow), Source("quick.jpg", quick), source(3))
    assert [result.name for result in results] == ["0.jpg", "slow.jpg", "quick.jpg", "3.jpg"]
    assert outcomes(results) == ["added"] * 4


def test_after_a_cancellation_no_further_file_is_read(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparing, "WORKERS", 2)
    monkeypatch.setattr(preparing, "FIRST_BATCH", 16)
    read: list[int] = []

    def reading(number: int) -> Source:
        def data() -> bytes:
            read.append(number)
            return photo_bytes(picture(number))

        return Source(f"{number}.jpg", data)

    results = list(runtime.importing.importer.add([reading(n) for n in range(20)], cancelled=lambda: len(read) >= 3))
    assert results == []
    assert sorted(read) == [0, 1, 2]
    assert runtime.catalogue.count().live == 0
