from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.drawing import Colour, draw_garment, photo_bytes
from tests.support.fakes import NoTagger
from wardrobe_app import wiring
from wardrobe_app.commands.insights import purchase_json
from wardrobe_app.config import Settings
from wardrobe_app.domain.errors import ImageRefused, TaggingUnavailable
from wardrobe_app.domain.garments.garment import TagKind, TagSource
from wardrobe_app.domain.garments.vocabulary import Slot
from wardrobe_app.services.insights.purchase_advice import (
    NOT_STORED,
    Advice,
    Newcomer,
    source_from_bytes,
    source_from_path,
)
from wardrobe_app.wiring import Runtime

RED, GREEN, NAVY = (200, 30, 40), (60, 140, 70), (30, 40, 90)


def a_photo(colour: Colour, seed: int = 0, form: str = "JPEG") -> bytes:
    return photo_bytes(draw_garment("tshirt", colour, size=(120, 160), seed=seed), form)


@pytest.fixture
def full(runtime: Runtime) -> Runtime:
    photos = [source_from_bytes(f"{number}.jpg", a_photo(colour)) for number, colour in enumerate((RED, GREEN, NAVY))]
    list(runtime.importing.importer.add(photos))
    return runtime


def seen(runtime: Runtime, data: bytes) -> Newcomer:
    return runtime.insights.purchases.look_at(source_from_bytes("shop.jpg", data))


def files_in(folder: Path) -> dict[str, bytes]:
    # The write-ahead log beside the database changes when it is read.
    return {
        str(path): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith(("-wal", "-shm"))
    }


def test_nothing_is_written_when_a_photo_is_only_considered(full: Runtime) -> None:
    before, state = files_in(full.settings.data_dir), full.outfits.rules.revision()
    newcomer = full.insights.purchases.corrected(seen(full, a_photo(RED, seed=9)), TagKind.TYPE, "Parka")
    full.insights.purchases.weigh(newcomer)
    assert files_in(full.settings.data_dir) == before
    assert full.outfits.rules.revision() == state


def test_it_is_tagged_as_a_photo_that_is_added(full: Runtime) -> None:
    newcomer = seen(full, a_photo(RED, seed=9)).garment
    assert newcomer.id == NOT_STORED
    added = full.catalogue.garments()[0]
    assert (newcomer.type, newcomer.colour, newcomer.slot) == (added.type, added.colour, added.slot)
    assert newcomer.title == added.title


def test_what_is_owned_already_is_found(full: Runtime) -> None:
    newcomer = seen(full, a_photo(RED, seed=9))
    found = full.insights.purchases.weigh(newcomer)
    assert newcomer.same_picture is None
    assert found.advice is Advice.LEAVE
    assert found.nearest[0][0].id == found.duplicates[0].id == full.catalogue.garments()[0].id
    assert found.nearest[0][1].reasons


def test_the_very_photo_that_is_there_is_told(full: Runtime) -> None:
    found = full.insights.purchases.weigh(seen(full, a_photo(RED)))
    assert "This photo is in the wardrobe already" in found.sentence


def test_a_correction_is_weighed_anew_and_counts_as_a_persons_word(full: Runtime) -> None:
    newcomer = full.insights.purchases.corrected(seen(full, a_photo(RED, seed=9)), TagKind.TYPE, "Dress")
    assert newcomer.garment.tags[TagKind.TYPE].source is TagSource.PERSON
    assert newcomer.garment.slot is Slot.FULL
    assert not full.insights.purchases.weigh(newcomer).duplicates


def test_a_type_of_the_owners_own_may_be_given(full: Runtime) -> None:
    name = full.types.add("Dirndl", Slot.FULL)
    newcomer = full.insights.purchases.corrected(seen(full, a_photo(RED, seed=9)), TagKind.TYPE, name)
    assert newcomer.garment.slot is Slot.FULL


def test_the_standing_that_is_known_gives_the_same_answer(full: Runtime) -> None:
    newcomer = seen(full, a_photo(RED, seed=9))
    given = full.insights.purchases.weigh(newcomer, full.insights.analysis.standing())
    assert purchase_json(given) == purchase_json(full.insights.purchases.weigh(newcomer))


def test_a_file_that_is_no_photo_is_refused_in_a_sentence(full: Runtime, tmp_path: Path) -> None:
    with pytest.raises(ImageRefused, match=r"shop\.jpg: this is not a picture"):
        seen(full, b"no photo")
    with pytest.raises(ImageRefused, match="could not be read"):
        full.insights.purchases.look_at(source_from_path(tmp_path / "gone.jpg"))


def test_without_a_model_it_says_so(
    open_wardrobe: Callable[[Settings], Runtime], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiring, "make_tagger", lambda settings: NoTagger())
    with pytest.raises(TaggingUnavailable):
        seen(open_wardrobe(settings), a_photo(RED))
