from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from classifier.prediction import CUT_OUT_GROUND
from classifier.serving.preprocessing import Preprocessing
from classifier.serving.tagger import Tagger
from tests.classifier.support.checkpoints import LightIsCloth, a_channel_checkpoint

RED = (255, 0, 0)


@pytest.fixture
def channels(tmp_path: Path) -> Path:
    return a_channel_checkpoint(tmp_path / "channels.safetensors")


def lit(brightness: int = 255) -> Image.Image:
    # A red garment in the middle of the dark.
    image = Image.new("RGB", (64, 64))
    image.paste((brightness, 0, 0), (16, 16, 48, 48))
    return image


def masking(path: Path) -> Tagger:
    return Tagger(path, "cpu", build=LightIsCloth)


def test_a_photo_comes_with_its_mask_and_an_embedding_of_the_garment(channels: Path) -> None:
    found, whole = masking(channels).tag([lit(), lit()], [True, False])
    assert found.mask
    assert found.mask.model == "tiny 3"
    shown = np.asarray(found.mask.cut_out(lit()))
    assert tuple(shown[32, 32]) == RED
    assert tuple(shown[4, 4]) == CUT_OUT_GROUND
    assert whole.mask is None
    np.testing.assert_allclose(np.roll(whole.embedding, 1), found.embedding, atol=1e-6)


def test_a_letterboxed_picture_has_a_mask_of_its_own_proportions(tmp_path: Path) -> None:
    preprocessing = Preprocessing(size=32, resize="letterbox")
    path = a_channel_checkpoint(tmp_path / "box.safetensors", preprocessing=preprocessing)
    wide = Image.new("RGB", (128, 64))
    wide.paste(RED, (64, 0, 128, 64))
    (found,) = masking(path).tag([wide])
    assert found.mask
    assert found.mask.cloth.shape == (64, 128)
    assert found.mask.cloth[:, 72:].min() > 200
    assert found.mask.cloth[:, :56].max() < 50


def test_where_no_garment_is_found_the_whole_picture_counts(channels: Path) -> None:
    (found,) = masking(channels).tag([Image.new("RGB", (64, 64))])
    (whole,) = masking(channels).tag([Image.new("RGB", (64, 64))], [False])
    assert found.mask is None
    np.testing.assert_array_equal(found.embedding, whole.embedding)


def test_a_doubtful_mask_is_not_shown_but_still_tells_what_the_garment_is(channels: Path) -> None:
    (found,) = masking(channels).tag([lit(178)])  # likely to be cloth, and no more
    (whole,) = masking(channels).tag([lit(178)], [False])
    assert found.mask is None
    assert not np.allclose(found.embedding, whole.embedding)
