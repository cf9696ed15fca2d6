from __future__ import annotations

import errno
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from db.unit_of_work import UnitOfWork
from tests.support.drawing import photo_bytes
from tests.support.fakes import BrokenTagger, FakeTagger, GroundTagger
from wardrobe_app.config import Settings
from wardrobe_app.domain.catalogue.filters import GarmentEdit
from wardrobe_app.domain.errors import ChangedElsewhere, InvalidEdit, NotFound, StorageFailed
from wardrobe_app.domain.garments.garment import Garment, TagKind
from wardrobe_app.services.importing.importer import ImportResult, Outcome, source_from_bytes
from wardrobe_app.services.storage import blobs
from wardrobe_app.wiring import Runtime

RED, GREEN, BLUE = (200, 30, 40), (60, 140, 70), (60, 90, 200)
FILES = 4  # of a photo: the photo itself, its thumbnail, its mask and its cut-out


class Killed(BaseException):
    pass


@pytest.fixture
def tagger() -> FakeTagger:
    return GroundTagger()


def scene(*colours: tuple[int, int, int]) -> bytes:
    image = Image.new("RGB", (40 + 140 * len(colours), 240), (250, 250, 250))
    for place, colour in enumerate(colours):
        ImageDraw.Draw(image).rectangle((40 + 140 * place, 40, 140 * place + 140, 200), fill=colour)
    return photo_bytes(image)


def add(runtime: Runtime, data: bytes, name: str = "three.jpg", anyway: bool = False) -> ImportResult:
    (result,) = runtime.importing.importer.add([source_from_bytes(name, data)], allow_duplicates=anyway)
    return result


def added(runtime: Runtime, *colours: tuple[int, int, int]) -> Garment:
    found = add(runtime, scene(*colours)).garment
    assert found is not None
    return found


def live(runtime: Runtime) -> list[int]:
    return [one.id for one in runtime.catalogue.garments()]


def trashed(runtime: Runtime) -> list[int]:
    return sorted(one.id for one in runtime.catalogue.trashed())


def stored_files(settings: Settings) -> list[Path]:
    return [path for path in settings.data_dir.glob("*/*/*") if path.is_file()]


def colours(garments: Sequence[Garment]) -> list[str | None]:
    return [one.colour for one in garments]


