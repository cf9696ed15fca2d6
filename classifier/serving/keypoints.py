"""Find keypoints on cloth, such as prints, seams and labels, and match them between photos.

SIFT (Lowe 2004, https://doi.org/10.1023/B:VISI.0000029664.99615.94) by OpenCV, inside the garment mask, at one size;
descriptors are compared as RootSIFT (Arandjelović & Zisserman 2012). Descriptors match where they are mutual nearest
neighbours by a margin, and one similarity transform (rotation, scale, shift; OpenCV's RANSAC) explains them. Cloth
stretches, so several tolerances are tried. The other garment is also tried mirrored: a front and a back often share
outline and stripes as mirror images.
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
GARMENT_SIDE_PX: Final = 500  # longer side of the garment
MAX_KEYPOINTS: Final = 600
CONTRAST_THRESHOLD: Final = 0.02
BOX_MARGIN: Final = 0.06  # of the garment's longer side
BORDER_PX: Final = 5  # inside the outline, where the ground may still show
CLOTH_LEVEL: Final = 110  # of 255, in the mask: above, a pixel is cloth
BOX_LEVEL: Final = 128  # of 255, in the mask: above, a pixel belongs to the garment's box
DISTANCE_RATIO: Final = 0.9  # nearest by second nearest: above, a descriptor is ambiguous
TOLERANCES: Final = (0.03, 0.05, 0.08)  # of GARMENT_SIDE_PX
MAX_ROTATION: Final = np.deg2rad(40)  # of one keypoint against the whole garment
SCALE_RANGE: Final = (0.4, 2.5)
GRID_STEP: Final = 4 / GARMENT_SIDE_PX  # keypoints in one cell count once
_NPY_PREFIX_BYTES: Final = 10  # of NumPy's format 1.0; the last two hold the header's length


@dataclass(frozen=True)
class Keypoints:
    """The keypoints of one garment.

    ``points`` (n, 4) float32: x, y and size in units of the garment's longer side (0 to 1), angle in radians;
    ``descriptors`` (n, 128) uint8; ``width`` is the garment's width in the same unit.
    """

    points: NDArray[np.float32]
    descriptors: NDArray[np.uint8]
    width: float

    @cached_property
    def roots(self) -> NDArray[np.float32]:
        """RootSIFT descriptors (n, 128) of unit length."""
        values = self.descriptors.astype(np.float32)
        return np.asarray(np.sqrt(values / np.maximum(values.sum(1, keepdims=True), 1e-6)))

    @cached_property
    def mirrored(self) -> Keypoints:
        """The keypoints of the mirror image."""
        points = self.points.copy()
        points[:, 0] = self.width - points[:, 0]
        points[:, 3] = np.pi - points[:, 3]
        return Keypoints(points, self.descriptors[:, _MIRRORED], self.width)


@dataclass(frozen=True, slots=True)
class Match:
    """How well two garments' keypoints agree.

    ``tentative`` counts pairs with matching descriptors, ``agreeing`` those that one transform explains. ``share`` is
    the agreeing share, 0 to 1, averaged over the tolerances and near 0 for a few pairs, which agree by chance.
    ``mirrored``: the second garment was mirrored.
    """

    tentative: int
    agreeing: int
    share: float
    mirrored: bool


# SIFT's histogram: 4 rows x 4 columns x 8 directions around the keypoint's axis. Mirroring flips rows and directions.
_MIRRORED: Final = np.arange(128).reshape(4, 4, 8)[::-1][:, :, (-np.arange(8)) % 8].reshape(-1)


def find_keypoints(image: Image.Image, cloth: NDArray[np.uint8] | None = None) -> Keypoints:
    """Find keypoints on an upright RGB picture.

    Args:
        image: the picture.
        cloth: mask (h, w), 0 to 255, in the picture's proportions; None for the whole picture.
    """
    mask = Image.new("L", image.size, 255)
    if cloth is not None:
        mask = Image.fromarray(cloth).resize(image.size, Image.Resampling.BILINEAR)
    box = _garment_box(mask)
    scale = GARMENT_SIDE_PX / max(box[2] - box[0], box[3] - box[1])
    size = max(8, round(scale * (box[2] - box[0]))), max(8, round(scale * (box[3] - box[1])))
    grey = np.asarray(image.convert("L").resize(size, Image.Resampling.BICUBIC, box))
    inside = np.asarray(mask.resize(size, Image.Resampling.BILINEAR, box)) > CLOTH_LEVEL
    inner = cv2.erode(inside.astype(np.uint8), np.ones((BORDER_PX, BORDER_PX), np.uint8))
    sift: Any = cv2.SIFT_create(MAX_KEYPOINTS, contrastThreshold=CONTRAST_THRESHOLD)  # type: ignore[attr-defined]
    keys, found = sift.detectAndCompute(grey, inner * 255)
    keys = keys[:MAX_KEYPOINTS]  # OpenCV returns a few more if several are equally strong
    side = GARMENT_SIDE_PX
    points = [(key.pt[0] / side, key.pt[1] / side, key.size / side, np.deg2rad(key.angle)) for key in keys]
    descriptors = np.zeros((0, 128), np.uint8) if found is None else found[:MAX_KEYPOINTS].astype(np.uint8)
    return Keypoints(np.array(points, np.float32).reshape(-1, 4), descriptors, size[0] / side)


def match(one: Keypoints, other: Keypoints) -> Match:
    """Match two garments' keypoints, with the second one as it is or mirrored, whichever agrees better."""
    straight, mirrored = _match(one, other, False), _match(one, other.mirrored, True)
    return max(straight, mirrored, key=lambda found: found.share)


