"""Masks of people's photos, judged by eye: each is right but for a few pixels along the edge."""

from __future__ import annotations

import csv
from base64 import b85decode, b85encode
from functools import cache
from importlib.resources import files
from zlib import compress, decompress

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
FILE = "photo_masks.csv"


@cache
def masks() -> dict[str, Mask]:
    """Read the masks (h, w) by image, at the photo's resolution; True is the garment."""
    text = files("classifier.datasets").joinpath(FILE).read_text(encoding="utf-8")
    return {
        row["image"]: unpack(row["mask"], int(row["height"]), int(row["width"])) for row in csv.DictReader(text.split())
    }


def pack(mask: Mask) -> str:
    """Write a mask as text: the places where rows change, compressed."""
    changes = np.flatnonzero(np.diff(mask.ravel().astype(np.int8), prepend=0)).astype(np.uint32)
    steps = np.diff(changes, prepend=np.uint32(0)).astype("<u2")
    return b85encode(compress(steps.tobytes(), 9)).decode("ascii")


def unpack(text: str, height: int, width: int) -> Mask:
    """Read what :func:`pack` wrote."""
    steps = np.frombuffer(decompress(b85decode(text)), "<u2").astype(np.int64)
    flat = np.zeros(height * width, np.int8)
    flat[np.cumsum(steps)] = 1
    found: Mask = np.cumsum(flat).reshape(height, width) % 2 == 1
    return found
