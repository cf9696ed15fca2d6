from __future__ import annotations

import gzip
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from classifier.datasets import fashion_mnist
from classifier.datasets.fashion_mnist import LABELS, GreyPictures, load
from classifier.datasets.samples import LabelledPictures
from classifier.errors import DatasetError


def idx(values: np.ndarray) -> bytes:
    sizes = b"".join(size.to_bytes(4, "big") for size in values.shape)
    return bytes((0, 0, 8, values.ndim)) + sizes + values.tobytes()


def write_miniature(place: Path, train: int = 120, test: int = 20, packed: bool = True) -> None:
    # The first pixel of each picture tells its part and number, so that a test can tell where it went.
    place.mkdir(parents=True, exist_ok=True)
    for part, count in (("train", train), ("t10k", test)):
        images = np.zeros((count, 28, 28), np.uint8)
        images[:, 0, 0] = np.arange(count)
        labels = (np.arange(count) % 10).astype(np.uint8)
        for name, values in (("images-idx3-ubyte", images), ("labels-idx1-ubyte", labels)):
            data = idx(values)
            path = place / f"{part}-{name}{'.gz' if packed else ''}"
            path.write_bytes(gzip.compress(data, mtime=0) if packed else data)


@pytest.fixture(autouse=True)
def _nothing_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(fashion_mnist, "DEBIAN", tmp_path / "not installed")


def _classes(data: LabelledPictures, split: str) -> Counter[str]:
    return Counter(label for i in data.indices(split) for label in data.samples[i].targets["class"])


@pytest.mark.parametrize("place", ["fashion-mnist", "FashionMNIST/raw", "."])
@pytest.mark.parametrize("packed", [True, False])
def test_the_files_are_found_where_they_usually_lie(tmp_path: Path, place: str, packed: bool) -> None:
    write_miniature(tmp_path / place, packed=packed)
    assert len(load(tmp_path).samples) == 140


def test_the_system_package_is_the_last_resort(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fashion_mnist, "DEBIAN", tmp_path / "system")
    write_miniature(tmp_path / "system", train=60)
    assert len(load(tmp_path / "empty").samples) == 80
    write_miniature(tmp_path / "own" / "fashion-mnist")
    assert len(load(tmp_path / "own").samples) == 140


def test_where_there_is_none_the_error_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"dataset-fashion-mnist.*FashionMNIST\(.*download=True"):
        load(tmp_path)


def test_pictures_and_labels_belong_together(tmp_path: Path) -> None:
    write_miniature(tmp_path)
    data = load(tmp_path, seed=4)
    assert isinstance(data.pictures, GreyPictures)
    images = data.pictures.images
    assert images.dtype == np.uint8 and images.shape == (140, 28, 28)
    for row, sample in enumerate(data.samples):
        part, number = sample.group.split()
        assert images[row, 0, 0] == int(number) and part == ("t10k" if sample.split == "test" else "train")
        assert sample.targets["class"] == {LABELS[int(number) % 10]}
        assert data.pictures.picture(sample).getpixel((0, 0)) == (int(number),) * 3


def test_what_is_held_back_is_even_over_the_classes_and_drawn_by_the_seed(tmp_path: Path) -> None:
    write_miniature(tmp_path)
    first, again, other = (load(tmp_path, seed=seed) for seed in (1, 1, 2))
    assert set(_classes(first, "val").values()) == {2} and set(_classes(first, "train").values()) == {10}
    assert [s.key for s in first.samples] == [s.key for s in again.samples] != [s.key for s in other.samples]


def test_few_labels_means_few_to_choose_on_too(tmp_path: Path) -> None:
    write_miniature(tmp_path)
    data = load(tmp_path, labels=50)
    assert set(_classes(data, "train").values()) == {5} and set(_classes(data, "val").values()) == {1}
    assert len(data.indices("test")) == 20
    assert len({sample.key for sample in data.samples}) == 80


@pytest.mark.parametrize("labels", [0, 9, 101])
def test_more_or_fewer_labels_than_there_can_be_are_refused(tmp_path: Path, labels: int) -> None:
    write_miniature(tmp_path)
    with pytest.raises(ValueError, match="labels must be 10 to 100"):
        load(tmp_path, labels=labels)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("train-images-idx3-ubyte", b"\x00\x00\x08\x03\x00"),
        ("train-images-idx3-ubyte", b"<html>not found</html>"),
        ("train-labels-idx1-ubyte", idx(np.zeros(119, np.uint8))),
        ("train-labels-idx1-ubyte", idx(np.full(120, 10, np.uint8))),
        ("t10k-images-idx3-ubyte", idx(np.zeros((20, 28, 28), np.uint8))[:-1]),
        ("t10k-labels-idx1-ubyte.gz", gzip.compress(idx(np.zeros(20, np.uint8)), mtime=0)[:-9]),
        ("t10k-labels-idx1-ubyte.gz", b"neither packed nor idx"),
    ],
    ids=["short", "a web page", "labels missing", "an unknown label", "cut off", "cut gzip", "no gzip"],
)
def test_a_broken_file_is_named(tmp_path: Path, name: str, content: bytes) -> None:
    write_miniature(tmp_path)
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DatasetError, match=str(tmp_path)):
        load(tmp_path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    write_miniature(tmp_path)
    (tmp_path / "t10k-labels-idx1-ubyte.gz").unlink()
    with pytest.raises(DatasetError, match="t10k-labels-idx1-ubyte"):
        load(tmp_path)