def pack(keypoints: Keypoints) -> bytes:
    """Serialise keypoints; the points are rounded to float16."""
    written = io.BytesIO()
    points = keypoints.points.astype(np.float16)
    np.savez_compressed(written, points=points, descriptors=keypoints.descriptors, width=keypoints.width)
    return written.getvalue()


def unpack(data: bytes) -> Keypoints:
    """Read what :func:`pack` wrote.

    Raises:
        ValueError: ``data`` is malformed.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            points, descriptors, width = (
                _array(archive.read(f"{name}.npy")) for name in ("points", "descriptors", "width")
            )
        return Keypoints(points.astype(np.float32), descriptors, float(width))
    except (OSError, KeyError, EOFError, ValueError, zipfile.BadZipFile) as error:
        raise ValueError("not packed keypoints") from error


def _array(data: bytes) -> NDArray[Any]:
    """Read an array in NumPy's format, read-only; ``np.load`` would spend most of its time on headers."""
    start = _NPY_PREFIX_BYTES + int.from_bytes(data[_NPY_PREFIX_BYTES - 2 : _NPY_PREFIX_BYTES], "little")
    shape, by_column, kind = _header(data[:start])
    return np.frombuffer(data, kind, offset=start).reshape(shape, order="F" if by_column else "C")


@lru_cache(maxsize=2 * MAX_KEYPOINTS)
def _header(data: bytes) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    file = io.BytesIO(data)
    if np.lib.format.read_magic(file) != (1, 0):
        raise ValueError
    return np.lib.format.read_array_header_1_0(file)


def _garment_box(mask: Image.Image) -> tuple[int, int, int, int]:
    """The garment's box in pixels with a margin; the whole picture if the mask is empty."""
    found = Image.fromarray(np.asarray(mask) > BOX_LEVEL).getbbox()
    left, top, right, bottom = found or (0, 0, *mask.size)
    margin = BOX_MARGIN * max(right - left, bottom - top) if found else 0
    low = (max(0, int(left - margin)), max(0, int(top - margin)))
    return (*low, min(mask.width, int(right + margin)), min(mask.height, int(bottom + margin)))


def _match(one: Keypoints, other: Keypoints, mirrored: bool) -> Match:
    rows, columns = _tentative(one.roots, other.roots)
    a, b = one.points[rows], other.points[columns]
    counts = [_agreeing(a, b, tolerance) for tolerance in TOLERANCES]
    shares = [max(0, count - 1) / (len(a) + 4) for count in counts]
    return Match(len(a), sorted(counts)[len(counts) // 2], sum(shares) / len(shares), mirrored)


def _tentative(one: NDArray[np.float32], other: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find rows that are mutual nearest neighbours and pass the ratio test."""
    if len(one) < 2 or len(other) < 2:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    similarity = one @ other.T
    nearest = similarity.argmax(1)
    rows = np.arange(len(one))
    mutual = rows[similarity.argmax(0)[nearest] == rows]
    best = similarity[mutual, nearest[mutual]]
    similarity[mutual, nearest[mutual]] = -1
    second = similarity[mutual].max(1)
    kept = (1 - best) < DISTANCE_RATIO**2 * (1 - second)  # squared distances of unit vectors
    return mutual[kept], nearest[mutual[kept]]


def _agreeing(a: NDArray[np.float32], b: NDArray[np.float32], tolerance: float) -> int:
    """Count the distinct places that one similarity transform explains."""
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
    if model is None or not SCALE_RANGE[0] <= np.hypot(*model[:, 0]) <= SCALE_RANGE[1]:
        return 0
    rotation = b[:, 3] - a[:, 3] - np.arctan2(model[1, 0], model[0, 0])
    good = (fits.ravel() > 0) & (np.abs((rotation + np.pi) % (2 * np.pi) - np.pi) < MAX_ROTATION)
    return min(len(np.unique(side[good, :2] // GRID_STEP, axis=0)) for side in (a, b))
