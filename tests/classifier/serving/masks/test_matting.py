from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from PIL import Image

from classifier.serving.masks import matting
from classifier.serving.masks.garment_mask import SHIPPED_MASKS, Masker
from classifier.serving.masks.matting import installed_matting
from tests.support.drawing import draw_with_mask


@pytest.fixture
def rembg(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    package, sessions, u2net = ModuleType("rembg"), ModuleType("rembg.sessions"), ModuleType("rembg.sessions.u2net")

    class U2netSession:
        @staticmethod
        def u2net_home() -> str:
            return str(tmp_path)

    def new_session(name: str) -> str:
        assert (tmp_path / f"{name}.onnx").is_file(), "it would be downloaded"
        return name

    def remove(picture: Image.Image, session: str, only_mask: bool) -> Image.Image:
        assert only_mask
        matte = np.zeros((picture.height, picture.width), np.uint8)
        matte[: picture.height // 2] = 200
        return Image.fromarray(matte)

    u2net.U2netSession = U2netSession  # type: ignore[attr-defined]
    package.new_session, package.remove = new_session, remove  # type: ignore[attr-defined]
    modules: dict[str, Any] = {"rembg": package, "rembg.sessions": sessions, "rembg.sessions.u2net": u2net}
    for name, module in modules.items():
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setattr(matting, "find_spec", lambda name: name == "rembg" or None)
    return tmp_path


def test_without_rembg_there_is_no_matting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matting, "find_spec", lambda _: None)
    assert installed_matting() is None


def test_a_model_that_is_not_there_is_not_fetched(rembg: Path) -> None:
    assert installed_matting() is None


def test_an_installation_that_does_not_work_harms_nothing(rembg: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (rembg / "u2net.onnx").write_bytes(b"weights")
    monkeypatch.delattr(sys.modules["rembg"], "new_session")
    assert installed_matting() is None


def test_its_mattes_take_the_place_of_the_network_s_outlines(rembg: Path) -> None:
    (rembg / "u2net.onnx").write_bytes(b"weights")
    picture, _ = draw_with_mask("tshirt", (40, 120, 70), background="plain", size=(300, 400))
    masker = Masker(SHIPPED_MASKS)
    (found,) = masker.find([picture])
    assert found.model == "rembg u2net"
    assert found.cloth.shape == (256, 192)
    assert (found.cloth[:120] == 200).all()
    assert not found.cloth[140:].any()
    (left,) = masker.find([picture], [False])
    assert left.whole, "what its owner switched off stays off"