def test_a_photo_of_several_garments_is_offered_with_a_preview_of_each(runtime: Runtime, tagger: GroundTagger) -> None:
    garment = added(runtime, RED, GREEN, BLUE)
    splitting, asked = runtime.importing.splitting, len(tagger.batches)
    offer = splitting.offer(garment)
    assert offer is not None
    assert (offer.item_id, offer.count) == (garment.id, 3)
    assert len(tagger.batches) == asked, "no model runs for an offer"
    middles = []
    for preview in splitting.previews(garment):
        with Image.open(BytesIO(preview)) as image:
            middles.append(image.convert("RGB").getpixel((image.width // 2, image.height // 2)))
    assert [max(range(3), key=lambda at, middle=middle: middle[at]) for middle in middles] == [0, 1, 2]  # type: ignore[misc]


def test_one_garment_in_a_photo_is_not_offered_and_cannot_be_split(runtime: Runtime) -> None:
    garment = added(runtime, RED)
    assert runtime.importing.splitting.offer(garment) is None
    assert runtime.importing.splitting.previews(garment) == ()
    with pytest.raises(InvalidEdit):
        runtime.importing.splitting.split(garment.id)
    with pytest.raises(NotFound):
        runtime.importing.splitting.split(99)


def test_a_pair_is_not_offered(runtime: Runtime) -> None:
    garment = added(runtime, RED, RED)
    runtime.catalogue.correct([garment.id], TagKind.TYPE, "Sneakers")
    assert runtime.importing.splitting.offer(runtime.catalogue.get(garment.id)) is None


def test_a_split_makes_a_tagged_garment_of_each_and_puts_the_photo_of_all_into_the_trash(
    runtime: Runtime, settings: Settings
) -> None:
    garment = added(runtime, RED, GREEN, BLUE)
    done = runtime.importing.splitting.split(garment.id)
    assert colours(done.pieces) == ["red", "green", "blue"]
    assert live(runtime) == [piece.id for piece in done.pieces]
    assert trashed(runtime) == [garment.id]
    source = garment.photos[0]
    for piece in done.pieces:
        (photo,) = piece.photos
        assert (photo.filename, photo.cut_from) == (source.filename, source.sha256)
        assert photo.sha256 != source.sha256
        assert photo.has_cut_out
        with Image.open(runtime.catalogue.photo_path(photo)) as image:
            assert image.size == (photo.width, photo.height)
            assert image.width < 180
    assert len(stored_files(settings)) == FILES * 4
    assert runtime.importing.unfinished.left() == []
    assert list(settings.imports_dir.iterdir()) == []
    assert [runtime.importing.splitting.offer(piece) for piece in done.pieces] == [None] * 3
    assert runtime.importing.splitting.pieces(runtime.catalogue.get(garment.id)) == done.pieces
    whole = runtime.importing.splitting.whole(done.pieces[1])
    assert whole is not None
    assert whole.id == garment.id


def test_a_split_taken_back_leaves_the_garment_as_it_was(runtime: Runtime) -> None:
    garment = added(runtime, RED, GREEN)
    runtime.catalogue.edit([garment.id], GarmentEdit(name="Two of them", notes="from the attic"))
    before = runtime.catalogue.get(garment.id)
    done = runtime.importing.splitting.split(garment.id)
    runtime.importing.splitting.undo(garment.id)
    assert runtime.catalogue.get(garment.id) == before
    assert live(runtime) == [garment.id]
    assert trashed(runtime) == [piece.id for piece in done.pieces]
    assert runtime.importing.splitting.offer(before) is not None
    again = runtime.importing.splitting.split(garment.id)
    assert live(runtime) == [piece.id for piece in again.pieces]


def test_a_split_is_not_taken_back_over_what_was_merged_since(runtime: Runtime) -> None:
    other = add(runtime, scene(RED), "other.jpg").garment
    garment = added(runtime, GREEN, BLUE)
    assert other is not None
    done = runtime.importing.splitting.split(garment.id)
    runtime.redundancy.review.merge(other.id, [done.pieces[0].id])
    before = (live(runtime), trashed(runtime))
    with pytest.raises(ChangedElsewhere):
        runtime.importing.splitting.undo(garment.id)
    assert (live(runtime), trashed(runtime)) == before


def test_a_garment_that_was_deleted_for_good_does_not_come_back(runtime: Runtime) -> None:
    garment = added(runtime, RED, GREEN)
    done = runtime.importing.splitting.split(garment.id)
    runtime.catalogue.delete_forever([garment.id])
    with pytest.raises(NotFound):
        runtime.importing.splitting.undo(garment.id)
    assert live(runtime) == [piece.id for piece in done.pieces]
    assert runtime.importing.splitting.whole(done.pieces[0]) is None


def test_what_the_owner_says_is_one_garment_is_not_offered_again(runtime: Runtime) -> None:
    garment = added(runtime, RED, GREEN)
    runtime.importing.splitting.keep_whole(garment.id)
    assert runtime.importing.splitting.offer(runtime.catalogue.get(garment.id)) is None
    list(runtime.catalogue.retag([garment.id]))
    assert runtime.importing.splitting.offer(runtime.catalogue.get(garment.id)) is None
    runtime.importing.splitting.keep_whole(garment.id, False)
    assert runtime.importing.splitting.offer(runtime.catalogue.get(garment.id)) is not None


def test_a_photo_that_was_split_is_recognised_also_when_it_is_gone(runtime: Runtime) -> None:
    garment, data = added(runtime, RED, GREEN), scene(RED, GREEN)
    done = runtime.importing.splitting.split(garment.id)
    for _ in range(2):
        again = add(runtime, data)
        assert again.outcome is Outcome.ALREADY
        assert again.garment is not None
        assert again.garment.id == done.pieces[0].id
        runtime.catalogue.purge_expired(datetime.now(UTC) + timedelta(days=100))
    runtime.catalogue.trash([piece.id for piece in done.pieces])
    assert add(runtime, data).outcome is Outcome.ALREADY
    runtime.catalogue.delete_forever([piece.id for piece in done.pieces])
    assert add(runtime, data).outcome is Outcome.ADDED


def test_without_a_working_model_the_pieces_are_kept_untagged(
    runtime: Runtime, tagger: GroundTagger, monkeypatch: pytest.MonkeyPatch
) -> None:
    garment = added(runtime, RED, GREEN)
    monkeypatch.setattr(type(tagger), "tag", BrokenTagger.tag)
    done = runtime.importing.splitting.split(garment.id)
    assert done.untagged
    assert [dict(piece.tags) for piece in done.pieces] == [{}, {}]


def test_a_change_while_the_model_looks_is_not_overwritten(
    runtime: Runtime, settings: Settings, tagger: GroundTagger, monkeypatch: pytest.MonkeyPatch
) -> None:
    garment = added(runtime, RED, GREEN)
    see = tagger.tag

    def meanwhile(*args: object, **more: object) -> object:
        runtime.catalogue.edit([garment.id], GarmentEdit(notes="new"))
        return see(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(tagger, "tag", meanwhile)
    with pytest.raises(ChangedElsewhere):
        runtime.importing.splitting.split(garment.id)
    assert live(runtime) == [garment.id]
    assert len(stored_files(settings)) == FILES


def test_a_full_disk_leaves_everything_as_it_was(
    runtime: Runtime, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    garment, write, written = added(runtime, RED, GREEN), blobs.Blobs.write, []

    def full(self: blobs.Blobs, name: str, data: bytes) -> None:
        written.append(name)
        if len(written) > FILES + 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        write(self, name, data)

    with monkeypatch.context() as patch:
        patch.setattr(blobs.Blobs, "write", full)
        with pytest.raises(StorageFailed, match="No space left"):
            runtime.importing.splitting.split(garment.id)
    assert live(runtime) == [garment.id]
    assert len(stored_files(settings)) == FILES
    assert runtime.importing.splitting.split(garment.id).pieces


@pytest.mark.parametrize("committed", [False, True])
def test_a_kill_in_the_middle_leaves_nothing_half_done_and_nothing_to_resume(
    runtime: Runtime, settings: Settings, monkeypatch: pytest.MonkeyPatch, committed: bool
) -> None:
    garment, commit = added(runtime, RED, GREEN), UnitOfWork.commit

    def killed(self: UnitOfWork) -> None:
        if committed:
            commit(self)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(UnitOfWork, "commit", killed)
        patch.setattr(runtime.importing.unfinished, "clear", lambda names: (_ for _ in ()).throw(Killed))
        with pytest.raises(Killed):
            runtime.importing.splitting.split(garment.id)
    assert len(stored_files(settings)) == FILES * 3
    assert runtime.importing.unfinished.left() == []
    assert list(settings.imports_dir.iterdir()) == []
    assert len(stored_files(settings)) == FILES * (3 if committed else 1)
    assert len(live(runtime)) == (2 if committed else 1)
