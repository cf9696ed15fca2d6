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
LONGEST = 2**16 - 1  # step


@cache
def masks() -> dict[str, Mask]:
    """Read the masks (h, w) by image, at the photo's resolution; True is the garment. Empty without the file."""
    file = files("classifier.datasets").joinpath(FILE)
    table = csv.DictReader(file.read_text(encoding="utf-8").split() if file.is_file() else ())
    return {row["image"]: unpack(row["mask"], int(row["height"]), int(row["width"])) for row in table}


def pack(mask: Mask) -> str:
    """Write a mask as text: the steps from one change between garment and ground to the next, compressed.

    A long step is parted by two changes at one place.
    """
    changes = np.flatnonzero(np.diff(mask.ravel().astype(np.int8), prepend=0))
    steps = [part for step in np.diff(changes, prepend=0).tolist()
             for part in (*(LONGEST, 0) * (step // LONGEST), step % LONGEST)]  # fmt: skip
    return b85encode(compress(np.array(steps, "<u2").tobytes(), 9)).decode("ascii")


def unpack(text: str, height: int, width: int) -> Mask:
    """Read what :func:`pack` wrote."""
    steps = np.frombuffer(decompress(b85decode(text)), "<u2").astype(np.int64)
    changes = np.zeros(height * width, np.int64)
    np.add.at(changes, np.cumsum(steps), 1)
    found: Mask = np.cumsum(changes).reshape(height, width) % 2 == 1
    return found
