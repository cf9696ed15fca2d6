"""Refine masks with rembg, if the user has installed it and its model. Nothing is downloaded here.

pip install "rembg[cpu]"
rembg d u2net
"""

from __future__ import annotations

import importlib
import logging
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

MODEL = "u2net"
log = logging.getLogger(__name__)


def installed_matting() -> Matting | None:
    """Load rembg; None if it or its model is missing or does not work."""
    try:
        if find_spec("rembg") is None:
            return None
        sessions: Any = importlib.import_module("rembg.sessions.u2net")
        if not _has_model(sessions.U2netSession):
            log.info("rembg is installed without its model: run `rembg d %s`.", MODEL)
            return None
        return Matting()
    except Exception as error:
        log.warning("rembg is not used: %s", error)
        return None


def _has_model(session: Any) -> bool:
    """Whether the model is on this machine, so that rembg does not download it."""
    name = f"{MODEL}.onnx"
    if hasattr(session, "resolve_existing"):
        return session.resolve_existing(name) is not None
    return (Path(session.u2net_home()) / name).is_file()


class Matting:
    """rembg with its model loaded."""

    model = f"rembg {MODEL}"

    def __init__(self) -> None:
        self._rembg: Any = importlib.import_module("rembg")
        self._session = self._rembg.new_session(MODEL)

    def matte(self, picture: Image.Image, size: tuple[int, int]) -> NDArray[np.uint8]:
        """Compute the opacity (h, w), 0 to 255, of the garment on an upright RGB picture, at ``size`` (w, h)."""
        matte: Image.Image = self._rembg.remove(picture, session=self._session, only_mask=True)
        return np.asarray(matte.convert("L").resize(size, Image.Resampling.BILINEAR))
