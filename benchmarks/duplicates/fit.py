"""Fit the weights by which weaker look-alikes are ranked, and tell how well they rank people left out.

    python -m benchmarks.duplicates.fit DATA [--keep FOLDER]

DATA and FOLDER are those of ``benchmarks.duplicates``. A logistic regression without regularisation learns which two
garments of a wardrobe are in one group judged by eye, on the people for use "tune", once as tagged and once with types
reviewed. Prints JSON lines: for each person, ranked by a fit on the others, the average precision, and how many of the
groups judged by eye have a pair among the likeliest, one for each garment, beside the same by the score that the queue
is made of; then the weights that ``wardrobe_app.domain.similarity.partners`` holds.
"""

from __future__ import annotations

import argparse
import json
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score

from benchmarks.duplicates.__main__ import Images, read_labels, review_types, wardrobe_of
from wardrobe_app.domain.similarity.partners import MEASURED, partner_measures
from wardrobe_app.domain.similarity.scores import every_pair
from wardrobe_app.wiring import Runtime

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Table = tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.float64], list[list[int]], int]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--keep", type=Path, help="where to keep the wardrobes")
    arguments = parser.parse_args()
    tables: dict[str, list[Table]] = {}
    for person, groups in read_labels("tune").items():
        with wardrobe_of(person, arguments.data, arguments.keep) as wardrobe:
            tagged = table(wardrobe, [images for _, images in groups])
            review_types(wardrobe)
            tables[person] = [tagged, table(wardrobe, [images for _, images in groups])]
    for person in tables:
        model = fitted([one for other, some in tables.items() for one in some if other != person])
        for reviewed, (x, y, score, groups_of, garments) in enumerate(tables[person]):
            told = model.decision_function(x)
            print(json.dumps({"person": person, "reviewed": bool(reviewed), "groups": len(groups_of),
                              "precision": round(float(average_precision_score(y, told)), 3),
                              "precision_of_score": round(float(average_precision_score(y, score)), 3),
                              "found": found(told, groups_of, garments),
                              "found_by_score": found(score, groups_of, garments)}))  # fmt: skip
    model = fitted([one for some in tables.values() for one in some])
    weights = {"prior": model.intercept_[0], **dict(zip(MEASURED, model.coef_[0], strict=True))}
    print(json.dumps({name: round(float(value), 2) for name, value in weights.items()}))


def table(wardrobe: Runtime, by_eye: list[Images]) -> Table:
    """Return the measures of every pair, which of them are in one group, their scores, the pairs of each group, and
    the number of garments.
    """
    garments = sorted(wardrobe.catalogue.garments(), key=lambda garment: garment.id)
    measures = every_pair(garments)
    place = {garment.cover.filename.removesuffix(".jpg"): row for row, garment in enumerate(garments) if garment.cover}
    number = {pair: at for at, pair in enumerate(zip(measures.first.tolist(), measures.second.tolist(), strict=True))}
    groups = [[number[pair] for pair in combinations(sorted(place[one] for one in images), 2)] for images in by_eye]
    together = np.zeros(len(measures), dtype=bool)
    together[[pair for group in groups for pair in group]] = True
    return partner_measures(measures), together, measures.total, groups, len(garments)


def fitted(tables: list[Table]) -> LogisticRegression:
    x, y = (np.concatenate([one[at] for one in tables]) for at in (0, 1))
    return LogisticRegression(C=np.inf, max_iter=5000).fit(x, y)


def found(told: NDArray[np.float64], groups: list[list[int]], pairs: int) -> int:
    """Return how many groups have a pair among the first ``pairs``."""
    enough = np.sort(told)[-pairs]
    return sum(bool((told[group] >= enough).any()) for group in groups)


if __name__ == "__main__":
    main()
