from __future__ import annotations

import zipfile
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.paths import REAL_PHOTOS
from tests.services.support.stored import add_as, stored
from tests.support.drawing import photo_bytes
from tests.support.garments import NOON, garment
from wardrobe_app.config import Settings
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.garments.photos import KnownPhoto
from wardrobe_app.domain.similarity.perceptual_hash import (
    SAME_COLOUR_LEVELS,
    SAME_PICTURE_BITS,
    PictureIndex,
    bits_apart,
    is_same_picture,
)
from wardrobe_app.services.importing.decoding import DecodedPhoto, Limits, read_photo
from wardrobe_app.services.importing.duplicates import Duplicate, DuplicateFinder, KnownPhotos

PHOTOS = REAL_PHOTOS / "clothing.zip"
LIMITS = Limits(50_000_000, 100_000_000, 1600)
COLOURS = "80" * 48


def bits(count: int) -> str:
    return f"{(1 << count) - 1:064x}"


def known(item_id: int, sha256: str, phash: str) -> KnownPhoto:
    return KnownPhoto(item_id, sha256, sha256, phash)


def test_the_same_bytes_are_the_same_file() -> None:
    finder = DuplicateFinder([known(1, "a", bits(0) + COLOURS)])
    assert finder.find("a", bits(200) + COLOURS) == Duplicate(1, "file")


def test_a_hash_that_differs_a_little_is_the_same_picture_and_one_bit_more_is_not() -> None:
    finder = DuplicateFinder([known(1, "a", bits(0) + COLOURS)])
    assert finder.find("b", bits(SAME_PICTURE_BITS) + COLOURS) == Duplicate(1, "picture")
    assert finder.find("b", bits(SAME_PICTURE_BITS + 1) + COLOURS) is None


def test_the_same_shape_in_another_colour_is_another_picture() -> None:
    finder = DuplicateFinder([known(1, "a", bits(0) + COLOURS)])
    near = f"{0x80 - SAME_COLOUR_LEVELS:02x}" + COLOURS[2:]
    far = f"{0x80 - SAME_COLOUR_LEVELS - 1:02x}" + COLOURS[2:]
    assert finder.find("b", bits(0) + near) == Duplicate(1, "picture")
    assert finder.find("b", bits(0) + far) is None


def test_the_most_similar_picture_is_found() -> None:
    finder = DuplicateFinder([known(1, "a", bits(9) + COLOURS), known(2, "b", bits(2) + COLOURS)])
    finder.learn(known(3, "c", bits(6) + COLOURS))
    assert finder.find("d", bits(0) + COLOURS) == Duplicate(2, "picture")


def test_nothing_is_found_in_an_empty_wardrobe() -> None:
    assert DuplicateFinder().find("a", bits(0) + COLOURS) is None


@pytest.mark.photos
@pytest.mark.skipif(not PHOTOS.exists(), reason="the photos of ../shared/data are not here")
def test_real_photos_are_told_apart_and_found_when_they_were_saved_again() -> None:
    with zipfile.ZipFile(PHOTOS) as archive:
        names = sorted(name for name in archive.namelist() if name.endswith(".jpg"))[::25][:200]
        photos = {name: read_photo(archive.read(name), name, LIMITS) for name in names}
    assert len(photos) > 100
    confused = [pair for pair in combinations(photos, 2) if finder_of(photos, pair[0]).find("", photos[pair[1]].phash)]
    assert confused == []
    for number, name in enumerate(names[:40]):
        assert finder_of(photos, name).find("", saved_again(photos[name].image, number).phash), name


def finder_of(photos: dict[str, DecodedPhoto], name: str) -> DuplicateFinder:
    return DuplicateFinder([known(1, name, photos[name].phash)])


def saved_again(image: Image.Image, number: int) -> DecodedPhoto:
    kinds = ("JPEG", "WEBP", "PNG", "HEIF")
    half = image.resize((image.width // 2, image.height // 2))
    data = photo_bytes(half if number % 2 else image, kinds[number % len(kinds)], quality=40)
    return read_photo(data, "again", LIMITS)


def test_many_pictures_at_once_are_told_apart_as_two_are() -> None:
    rng = np.random.default_rng(0)
    hashes = [rng.bytes(80).hex() for _ in range(40)]
    hashes += [flipped(phash, int(count)) for phash, count in zip(hashes, rng.integers(0, 40, 40), strict=True)]
    hashes.append("0" * 16)  # of an earlier program
    pictures = PictureIndex()
    for number, phash in enumerate(hashes):
        pictures.add(number, phash)
    for phash in hashes:
        expected = sorted(
            (bits_apart(phash, other), n) for n, other in enumerate(hashes) if is_same_picture(phash, other)
        )
        assert pictures.same_as(phash) == expected


def flipped(phash: str, bits: int) -> str:
    return f"{int(phash[:64], 16) ^ ((1 << bits) - 1):064x}" + phash[64:]


def test_what_came_and_went_between_two_looks_is_known(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    factory = stored(settings, [with_hash(garment(number), number) for number in (1, 2, 3)])
    known = KnownPhotos()
    with factory() as uow:
        assert known.finder(uow).find("", phash_of(2)) == Duplicate(2, "picture")
        assert known.finder(uow).find("", phash_of(4)) is None
    with factory(writing=True) as uow:
        add_as(uow, with_hash(garment(4), 4), 4)
        uow.merges.merge(1, [3], NOON)
        uow.deletion.delete([2])
        uow.commit()
    with factory() as uow:
        finder = known.finder(uow)
    assert finder.find("", phash_of(4)) == Duplicate(4, "picture")
    assert finder.find("", phash_of(3)) == Duplicate(1, "picture")
    assert finder.find("", phash_of(2)) is None


def phash_of(number: int) -> str:
    return np.random.default_rng(number).bytes(80).hex()


def with_hash(item: Garment, number: int) -> Garment:
    return replace(item, photos=(replace(item.photos[0], phash=phash_of(number)),))
