"""Compare the groups of duplicates that the program shows with those that people see.

    python -m benchmarks.duplicates DATA --people tune|report [--reviewed] [--keep FOLDER] [--missed]

DATA holds ``clothing.zip`` or the unpacked folder. The photos of each person are imported into a wardrobe of its own,
as the page Add photos does; with --keep the wardrobes stay in FOLDER and are used again. ``duplicate_groups.csv`` in
the folder above holds the groups judged by eye, "same" (one garment, or several bought alike) or "similar" (worth
comparing); a group of the same garments may lie inside a wider one. Thresholds are chosen on the people for use "tune".
The tagger learnt from three of these (262, 50, 291), so of theirs it knows every type; "validation" is no person, but
the photos of all who sent a few and are kept from its training, taken as one wardrobe.
With --reviewed a person first answers what the page Review asks about types, as they were told by eye; otherwise the
tagger's types stand.

For each person and for all: of the groups shown as the same garment or nearly identical, how many lie inside one group
judged by eye; of the groups judged by eye, how many have two garments together in the queue, and in the queue or the
weaker look-alikes; how many groups are in each. Then a person who follows the labels decides group by group, and the
counter is told for each decision.
"""

from __future__ import annotations

import argparse
import csv
import json
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from classifier.datasets import clothing
from classifier.datasets.samples import PictureSource
from wardrobe_app import startup
from wardrobe_app.config import Settings
from wardrobe_app.domain.garments.garment import Likeness, TagKind, Verdict
from wardrobe_app.domain.redundancy.groups import RedundancyGroup
from wardrobe_app.domain.review.doubts import type_doubt
from wardrobe_app.services.importing.importer import source_from_bytes
from wardrobe_app.wiring import Runtime

LABELS: Final = Path(__file__).parents[1] / "duplicate_groups.csv"
WARDROBES: Final = {"val": "validation"}  # parts of the data that are taken as one person's
Images = frozenset[str]


@dataclass(slots=True)
class Figures:
    """Counts of groups; ``missed`` lists those that were judged by eye and have no two garments in the queue."""

    photos: int = 0
    strong: int = 0  # shown as the same or nearly identical ...
    strong_right: int = 0  # ... inside one group judged by eye
    strong_same: int = 0  # ... inside one judged to be the same garment
    by_eye: int = 0
    in_queue: int = 0
    in_queue_or_weaker: int = 0
    same_by_eye: int = 0
    same_in_queue: int = 0
    queue: int = 0
    queue_right: int = 0
    weaker: int = 0
    weaker_right: int = 0
    missed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--people", choices=("tune", "report"), required=True)
    parser.add_argument("--reviewed", action="store_true", help="types were reviewed before")
    parser.add_argument("--keep", type=Path, help="where to keep the wardrobes")
    parser.add_argument("--count", nargs="*", default=[], metavar="PERSON", help="whose reviews to count")
    parser.add_argument("--missed", action="store_true", help="list what is missed and what is wrong")
    arguments = parser.parse_args()
    labels = read_labels(arguments.people)
    every = Figures()
    for person, groups in labels.items():
        with wardrobe_of(person, arguments.data, arguments.keep) as wardrobe:
            if arguments.reviewed:
                review_types(wardrobe)
            found = compared(wardrobe, groups)
            _print(person, found, arguments.missed)
            every = _sum(every, found)
            if person in arguments.count:
                print(f"  review: {' '.join(map(str, counted(wardrobe, groups)))}", flush=True)
    _print("all", every, False)


def read_labels(use: str) -> dict[str, list[tuple[str, Images]]]:
    """Return the groups judged by eye by person: strength and images."""
    rows: dict[str, dict[tuple[str, str], set[str]]] = defaultdict(lambda: defaultdict(set))
    with LABELS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["use"] == use:
                rows[row["person"]][row["group"], row["strength"]].add(row["image"])
    return {
        person: [(strength, frozenset(images)) for (_, strength), images in groups.items()]
        for person, groups in rows.items()
    }


@contextmanager
def wardrobe_of(person: str, data: Path, keep: Path | None) -> Iterator[Runtime]:
    """Import a person's photos; in a copy of the kept wardrobe, so that decisions do not stay."""
    with tempfile.TemporaryDirectory() as folder:
        target, kept = Path(folder) / "data", keep / person if keep else None
        if kept and kept.exists():
            shutil.copytree(kept, target)
            yield startup.build(Settings(data_dir=target))
            return
        wardrobe = startup.build(Settings(data_dir=target))
        source = PictureSource(data)
        samples = clothing.samples(source)
        names = [f"{clothing.image_of(one)}.jpg" for one in samples if person in (one.group, WARDROBES.get(one.split))]
        photos = (source_from_bytes(name, source.read(clothing.ARCHIVE, f"images/{name}")) for name in names)
        list(wardrobe.importing.importer.add(list(photos)))
        if kept:
            shutil.copytree(target, kept)
        yield wardrobe


