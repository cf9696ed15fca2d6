from __future__ import annotations

import base64
import io
from pathlib import Path

from PIL import Image

from wardrobe_app.services.storage.thumbnails import icon


def test_all_of_a_thumbnail_becomes_a_small_picture(tmp_path: Path) -> None:
    Image.new("RGB", (300, 480), (220, 30, 40)).save(tmp_path / "a.jpg")
    made = icon(tmp_path / "a.jpg", side=32)
    assert made is not None
    head, _, data = made.partition(",")
    assert head == "data:image/jpeg;base64"
    with Image.open(io.BytesIO(base64.b64decode(data))) as image:
        assert image.size == (20, 32)
    assert len(made) < 3000


def test_a_thumbnail_that_is_gone_or_broken_gives_none(tmp_path: Path) -> None:
    (tmp_path / "b.jpg").write_bytes(b"no picture")
    assert icon(tmp_path / "b.jpg") is None
    assert icon(tmp_path / "none.jpg") is None
