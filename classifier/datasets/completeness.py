"""Check that a downloaded data set is complete."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from classifier.datasets import clothing, deepfashion, deepfashion_files, fashion_products
from classifier.datasets.samples import PictureSource
from classifier.errors import DatasetError

Progress = Callable[[Collection[str]], Iterable[str]]
MAX_EXAMPLES = 3  # names of missing pictures


@dataclass(frozen=True)
class Expected:
    """The content of complete data sets, as their authors state it."""

    deepfashion_pictures: int = 289_222
    deepfashion_categories: int = 50
    deepfashion_categories_that_occur: int = 46
    deepfashion_attributes: int = 1_000
    deepfashion_train: int = 209_222
    deepfashion_val: int = 40_000
    deepfashion_test: int = 40_000
    clothing_photos: int = 4_943
    products: int = 40_000
    products_train: int = 32_000
    products_val: int = 8_000
    products_large: int = 6_200


EXPECTED = Expected()


@dataclass(frozen=True)
class Finding:
    """The result of one check: a sentence, and whether it passed."""

    sentence: str
    right: bool


def check(dataset: str, folder: Path, expected: Expected = EXPECTED, progress: Progress = iter) -> Iterator[Finding]:
    """Check a data set of :data:`DATASETS`; a damaged file is a finding too.

    ``progress`` wraps the names of the pictures to look for, which takes long.
    """
    try:
        yield from DATASETS[dataset](folder, expected, progress)
    except DatasetError as error:
        yield Finding(str(error), False)
    except KeyError as error:
        yield Finding(f"{folder}: the table of {dataset} has no column {error}.", False)


def with_bar(names: Collection[str]) -> Iterable[str]:
    """Iterate over ``names`` with a progress bar, if tqdm and a terminal are available."""
    try:
        from tqdm import tqdm
    except ModuleNotFoundError:
        return names
    bar: Iterable[str] = tqdm(names, unit=" pictures", desc="Looking for pictures", disable=None)
    return bar


def _counted(what: str, found: int, whole: int) -> Finding:
    return Finding(f"{what}: {found:,}{'' if found == whole else f', but there should be {whole:,}'}.", found == whole)


def _all_there(what: str, missing: Collection[str], of: int) -> Finding:
    if not missing:
        return Finding(f"{what}: complete.", True)
    examples = ", ".join(sorted(missing)[:MAX_EXAMPLES]) + (" ..." if len(missing) > MAX_EXAMPLES else "")
    return Finding(f"{what}: missing for {len(missing):,} of {of:,} pictures ({examples}).", False)


def _deepfashion(folder: Path, expected: Expected, progress: Progress) -> Iterator[Finding]:
    benchmark = deepfashion.find(folder)
    names, attributes = benchmark.category_names(), benchmark.attribute_names()
    listed = deepfashion_files.categories(benchmark.list_file("category_img"), len(names))
    yield _counted("Pictures listed", len(listed), expected.deepfashion_pictures)
    yield _counted("Categories", len(names), expected.deepfashion_categories)
    yield _counted("Categories that occur", len(set(listed.values())), expected.deepfashion_categories_that_occur)
    yield _counted("Attributes", len(attributes), expected.deepfashion_attributes)
    yield from _lists(benchmark, listed, len(attributes), expected)
    yield _on_disk(benchmark, listed, progress)


def _lists(
    benchmark: deepfashion.Benchmark, listed: Mapping[str, int], attributes: int, expected: Expected
) -> Iterator[Finding]:
    # Each list separately: a damaged one does not hide the others' results.
    try:
        parts = deepfashion_files.partition(benchmark.list_file("eval_partition"))
        sizes = Counter(parts.values())
        yield _all_there("Part (train, val or test)", listed.keys() - parts.keys(), len(listed))
        yield _counted("Pictures to train on", sizes["train"], expected.deepfashion_train)
        yield _counted("Pictures to validate on", sizes["val"], expected.deepfashion_val)
        yield _counted("Pictures to test on", sizes["test"], expected.deepfashion_test)
    except DatasetError as error:
        yield Finding(str(error), False)
    readers: dict[str, Callable[[], Collection[str]]] = {
        "Box": lambda: deepfashion_files.boxes(benchmark.list_file("bbox")),
        "Landmarks": lambda: deepfashion_files.landmarks(benchmark.list_file("landmarks")),
        "Attribute values": lambda: deepfashion_files.attributes(benchmark.list_file("attr_img"), attributes)[0],
    }
    for what, read in readers.items():
        try:
            yield _all_there(what, listed.keys() - set(read()), len(listed))
        except DatasetError as error:
            yield Finding(str(error), False)


def _on_disk(benchmark: deepfashion.Benchmark, listed: Collection[str], progress: Progress) -> Finding:
    packed = benchmark.pictures / "img.zip"
    if (benchmark.pictures / "img").is_dir():
        missing = [name for name in progress(listed) if not _has_content(benchmark.pictures / name)]
    elif packed.is_file():
        with zipfile.ZipFile(packed) as archive:
            full = {entry.filename for entry in archive.infolist() if entry.file_size}
        missing = [name for name in listed if benchmark.member(name) not in full]
    else:
        return Finding(f"{benchmark.pictures}: has neither the folder img nor img.zip.", False)
    return _all_there("Picture file", missing, len(listed))


def _has_content(path: Path) -> bool:
    try:
        return path.stat().st_size > 0
    except OSError:
        return False


def _clothing(folder: Path, expected: Expected, progress: Progress) -> Iterator[Finding]:
    source = PictureSource(folder)
    images = [row["image"] for row in clothing.rows(source)]
    there = source.names(clothing.ARCHIVE)
    yield _counted("Photos listed", len(images), expected.clothing_photos)
    yield _all_there("Picture file", [name for name in progress(images) if name not in there], len(images))


def _fashion_products(folder: Path, expected: Expected, progress: Progress) -> Iterator[Finding]:
    source = PictureSource(folder)
    rows = fashion_products.rows(source)
    parts, small = Counter(row["split"] for row in rows), source.names(fashion_products.SMALL)
    ids = [row["id"] for row in rows]
    yield _counted("Products listed", len(ids), expected.products)
    yield _counted("Products to train on", parts["train"], expected.products_train)
    yield _counted("Products to validate on", parts["val"], expected.products_val)
    yield _all_there("Picture file", [name for name in progress(ids) if name not in small], len(ids))
    large = source.names(fashion_products.LARGE)
    yield _counted("Large pictures of them", len(large & set(ids)), expected.products_large)


DATASETS: dict[str, Callable[[Path, Expected, Progress], Iterator[Finding]]] = {
    "deepfashion": _deepfashion,
    "clothing": _clothing,
    "fashion-products": _fashion_products,
}
