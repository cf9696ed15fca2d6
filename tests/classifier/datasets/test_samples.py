from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from PIL import Image

from classifier.datasets.samples import PictureSource, Sample
from classifier.errors import DatasetError
from tests.support.drawing import photo_bytes

SIDEWAYS = 6  # EXIF: turn by 90 degrees to show it upright


def sample(member: str, box: tuple[int, int, int, int] | None = None) -> Sample:
    return Sample(member, member, "set", {}, "", "train", box=box)


@pytest.fixture()
def source(tmp_path: Path) -> PictureSource:
    picture = Image.new("RGB", (40, 20), "red")
    exif = Image.Exif()
    exif[0x0112] = SIDEWAYS
    with zipfile.ZipFile(tmp_path / "set.zip", "w") as archive:
        archive.writestr("wide.jpg", photo_bytes(picture))
        archive.writestr("sideways.jpg", photo_bytes(picture, exif=exif))
        archive.writestr("broken.jpg", b"no picture")
    return PictureSource(tmp_path)


def test_pictures_come_upright_and_cut_to_their_box(source: PictureSource) -> None:
    assert source.picture(sample("wide.jpg")).size == (40, 20)
    assert source.picture(sample("sideways.jpg")).size == (20, 40)
    assert source.picture(sample("wide.jpg", box=(5, 5, 15, 10))).size == (10, 5)


@pytest.mark.parametrize("member", ["broken.jpg", "missing.jpg"])
def test_what_cannot_be_read_is_named(source: PictureSource, member: str) -> None:
    with pytest.raises(DatasetError, match=member):
        source.picture(sample(member))
