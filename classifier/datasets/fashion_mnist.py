"""Fashion-MNIST (MIT): 70,000 grey product pictures of 28 x 28 pixels in ten classes, from its idx files."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from classifier.datasets.samples import LabelledPictures, Sample
from classifier.errors import DatasetError

ARCHIVE = "fashion-mnist"
LABELS = (
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)  # fmt: skip
VALIDATION_PICTURES = 5_000
DEBIAN = Path("/usr/share/datasets/fashion-mnist")
_IMAGES, _LABELS = "images-idx3-ubyte", "labels-idx1-ubyte"


@dataclass(frozen=True)
class GreyPictures:
    """Grey pictures in memory, ``images`` (N, 28, 28) uint8, 0 is the ground; a sample's ``member`` is its row."""

    images: NDArray[np.uint8]

    def picture(self, sample: Sample) -> Image.Image:
        """Return a sample's RGB picture."""
        return Image.fromarray(self.images[int(sample.member)]).convert("RGB")


def find(folder: Path) -> Path:
    """Find the folder of the idx files: ``folder``, a usual subfolder, or that of Debian's package.

    Raises:
        DatasetError: there are none.
    """
    places = (folder / ARCHIVE, folder / "FashionMNIST" / "raw", folder, DEBIAN)
    for place in places:
        if any((place / f"train-{_IMAGES}{end}").is_file() for end in ("", ".gz")):
            return place
    raise DatasetError(
        f"{folder} has no Fashion-MNIST (train-{_IMAGES}.gz and so on). Install Debian's package "
        'dataset-fashion-mnist, or run: python -c "from torchvision.datasets import FashionMNIST; '
        f"FashionMNIST('{folder}', download=True)\""
    )


def _idx(path: Path, dimensions: int) -> NDArray[np.uint8]:
    """Read an idx file: magic (0, 0, 8 for bytes, dimensions), big-endian sizes, values."""
    packed = path.with_name(f"{path.name}.gz")
    try:
        data = path.read_bytes() if path.is_file() else gzip.decompress(packed.read_bytes())
    except (OSError, EOFError) as error:
        raise DatasetError(f"{packed}: cannot be read ({error}).") from error
    start = 4 * (1 + dimensions)
    if len(data) < start or data[:4] != bytes((0, 0, 8, dimensions)):
        raise DatasetError(f"{path}: is not an idx file of bytes in {dimensions} dimensions. Download it again.")
    shape = tuple(int(size) for size in np.frombuffer(data, ">u4", dimensions, 4))
    if len(data) - start != int(np.prod(shape)):
        raise DatasetError(f"{path}: should hold {shape} values but has {len(data) - start} bytes. Download it again.")
    return np.frombuffer(data, np.uint8, offset=start).reshape(shape)


def read_part(place: Path, part: str) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Read pictures (N, 28, 28) and labels (N,) of ``train`` or ``t10k``.

    Raises:
        DatasetError: a file is missing or damaged, or the two do not match.
    """
    images, labels = _idx(place / f"{part}-{_IMAGES}", 3), _idx(place / f"{part}-{_LABELS}", 1)
    if len(images) != len(labels):
        raise DatasetError(f"{place}: {part} has {len(images)} pictures but {len(labels)} labels.")
    if len(labels) and int(labels.max()) >= len(LABELS):
        raise DatasetError(f"{place}: {part} has a label {int(labels.max())}, but there are {len(LABELS)} classes.")
    return images, labels.astype(np.int64)


def balanced_order(labels: NDArray[np.int64], seed: int) -> NDArray[np.int64]:
    """Shuffle the rows so that every prefix has equally many of each class, plus or minus one."""
    order = np.random.default_rng(seed).permutation(len(labels))
    rank = np.empty(len(labels), np.int64)
    for label in np.unique(labels):
        members = order[labels[order] == label]
        rank[members] = np.arange(len(members))
    return order[np.argsort(rank[order], kind="stable")]


def load(folder: Path, labels: int | None = None, seed: int = 0) -> LabelledPictures:
    """Load the data set, one head ``class``; ``test`` is the published 10,000 pictures.

    Args:
        folder: where the files are, see :func:`find`.
        labels: size of ``train``, balanced over the classes, with a fifth as many more in ``val``; the rest is left
            out. None takes 5,000 training pictures as ``val`` and the rest as ``train``.
        seed: draws both.

    Raises:
        DatasetError: the files are missing or damaged.
        ValueError: ``labels`` is less than one per class, or too many.
    """
    place = find(folder)
    (images, truth), (test_images, test_truth) = read_part(place, "train"), read_part(place, "t10k")
    order = balanced_order(truth, seed)
    if labels is None:
        held_back = min(VALIDATION_PICTURES, len(order) // 6)  # fewer in a small test set
        val, train = order[:held_back], order[held_back:]
    else:
        if not len(LABELS) <= labels <= len(order) * 5 // 6:
            raise ValueError(f"labels must be {len(LABELS)} to {len(order) * 5 // 6}, got {labels}")
        train, val = order[:labels], order[labels : labels + labels // 5]
    samples = (
        _samples(truth[train], "train", train)
        + _samples(truth[val], "val", val, first=len(train))
        + _samples(test_truth, "test", np.arange(len(test_truth)), first=len(train) + len(val))
    )
    chosen = np.concatenate([train, val])
    pictures = GreyPictures(np.concatenate([images[chosen], test_images]))
    return LabelledPictures(samples, pictures, {"class": LABELS})


def _samples(truth: NDArray[np.int64], split: str, numbers: NDArray[np.int64], first: int = 0) -> list[Sample]:
    part = "t10k" if split == "test" else "train"
    return [
        Sample(
            key=f"{ARCHIVE}/{part}-{number}",
            member=str(first + row),
            archive=ARCHIVE,
            targets={"class": frozenset({LABELS[label]})},
            group=f"{part} {number}",
            split=split,
        )
        for row, (label, number) in enumerate(zip(truth, numbers, strict=True))
    ]
