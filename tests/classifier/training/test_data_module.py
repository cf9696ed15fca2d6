from __future__ import annotations

import dataclasses
from collections import Counter

import pytest

pytest.importorskip("lightning", reason="training needs requirements-dev.txt")

from classifier.datasets.samples import Sample
from classifier.recipes import RECIPES
from classifier.training.data_module import TrainingBatches

WARDROBE = dataclasses.replace(RECIPES["wardrobe"], batch_size=8, product_share=0.5)
PLAIN = dataclasses.replace(RECIPES["clothing-small"], batch_size=8)


def samples(photos: int = 24, products: int = 10) -> list[Sample]:
    def one(number: int, on_white: bool, split: str = "train") -> Sample:
        label = "rare" if number % 5 == 0 else "common"
        group = f"sender {number // 6}"
        return Sample(f"{on_white} {number}", "", "", {"class": frozenset({label})}, group, split, on_white)

    train = [one(n, False) for n in range(photos)] + [one(n, True) for n in range(products)]
    return [*train, one(90, False, "val"), one(91, False, "test")]


def test_a_pass_uses_every_training_picture_once_and_no_other() -> None:
    made = samples()
    seen = Counter(index for batch in TrainingBatches(made, PLAIN) for index in batch)
    assert set(seen) == {index for index, sample in enumerate(made) if sample.split == "train"}
    assert set(seen.values()) == {1}


def test_half_of_each_batch_are_products_and_every_photo_comes_once() -> None:
    made = samples()
    batches = list(TrainingBatches(made, WARDROBE))
    assert all(sum(made[index].on_white for index in batch) == 4 for batch in batches)
    photos = Counter(index for batch in batches for index in batch if not made[index].on_white)
    assert set(photos.values()) == {1} and len(photos) == 24


def test_photos_come_in_runs_by_one_person() -> None:
    made = samples(products=0)
    first = next(iter(TrainingBatches(made, dataclasses.replace(WARDROBE, product_share=0))))
    assert len({made[index].group for index in first}) < len(first) / 1.5


def test_every_pass_has_another_order_and_the_same_pass_the_same() -> None:
    batches = TrainingBatches(samples(), PLAIN)
    first = list(batches)
    batches.set_epoch(1)
    second = list(batches)
    batches.set_epoch(0)
    assert first != second
    assert first == list(batches)


@pytest.mark.parametrize("recipe", [PLAIN, WARDROBE])
def test_processes_share_the_batches_and_make_as_many_steps(recipe: object) -> None:
    made = samples()
    parts = [TrainingBatches(made, recipe, rank, 2) for rank in range(2)]  # type: ignore[arg-type]
    batches = [list(part) for part in parts]
    assert len(batches[0]) == len(batches[1]) == len(parts[0])
    photos = {index for part in batches for batch in part for index in batch if not made[index].on_white}
    assert len(photos) == 24


def test_at_most_so_many_of_each_class() -> None:
    made = samples(photos=40, products=0)
    batches = TrainingBatches(made, dataclasses.replace(PLAIN, per_class=5))
    labels = Counter(next(iter(made[index].targets["class"])) for batch in batches for index in batch)
    assert labels == {"rare": 5, "common": 5}
