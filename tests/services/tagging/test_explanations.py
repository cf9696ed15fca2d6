from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from tests.support.drawing import draw_garment, photo_bytes
from tests.support.fakes import FakeTagger, NoTagger
from wardrobe_app import wiring
from wardrobe_app.config import Settings
from wardrobe_app.domain.errors import StorageFailed, TaggingUnavailable
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.services.importing.importer import source_from_bytes
from wardrobe_app.wiring import Runtime


@pytest.fixture
def garment(runtime: Runtime) -> Garment:
    photo = photo_bytes(draw_garment(size=(1200, 1600)))
    (result,) = runtime.importing.importer.add([source_from_bytes("a.jpg", photo)])
    assert result.garment
    return result.garment


def test_a_photo_is_explained_as_a_picture_of_its_own_shape(runtime: Runtime, garment: Garment) -> None:
    assert garment.cover
    found = runtime.tagging.explanations.why(garment.cover, garment.type)
    assert (found.type, found.model, found.spoke) == (garment.type, "fake 1", True)
    assert Image.open(io.BytesIO(found.picture)).size == (675, 900)


def test_a_type_that_the_model_does_not_know_is_answered_by_its_best_one(runtime: Runtime, garment: Garment) -> None:
    assert garment.cover
    assert runtime.tagging.explanations.why(garment.cover, "Dirndl").type == garment.type
    assert runtime.tagging.explanations.why(garment.cover, None).type == garment.type


def test_each_photo_type_and_model_is_computed_once(runtime: Runtime, garment: Garment, tagger: FakeTagger) -> None:
    assert garment.cover
    for name in ("Tee", "Tee", "Jeans", "Tee"):
        runtime.tagging.explanations.why(garment.cover, name)
    assert tagger.explained == ["Tee", "Jeans"]
    tagger.model = "fake 2"
    assert runtime.tagging.explanations.why(garment.cover, "Tee").model == "fake 2"
    assert len(tagger.explained) == 3


def test_only_the_last_few_are_kept(runtime: Runtime, garment: Garment, tagger: FakeTagger) -> None:
    assert garment.cover
    for number in range(70):
        runtime.tagging.explanations.why(garment.cover, f"type {number}")
    runtime.tagging.explanations.why(garment.cover, "type 69")
    assert len(tagger.explained) == 70
    runtime.tagging.explanations.why(garment.cover, "type 0")
    assert len(tagger.explained) == 71


def test_the_ground_is_veiled_and_the_garment_is_not(runtime: Runtime, garment: Garment) -> None:
    assert garment.cover
    seen = runtime.tagging.explanations.unveiled(garment.cover)
    assert seen is not None
    with Image.open(runtime.catalogue.photo_path(garment.cover)) as photo, Image.open(io.BytesIO(seen)) as veiled:
        assert veiled.size == (675, 900)
        small = photo.resize(veiled.size)
        middle = (300, 400, 380, 500)
        assert abs(np.subtract(small.crop(middle), veiled.crop(middle), dtype=int)).mean() < 8
        corner = np.asarray(veiled.crop((0, 0, 60, 60)), int)
        assert np.ptp(corner.mean((0, 1))) < 4, "grey"
    off = runtime.catalogue.set_masked(garment.id, garment.cover.id, False)
    assert off.cover
    assert runtime.tagging.explanations.unveiled(off.cover) is None


def test_a_photo_that_is_gone_is_said(runtime: Runtime, garment: Garment) -> None:
    assert garment.cover
    runtime.catalogue.photo_path(garment.cover).unlink()
    with pytest.raises(StorageFailed, match=r"a\.jpg"):
        runtime.tagging.explanations.why(garment.cover, None)


def test_without_a_checkpoint_the_reason_is_told(
    runtime: Runtime,
    garment: Garment,
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
    open_wardrobe: Callable[[Settings], Runtime],
) -> None:
    assert garment.cover
    monkeypatch.setattr(wiring, "make_tagger", lambda settings: NoTagger())
    with pytest.raises(TaggingUnavailable, match="There is no checkpoint"):
        open_wardrobe(settings).tagging.explanations.why(garment.cover, None)