def review_types(wardrobe: Runtime) -> None:
    """Answer what the page Review asks about types as they were told by eye; an acceptable guess stays."""
    told = clothing.fine_types()
    for garment in wardrobe.catalogue.garments():
        doubt = type_doubt(garment, wardrobe.vocabulary)
        right = told.get(garment.cover.filename.removesuffix(".jpg"), ()) if garment.cover else ()
        if doubt and right:
            wardrobe.catalogue.correct([garment.id], TagKind.TYPE, doubt.guess if doubt.guess in right else right[0])


def _images(group: RedundancyGroup) -> Images:
    return frozenset(item.cover.filename.removesuffix(".jpg") for item in group.items if item.cover)


def compared(wardrobe: Runtime, by_eye: Sequence[tuple[str, Images]]) -> Figures:
    """Count what the queue and the weaker look-alikes of a wardrobe have in common with the groups judged by eye."""
    review = wardrobe.redundancy.review
    queue = review.queue()
    shown = [_images(one) for one in queue.found]
    began = review.start()
    for number, group in review.queue().left.items():
        review.decide(group.ids, Verdict.KEEP_BOTH, group=number)
    weaker = [_images(one) for one in review.queue().weaker]
    if began is not None:
        for decision in review.decisions():
            review.undo(decision)
        review.cancel(began)
    strong = [one for one in queue.found if one.likeness is not Likeness.SIMILAR]
    same = [images for strength, images in by_eye if strength == "same"]
    every = [images for _, images in by_eye]
    return Figures(
        photos=wardrobe.catalogue.count().live,
        strong=len(strong),
        strong_right=_inside(map(_images, strong), every),
        strong_same=_inside(map(_images, strong), same),
        by_eye=len(every),
        in_queue=_found(every, shown),
        in_queue_or_weaker=_found(every, [*shown, *weaker]),
        same_by_eye=len(same),
        same_in_queue=_found(same, shown),
        queue=len(shown),
        queue_right=_inside(shown, every),
        weaker=len(weaker),
        weaker_right=_inside(weaker, every),
        missed=[f"{strength}: {' '.join(sorted(one))}" for strength, one in by_eye if not _found([one], shown)],
        wrong=[f"{one.likeness}, {one.title}: {' '.join(sorted(_images(one)))}" for one in strong
               if not _inside([_images(one)], every)],
    )  # fmt: skip


def _inside(groups: Iterable[Images], wider: Sequence[Images]) -> int:
    return sum(any(one <= other for other in wider) for one in groups)


def _found(wanted: Sequence[Images], shown: Sequence[Images]) -> int:
    return sum(any(len(one & other) > 1 for other in shown) for one in wanted)


def counted(wardrobe: Runtime, by_eye: Sequence[tuple[str, Images]]) -> list[str]:
    """Review a wardrobe as somebody who follows the labels; returns the counter before each decision, and the end."""
    review, told = wardrobe.redundancy.review, []
    began = review.start()
    while (queue := review.queue()).left:
        number, group = next(iter(queue.left.items()))
        told.append(f"{[one.id for one in queue.groups].index(number) + 1}/{len(queue.groups)}")
        _decide(review, number, group, by_eye)
    return [*told, f"decided, begun {began is not None}, {len(review.queue().found)} more,"
            f" {len(review.queue().weaker)} weaker, {asdict(review.queue().totals)}"]  # fmt: skip


def _decide(review: Any, number: int, group: RedundancyGroup, by_eye: Sequence[tuple[str, Images]]) -> None:
    images = _images(group)
    judged = {strength for strength, one in by_eye if len(images & one) > 1}
    if "same" in judged:
        review.merge(group.ids[0], group.ids[1:], group=number)
    elif judged:
        review.let_go(group.ids[1:], group.ids[:1], group=number)
    else:
        review.decide(group.ids, Verdict.DIFFERENT, group=number)


def _sum(one: Figures, other: Figures) -> Figures:
    added = Counter({name: value for name, value in asdict(one).items() if isinstance(value, int)})
    added.update({name: value for name, value in asdict(other).items() if isinstance(value, int)})
    return Figures(**added, missed=[*one.missed, *other.missed], wrong=[*one.wrong, *other.wrong])


def _print(person: str, found: Figures, missed: bool) -> None:
    numbers: Mapping[str, object] = {name: value for name, value in asdict(found).items() if isinstance(value, int)}
    print(json.dumps({"person": person, **numbers}), flush=True)
    for name, lines in (("missed", found.missed), ("wrong", found.wrong)):
        for line in lines if missed else ():
            print(f"  {name}: {line}", flush=True)


if __name__ == "__main__":
    main()
