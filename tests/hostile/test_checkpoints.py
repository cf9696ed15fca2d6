from __future__ import annotations

from pathlib import Path

import pytest

from classifier.errors import CheckpointError
from classifier.serving.attributes.attributes import AttributeReader
from classifier.serving.tagger import Tagger
from tests.classifier.serving.attributes.test_attributes import looks_in, tagger_in
from tests.classifier.support.checkpoints import a_checkpoint
from tests.hostile.checkpoints import HARMS
from tests.support.drawing import draw_garment, photo_bytes
from wardrobe_app import startup, wiring
from wardrobe_app.config import Settings
from wardrobe_app.services.importing.importer import ImportResult, Outcome, source_from_bytes

PHOTO = photo_bytes(draw_garment(size=(60, 80)))


def imported(settings: Settings) -> ImportResult:
    wardrobe = startup.build(settings)
    (result,) = wardrobe.importing.importer.add([source_from_bytes("blouse.jpg", PHOTO)])
    assert result.outcome is Outcome.ADDED
    assert result.garment
    assert wardrobe.catalogue.photo_path(result.garment.cover).is_file()
    return result


@pytest.mark.parametrize("harm", HARMS)
def test_a_photo_is_kept_untagged_when_the_checkpoint_is_no_good_and_the_reason_is_told(
    harm: str, tmp_path: Path
) -> None:
    path = a_checkpoint(tmp_path / "weights.safetensors", tiers={})
    HARMS[harm](path)
    result = imported(Settings(data_dir=tmp_path / "data", checkpoint=path))
    assert result.garment
    assert not result.garment.tags
    assert result.untagged.endswith(".")
    assert result.untagged.isprintable()
    assert len(result.untagged) < 600
    assert "The model failed" not in result.untagged, "that is for what nobody thought of"


@pytest.mark.parametrize("harm", ["a pickle", "NaN", "lists in lists", "a ZIP with a pickle", "other shapes"])
def test_one_in_the_models_folder_does_not_keep_the_others_from_tagging(harm: str, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    HARMS[harm](a_checkpoint(settings.models_dir / "spoilt.safetensors", tiers={}))
    models = startup.build(settings).tagging.models.all()
    assert [one.key for one in models] == ["shipped", "spoilt.safetensors"]
    if models[1].header is None:
        assert models[1].problem.endswith(".")
        assert imported(settings).untagged == ""


SPOILT = ["empty", "cut in the weights", "a pickle", "a header of 100 GB", "another project's", "NaN", "other shapes",
          "a tensor less", "lists in lists"]  # fmt: skip


@pytest.mark.parametrize("harm", SPOILT)
def test_tagging_goes_on_without_unusable_attributes(
    harm: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    spoilt = looks_in(tmp_path)
    HARMS[harm](spoilt)
    tagger = Tagger(tagger_in(tmp_path), "cpu", attributes=AttributeReader(spoilt))
    for _ in range(2):
        (prediction,) = tagger.tag([draw_garment(size=(60, 80))])
        assert prediction.type.value
    assert caplog.text.count(spoilt.name) == 1, "told once"


def test_what_is_told_of_a_checkpoint_is_told_as_a_checkpoint_s_error(tmp_path: Path) -> None:
    for harm in ("a header of 90 MB", "metadata that is a list", "offsets without end", "a dimension without end"):
        path = a_checkpoint(tmp_path / "weights.safetensors")
        HARMS[harm](path)
        with pytest.raises(CheckpointError, match=r"weights\.safetensors"):
            wiring.read_header(path)
