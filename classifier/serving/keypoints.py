"""Places on cloth that can be found again on another photo of it: a print, a seam, a label.

SIFT (Lowe 2004, https://doi.org/10.1023/B:VISI.0000029664.99615.94) by OpenCV, on the garment alone, brought to one
size; descriptors compared as RootSIFT (Arandjelović & Zisserman 2012). Two photos agree where descriptors are each
other's nearest by a margin and one similarity (turn, scale, shift) explains them: OpenCV's RANSAC. Cloth gives, so that
is asked at several tolerances. The other garment is tried mirrored as well: a front and a back share their outline and
their stripes that way.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Final

import cv2
import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from numpy.typing import NDArray

METHOD: Final = "sift 1"
SIDE: Final = 500  # pixels: the longer side of the garment
MARGIN: Final = 0.06  # of its longer side, left around it
MOST: Final = 600
CONTRAST: Final = 0.02
EDGE: Final = 5  # pixels inside the outline where the ground still shows
CLOTH: Final = 110  # of a mask's 255
CLEARLY: Final = 128  # the same, for the garment's box
RATIO: Final = 0.9  # nearest by second nearest: above, a descriptor fits several places
TOLERANCES: Final = (0.03, 0.05, 0.08)  # of SIDE
TURN: Final = np.deg2rad(40)  # by how much one place may be turned against the whole
SCALES: Final = (0.4, 2.5)
GRID: Final = 4 / SIDE  # places nearer than this are one
_BEFORE_HEADER: Final = 10  # bytes of an array in NumPy's format 1.0; the last two say how long its header is


@dataclass(frozen=True)
class LocalFeatures:
    """The places found on one garment.

    ``points`` (n, 4) float32: x and y of the garment's longer side (0 to 1), size likewise, angle in radians;
    ``descriptors`` (n, 128) uint8; ``width`` is the garment's, of its longer side (0 to 1).
    """

    points: NDArray[np.float32]
    descriptors: NDArray[np.uint8]
    width: float

    @cached_property
    def roots(self) -> NDArray[np.float32]:
        """RootSIFT descriptors (n, 128) of unit length."""
        return _roots(self.descriptors)

    @cached_property
    def mirrored(self) -> LocalFeatures:
        """What would be found on the mirror image."""
        points = self.points.copy()
        points[:, 0] = self.width - points[:, 0]
        points[:, 3] = np.pi - points[:, 3]
        return LocalFeatures(points, self.descriptors[:, _MIRRORED], self.width)


@dataclass(frozen=True, slots=True)
class Match:
    """How far two garments' local features agree: ``tentative`` pairs of places, of which ``agreeing`` fit together.

    ``share`` is the agreeing share, 0 to 1, a mean over the tolerances, near 0 for few: a handful agree by chance.
    ``mirrored`` is whether that holds for the mirror image of the second one.
    """

    tentative: int
    agreeing: int
    share: float
    mirrored: bool


# SIFT's histogram is 4 rows x 4 columns x 8 directions around a point's own axis: mirroring turns rows and directions.
_MIRRORED: Final = np.arange(128).reshape(4, 4, 8)[::-1][:, :, (-np.arange(8)) % 8].reshape(-1)


def local_features(image: Image.Image, likely: NDArray[np.uint8] | None = None) -> LocalFeatures:
    """The places on an upright RGB picture, inside a mask (h, w) uint8 in its proportions; None: all of it."""
    mask = Image.new("L", image.size, 255) if likely is None else _fitted(likely, image)
    box = _box(mask)
    scale = SIDE / max(box[2] - box[0], box[3] - box[1])
    size = max(8, round(scale * (box[2] - box[0]))), max(8, round(scale * (box[3] - box[1])))
    grey = np.asarray(image.convert("L").resize(size, Image.Resampling.BICUBIC, box))
    inside = np.asarray(mask.resize(size, Image.Resampling.BILINEAR, box)) > CLOTH
    inner = cv2.erode(inside.astype(np.uint8), np.ones((EDGE, EDGE), np.uint8))
    sift: Any = cv2.SIFT_create(MOST, contrastThreshold=CONTRAST)  # type: ignore[attr-defined]  # its stubs lack it
    keys, found = sift.detectAndCompute(grey, inner * 255)
    keys = keys[:MOST]  # OpenCV returns a few more where several are equally strong
    points = [(key.pt[0] / SIDE, key.pt[1] / SIDE, key.size / SIDE, np.deg2rad(key.angle)) for key in keys]
    descriptors = np.zeros((0, 128), np.uint8) if found is None else found[:MOST].astype(np.uint8)
    return LocalFeatures(np.array(points, np.float32).reshape(-1, 4), descriptors, size[0] / SIDE)


def match(one: LocalFeatures, other: LocalFeatures) -> Match:
    """How far two garments' places agree, the better of the second one as it is and mirrored."""
    straight, mirrored = _match(one, other, False), _match(one, other.mirrored, True)
    return max(straight, mirrored, key=lambda found: found.share)


