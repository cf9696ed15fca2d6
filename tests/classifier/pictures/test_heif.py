from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from classifier.pictures import Limits, PictureTooLarge, decode_picture
from classifier.pictures.boxes import box, main_picture
from classifier.pictures.heif import can_be_tiled
from tests.classifier.pictures.making import encoded, heic_grid
from tests.paths import ROOT

RED, GREEN, BLUE, WHITE = (200, 30, 30), (30, 160, 40), (30, 40, 200), (250, 250, 250)
PEAK_MB = 600
# What getrusage tells of a program counts the one that started it, too.
_MEASURE = """
import sys
from pathlib import Path
from classifier.pictures import read_picture
size = read_picture(Path(sys.argv[1])).size
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(*size, int(peak.split()[1]) // 1024)
"""


def tiles(side: int = 512) -> list[Image.Image]:
    return [Image.new("RGB", (side, side), colour) for colour in (RED, GREEN, BLUE, WHITE)]


def read_alone(path: Path) -> tuple[tuple[int, int], int]:
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE, str(path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    width, height, peak = map(int, done.stdout.split())
    return (width, height), peak


@pytest.mark.skipif(sys.platform != "linux", reason="memory is told by /proc")
@pytest.mark.parametrize(("size", "columns", "rows"), [((12_000, 9_000), 24, 18), ((16_320, 12_240), 32, 24)])
def test_a_phone_s_largest_heic_is_read_within_600_mb(
    tmp_path: Path, size: tuple[int, int], columns: int, rows: int
) -> None:
    (tmp_path / "large.heic").write_bytes(heic_grid(tiles(), columns, rows, size))
    read, peak = read_alone(tmp_path / "large.heic")
    assert read == (1600, 1200)
    assert peak < PEAK_MB


@pytest.mark.skipif(sys.platform != "linux", reason="memory is told by /proc")
@pytest.mark.parametrize(("size", "progressive"), [((12_000, 9_000), True), ((16_320, 12_240), False)])
def test_a_phone_s_largest_jpeg_is_read_within_600_mb(tmp_path: Path, size: tuple[int, int], progressive: bool) -> None:
    image = Image.linear_gradient("L").convert("RGB").resize(size)
    image.save(tmp_path / "large.jpg", quality=80, progressive=progressive)
    read, peak = read_alone(tmp_path / "large.jpg")
    assert read == (1600, 1200)
    assert peak < PEAK_MB


@pytest.mark.parametrize(
    "turn", [b"", *(box(b"irot", bytes([n])) for n in range(4)), box(b"imir", b"\0"), box(b"imir", b"\1")]
)
def test_tiles_lie_where_libheif_puts_them_and_follow_the_turn(turn: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    corner = tiles(64)[0]
    corner.paste(WHITE, (0, 0, 30, 20))
    data = heic_grid([corner, *tiles(64)[1:]], 3, 3, (180, 150), turn)
    whole = np.asarray(decode_picture(data), int)
    monkeypatch.setattr("classifier.pictures.heif._LARGE_PX", 1)
    assert np.abs(np.asarray(decode_picture(data), int) - whole).max() <= 1


def test_a_large_grid_looks_as_libheif_decodes_it_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    noise = Image.effect_noise((512, 512), 60).convert("RGB")
    drawn = [Image.composite(tile, noise, Image.linear_gradient("L").resize((512, 512))) for tile in tiles()]
    data = heic_grid(drawn, 4, 2, (2_000, 1_000))
    limits = Limits(photo_max_side=250)
    whole = np.asarray(decode_picture(data, limits), int)
    monkeypatch.setattr("classifier.pictures.heif._LARGE_PX", 1_000_000)
    assert can_be_tiled(main_picture(data))
    tiled = np.asarray(decode_picture(data, limits), int)
    assert tiled.shape == whole.shape
    assert np.abs(tiled - whole).mean() < 2


def test_a_large_picture_in_one_piece_looks_as_libheif_decodes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    picture = Image.linear_gradient("L").resize((1_300, 1_100)).convert("RGB")
    picture.paste(RED, (0, 0, 400, 300))
    data = encoded(picture, "HEIF", quality=90)
    limits = Limits(photo_max_side=400)
    whole = np.asarray(decode_picture(data, limits), int)
    monkeypatch.setattr("classifier.pictures.heif._LARGE_PX", 1_000_000)
    banded = np.asarray(decode_picture(data, limits), int)
    assert banded.shape == whole.shape
    assert np.abs(banded - whole).mean() < 2


def test_a_refusal_names_size_limit_and_what_to_do() -> None:
    picture = Image.new("RGB", (400, 300))
    limits = Limits(max_pixels=100_000)
    with pytest.raises(PictureTooLarge, match=r"400 x 300 pixels.+0\.1 million allowed.+smaller"):
        decode_picture(encoded(picture, "JPEG"), limits)
    for kind in ("PNG", "WEBP", "TIFF", "HEIF", "AVIF"):
        with pytest.raises(PictureTooLarge, match=r"400 x 300 pixels.+allowed for a.+JPEG"):
            decode_picture(encoded(picture, kind), limits)
    with pytest.raises(PictureTooLarge, match="progressive"):
        decode_picture(encoded(picture, "JPEG", progressive=True), Limits(max_pixels=130_000))


def test_what_is_no_grid_of_hevc_tiles_is_not_tiled() -> None:
    assert can_be_tiled(main_picture(heic_grid(tiles(64), 2, 2, (128, 128))))
    assert not can_be_tiled(main_picture(heic_grid(tiles(64), 2, 2, (200, 128)))), "the tiles do not cover it"
    assert not can_be_tiled(main_picture(encoded(Image.new("RGB", (64, 64)), "HEIF")))
    assert not can_be_tiled(main_picture(encoded(Image.new("RGB", (64, 64)), "AVIF")))
    assert not can_be_tiled(main_picture(b"no boxes at all"))
