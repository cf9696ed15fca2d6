from __future__ import annotations

import pytest

from classifier.pictures.guard import MAX_SCANS, LimitedReads, TooManyParts, check_parts, jpeg_scans
from tests.hostile import bombs
from tests.hostile.samples import samples
from tests.support.drawing import draw_garment, photo_bytes


@pytest.mark.parametrize("name", samples())
def test_a_sound_picture_passes(name: str) -> None:
    check_parts(samples()[name])


def progressive(scans: int, between: bytes = b"") -> bytes:
    data = photo_bytes(draw_garment(size=(48, 64)), progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:-2] + (between + data[last:-2]) * scans + data[-2:]


def test_a_jpeg_of_a_few_more_scans_passes_and_one_of_very_many_does_not() -> None:
    check_parts(progressive(MAX_SCANS - 20))
    with pytest.raises(TooManyParts):
        check_parts(progressive(MAX_SCANS + 1))


def test_scans_cannot_hide_behind_a_marker_that_has_no_length() -> None:
    with pytest.raises(TooManyParts):
        check_parts(progressive(MAX_SCANS + 1, between=b"\xff\x02\xff\xff"))


def test_what_comes_after_the_picture_s_end_does_not_count() -> None:
    check_parts(photo_bytes(draw_garment(size=(48, 64))) + b"\xff\xda\0\0" * 1000)


@pytest.mark.parametrize(
    "bomb",
    [
        bombs.many_jpeg_segments,
        bombs.exif_in_many_segments,
    ],
)  # fmt: skip
def test_a_file_of_endless_parts_does_not_reach_a_decoder(bomb) -> None:  # noqa: ANN001
    with pytest.raises(TooManyParts):
        check_parts(bomb())


def test_the_passes_of_a_jpeg_are_counted() -> None:
    assert jpeg_scans(samples()["jpeg baseline"]) == 1
    assert jpeg_scans(samples()["jpeg progressive"]) > 5


def test_a_file_can_be_read_in_so_many_pieces_and_no_more() -> None:
    file = LimitedReads(b"x" * 1000)
    for _ in range(20_000):
        file.read(1)
    with pytest.raises(TooManyParts):
        for _ in range(1000):
            file.read(1)