def pack(features: LocalFeatures) -> bytes:
    """The features as bytes, to be kept."""
    written = io.BytesIO()
    points = features.points.astype(np.float16)
    np.savez_compressed(written, points=points, descriptors=features.descriptors, width=features.width)
    return written.getvalue()


def unpack(data: bytes) -> LocalFeatures:
    """The features that ``pack`` was given, points to three digits.

    Raises:
        ValueError: the bytes are not what ``pack`` gave.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as held:
            points, descriptors, width = (
                _array(held.read(f"{name}.npy")) for name in ("points", "descriptors", "width")
            )
        return LocalFeatures(points.astype(np.float32), descriptors, float(width))
    except (OSError, KeyError, EOFError, ValueError, zipfile.BadZipFile) as error:
        raise ValueError("these are no local features") from error


def _array(data: bytes) -> NDArray[Any]:
    """An array as NumPy saves it, read-only. (``np.load`` spends most of its time on headers.)"""
    start = _BEFORE_HEADER + int.from_bytes(data[_BEFORE_HEADER - 2 : _BEFORE_HEADER], "little")
    shape, by_column, kind = _header(data[:start])
    return np.frombuffer(data, kind, offset=start).reshape(shape, order="F" if by_column else "C")


@lru_cache(maxsize=2 * MOST)
def _header(data: bytes) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    file = io.BytesIO(data)
    if np.lib.format.read_magic(file) != (1, 0):
        raise ValueError
    return np.lib.format.read_array_header_1_0(file)


def _fitted(likely: NDArray[np.uint8], image: Image.Image) -> Image.Image:
    return Image.fromarray(likely).resize(image.size, Image.Resampling.BILINEAR)


def _box(mask: Image.Image) -> tuple[int, int, int, int]:
    """The garment's box in pixels with its margin; the whole picture where nothing is cloth."""
    found = Image.fromarray(np.asarray(mask) > CLEARLY).getbbox()
    left, top, right, bottom = found or (0, 0, *mask.size)
    margin = MARGIN * max(right - left, bottom - top) if found else 0
    low = (max(0, int(left - margin)), max(0, int(top - margin)))
    return (*low, min(mask.width, int(right + margin)), min(mask.height, int(bottom + margin)))


def _roots(descriptors: NDArray[np.uint8]) -> NDArray[np.float32]:
    values = descriptors.astype(np.float32)
    return np.asarray(np.sqrt(values / np.maximum(values.sum(1, keepdims=True), 1e-6)))


def _match(one: LocalFeatures, other: LocalFeatures, mirrored: bool) -> Match:
    ours, theirs = _tentative(one.roots, other.roots)
    a, b = one.points[ours], other.points[theirs]
    found = [_agreeing(a, b, tolerance) for tolerance in TOLERANCES]
    shares = [max(0, count - 1) / (len(a) + 4) for count in found]
    return Match(len(a), sorted(found)[len(found) // 2], sum(shares) / len(shares), mirrored)


def _tentative(one: NDArray[np.float32], other: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows that are each other's nearest, and nearer than anything else by ``RATIO``."""
    if len(one) < 2 or len(other) < 2:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    alike = one @ other.T
    nearest = alike.argmax(1)
    rows = np.arange(len(one))
    mutual = rows[alike.argmax(0)[nearest] == rows]
    best = alike[mutual, nearest[mutual]]
    alike[mutual, nearest[mutual]] = -1
    second = alike[mutual].max(1)
    kept = (1 - best) < RATIO**2 * (1 - second)  # squared distances of unit vectors
    return mutual[kept], nearest[mutual[kept]]


def _agreeing(a: NDArray[np.float32], b: NDArray[np.float32], tolerance: float) -> int:
    """How many different places one similarity explains."""
    if len(a) < 3:
        return 0
    cv2.setRNGSeed(0)
    model, fits = cv2.estimateAffinePartial2D(
        a[:, :2].copy(),
        b[:, :2].copy(),
        method=cv2.RANSAC,
        ransacReprojThreshold=tolerance,
        maxIters=300,
        confidence=0.99,
    )
    if model is None or not SCALES[0] <= np.hypot(*model[:, 0]) <= SCALES[1]:
        return 0
    turned = b[:, 3] - a[:, 3] - np.arctan2(model[1, 0], model[0, 0])
    good = (fits.ravel() > 0) & (np.abs((turned + np.pi) % (2 * np.pi) - np.pi) < TURN)
    return min(len(np.unique(side[good, :2] // GRID, axis=0)) for side in (a, b))
